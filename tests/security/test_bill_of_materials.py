"""What Meetlat runs with: all of it in the bill, and nothing whose licence does not allow it."""

from __future__ import annotations

import json
import re

import pytest

from tests.support import bill
from tests.support.bill import Package


def test_everything_that_is_installed_and_bundled_is_in_the_bill_with_its_licence_and_hash() -> None:
    found = bill.packages()
    made = json.loads(bill.bill(found))  # held against the schema
    parts = {each["purl"]: each for each in made["components"]}
    assert len(parts) == len(found)
    locked = (bill.ROOT / "requirements" / "run.txt").read_text("utf-8")
    for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", locked, re.MULTILINE):
        assert parts[f"pkg:pypi/{name}@{version}"]["hashes"][0]["content"] in locked
    assert "pkg:npm/htmx.org@2" in " ".join(parts)
    assert not any("esbuild" in purl for purl in parts)
    for each in parts.values():
        assert each["licenses"][0]["expression"]
        assert each["hashes"]
    [everything] = [each["dependsOn"] for each in made["dependencies"] if each["ref"].startswith("meetlat@")]
    assert set(everything) == parts.keys()


def test_the_bill_names_no_address_of_a_registry() -> None:
    addresses = set(re.findall(r"\w+://[^/\"]+", bill.bill(bill.packages())))
    assert addresses == {"http://cyclonedx.org"}, "only that of its own schema"


def package(licence: str) -> Package:
    return Package("pypi", "iets", "1.0", licence, ())


@pytest.mark.parametrize("licence", ["MIT", "GPL-3.0-only OR MIT", "BSD-3-Clause AND (Zlib OR Nooit)"])
def test_what_allows_our_use_may_be_used(licence: str) -> None:
    assert package(licence).may_be_used


@pytest.mark.parametrize(
    "licence",
    ["", "AGPL-3.0-only", "MIT AND GPL-3.0-only", "Iets van onszelf", "MIT AND", "MIT WITH iets", "mit("],
)
def test_what_is_not_known_to_allow_it_may_not(licence: str) -> None:
    assert not package(licence).may_be_used


def test_an_unknown_licence_is_named_and_nothing_is_written(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(bill, "packages", lambda: [package("MIT"), package("GPL-3.0-only")])
    with pytest.raises(SystemExit, match=r"iets 1\.0: GPL-3\.0-only"):
        bill.main(str(tmp_path / "bill.json"))
    assert not (tmp_path / "bill.json").exists()


def test_what_is_installed_may_be_used(capsys) -> None:
    bill.main()
    assert capsys.readouterr().out == ""
