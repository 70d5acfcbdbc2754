"""What `meetlat compare` prints for the example data is what the pages show, number by number."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml.cssselect import CSSSelector

from app.cli.score import compare
from exports.comparison import signed
from exports.labels import CHANGES
from exports.wording import decimal
from surveys import example
from tests.support.client import Client
from tests.support.page import Found

pytestmark = pytest.mark.example

ROUNDS = ["nulmeting-2006", "tussenmeting-2009", "eindmeting-2013"]
PAIRS = [(ROUNDS[0], ROUNDS[1]), (ROUNDS[0], ROUNDS[2]), (ROUNDS[1], ROUNDS[2])]
INSTRUMENTS = Path(example.__file__).parents[1] / "instruments"
FACTORS = 11
REGIONS = 25


def inside(found: Found, selector: str) -> list[Found]:
    """The elements in an element."""
    return [Found(element) for element in CSSSelector(selector)(found.element)]


def printed(earlier: str, later: str, folder: Path) -> Any:
    """What the command prints of two measurements of the example data."""
    kinds = {unit.code: unit.kind for unit in example.units()}
    sent = []
    for option, code in (("--earlier", earlier), ("--later", later)):
        units = {
            unit: {
                question: {
                    "value": given.value,
                    "special": given.special,
                    "note": given.note,
                    "document": bool(given.documents),
                }
                for question, given in answers.items()
            }
            for unit, answers in example.answers(code).items()
            if kinds[unit] == "veiligheidsregio"
        }
        for answers in units.values():
            for given in answers.values():
                for name in [name for name, part in given.items() if part is None or part is False]:
                    del given[name]
        file = folder / f"{code}.json"
        file.write_text(json.dumps({"units": units}), encoding="utf-8")
        version = example.pinned(code)["veiligheidsregio"].version
        sent += [option, str(INSTRUMENTS / f"icms-veiligheidsregio-{version}.toml"), str(file)]
    result = CliRunner().invoke(compare, sent)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.parametrize(("earlier", "later"), PAIRS)
def test_the_pages_say_what_the_command_prints_for_every_region_and_factor(
    earlier: str, later: str, client: Client, login: Callable[[str], object], tmp_path: Path
) -> None:
    document = printed(earlier, later, tmp_path)
    login("inspecteur1")
    page = client.get(f"/vergelijken/{later}/?met={earlier}&toon=ontwikkeling")
    seen = 0
    for row in page.all("table.heatmap tbody tr"):
        unit = inside(row, ".heatmap__code")[0].text_content
        for cell in inside(row, "td[data-factor]"):
            expected = document["factors"][cell["data-factor"]]["units"][unit]
            assert cell["data-change"] == expected["change"], (unit, cell["data-factor"])
            assert CHANGES[expected["change"]].lower() in cell.text_content
            seen += 1
    assert seen == FACTORS * REGIONS
    for row in page.all("table[data-step] tbody tr"):
        expected = document["factors"][row["data-factor"]]
        assert float(row["data-share"]) == pytest.approx(expected["common"], abs=1e-9)
        shown = [int(cell.text_content.split()[0]) for cell in inside(row, "td.number")]
        assert shown == [expected["counts"][change] for change in CHANGES]
    assert len(page.all("table[data-step] tbody tr")) == FACTORS


def test_each_factor_page_has_the_difference_the_shared_weight_and_who_is_behind_each_count(
    client: Client, login: Callable[[str], object], tmp_path: Path
) -> None:
    document = printed(ROUNDS[1], ROUNDS[2], tmp_path)
    login("inspecteur1")
    for code, factor in document["factors"].items():
        page = client.get(f"/vergelijken/{ROUNDS[2]}/factor/{code}?met={ROUNDS[1]}")
        lines = {text.split()[0]: text for text in page.texts("#tabel tbody tr")}
        assert list(lines) == sorted(factor["units"])
        for unit, expected in factor["units"].items():
            delta = signed(expected["delta"])
            assert f"score {delta}, op " in lines[unit], (unit, code)
            assert f"gedeeld gewicht {decimal(expected['shared'], [0.5])})" in lines[unit], (unit, code)
            assert CHANGES[expected["change"]].lower() in lines[unit]
        for change in CHANGES:
            group = page.one(f"#ontwikkeling-{ROUNDS[1]}-{change}")
            links = {link["href"].split("/eenheid/")[1].split("?")[0] for link in inside(group, "a")}
            assert links == {unit for unit, each in factor["units"].items() if each["change"] == change}


def test_the_file_of_the_heatmap_has_what_the_command_prints(
    client: Client, login: Callable[[str], object], tmp_path: Path
) -> None:
    document = printed(ROUNDS[0], ROUNDS[2], tmp_path)
    login("inspecteur1")
    page = client.get(f"/vergelijken/{ROUNDS[2]}/bestand?met={ROUNDS[0]}&toon=ontwikkeling&vorm=csv")
    rows = list(csv.DictReader(io.StringIO(page.data.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == REGIONS
    for row in rows:
        assert row["fictief"] == "ja"
        for code, factor in document["factors"].items():
            expected = factor["units"][row["Code"]]
            assert row[code] == f"{CHANGES[expected['change']]} ({signed(expected['delta'])})"
            assert 0 <= int(row[f"{code} gedeeld"]) <= int(row[f"{code} gemeenschappelijk"])
