"""Definitions of working lists: what is refused, that they survive being kept, and which units they mean."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import measurements, results, views
from surveys.acting import By
from surveys.answers import Content, Reference
from surveys.errors import ListFaults
from surveys.listing import Facts, Judged, Marked, listing, meets, read
from surveys.models import InstrumentText, Judgement, Measurement
from surveys.reports.source import DossierInfo, UnitInfo
from surveys.working_lists import Definition, Row, Vocabulary, ready_made, rows_of
from tests import factories, filled, strategies
from tests.factories import World

TINY = Vocabulary(factories.tiny(), {"1.1-01": {"7": "Vacature"}})


def definition(*rows: Row, join: str = "alle") -> Definition:
    return Definition("veiligheidsregio", join, rows, ("1.1-01",))


GOOD = (
    Row("answer", "1.1-01", "in", ("ja", "~onbekend")),
    Row("answer", "1.1-02", "at_least", ("2.5",)),
    Row("answer", "2.1-01", "all_of", ("brandweer", "politie")),
    Row("answer", "2.1-02", "in", ("~value",)),
    Row("note", "1.1-01", "with"),
    Row("document", "1.1-03", "without"),
    Row("must", "1.1-01", "in", ("missed", "open")),
    Row("view", "", "with"),
    Row("view", "1.1-01", "without"),
    Row("label", "1.1-01", "none_of", ("7",)),
    Row("check", "C1", "with"),
    Row("level", "1.1", "in", ("voldoet", "niet_te_beoordelen")),
    Row("judgement", "1.1", "not_in", ("geen",)),
    Row("judgement", "1.1", "differs"),
)


def test_a_definition_survives_being_kept() -> None:
    for join in ("alle", "een"):
        made = definition(*GOOD, join=join)
        assert TINY.parse(json.loads(json.dumps(made.as_json()))) == made


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (Row("onzin", "1.1-01", "in", ("ja",)), "kies waar de regel over gaat"),
        (Row("answer", "9.9-99", "in", ("ja",)), "een vraag uit deze vragenlijst"),
        (Row("level", "1.1-01", "in", ("voldoet",)), "een factor uit deze vragenlijst"),
        (Row("check", "C2", "with"), "een controle uit deze vragenlijst"),
        (Row("answer", "1.1-01", "all_of", ("ja",)), "kies wat er moet gelden"),
        (Row("answer", "1.1-01", "in", ()), "kies een of meer waarden"),
        (Row("answer", "1.1-01", "in", ("misschien",)), "kies een of meer waarden"),
        (Row("answer", "1.1-01", "not_in", ("~open",)), "alleen antwoorden"),
        (Row("answer", "1.1-02", "below", ("",)), "vul een getal in"),
        (Row("answer", "1.1-02", "below", ("1", "2")), "vul een getal in"),
        (Row("answer", "1.1-02", "below", ("1e9",)), "vul een getal in"),
        (Row("label", "1.1-01", "any_of", ("8",)), "het label bestaat niet meer"),
        (Row("label", "1.1-03", "any_of", ("7",)), "het label bestaat niet meer"),
    ],
)
def test_a_row_that_can_not_be_is_refused_in_words(row: Row, fault: str) -> None:
    with pytest.raises(ListFaults) as refused:
        TINY.parse(definition(GOOD[0], row).as_json())
    assert [place for place, _ in refused.value.places] == [1]
    assert fault in str(refused.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ListFaults) as refused:
        TINY.parse({"unit": "rmc", "join": "soms", "rows": [{"kind": "x"}, 3], "columns": ["9.9", "1.1-01"]})
    assert [place for place, _ in refused.value.places] == [None, None, 0, 1, None]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(["alle", "answer"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["unit", "join", "rows", "columns", "kind", "about", "operator", "values"]), inner
        )
    ),
    max_leaves=12,
)


@settings(max_examples=40, deadline=None)
@given(JSON)
def test_whatever_is_offered_is_read_or_refused(data: Any) -> None:
    made, refused = None, []
    try:
        made = TINY.parse(data)
    except ListFaults as error:
        refused = error.faults
    assert refused if made is None else TINY.parse(made.as_json()) == made


def facts_of(instrument: Any, units: Any) -> list[Facts]:
    scored = results.score(instrument, units).units
    return [
        Facts(
            info=DossierInfo(0, UnitInfo(name, name, name, instrument.unit, None), "ingediend"),
            brigade=None,
            answers={
                code: Content(
                    each.value, each.special, each.note, (Reference("Stuk"),) if each.document else ()
                )
                for code, each in given.items()
            },
            scored=scored[name],
            views=frozenset(),
            labels={},
            judged={},
        )
        for name, given in units.items()
    ]


@settings(max_examples=25, deadline=None)
@given(strategies.measured())
def test_a_condition_as_rows_means_what_it_means_to_the_arithmetic(measured: Any) -> None:
    """Lists give what statements count and checks hold for, which `scoring` works out in its own way."""
    data, filled_in = measured
    instrument = strategies.read(data)
    units = strategies.answers(filled_in, instrument)
    facts = facts_of(instrument, units)
    vocabulary = Vocabulary(instrument, {})
    national = results.score(instrument, units).national
    for statement in instrument.statements.values():
        rows = rows_of(statement.count)
        made = vocabulary.parse(Definition(instrument.unit, "alle", rows).as_json())
        met = {each.info.unit.code for each in facts if meets(made, each)}
        assert met == set(national.statements[statement.code].units)
    for check in instrument.checks:
        rows = tuple(row for condition in check.all for row in rows_of(condition))
        made = vocabulary.parse(Definition(instrument.unit, "alle", rows).as_json())
        fired = Definition(instrument.unit, "alle", (Row("check", check.code, "with"),))
        assert [meets(made, each) for each in facts] == [meets(fired, each) for each in facts]


@settings(max_examples=20, deadline=None)
@given(strategies.measured(), st.data())
def test_every_unit_is_in_exactly_one_state_at_each_question(measured: Any, data: st.DataObject) -> None:
    instrument = strategies.read(measured[0])
    facts = facts_of(instrument, strategies.answers(measured[1], instrument))
    counts = results.score(instrument, strategies.answers(measured[1], instrument)).national.questions
    code = data.draw(st.sampled_from(list(instrument.questions)))
    operator = "any_of" if instrument.questions[code].type == "multi" else "in"
    found = {
        state: sum(
            meets(Definition(instrument.unit, "alle", (Row("answer", code, operator, (state,)),)), each)
            for each in facts
        )
        for state in ("~value", "~onbekend", "~nvt", "~open", "~not_asked")
    }
    national = counts[code]
    assert found == {
        "~value": national.n,
        "~onbekend": national.unknown,
        "~nvt": national.nvt,
        "~open": national.open,
        "~not_asked": national.not_asked,
    }


def facts(session: Session, world: World) -> dict[str, Facts]:
    pinned = session.get_one(InstrumentText, world.dossiers["VR01"].instrument_id)
    return {each.info.unit.code: each for each in read(session, world.measurement, pinned)}


def who(found: dict[str, Facts], *rows: Row, join: str = "alle") -> list[str]:
    made = TINY.parse(definition(*rows, join=join).as_json())
    return [code for code, each in found.items() if meets(made, each)]


def test_each_kind_of_row_finds_its_units(full: World, session: Session) -> None:
    found = facts(session, full)
    assert who(found, Row("must", "1.1-01", "in", ("missed",))) == ["VR02"]
    assert who(found, Row("document", "1.1-03", "with")) == ["VR01"]
    assert who(found, Row("document", "1.1-02", "without")) == ["VR01"]  # not asked of VR02
    assert who(found, Row("note", "1.1-01", "with")) == ["VR01", "VR02"]
    assert who(found, Row("answer", "1.1-02", "above", ("2.5",))) == ["VR01"]
    assert who(found, Row("answer", "2.1-01", "none_of", ("niemand",))) == ["VR01"]
    assert who(found, Row("level", "1.1", "not_in", ("voldoet",))) == ["VR02"]
    assert who(found, Row("view", "", "without")) == ["VR01", "VR02"]
    assert who(found, Row("check", "C1", "without")) == ["VR01", "VR02"]
    assert who(found, Row("judgement", "1.1", "in", ("geen",))) == ["VR01", "VR02"]
    either = (Row("document", "1.1-03", "with"), Row("must", "1.1-01", "in", ("missed",)))
    assert who(found, *either) == []
    assert who(found, *either, join="een") == ["VR01", "VR02"]


def test_judgements_labels_and_views_are_found(full: World, session: Session) -> None:
    one, two = (facts(session, full)[code] for code in ("VR01", "VR02"))
    found = {
        "VR01": replace(one, judged={"1.1": Judged("voldoet_deels", "voldoet")}, views=frozenset(["1.1-03"])),
        "VR02": replace(two, labels={"1.1-01": (Marked(7, "Vacature", False),)}),
    }
    assert who(found, Row("judgement", "1.1", "differs")) == ["VR01"]
    assert who(found, Row("judgement", "1.1", "in", ("voldoet_deels",))) == ["VR01"]
    assert who(found, Row("view", "", "with")) == who(found, Row("view", "1.1-03", "with")) == ["VR01"]
    assert who(found, Row("view", "1.1-01", "with")) == []
    assert who(found, Row("label", "1.1-01", "any_of", ("7",))) == ["VR02"]
    assert who(found, Row("label", "1.1-01", "none_of", ("7",))) == ["VR01"]


def test_judgements_and_views_are_read_from_the_database(world: World, session: Session) -> None:
    dossier = world.dossiers["VR01"]
    filled.fill(session, dossier, filled.STRONG)
    by = By.through(world.assignments["ovr.vr01"], filled.AT)
    views.differ(session, dossier, "1.1-03", Content("geen", note="Nee."), by=by, seen_version=0)
    inspector = world.assignments["inspecteur"]
    session.add(
        Judgement(
            measurement_id=world.measurement.id,
            dossier_id=dossier.id,
            factor="1.1",
            state="concept",
            level="voldoet_deels",
            proposal="voldoet",
            basis="0" * 64,
            version=1,
            drafted_by_id=inspector.person_id,
            drafted_as_id=inspector.id,
            drafted_at=filled.AT,
        )
    )
    session.flush()
    found = facts(session, world)
    assert found["VR01"].views == {"1.1-03"}
    assert found["VR01"].judged == {"1.1": Judged("voldoet_deels", "voldoet")}
    assert not found["VR02"].judged


@pytest.mark.example
def test_the_lists_that_come_with_meetlat_find_what_their_answers_say(session: Session) -> None:
    measurement = session.scalars(select(Measurement).where(Measurement.code == "eindmeting-2013")).one()
    pinned = next(pin.instrument for pin in measurement.pins if pin.unit_kind == "veiligheidsregio")
    instrument = measurements.instrument_of(pinned)
    vocabulary = Vocabulary(instrument, {})
    found = read(session, measurement, pinned)
    assert [each.code for each in ready_made()] == ["decentraal", "piketregio", "meldkamer"]
    for ready in ready_made():
        made = vocabulary.parse(dict(ready.definition))
        question = made.rows[0].about
        naive = {
            each.info.unit.code
            for each in found
            if each.scored.states[question] in ("answered", "unscored")
            and each.answers[question].value in made.rows[0].values
        }
        shown = listing(made, instrument, found)
        assert naive
        assert {line.unit.code for line in shown.lines} == naive
        assert all(cell.question.code in made.columns for line in shown.lines for cell in line.cells)
