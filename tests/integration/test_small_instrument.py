"""Nothing counts on 25 regions, 11 factors or three levels: another questionnaire, all the way through.

Seven units of a kind of their own, three factors, four levels. One of them fills in, signs and hands in over
HTTP; an inspector sees it counted; the workbooks hold it all.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys import instruments, reports, results, units
from surveys.acting import By
from surveys.answers import Content
from surveys.instruments import Instrument
from surveys.models import Answer, Measurement, Unit
from surveys.questionnaire import anchors
from surveys.reports.levels import marks
from tests import factories, filled
from tests.support import cli, stages
from tests.support.client import Client

Login = Callable[[str], None]

TEXT = """
code = "zwembaden"
version = "1"
title = "Vragenlijst zwembad"
unit = "zwembad"
unit_noun = ["zwembad", "zwembaden"]
roles = ["contactpersoon", "ovr"]
min_coverage = 0.5
attention_below = 0.5
min_units = 0.5
must_share = 0.5
max_failing_share = 0.5
levels = [
  {code = "laag",   label = "Onder de maat",   from = 0.0},
  {code = "matig",  label = "Matig",           from = 0.3, missed_musts = 1},
  {code = "ruim",   label = "Ruim voldoende",  from = 0.6, missed_musts = 0},
  {code = "top",    label = "Uitstekend",      from = 0.9, missed_musts = 0},
]

[[themes]]
code = "W"
title = "Water"

[[themes.factors]]
code = "W1"
title = "Schoon water"
criterion = "Het water is schoon."

[[themes.factors.questions]]
code = "W1-a"
type = "number"
text = "Hoe vaak per dag meet u het water?"
unit = "keer"
min = 0
max = 10
bands = [{below = 2, score = 0}, {below = 5, score = 0.5}, {score = 1}]
must = {at_least = 2}

[[themes.factors.questions]]
code = "W1-b"
type = "yes_no"
text = "Is er een rapport?"
when = {question = "W1-a", at_least = 2}
evidence = "Rapport"
evidence_when = {in = ["ja"]}

[[themes.factors.statements]]
code = "W1-S"
count = {question = "W1-b", in = ["ja"]}
text = "{Aantal} {heeft|hebben} een rapport."

[[themes.factors]]
code = "W2"
title = "Warm water"
criterion = "Het water is warm."

[[themes.factors.questions]]
code = "W2-a"
type = "choice"
text = "Hoe warm is het water?"
options = [
  {code = "koud",  label = "Koud",  score = 0},
  {code = "lauw",  label = "Lauw",  score = 0.65},
  {code = "warm",  label = "Warm",  score = 1},
]
note_when = {in = ["koud"]}

[[themes]]
code = "T"
title = "Toezicht"

[[themes.factors]]
code = "T1"
title = "Badmeesters"
criterion = "Er is toezicht."

[[themes.factors.questions]]
code = "T1-a"
type = "multi"
text = "Wanneer is er toezicht?"
options = [
  {code = "dag",   label = "Overdag",  score = 0.4},
  {code = "avond", label = "'s Avonds", score = 0.6},
  {code = "nooit", label = "Nooit",    score = 0, exclusive = true},
]

[[themes.factors.questions]]
code = "T1-b"
type = "date"
text = "Wanneer was de laatste oefening?"

[[themes.factors.questions]]
code = "T1-c"
type = "text"
text = "Wilt u nog iets zeggen?"
"""

SEVEN = 7
GIVEN: tuple[tuple[object, ...], ...] = (
    (0, None, "koud", ["nooit"]),
    (3, "nee", "lauw", ["dag"]),
    (3, "ja", "warm", ["avond"]),
    (9, "ja", "warm", ["dag", "avond"]),
    (9, "ja", "lauw", ["dag", "avond"]),
    (3, "ja", "koud", ["dag"]),
)
"""What the first six answer; the seventh does it over HTTP."""


@dataclass
class Pools:
    """Seven swimming pools in an open measurement, six of which have handed in."""

    instrument: Instrument
    units: list[Unit]
    measurement: Measurement


def content(rapport: object, temperature: object) -> dict[str, Content]:
    found = {"W2-a": Content(temperature, note="De ketel is stuk." if temperature == "koud" else None)}
    if rapport is not None:
        found["W1-b"] = Content(rapport, documents=filled.EVIDENCE if rapport == "ja" else ())
    return found


def _make_pools(session: Session) -> None:
    instrument = instruments.parse(TEXT, "zwembaden.toml")
    by = By.system(factories.OPENED)
    made = [
        units.add(
            session,
            kind="zwembad",
            code=f"Z{number}",
            name=f"Bad {number}",
            short=f"B{number}",
            valid_from=date(2000, 1, 1),
            tile=units.Tile(1 + number // 4, 1 + number % 4),
            by=by,
        )
        for number in range(1, SEVEN + 1)
    ]
    before = factories.measurement(session, instrument, code="zwemmen-2020", year=2020)
    now = factories.measurement(session, instrument, code="zwemmen-2024", year=2024)
    for unit, (times, rapport, temperature, moments) in zip(made, GIVEN, strict=False):
        answers = content(rapport, temperature) | {
            "W1-a": Content(times),
            "T1-a": Content(moments),
            "T1-b": Content("2019-01-31"),
        }
        filled.submit(session, factories.dossier(session, before, unit), answers | {"T1-a": Content(["dag"])})
        filled.submit(session, factories.dossier(session, now, unit), answers)
    seventh = factories.dossier(session, now, made[-1])
    filled.signers(session, seventh)
    factories.assignment(session, "inspecteur")


with_pools = stages.declare("pools", _make_pools, on="empty")


@pytest.fixture
def pools(with_pools: None, session: Session) -> Pools:
    return Pools(
        instruments.parse(TEXT, "zwembaden.toml"),
        list(session.scalars(select(Unit).where(Unit.kind == "zwembad").order_by(Unit.id))),
        session.scalars(select(Measurement).where(Measurement.code == "zwemmen-2024")).one(),
    )


@pytest.fixture
def handed_in(pools: Pools, client: Client, login: Login) -> Pools:
    """The seventh fills in, without JavaScript; both agree; it is handed in."""
    at = anchors(pools.instrument)

    login("contactpersoon.z7")
    page = client.page
    assert page.texts(".tasks__item") == ["Zwemmen-2024: Bad 7 Fictieve gegevens Nog niet begonnen"]
    page = client.click("Zwemmen-2024: Bad 7")
    assert len(page.all(".tasks__item")) == len(pools.instrument.factors)

    client.get("/dossier/zwemmen-2024/Z7/factor/W1")
    client.submit({f"{at['W1-a']}-answer": "5"}, button="Opslaan en verder")
    document = {
        f"{at['W1-b']}-documents-0-title": "Jaarrapport",
        f"{at['W1-b']}-documents-0-page": "3",
    }
    client.get("/dossier/zwemmen-2024/Z7/factor/W1")
    client.submit({f"{at['W1-b']}-answer": "ja"} | document, button="Opslaan en verder")
    assert client.page.h1.endswith("Warm water")
    client.submit({f"{at['W2-a']}-answer": "warm"}, button="Opslaan en verder")
    client.submit(
        {f"{at['T1-a']}-answer": ["dag", "avond"], f"{at['T1-b']}-answer": "31-1-2024"},
        button="Opslaan en verder",
    )
    assert client.page.url == "/dossier/zwemmen-2024/Z7/controle"
    client.submit({"gelezen": client.page.one("#gelezen")["value"]}, button="Akkoord geven")
    client.logout()

    login("ovr.z7")
    client.get("/dossier/zwemmen-2024/Z7/controle")
    client.submit({"gelezen": client.page.one("#gelezen")["value"]}, button="Akkoord geven")
    client.submit(button="Vragenlijst inleveren")
    assert client.page.has("De vragenlijst is ingeleverd.")
    client.logout()
    return pools


def test_an_inspector_sees_all_of_it(handed_in: Pools, client: Client, login: Login) -> None:
    login("inspecteur.inspectie")
    page = client.page
    assert "Zwembaden: 7 van de 7 ingeleverd" in page.texts(".rounds__name")

    heatmap = client.click("Heatmap Zwemmen-2024, zwembaden")
    rows = heatmap.all(".heatmap tbody tr")
    assert len(rows) == SEVEN
    assert len(heatmap.all(".heatmap tbody td.heatmap__cell")) == SEVEN * 3
    legend = heatmap.texts(".legend li")[:5]
    assert legend == [
        "U Uitstekend",
        "RV Ruim voldoende",
        "M Matig",
        "ODM Onder de maat",
        "NTB Niet te beoordelen",
    ]
    used = {cell["class"] for cell in heatmap.all(".heatmap tbody td.heatmap__cell a")}
    assert used == {"level level--top", "level level--between", "level level--partly", "level level--failing"}

    here = "/landelijk/zwemmen-2024"
    for factor in handed_in.instrument.factors:
        page = client.get(f"{here}/factor/{factor}")
        assert page.has("7 van de 7 zwembaden hebben de vragenlijst ingeleverd.")
        assert len(client.get(f"{here}/kaart?factor={factor}").texts("table tbody tr")) == SEVEN
    for question in handed_in.instrument.questions:
        assert len(client.get(f"{here}/vraag/{question}").texts("#tabel tbody tr")) == SEVEN
    for unit in handed_in.units:
        assert len(client.get(f"{here}/eenheid/{unit.code}").all("section.unit-factor")) == 3
    findings = client.get(f"{here}/factor/W1").text("#bevinding-W1-S")
    assert "Vijf van de zes zwembaden die hierop antwoordden hebben een rapport." in findings


def test_the_workbooks_hold_all_of_it(
    session: Session, handed_in: Pools, client: Client, login: Login
) -> None:
    login("inspecteur.inspectie")

    national = openpyxl.load_workbook(
        io.BytesIO(client.get("/landelijk/zwemmen-2024/excel").data), data_only=True
    )
    rows = list(national["Data"].iter_rows(values_only=True))
    head = next(place for place, row in enumerate(rows) if row[:3] == ("meting", "eenheid", "vraag"))
    data = [row for row in rows[head + 1 :] if row[0] == "zwemmen-2024"]
    assert len(data) == SEVEN * len(handed_in.instrument.questions)
    assert ("zwemmen-2024", "Z7", "T1-a", "dag;avond") in [row[:4] for row in data]

    client.get("/")
    client.logout()
    login("ovr.z7")
    own = openpyxl.load_workbook(io.BytesIO(client.get("/dossier/zwemmen-2024/Z7/excel").data))
    words = {str(cell) for sheet in own for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {"W1-a", "W2-a", "T1-a"} <= words
    assert any("Uitstekend" in text for text in words)


def test_a_unit_fills_in_what_counts(session: Session, handed_in: Pools) -> None:
    pinned = handed_in.measurement.pins[0].instrument
    report = reports.national(session, handed_in.measurement, pinned)

    assert report.submitted == report.total == SEVEN
    found = marks(report.instrument)
    scores = report.scores["Z7"].factors
    assert [found[score.level].label for score in scores.values()] == ["Uitstekend"] * 3
    assert session.scalar(select(func.count()).select_from(Answer)) == 6 * 5 * 2 - 2 + 5
    assert report.change("Z4", "T1") == "verbeterd"
    assert report.change("Z7", "T1") is None
    alone = results.score(report.instrument, {"Z4": report.answers["Z4"]})
    assert alone.units["Z4"].factors == report.scores["Z4"].factors


def test_the_command_line_works_on_all_of_it(
    session: Session,
    handed_in: Pools,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("MEETLAT_DATABASE_URL", database_url)
    monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MEETLAT_SECRET_KEY", "een geheim dat alleen deze test kent en lang genoeg is")
    report = reports.national(session, handed_in.measurement, handed_in.measurement.pins[0].instrument)
    session.rollback()
    toml, answers = tmp_path / "zwembaden.toml", tmp_path / "antwoorden.json"
    toml.write_text(TEXT, "utf-8")
    answers.write_text(json.dumps({"units": {unit: plain(given) for unit, given in report.answers.items()}}))

    scored = json.loads(cli.run(capsys, "score", "--instrument", toml, "--answers", answers).out)
    levels = {
        unit: [factor["level"] for factor in row["factors"].values()] for unit, row in scored["units"].items()
    }
    assert levels == {
        unit: [score.level for score in row.factors.values()] for unit, row in report.scores.items()
    }
    files = (toml, answers)
    compared = json.loads(cli.run(capsys, "compare", "--earlier", *files, "--later", *files).out)
    assert compared["counts"]["gelijk"] == SEVEN * 3

    figures = json.loads(cli.run(capsys, "figures", "zwemmen-2024", "--json").out)
    assert "Vijf van de zes zwembaden die hierop antwoordden hebben een rapport." in json.dumps(figures)
    for name in ("landelijk.xlsx", "landelijk.csv"):
        assert cli.run(capsys, "export", "national", "zwemmen-2024", tmp_path / name).code == 0
    assert cli.run(capsys, "export", "region", "zwemmen-2024", "Z7", tmp_path / "z7.xlsx").code == 0
    made = openpyxl.load_workbook(tmp_path / "landelijk.xlsx")
    assert made["Data"].max_row == 1 + SEVEN * len(handed_in.instrument.questions)


def plain(answers: Mapping[str, results.Answer]) -> dict[str, object]:
    """One unit's answers, as the command line takes them."""
    found: dict[str, object] = {}
    for code, answer in answers.items():
        parts = {"value": answer.value, "special": answer.special, "note": answer.note}
        found[code] = {name: part for name, part in parts.items() if part is not None}
        if answer.document:
            found[code] = {**found[code], "document": True}  # type: ignore[dict-item]
    return found
