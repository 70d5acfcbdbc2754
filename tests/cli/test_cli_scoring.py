"""`meetlat score`, `compare` and `instrument check`: files in; a document, or a line for each fault, out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from tests import examples, strategies
from tests.examples import Data

Run = Callable[..., tuple[int, str, str]]

ANSWERS: Data = {
    "units": {
        "VR01": {
            "V1": {"value": "nee", "note": "Vacature sinds mei."},
            "V3": {"value": "wissel"},
            "V4": {"special": "onbekend"},
        }
    }
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line: its exit code, and what it wrote on standard output and standard error."""

    def call(*args: object) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            main([str(arg) for arg in args])
        out, err = capsys.readouterr()
        return int(caught.value.code or 0), out, err

    return call


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    file = tmp_path / "vragenlijst.toml"
    file.write_text(strategies.text(examples.example()), "utf-8")
    return file


@pytest.fixture
def write(tmp_path: Path) -> Callable[[Any], Path]:
    """Write answers to a file: data as JSON, text as it stands."""

    def call(answers: Any, name: str = "antwoorden.json") -> Path:
        file = tmp_path / name
        file.write_text(answers if isinstance(answers, str) else json.dumps(answers), "utf-8")
        return file

    return call


def test_score_prints_one_document(run: Run, toml: Path, write: Callable[[Any], Path]) -> None:
    code, out, err = run("score", "--instrument", toml, "--answers", write(ANSWERS))
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert list(document) == ["instrument", "units", "national"]
    assert document["instrument"] == {"code": "voorbeeld", "version": "1"}
    unit = document["units"]["VR01"]
    assert unit["factors"]["1.1"] == {
        "score": pytest.approx(0.2),
        "low": pytest.approx(0.16),
        "high": pytest.approx(0.36),
        "coverage": pytest.approx(0.8),
        "level": "voldoet_niet",
        "reason": None,
        "missed_musts": ["V1"],
        "open_musts": ["V4"],
    }
    assert unit["themes"]["1"] == pytest.approx({"score": 0.2, "low": 0.16, "high": 0.36, "coverage": 0.8})
    assert (unit["checks"], unit["incomplete"]) == ([], [])
    national = document["national"]
    assert national["units"] == 1
    assert list(national["factors"]["1.1"]) == [
        *("levels", "n", "mean", "median", "min", "max", "q1", "q3", "proposal"),
    ]
    assert national["statements"]["S1"] == {"n": 0, "of": 1, "text": None}
    keys = ["n", "unknown", "open", "nvt", "not_asked"]
    assert {code: list(question) for code, question in national["questions"].items()} == {
        "V1": [*keys, "counts", "mean_score", "attention"],
        "V2": [*keys, "counts", "mean", "median", "min", "max", "mean_score", "attention"],
        "V3": [*keys, "counts", "mean_score", "attention"],
        "V4": [*keys, "counts", "mean_score", "attention"],
        "V5": keys,
        "V6": keys,
    }


def test_why_adds_the_rows_of_one_unit(run: Run, toml: Path, write: Callable[[Any], Path]) -> None:
    _, out, _ = run("score", "--instrument", toml, "--answers", write(ANSWERS), "--why", "VR01")
    why = json.loads(out)["why"]["1.1"]
    assert (why["A"], why["W"], why["score"]) == (4, 5, pytest.approx(0.2))
    assert why["level_rule"].startswith("De score is 0,20")
    assert why["rows"][0] == {
        **{"code": "V1", "answer": "nee", "state": "answered", "must": "missed"},
        **{"s": 0.0, "w": 3.0, "share": 0.75, "part": 0.0},
    }
    assert [(row["code"], row["state"]) for row in why["rows"]] == [
        *(("V1", "answered"), ("V2", "not_asked"), ("V3", "answered"), ("V4", "open")),
    ]


def test_number_counts_are_keyed_by_their_shortest_decimals(
    run: Run, toml: Path, write: Callable[[Any], Path]
) -> None:
    ja = {"V1": {"value": "ja"}}
    units = {name: ja | {"V2": {"value": value}} for name, value in (("A", 3.0), ("B", 3), ("C", 0.5))}
    _, out, _ = run("score", "--instrument", toml, "--answers", write({"units": units}))
    assert json.loads(out)["national"]["questions"]["V2"]["counts"] == {"0.5": 1, "3": 2}


def test_a_measurement_without_units_has_no_figures(
    run: Run, toml: Path, write: Callable[[Any], Path]
) -> None:
    code, out, _ = run("score", "--instrument", toml, "--answers", write({"units": {}}))
    factor = json.loads(out)["national"]["factors"]["1.1"]
    assert code == 0
    assert (factor["n"], factor["mean"], factor["proposal"]) == (0, None, "niet_te_beoordelen")


@pytest.mark.parametrize("name", ["Brabant: noord", "Fryslân", "", '"', "\\ud800"])
def test_a_unit_may_have_any_name(run: Run, toml: Path, write: Callable[[Any], Path], name: str) -> None:
    written = json.loads(f'"{name}"') if name.startswith("\\") else name
    code, out, _ = run("score", "--instrument", toml, "--answers", write({"units": {written: {}}}))
    assert code == 0
    assert list(json.loads(out)["units"]) == [written]


FAULTS: dict[str, tuple[Any, list[str]]] = {
    "not JSON": ("{", [""]),
    "nothing": ("", [""]),
    "too deep": ("[" * 100_000, [""]),
    "too long a number": ("9" * 5000, [""]),
    "not an object": ([], [""]),
    "no units": ({}, [""]),
    "another key": ({"units": {}, "eenheden": {}}, [""]),
    "units not an object": ({"units": []}, [""]),
    "units twice": ('{"units": {}, "units": {}}', [""]),
    "unit not an object": ({"units": {"A": []}}, ["A: "]),
    "unit twice": ('{"units": {"A": {}, "A": {}}}', ["A: "]),
    "question twice": ('{"units": {"A": {"V1": {}, "V1": {}}}}', ["A: V1: "]),
    "key twice": ('{"units": {"A": {"V1": {"value": "ja", "value": "ja"}}}}', ["A: V1: "]),
    "unknown question": ({"units": {"A": {"V9": {"value": "ja"}}}}, ["A: V9: "]),
    "answer not an object": ({"units": {"A": {"V1": "ja"}}}, ["A: V1: "]),
    "unknown key": ({"units": {"A": {"V1": {"waarde": "ja"}}}}, ["A: V1: "]),
    "value null": ({"units": {"A": {"V1": {"value": None}}}}, ["A: V1: "]),
    "value and special": ({"units": {"A": {"V1": {"value": "ja", "special": "onbekend"}}}}, ["A: V1: "]),
    "impossible value": ({"units": {"A": {"V1": {"value": "misschien"}}}}, ["A: V1: "]),
    "nan": ('{"units": {"A": {"V2": {"value": NaN}}}}', ["A: V2: "]),
    "infinity by overflow": ('{"units": {"A": {"V2": {"value": 1e999}}}}', ["A: V2: "]),
    "true for a number": ({"units": {"A": {"V2": {"value": True}}}}, ["A: V2: "]),
    "an option twice": ({"units": {"A": {"V4": {"value": ["reservist", "reservist"]}}}}, ["A: V4: "]),
    "an object for a list": ({"units": {"A": {"V4": {"value": {"geen": 1}}}}}, ["A: V4: "]),
    "exclusive with another": ({"units": {"A": {"V4": {"value": ["reservist", "geen"]}}}}, ["A: V4: "]),
    "special not allowed": ({"units": {"A": {"V6": {"special": "onbekend"}}}}, ["A: V6: "]),
    "nvt not allowed": ({"units": {"A": {"V1": {"special": "nvt"}}}}, ["A: V1: "]),
    "special null": ({"units": {"A": {"V1": {"special": None}}}}, ["A: V1: "]),
    "note not text": ({"units": {"A": {"V1": {"note": 1}}}}, ["A: V1: "]),
    "document not true": ({"units": {"A": {"V1": {"document": "ja"}}}}, ["A: V1: "]),
    "on a question that is not asked": (
        {"units": {"A": {"V1": {"value": "nee"}, "V2": {"value": 9}}}},
        ["A: V2: "],
    ),
    "several at once": (
        {"units": {"A": {"V1": {"value": 1}}, "B": [], "C": {"V9": {}, "V4": {"special": "ja"}}}},
        ["A: V1: ", "B: ", "C: V9: ", "C: V4: "],
    ),
    "a name with a line break": ({"units": {"A\nB": []}}, ["A\\nB: "]),
}


@pytest.mark.parametrize(("answers", "places"), FAULTS.values(), ids=FAULTS)
def test_each_fault_in_the_answers_is_a_line(
    run: Run, toml: Path, write: Callable[[Any], Path], answers: Any, places: list[str]
) -> None:
    file = write(answers)
    code, out, err = run("score", "--instrument", toml, "--answers", file)
    lines = err.splitlines()
    assert (code, out) == (2, "")
    assert len(lines) == len(places), err
    for line, place in zip(lines, places, strict=True):
        assert line.startswith(f"{file}: {place}")
        assert place or line.count(": ") <= 3
    assert "Traceback" not in err


def test_the_faults_of_both_files_are_told(run: Run, tmp_path: Path, write: Callable[[Any], Path]) -> None:
    data = examples.broken(lambda data: data.pop("title"))
    bad = tmp_path / "slecht.toml"
    bad.write_text(strategies.text(data), "utf-8")
    file = write({"units": {"A": {"V1": {"value": None}}}})
    code, out, err = run("score", "--instrument", bad, "--answers", file)
    assert (code, out) == (2, "")
    assert [line.split(": ")[:2] for line in err.splitlines()] == [[str(bad), "voorbeeld"], [str(file), "A"]]


def test_an_unknown_unit_to_explain_is_a_fault(run: Run, toml: Path, write: Callable[[Any], Path]) -> None:
    file = write(ANSWERS)
    code, out, err = run("score", "--instrument", toml, "--answers", file, "--why", "VR99")
    assert (code, out) == (2, "")
    assert err.startswith(f"{file}: VR99: ")


def test_compare_prints_one_document(run: Run, toml: Path, write: Callable[..., Path]) -> None:
    better = {"units": {"VR01": ANSWERS["units"]["VR01"] | {"V1": {"value": "ja"}}, "VR02": {}}}
    later = write(better, "later.json")
    code, out, err = run("compare", "--earlier", toml, write(ANSWERS), "--later", toml, later)
    assert (code, err) == (0, "")
    counts = {"verbeterd": 1, "gelijk": 0, "verslechterd": 0, "niet_vergelijkbaar": 0}
    assert json.loads(out) == {
        "factors": {
            "1.1": {
                "common": 1.0,
                "units": {
                    "VR01": {
                        "shared": pytest.approx(4 / 6),
                        "delta": pytest.approx(0.75),
                        "change": "verbeterd",
                        "musts_gained": ["V1"],
                        "musts_lost": [],
                    }
                },
                "counts": counts,
            }
        },
        "units": {"VR01": counts},
        "counts": counts,
        "only_earlier": [],
        "only_later": [],
    }


def test_another_instrument_cannot_be_compared(
    run: Run, toml: Path, tmp_path: Path, write: Callable[[Any], Path]
) -> None:
    other = tmp_path / "andere.toml"
    other.write_text(strategies.text(examples.example() | {"code": "anders"}), "utf-8")
    file = write(ANSWERS)
    code, out, err = run("compare", "--earlier", toml, file, "--later", other, file)
    assert (code, out) == (2, "")
    assert err.startswith(f"{other}: ")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["onzin"],
        ["score"],
        ["score", "--instrument", "a"],
        ["score", "--onzin"],
        ["score", "--instrument", "geen.toml", "--answers", "geen.toml"],
        ["score", "--instrument", "a", "--answers", "b", "c"],
        ["compare", "--earlier", "a"],
        ["instrument"],
        ["instrument", "check"],
        ["instrument", "check", "geen.toml"],
        ["instrument", "check", "."],
    ],
)
def test_a_wrong_call_gives_one_clear_line_and_code_2(run: Run, args: list[str]) -> None:
    code, out, err = run(*args)
    assert (code, out) == (2, "")
    lines = set(err.splitlines())
    assert len(lines) == 1, err


def test_check_is_content_with_a_good_instrument(run: Run, toml: Path) -> None:
    code, out, err = run("instrument", "check", toml, toml)
    assert (code, err) == (0, "")
    assert out.splitlines() == [f"{toml}: in orde (voorbeeld 1, 6 vragen)"] * 2


def test_check_lists_the_faults_of_every_file(run: Run, toml: Path, tmp_path: Path) -> None:
    bad = tmp_path / "slecht.toml"
    bad.write_text(strategies.text(examples.example() | {"must_share": 2, "min_units": -1}), "utf-8")
    code, out, err = run("instrument", "check", toml, bad)
    assert (code, out) == (2, "")
    assert [line.startswith(f"{bad}: voorbeeld: ") for line in err.splitlines()] == [True, True]


def test_scoring_needs_no_web_framework_and_no_database(toml: Path, write: Callable[[Any], Path]) -> None:
    program = (
        "import sys\n"
        "from app.cli import main\n"
        "try:\n"
        f"    main(['score', '--instrument', {str(toml)!r}, '--answers', {str(write(ANSWERS))!r}])\n"
        "except SystemExit as stop:\n"
        "    assert not stop.code\n"
        "assert not {'flask', 'sqlalchemy'} & set(sys.modules), sorted(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["national"]["units"] == 1
