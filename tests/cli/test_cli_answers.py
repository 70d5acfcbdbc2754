"""`meetlat answers`: a dossier's answers to a file, and from a file that was filled in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from surveys import answers, people
from surveys.acting import By
from surveys.answers import Content, Reference, Save
from tests import factories, filled
from tests.factories import World
from tests.support import answersheet, cli, stages
from tests.support.cli import Ran

Run = Callable[..., Ran]
DOSSIER = ("proefmeting", "VR01")
OVR = ("--as", "ovr.vr01@voorbeeld.nl")
TINY = factories.tiny()


def _make(session: Session) -> None:
    filled.fill(session, World(session).dossiers["VR01"], filled.STRONG)


with_all_answered = stages.declare("all_answered", _make)


@pytest.fixture
def run(
    with_all_answered: None,
    database_url: str,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """The command line on a database in which VR01 has answered everything."""
    monkeypatch.setenv("MEETLAT_DATABASE_URL", database_url)
    monkeypatch.setenv("MEETLAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MEETLAT_SECRET_KEY", "een geheim dat alleen deze test kent en lang genoeg is")

    def call(*args: object) -> Ran:
        session.commit()
        return cli.run(capsys, *args)

    return call


@pytest.fixture
def kept(session: Session, world: World) -> Callable[[str], Content]:
    """What is kept as an answer of VR01."""

    def find(code: str) -> Content:
        session.rollback()
        return answers.content_of(answers.joint(session, world.dossiers["VR01"]).get(code))

    return find


def changed_file(run: Run, file: Path, contents: dict[str, Content]) -> Path:
    """Export a dossier and fill in some answers."""
    assert run("answers", "export", *DOSSIER, file).code == 0
    if file.suffix == ".xlsx":
        file.write_bytes(answersheet.fill(file.read_bytes(), TINY, contents))
        return file
    document = json.loads(file.read_text())
    for code, content in contents.items():
        version = document["answers"][code]["version"]
        document["answers"][code] = {"version": version, **content.as_json()}
    file.write_text(json.dumps(document))
    return file


@pytest.mark.parametrize("ending", ["xlsx", "json"])
def test_answers_go_out_and_come_back(
    run: Run, tmp_path: Path, kept: Callable[[str], Content], ending: str
) -> None:
    new = Content("geen", note="Verhuisd.", documents=(Reference("Brief", "blz. 1"),))
    file = changed_file(run, tmp_path / f"vr01.{ending}", {"1.1-03": new, "1.1-99": Content("Klaar.")})
    ran = run("answers", "import", *DOSSIER, file, *OVR)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "1.1-03: nieuw: Op een vaste werkplek -> Er is geen werkplek, toelichting, bewijsstukken",
        "1.1-99: nieuw: (leeg) -> Klaar.",
        "2 gewijzigd, 4 gelijk, 0 in conflict.",
        "Er is niets gewijzigd. Neem dit over met --apply.",
    ]
    assert kept("1.1-03").value == "vast"
    ran = run("answers", "import", *DOSSIER, file, *OVR, "--apply")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("Er zijn 2 antwoorden overgenomen.\n")
    assert kept("1.1-03") == new
    assert kept("1.1-99") == Content("Klaar.")
    assert kept("1.1-01") == filled.STRONG["1.1-01"]


def test_the_export_says_that_it_is_made_up_and_holds_everything(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "vr01.json"
    ran = run("answers", "export", *DOSSIER, file)
    assert ran.out == f"{file}: Regio 1, Proefmeting (fictieve gegevens)\n"
    document = json.loads(file.read_text())
    assert document["fictief"] is True
    assert list(document["answers"]) == list(TINY.questions)
    assert document["answers"]["1.1-03"] == {
        "version": 1,
        "value": "vast",
        "documents": [{"title": "Een document", "page": "blz. 1"}],
    }
    assert document["answers"]["1.1-99"] == {"version": 0}


@pytest.mark.parametrize(("keep", "value"), [("mijn", 1), ("hun", 5)])
def test_at_a_conflict_somebody_chooses(
    run: Run,
    tmp_path: Path,
    session: Session,
    world: World,
    kept: Callable[[str], Content],
    keep: str,
    value: int,
) -> None:
    file = changed_file(run, tmp_path / "vr01.json", {"1.1-02": Content(1), "1.1-01": Content("nee")})
    by = By.through(world.assignments["contactpersoon.vr01"])
    answers.save_all(session, world.dossiers["VR01"], {"1.1-02": Save(Content(5), 1)}, by=by)
    ran = run("answers", "import", *DOSSIER, file, *OVR, "--apply")
    assert ran.code == 2
    assert ran.err == (
        "Kies welk antwoord blijft staan bij 1.1-02. Er is niets overgenomen."
        " Gebruik --keep mijn of --keep hun.\n"
    )
    assert "1.1-02: conflict: 5 dagen per week -> 1 dagen per week" in ran.out
    assert (kept("1.1-01").value, kept("1.1-02").value) == ("ja", 5)
    assert run("answers", "import", *DOSSIER, file, *OVR, "--apply", "--keep", keep).code == 0
    assert (kept("1.1-01").value, kept("1.1-02").value) == ("nee", value)


def test_faults_are_told_a_line_each_and_nothing_is_taken(
    run: Run, tmp_path: Path, kept: Callable[[str], Content]
) -> None:
    file = changed_file(run, tmp_path / "vr01.json", {"1.1-01": Content("nee")})
    document = json.loads(file.read_text())
    document["answers"]["1.1-02"]["value"] = "veel"
    document["answers"]["9.9-99"] = {"value": 1}
    file.write_text(json.dumps(document))
    ran = run("answers", "import", *DOSSIER, file, *OVR, "--apply")
    assert ran.code == 2
    assert ran.err.splitlines() == [
        f"{file}: 1.1-02: value: Vul een getal in.",
        f"{file}: 9.9-99: deze vraag staat niet in de vragenlijst",
    ]
    assert kept("1.1-01").value == "ja"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.update(eenheid="VR02"), 'eenheid: hoort niet bij dit dossier; hier hoort "VR01"'),
        (lambda d: d["vragenlijst"].update(sha256="0"), "vragenlijst: hoort niet bij dit dossier"),
        (lambda d: d.update(meting=None), "meting: hoort niet bij dit dossier"),
        (lambda d: d.update(units={}), "units: onbekende sleutel"),
        (lambda d: d.update(answers=[]), "answers: moet een object zijn"),
        (lambda d: d["answers"].update({"1.1-01": []}), "1.1-01: value: een antwoord moet een object zijn"),
        (lambda d: d["answers"]["1.1-01"].update(oordeel=1), "1.1-01: value: onbekende sleutel 'oordeel'"),
        (
            lambda d: d["answers"]["1.1-01"].update(version=True),
            "1.1-01: value: version moet een geheel getal",
        ),
        (lambda d: d["answers"]["1.1-01"].update(version=9), "Vraag 1.1-01: dit is gemaakt van een antwoord"),
        (lambda d: d["answers"]["1.1-01"].update(note=3), "1.1-01: note: moet tekst zijn"),
        (lambda d: d["answers"]["1.1-01"].update(special="nvt"), '1.1-01: value: "Niet van toepassing"'),
        (lambda d: d["answers"]["1.1-01"].update(documents=["Plan"]), "1.1-01: documents: een document is"),
        (
            lambda d: d["answers"]["1.1-01"].update(documents={"a": 1}),
            "1.1-01: documents: moet een lijst zijn",
        ),
        (
            lambda d: d["answers"]["1.1-01"].update(documents=[{"title": 1}]),
            "1.1-01: documents: title en page moeten tekst zijn",
        ),
    ],
)
def test_a_spoiled_file_is_refused_by_question(
    run: Run, tmp_path: Path, change: Callable[[dict[str, object]], object], says: str
) -> None:
    file = changed_file(run, tmp_path / "vr01.json", {})
    document = json.loads(file.read_text())
    change(document)
    file.write_text(json.dumps(document))
    ran = run("answers", "import", *DOSSIER, file, *OVR, "--apply")
    assert ran.code == 2
    assert says in ran.err
    assert all(line.startswith(f"{file}: ") for line in ran.err.splitlines())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "is geen geldige JSON (regel 1, teken 2"),
        ("[]", "moet een object zijn"),
        ('{"answers": {}, "answers": {}}', "'answers' staat er twee keer in"),
        ("[" * 100_000, "is geen bruikbare JSON"),
        ("\udcff", "dit bestand bevat geen tekst in UTF-8"),
    ],
)
def test_what_is_no_such_file_is_refused_in_one_line(run: Run, tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "antwoorden.json"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    ran = run("answers", "import", *DOSSIER, file, *OVR)
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
    assert says in ran.err


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("import", *DOSSIER, "weg.json", *OVR), "BESTAND: weg.json kan niet worden gelezen"),
        (("import", *DOSSIER, "vr01.csv", *OVR), "BESTAND: vr01.csv eindigt niet op .xlsx of .json."),
        (("export", *DOSSIER, "vr01.ods"), "BESTAND: vr01.ods eindigt niet op .xlsx of .json."),
        (("export", *DOSSIER, "weg/vr01.json"), "BESTAND: weg/vr01.json kan niet worden geschreven"),
        (("export", "proefmeting", "VR99", "x.json"), "EENHEID: de meting Proefmeting heeft geen dossier"),
        (("export", "geen", "VR01", "x.json"), "METING: er is geen meting met de code geen"),
        (("import", *DOSSIER, "x.json"), "ontbreekt"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[str, ...], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("answers", *args)
    assert (ran.code, len(ran.err.splitlines())) == (2, 1)
    assert says in ran.err


@pytest.mark.parametrize(
    ("email", "says"),
    [
        ("ovr.vr02@voorbeeld.nl", "mag deze vragenlijst niet invullen"),
        ("inspecteur@voorbeeld.nl", "mag deze vragenlijst niet invullen"),
        ("niemand@voorbeeld.nl", "er is geen account met het e-mailadres"),
    ],
)
def test_only_who_may_answer_gives_answers(run: Run, tmp_path: Path, email: str, says: str) -> None:
    file = changed_file(run, tmp_path / "vr01.json", {"1.1-01": Content("nee")})
    ran = run("answers", "import", *DOSSIER, file, "--as", email, "--apply")
    assert ran.code == 2
    assert says in ran.err


def test_who_is_blocked_gives_no_answers(run: Run, tmp_path: Path, session: Session, world: World) -> None:
    file = changed_file(run, tmp_path / "vr01.json", {"1.1-01": Content("nee")})
    people.disable(session, world.person("ovr.vr01"), By.system())
    ran = run("answers", "import", *DOSSIER, file, *OVR, "--apply")
    assert ran.code == 2
    assert "mag deze vragenlijst niet invullen" in ran.err


def test_after_handing_in_nothing_is_taken(
    run: Run, tmp_path: Path, session: Session, world: World, kept: Callable[[str], Content]
) -> None:
    file = changed_file(run, tmp_path / "vr01.json", {"1.1-01": Content("nee")})
    from surveys import signing

    for key in ("ovr.vr01", "contactpersoon.vr01"):
        signing.sign(session, world.dossiers["VR01"], by=By.through(world.assignments[key]))
    signing.submit(session, world.dossiers["VR01"], by=By.through(world.assignments["ovr.vr01"]))
    ran = run("answers", "import", *DOSSIER, file, *OVR, "--apply")
    assert ran.code == 2
    assert ran.err.startswith("De vragenlijst is al ingeleverd")
    assert kept("1.1-01").value == "ja"
