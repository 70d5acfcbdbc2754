"""One language: what is one term, what clashes, and what inspectors keep of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app import abbreviations, explained
from exports import glossary as sheet
from exports.document import from_json
from exports.report.checks import checks
from exports.report.making import kept
from exports.report.national import report
from exports.report.parts import said
from surveys import definitions, report_versions
from surveys.definitions import DefinitionInfo, Details, Term
from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import origins
from surveys.follow_up.origins import OriginDetails
from surveys.glossary import SHIPPED, fold, fold_meaning
from surveys.models import LogEntry
from surveys.reports.whole import whole
from tests.factories import World
from tests.follow_up.conftest import acting
from tests.support.counting import selected

OVR = "afkorting-ovr"
DUTCH = st.text("abcdefghijklmnopqrstuvwxyzéëïóüç-’' ", min_size=1, max_size=20)


def info(term: str, meaning: str, source: str) -> DefinitionInfo:
    """A definition of which only what it says matters."""
    return DefinitionInfo(f"{term}{meaning}{source}", Details("woord", term, meaning), source)


@given(DUTCH, st.lists(st.integers(0, 20), max_size=4))
def test_terms_that_differ_only_in_capitals_or_spaces_are_one(term: str, places: list[int]) -> None:
    other = term
    for place in places:
        other = f"{other[:place]} {other[place:]}"
    assert fold(other.upper()) == fold(term)
    assert fold_meaning(other.upper()) == fold_meaning(term)


@given(DUTCH, DUTCH)
def test_whether_two_definitions_clash_does_not_depend_on_which_comes_first(one: str, other: str) -> None:
    pair = (info("Term", one, "A"), info("Term", other, "B"))
    there, back = Term("term", pair), Term("term", pair[::-1])
    assert there.clashes == back.clashes == (fold_meaning(one) != fold_meaning(other))
    assert there.meanings == back.meanings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maatregel", "maatregelen"),
        ("Regio", "regio’s"),
        ("OVR", "OVR's"),
        ("Reële waarde", "reele waardes"),
        ("Civiel-militair", "civiel militair"),
    ],
)
def test_a_plural_accents_and_signs_make_no_other_term(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_short_words_that_end_like_a_plural_stay_apart() -> None:
    assert len({fold(each) for each in ("DOP", "DOPS", "een", "eens", "LSO")}) == 5


def test_what_comes_with_meetlat_has_no_clashes_and_no_two_terms_with_one_address() -> None:
    shipped = definitions.shipped()
    assert not [term.title for term in shipped.values() if term.clashes]
    refs = [each.ref for term in shipped.values() for each in term.definitions]
    assert len(set(refs)) == len(refs) == len(SHIPPED.words) + len(SHIPPED.abbreviations)


def test_a_change_goes_before_what_comes_along_and_keeps_what_that_said(
    session: Session, world: World
) -> None:
    by = acting(world)
    old = SHIPPED.abbreviations["OVR"]
    now = Details("afkorting", "OVR", "Officier Regio", note="Sinds de reorganisatie.")
    kept = definitions.change(session, OVR, now, by=by, seen_version=0)

    found = definitions.glossary(session)
    assert (kept.version, found.abbreviations["OVR"]) == (2, "Officier Regio")
    assert found.words == SHIPPED.words
    assert found.clashes == ()
    term = definitions.terms(session)["ovr"]
    second, first = definitions.history(session, term)[OVR]
    assert (first.number, first.name) == (1, None)
    assert [(each.label, each.old, each.new) for each in second.changes] == [
        ("Betekenis", old, "Officier Regio"),
        ("Toelichting", None, "Sinds de reorganisatie."),
    ]
    with pytest.raises(ChangedMeanwhile):
        definitions.change(session, OVR, replace(now, meaning="Te laat"), by=by, seen_version=0)

    definitions.change(session, OVR, replace(now, retired=True), by=by, seen_version=2)
    assert "OVR" not in definitions.glossary(session).abbreviations
    lines = session.query(LogEntry).filter(LogEntry.action.like("definition.%")).all()
    assert [(line.action, set(line.detail)) for line in lines] == [("definition.change", {"version"})] * 2


def test_two_meanings_stand_beside_each_other_until_somebody_chooses(session: Session, world: World) -> None:
    by = acting(world)
    study = origins.add(session, OriginDetails("rapport", "Onderzoek naar dekking"), by=by)
    own = SHIPPED.words["Dekking"]
    definitions.add(session, Details("woord", "dekkingen", own.upper(), source="Een brief"), by=by)
    assert definitions.glossary(session).clashes == ()

    other = definitions.add(
        session, Details("woord", "Dekking", "Bescherming tegen vuur.", origin_id=study.id), by=by
    )
    term = definitions.terms(session)["dekking"]
    told = definitions.glossary(session)
    assert [clash.terms for clash in told.clashes] == [("Dekking", "dekkingen")]
    assert told.words["Dekking"].endswith("(Meetlat); of: Bescherming tegen vuur (Onderzoek naar dekking)")

    definitions.settle(session, "dekking", other.ref, None, by=by, seen_meanings=term.meanings)
    told = definitions.glossary(session)
    assert (told.clashes, told.words["Dekking"]) == ((), "Bescherming tegen vuur.")
    assert "dekkingen" not in told.words

    term = definitions.terms(session)["dekking"]
    with pytest.raises(Refused, match="waarom beide"):
        definitions.settle(session, "dekking", None, " ", by=by, seen_meanings=term.meanings)
    definitions.settle(session, "dekking", None, "Twee vakgebieden.", by=by, seen_meanings=term.meanings)
    assert definitions.glossary(session).clashes == ()
    assert "; of: " in definitions.glossary(session).words["Dekking"]

    definitions.change(
        session, other.ref, replace(other.details, meaning="Iets anders."), by=by, seen_version=1
    )
    assert definitions.terms(session)["dekking"].clashes, "other meanings ask for another choice"
    with pytest.raises(ChangedMeanwhile):
        definitions.settle(session, "dekking", None, "Nog eens.", by=by, seen_meanings=term.meanings)


@pytest.mark.parametrize(
    ("details", "words"),
    [
        (Details("woord", " ’- ", "Iets"), "ten minste één letter"),
        (Details("woord", "Begrip", " . "), "Vul de betekenis in"),
        (Details("zin", "Begrip", "Iets"), "Kies een soort uit de lijst"),
        (Details("afkorting", "amp", "Iets"), "hoofdletter"),
        (Details("woord", "x" * 201, "Iets"), "200 tekens"),
        (Details("woord", "Begrip", "Iets", origin_id=99), "Kies een document uit de lijst"),
        (Details("woord", "Begrip", "Iets", origin_id=1, source="Brief"), "Niet allebei"),
        (Details("woord", "Begrip", "Iets", used_since=date(218, 1, 1)), "jaar 218"),
        (Details("woord", "factoren", "Iets"), "staat al in de lijst met dezelfde bron"),
    ],
)
def test_what_can_not_be_is_refused(session: Session, world: World, details: Details, words: str) -> None:
    with pytest.raises(Refused, match=words):
        definitions.add(session, details, by=acting(world))
    with pytest.raises(NotAllowed):
        definitions.add(session, details, by=acting(world, "beheerder"))


def test_a_changed_definition_shows_on_pages_in_workbooks_and_reports_but_not_in_a_frozen_version(
    app: Flask, session: Session, world: World
) -> None:
    by = acting(world)
    world.measurement.question = "Wat doet de OVR?"
    content, basis = kept(whole(session, world.measurement))
    report_versions.freeze(session, world.measurement, content=content, basis=basis, remark=None, by=by)
    now = Details("afkorting", "OVR", "Officier & Regio")
    definitions.change(session, OVR, now, by=by, seen_version=0)
    definitions.add(session, Details("woord", "Overleg", "Iets bespreken.", fictief=True), by=by)
    session.commit()

    with app.app_context():
        explanation = '<abbr title="Officier &amp; Regio">OVR</abbr>'
        assert abbreviations.mark("OVR & amp") == f"{explanation} &amp; amp"
        rows = {row[1]: row[2] for row in sheet.sheet(explained.glossary()).rows}
    assert (rows["OVR"], rows["Overleg"]) == ("Officier & Regio", "Iets bespreken. (fictief)")
    after = report(whole(session, world.measurement))
    assert "Officier & Regio" in said(after.document)
    assert SHIPPED.abbreviations["OVR"] not in said(after.document)
    frozen = said(from_json(report_versions.content(session, world.measurement, 1)[0]))
    assert SHIPPED.abbreviations["OVR"] in frozen
    assert "Officier & Regio" not in frozen


def test_a_clash_in_the_report_is_told_before_it_is_settled(session: Session, world: World) -> None:
    by = acting(world)
    world.measurement.question = "Wat doet de OVR?"
    for term in ("OVR", "Kunstmaan"):
        kind = "afkorting" if term == "OVR" else "woord"
        definitions.add(session, Details(kind, term, "Iets anders.", source="Een brief"), by=by)
    definitions.add(session, Details("woord", "Kunstmaan", "Nog iets anders."), by=by)
    found = whole(session, world.measurement)
    told = [check for check in checks(found, report(found)) if check.kind == "begrip"]
    assert [(check.text, check.blocks) for check in told] == [
        ("‘OVR’ heeft meer betekenissen. Kies bij de begrippen welke geldt.", False)
    ]


def test_a_page_asks_at_most_once_and_what_did_not_change_is_used_again(
    app: Flask, session: Session, world: World
) -> None:
    definitions.add(session, Details("afkorting", "XYZ", "Iets."), by=acting(world))
    session.commit()

    def asked(*texts: str) -> int:
        with selected(app) as found, app.app_context():
            for text in texts:
                abbreviations.mark(text)
        return len(found)

    assert asked("") == 0
    first = asked("XYZ")
    assert first > 1
    assert asked("XYZ", "OVR", "niets") == 1
