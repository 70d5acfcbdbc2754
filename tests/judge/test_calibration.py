"""Calibration: like answers judged unlike, near-same scores, and how judgements compare with proposals."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from surveys import judging
from surveys.answers import Content
from surveys.calibration import Calibration, Narrow, calibration, narrowed
from surveys.judging import Draft
from surveys.models import Judgement
from tests import factories, filled
from tests.judge.conftest import Bench, advance, bench_in, bench_of, confirm, correct, write
from tests.support import stages, workbook
from tests.support.client import Client

PATH = "/oordeel/proefmeting/ijking"
LOWER = Draft("voldoet_deels", "Zij vertrekt.")


def _make(session: Session) -> None:
    made = bench_in(session, factories.world(session, 4))
    for code in ("VR03", "VR04"):
        filled.submit(session, made.world.dossiers[code], filled.STRONG)
        advance(session, made.world.dossiers[code], made.by("one"))


with_calibration = stages.declare("calibration", _make, on="empty")


@pytest.fixture
def bench(with_calibration: None, session: Session) -> Bench:
    """Four regions: VR01, VR03 and VR04 strong, VR02 weak; all verified."""
    made = bench_of(factories.World(session))
    session.commit()
    return made


def offered(
    session: Session, bench: Bench, unit: str, who: str, draft: Draft | None = None, factor: str = "1.1"
) -> Judgement:
    about = bench.about(unit, factor)
    row = write(session, about, bench.by(who), draft)
    return judging.offer(session, about, by=bench.by(who), seen_version=row.version)


def read(session: Session, bench: Bench) -> Calibration:
    return calibration(session, bench.world.measurement)


def test_the_same_answers_judged_differently_are_shown_together(bench: Bench, session: Session) -> None:
    offered(session, bench, "VR01", "one")
    offered(session, bench, "VR02", "one")
    assert read(session, bench).patterns == ()
    offered(session, bench, "VR03", "two", LOWER)
    (group,) = read(session, bench).patterns
    assert [(case.unit.code, case.level.code) for case in group.cases] == [
        ("VR01", "voldoet"),
        ("VR03", "voldoet_deels"),
    ]
    assert group.cases[1].judged.drafted_by == "Inspecteur twee"


def test_a_note_makes_no_other_pattern_and_another_score_does(bench: Bench, session: Session) -> None:
    offered(session, bench, "VR01", "one")
    offered(session, bench, "VR03", "two", LOWER)
    third = bench.world.dossiers["VR03"]
    correct(session, third, "1.1-02", Content(4, note="Vier dagen."), "Gesprek.", bench.by("one"))
    assert len(read(session, bench).patterns) == 1
    correct(session, third, "1.1-03", Content("wissel"), "Gesprek.", bench.by("one"))
    found = read(session, bench)
    assert found.patterns == ()
    (pair,) = found.near
    assert (pair.one.unit.code, pair.other.unit.code) == ("VR01", "VR03")
    assert 0 < pair.apart <= 0.05


def test_a_pair_far_apart_or_that_follows_the_proposals_is_left_out(bench: Bench, session: Session) -> None:
    offered(session, bench, "VR01", "one")
    offered(session, bench, "VR02", "two", Draft("voldoet_deels", "Beter dan het lijkt."))
    found = read(session, bench)
    assert (found.patterns, found.near) == ((), ())


def test_drafts_do_not_count(bench: Bench, session: Session) -> None:
    offered(session, bench, "VR01", "one")
    write(session, bench.about("VR03"), bench.by("two"), LOWER)
    found = read(session, bench)
    assert (found.counted, found.written, found.patterns) == (1, 2, ())


def test_directions_are_counted_per_inspector_and_per_factor(bench: Bench, session: Session) -> None:
    confirm(session, bench.about("VR01"), bench.by("one"), bench.by("two"))
    offered(session, bench, "VR02", "one", Draft("voldoet", "Beter dan het lijkt."))
    offered(session, bench, "VR03", "two", LOWER)
    confirm(session, bench.about("VR03", "2.1"), bench.by("two"), bench.by("one"))
    found = read(session, bench)
    told = {each.label: (each.n, each.same, each.higher, each.lower) for each in found.inspectors}
    assert told == {"Inspecteur": (2, 1, 1, 0), "Inspecteur twee": (2, 1, 0, 1)}
    assert [(each.code, each.n, each.same) for each in found.factors] == [("1.1", 3, 1), ("2.1", 1, 1)]
    assert all(each.few for each in found.inspectors)
    assert [(each.code, name, each.n) for each, name in found.both] == [
        ("1.1", "Inspecteur", 2),
        ("1.1", "Inspecteur twee", 1),
        ("2.1", "Inspecteur twee", 1),
    ]


def test_one_factor_or_one_writer_can_be_asked_for(bench: Bench, session: Session) -> None:
    offered(session, bench, "VR01", "one")
    offered(session, bench, "VR03", "two", LOWER)
    found = read(session, bench)
    assert len(found.patterns) == 1
    third = bench.inspectors["afd"].person_id
    assert [name for _, name in found.people] == ["Inspecteur", "Inspecteur twee"]
    for asked, left in (
        (Narrow(factor="1.1"), 1),
        (Narrow(factor="2.1"), 0),
        (Narrow(person_id=bench.inspectors["two"].person_id), 1),
        (Narrow(person_id=third), 0),
    ):
        assert len(narrowed(found, asked).patterns) == left
        assert narrowed(found, asked).counted == 2, "how many count does not depend on what is shown"


def test_counts_are_sorted_as_asked(bench: Bench, session: Session) -> None:
    offered(session, bench, "VR01", "one")
    offered(session, bench, "VR03", "two", LOWER)
    offered(session, bench, "VR03", "two", LOWER, factor="2.1")
    found = read(session, bench)
    most = narrowed(found, Narrow(sort="lager", down=True))
    assert [each.label for each in most.inspectors] == ["Inspecteur twee", "Inspecteur"]
    least = narrowed(found, Narrow(sort="oordelen"))
    assert [each.label for each in least.inspectors] == ["Inspecteur", "Inspecteur twee"]
    assert [each.code for each in narrowed(found, Narrow(down=True)).factors] == ["2.1", "1.1"]


def test_the_page_and_its_file_say_the_same(
    bench: Bench, session: Session, client: Client, login: Callable[[str], None]
) -> None:
    offered(session, bench, "VR01", "one")
    offered(session, bench, "VR03", "two", LOWER)
    session.commit()
    login("inspecteur")
    page = client.get(PATH)
    assert page.has("2 van de 2 oordelen tellen hier mee.")
    assert page.has("Klein aantal")
    assert page.has("Zij vertrekt.")
    book = workbook.read(client.get(f"{PATH}/bestand").data)
    rows = workbook.table(book["Tellingen"])
    assert {row["Inspecteur"]: row["Lager"] for row in rows if row["Per"] == "Inspecteur"} == {
        "Inspecteur": 0,
        "Inspecteur twee": 1,
    }
    text = client.get(f"{PATH}/bestand?vorm=csv").data.decode("utf-8-sig")
    assert "Zelfde antwoorden 1" in text
    assert "VR03" in text


def test_what_is_chosen_on_the_page_is_what_its_file_has(
    bench: Bench, session: Session, client: Client, login: Callable[[str], None]
) -> None:
    offered(session, bench, "VR01", "one")
    offered(session, bench, "VR03", "two", LOWER)
    offered(session, bench, "VR04", "two", factor="2.1")
    session.commit()
    login("inspecteur")
    client.get(PATH)
    page = client.submit({"factor": "2.1"}, button="Tonen")
    assert page.has("Bij deze keuze staat hier niets.")
    assert not page.has("Zij vertrekt.")
    page = client.get(page.all("th.number a")[0]["href"])
    assert page.one("#factor option[selected]").text_content.startswith("2.1"), "the choice stays"
    assert page.all("th[aria-sort=ascending]")
    assert "VR03" not in client.get(page.link("Verschillen als CSV")).data.decode("utf-8-sig")
    for strange in ("wie=abc", "wie=" + "9" * 5000, "factor=x", "sorteer=x&omlaag=ja"):
        client.get(f"{PATH}?{strange}")
