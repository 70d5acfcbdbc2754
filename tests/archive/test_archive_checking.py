"""An archive that is not in order is refused in one line, before a database is even opened."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import archive
from app.archive import ArchiveFault, document
from app.archive.layout import LOG, NOT_KEPT, PARTS, kept
from surveys.filestore import Folder
from surveys.models import Base, StoredFile
from tests.archive.conftest import Opened, Run
from tests.factories import World
from tests.support.backups import EVIDENCE

Spoil = Callable[[Opened], object]


def test_every_table_is_in_the_archive_or_has_a_reason_not_to_be() -> None:
    listed = [each.table for part in PARTS for each in part.tables]
    assert sorted([*listed, *NOT_KEPT]) == sorted(Base.metadata.tables)
    for name, each in kept().items():
        columns = {column.name for column in each.columns}
        assert {*each.key, *each.may_differ, *each.embedded} <= columns, name
        assert each.owner is None or each.owner in each.references, name
        assert each.owner or each.key or name in {"measurement", LOG}, name
        targets = set(each.references.values())
        assert targets <= set(kept()), name


def change(table: str, row: int = 0, **values: object) -> Spoil:
    return lambda found: found.rows(table)[row].update(values)


def text_of(found: Opened, **values: str) -> None:
    row = found.rows("instrument")[0]
    for old, new in values.items():
        row["text"] = row["text"].replace(old, new)
    row["sha256"] = hashlib.sha256(row["text"].encode()).hexdigest()


def file_text(found: Opened, text: object) -> None:
    content = found.part("bestanden")["content"]
    content[min(content)] = text


SEALED: list[tuple[Spoil, str]] = [
    (lambda found: found.head.update(format="iets"), "geen archief van een meting"),
    (lambda found: found.head.update(version=2), "versie die deze Meetlat niet kent"),
    (lambda found: found.head.update(version=True), "versie die deze Meetlat niet kent"),
    (lambda found: found.head.update(fictief=False), "head: 'fictief' klopt niet"),
    (lambda found: found.head.update(measurement="x"), "head: 'measurement' klopt niet"),
    (lambda found: found.head.update(references={}), "head: 'references' klopt niet"),
    (lambda found: found.head.update(extra=1), "head: 'extra' klopt niet"),
    (lambda found: found.head.pop("made_with"), "head: made_with of files ontbreekt"),
    (lambda found: found.whole.update(meer=1), "niet de delen head, parts en sha256"),
    (lambda found: found.whole["parts"].pop(), "deel afgeleid ontbreekt"),
    (lambda found: found.whole["parts"].reverse(), "niet in de goede volgorde"),
    (lambda found: found.whole["parts"][0].update(name="x\n"), "deel 'x\\n' is onbekend"),
    (lambda found: found.part("meting")["content"].pop("measurement"), "deel meting heeft niet de lijsten"),
    (lambda found: found.part("meting")["content"].update(measurement={}), "measurement is geen lijst"),
    (lambda found: found.rows("measurement").clear(), "precies één meting"),
    (lambda found: found.rows("unit").append(7), "unit, rij 4 is geen object"),
    (lambda found: found.rows("unit").reverse(), "unit, rij 1: id is niet 1"),
    (change("unit", id=True), "unit, rij 1: id is niet 1"),
    (change("unit", geheim=1), "unit, rij 1: het veld 'geheim' is onbekend"),
    (lambda found: found.rows("unit")[0].pop("code"), "unit, rij 1: het veld code ontbreekt"),
    (change("unit", code=None), "unit, rij 1: code heeft een waarde"),
    (change("unit", code=["x"]), "unit, rij 1: code heeft een waarde"),
    (change("unit", code="x" * 33), "unit, rij 1: code heeft een waarde"),
    (change("unit", code="a\0b"), "unit, rij 1: code heeft een waarde"),
    (change("unit", tile_row=2**63), "unit, rij 1: tile_row heeft een waarde"),
    (change("unit", valid_from="20000101"), "unit, rij 1: valid_from heeft een waarde"),
    (change("unit", code="../x"), "unit, rij 1: code is '../x', en dat kan niet"),
    (change("assignment", role="onzin"), "assignment, rij 1: role is 'onzin', en dat kan niet"),
    (change("dossier", state="onzin"), "dossier, rij 1: state is 'onzin', en dat kan niet"),
    (change("measurement", state="onzin"), "measurement, rij 1: state is 'onzin', en dat kan niet"),
    (change("answer", saved_at="2013-03-04T13:00:00+01:00"), "answer, rij 1: saved_at heeft een waarde"),
    (change("answer", saved_at="0001-01-01T00:00:00+01:00"), "answer, rij 1: saved_at heeft een waarde"),
    (change("answer", dossier_id=4711), "answer, rij 1 verwijst naar een rij in dossier"),
    (change("answer", dossier_id=-1), "answer, rij 1 verwijst naar een rij in dossier"),
    (change(LOG, subject_id=4711), "log_entry, rij 1 verwijst naar een rij in"),
    (change(LOG, detail={"dossier": 4711}), "log_entry, rij 1 verwijst naar een rij in dossier"),
    (change("submission", snapshot="{}"), "submission, rij 1: snapshot is niet de tekst"),
    (change("instrument", text="x"), "instrument, rij 1: text is niet de tekst"),
    (lambda found: text_of(found, code="c[ode"), "geen geldige TOML"),
    (change("instrument", title="Anders"), "van een andere vragenlijst, versie of eenheid"),
    (lambda found: found.part("bestanden").update(content={}), "niet de bestanden van stored_file"),
    (lambda found: file_text(found, None), "is er niet, of is er terwijl"),
    (lambda found: file_text(found, "geen base64"), "is geen base64"),
    (lambda found: file_text(found, 7), "is geen base64"),
    (lambda found: file_text(found, base64.b64encode(b"anders").decode()), "niet wat er is bewaard"),
]

UNSEALED: list[tuple[Spoil, str]] = [
    (change("unit", code="VR09"), "deel 'eenheden' is beschadigd of gewijzigd"),
    (lambda found: found.part("afgeleid").update(content=[]), "deel 'afgeleid' is beschadigd of gewijzigd"),
    (lambda found: found.part("meting").update(about="iets anders"), "het begin of de lijst van delen"),
    (lambda found: found.head.update(name="Anders"), "het begin of de lijst van delen"),
    (lambda found: found.part("meting").pop("sha256"), "een deel heeft niet de velden"),
]

RAW: list[tuple[Callable[[bytes], bytes], str]] = [
    (lambda content: b"", "geen (hele) JSON"),
    (lambda content: b"\xff\xfe", "geen tekst in UTF-8"),
    (lambda content: content[: len(content) // 2], "geen (hele) JSON"),
    (lambda content: b"[]", "geen archief van een meting"),
    (lambda content: b"[" * 200_000, "dieper in elkaar"),
    (lambda content: b'{"a":' * 100 + b"1" + b"}" * 100, "dieper in elkaar"),
    (lambda content: content.replace(b'"version": 1', b'"version": ' + b"1" * 5000, 1), "een getal"),
    (lambda content: content.replace(b'"version": 1', b'"version": 1e999', 1), "een getal"),
    (lambda content: content.replace(b'"version": 1', b'"version": NaN', 1), "een getal"),
    (lambda content: content.replace(b'"head": {', b'"head": {"format": 1, ', 1), "'format' twee keer"),
]


@pytest.fixture
def small(full: World, session: Session, files: Folder) -> None:
    """Keep evidence small: an archive is read here some sixty times."""
    content = b"een plan"
    large = session.scalars(select(StoredFile).where(StoredFile.size == len(EVIDENCE[1]))).one()
    large.sha256, large.size = files.put(content), len(content)
    session.commit()


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(ArchiveFault) as caught:
        archive.read(path)
    return str(caught.value)


def test_what_is_not_in_order_is_refused_in_one_line(small: None, made: Path) -> None:
    content = made.read_bytes()
    archive.read(made)
    told = [(refusal(made, change_bytes(content)), words) for change_bytes, words in RAW]
    for spoils, write in ((SEALED, Opened.sealed), (UNSEALED, Opened.written)):
        for spoil, words in spoils:
            found = Opened(content)
            spoil(found)
            told.append((refusal(made, write(found)), words))
    assert [(line, words) for line, words in told if words not in line or "\n" in line] == []


def test_what_is_too_large_or_no_file_is_not_read(
    small: None, run: Run, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = made.read_bytes()
    for path, words in (
        (tmp_path, "geen gewoon bestand"),
        (tmp_path / "weg.json", "kan niet worden gebruikt"),
    ):
        ran = run("import", path)
        assert (ran.code, ran.out) == (2, "")
        assert words in ran.err
    monkeypatch.setattr(document, "MOST_VALUES", 100)
    assert "meer waarden" in refusal(made, content)
    monkeypatch.setattr(document, "LARGEST", len(content) - 1)
    assert "groter dan een archief mag zijn" in refusal(made, content)
    ran = run("export", "measurement", "proefmeting", tmp_path / "te-groot.json")
    assert ran.code == 2
    assert "--zonder-bestanden" in ran.err
