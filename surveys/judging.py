"""Judging with four eyes: of a factor in a dossier, or (without a dossier) in the country.

One inspector writes a judgement and offers it, another one confirms it or gives it back. The scores propose;
what they proposed when it was written is kept beside it, with a fingerprint of the answers behind it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.exc import StaleDataError

from scoring.model import NOT_JUDGED
from surveys import dossiers, log, results
from surveys.acting import By
from surveys.errors import (
    FourEyes,
    GroundsChanged,
    InvalidJudgement,
    JudgementStep,
    NotAllJudged,
    NotAllowed,
    NotJudged,
    StaleJudgement,
    UnknownFactor,
)
from surveys.instruments import Instrument
from surveys.measurements import STATES as STATES_OF_MEASUREMENT
from surveys.measurements import instrument_of
from surveys.models import (
    JOINT,
    Answer,
    Assignment,
    Dossier,
    InstrumentText,
    Judgement,
    JudgementVersion,
    Measurement,
)
from surveys.permissions import allowed
from surveys.reports.source import answers_of

STATES: dict[str, str] = {
    "concept": "Concept",
    "voorgelegd": "Voorgelegd",
    "terug": "Teruggegeven",
    "vastgesteld": "Vastgesteld",
}
"""The states of a judgement, with their Dutch names."""

STEPS: dict[str, str] = {
    "save": "Opgeslagen",
    "offer": "Voorgelegd",
    "return": "Teruggegeven",
    "confirm": "Vastgesteld",
    "reopen": "Heropend",
}
"""The steps of a judgement, as its history tells them."""

DRAFTING = frozenset({"bezocht", "geverifieerd"})
"""The states of a dossier in which its judgements are written; offering and confirming wait for the last."""
JUDGED = "geverifieerd"

COUNTRY_DRAFTING = frozenset({"bezoeken", "landelijk_beeld", "rapport_concept"})
"""The states of a measurement in which national judgements are written."""
COUNTRY_JUDGED = frozenset({"landelijk_beeld", "rapport_concept"})
"""Those in which national judgements are offered and confirmed."""

TEXT_LENGTH = 10_000
"""The most characters of each text of a judgement."""
_TEXTS = {"motivation": "motivering", "finding": "tekst van de bevinding", "attention": "aandachtspunten"}


@dataclass(frozen=True)
class About:
    """What a judgement is about: a factor, in a dossier or (None) in the country."""

    measurement: Measurement
    dossier: Dossier | None
    factor: str

    @classmethod
    def of(cls, dossier: Dossier, factor: str) -> About:
        """A factor of one dossier."""
        return cls(dossier.measurement, dossier, factor)

    @property
    def pins(self) -> tuple[InstrumentText, ...]:
        """The questionnaires with this factor; the first one has the levels. Raises UnknownFactor."""
        pins = [self.dossier.pinned] if self.dossier else [pin.instrument for pin in self.measurement.pins]
        found = tuple(pin for pin in pins if self.factor in instrument_of(pin).factors)
        if not found:
            raise UnknownFactor(self.factor)
        return found

    @property
    def instrument(self) -> Instrument:
        """The questionnaire whose levels count. Raises UnknownFactor."""
        return instrument_of(self.pins[0])


@dataclass(frozen=True)
class Draft:
    """What an inspector writes; None for what is (still) empty. `attention` is for the country."""

    level: str | None = None
    motivation: str | None = None
    finding: str | None = None
    attention: str | None = None

    @classmethod
    def of(cls, row: Judgement | None) -> Draft:
        """What a judgement that is kept says (an empty one for none)."""
        return cls(row.level, row.motivation, row.finding, row.attention) if row else cls()


@dataclass(frozen=True)
class Ground:
    """What the answers propose now: a level (None when they can't), and which answers those are.

    `answers` has the version of each; `basis` is their fingerprint.
    """

    proposal: str | None
    answers: Mapping[str, int]

    @property
    def basis(self) -> str:
        """The SHA-256, in hex, of which answers in which version they are."""
        return fingerprint(self.answers)


def fingerprint(answers: Mapping[str, int]) -> str:
    """The fingerprint of answers by key and version, whatever their order."""
    return hashlib.sha256(json.dumps(sorted(answers.items())).encode()).hexdigest()


@dataclass(frozen=True)
class Reading:
    """What the answers propose for every factor, worked out once for who judges many factors in a row.

    `versions` has the version of each answer that it was worked out from, by dossier: it is only believed
    as long as they are all the same.
    """

    levels: Mapping[str, str | None]
    versions: Mapping[int, Mapping[str, int]]


def read(session: Session, measurement: Measurement, dossier: Dossier | None) -> Reading:
    """Work out the proposals for all factors of a dossier, or (None) of the country, at once."""
    if dossier is not None:
        given = answers_of(session, [dossier.id]).get(dossier.id, {})
        found = results.score(instrument_of(dossier.pinned), {"": given}).units[""].factors
        levels = {code: _level(score.level) for code, score in found.items()}
        return Reading(levels, answer_versions(session, [dossier.id]))
    rows = _submitted(session, measurement)
    given_by = answers_of(session, [row.id for row in rows])
    levels = {}
    for pin in measurement.pins:
        units = {
            row.unit.code: given_by.get(row.id, {}) for row in rows if row.instrument_id == pin.instrument_id
        }
        national = results.score(instrument_of(pin.instrument), units).national.factors
        for code, score in national.items():
            # as in `ground`: the first questionnaire with a factor has its levels
            levels.setdefault(code, _level(score.proposal))
    return Reading(levels, answer_versions(session, [row.id for row in rows]))


def ground(session: Session, about: About, reading: Reading | None = None) -> Ground:
    """Work out what the answers propose as they stand now. Raises UnknownFactor.

    With a `reading` that still holds its proposal is taken; without one, or once an answer changed, it is
    worked out anew.
    """
    read_before = _ground_read(session, about, reading) if reading is not None else None
    if read_before is not None:
        return read_before
    if about.dossier is not None:
        codes = [question.code for question in about.instrument.factors[about.factor].questions]
        given = answers_of(session, [about.dossier.id]).get(about.dossier.id, {})
        level = results.score(about.instrument, {"": given}).units[""].factors[about.factor].level
        seen = answer_versions(session, [about.dossier.id], codes).get(about.dossier.id, {})
        return Ground(_level(level), seen)
    found = _counted(session, about)
    mine = [row for row in found if row.instrument_id == about.pins[0].id]
    given_by = answers_of(session, [row.id for row in mine])
    scored = results.score(about.instrument, {row.unit.code: given_by.get(row.id, {}) for row in mine})
    seen_by = answer_versions(
        session,
        [row.id for row in found],
        {
            question.code
            for pin in about.pins
            for question in instrument_of(pin).factors[about.factor].questions
        },
    )
    return Ground(
        _level(scored.national.factors[about.factor].proposal),
        {
            f"{row.unit.code} {key}": version
            for row in found
            for key, version in seen_by.get(row.id, {}).items()
        },
    )


def _ground_read(session: Session, about: About, reading: Reading) -> Ground | None:
    """The ground that a reading gives; None when it does not hold any more."""
    rows = [about.dossier] if about.dossier is not None else _submitted(session, about.measurement)
    seen = answer_versions(session, [row.id for row in rows])
    if seen != reading.versions:
        return None
    codes = {
        pin.id: {question.code for question in instrument_of(pin).factors[about.factor].questions}
        for pin in about.pins
    }
    answers = {
        key if about.dossier is not None else f"{row.unit.code} {key}": version
        for row in rows
        for key, version in seen.get(row.id, {}).items()
        if key.partition(":")[0] in codes.get(row.instrument_id, ())
    }
    return Ground(reading.levels[about.factor], answers)


def _level(code: str) -> str | None:
    return None if code == NOT_JUDGED else code


def _submitted(session: Session, measurement: Measurement) -> list[Dossier]:
    return list(
        session.scalars(
            select(Dossier)
            .where(Dossier.measurement_id == measurement.id, Dossier.state.in_(dossiers.SUBMITTED))
            .order_by(Dossier.id)
        )
    )


def _counted(session: Session, about: About) -> list[Dossier]:
    return list(
        session.scalars(
            select(Dossier)
            .where(
                Dossier.measurement_id == about.measurement.id,
                Dossier.instrument_id.in_([pin.id for pin in about.pins]),
                Dossier.state.in_(dossiers.SUBMITTED),
            )
            .order_by(Dossier.id)
        )
    )


def answer_versions(
    session: Session, dossier_ids: Iterable[int], questions: Iterable[str] | None = None
) -> dict[int, dict[str, int]]:
    """The version of each answer of some dossiers: dossier id -> question (and role, of a view) -> version.

    `questions` narrows it to those codes.
    """
    chosen = select(Answer.dossier_id, Answer.question, Answer.party, Answer.version).where(
        Answer.dossier_id.in_(list(dossier_ids))
    )
    if questions is not None:
        chosen = chosen.where(Answer.question.in_(list(questions)))
    found: dict[int, dict[str, int]] = {}
    for dossier_id, question, party, version in session.execute(chosen):
        key = question if party == JOINT else f"{question}:{party}"
        found.setdefault(dossier_id, {})[key] = version
    return found


_JUDGEMENT = (
    select(Judgement)
    .where(
        Judgement.measurement_id == bindparam("measurement"),
        Judgement.factor == bindparam("factor"),
    )
    # the steps come along: reading them in the middle of one would write it half done
    .options(selectinload(Judgement.versions).joinedload(JudgementVersion.person))
    .execution_options(populate_existing=True)
)


def current(session: Session, about: About) -> Judgement | None:
    """The judgement as it stands now; None when nobody wrote one."""
    dossier_id = about.dossier.id if about.dossier else None
    whose = Judgement.dossier_id.is_(None) if dossier_id is None else Judgement.dossier_id == dossier_id
    return session.scalar(
        _JUDGEMENT.where(whose), {"measurement": about.measurement.id, "factor": about.factor}
    )


def confirmed(session: Session, dossier_ids: Iterable[int]) -> dict[tuple[int, str], Judgement]:
    """The confirmed judgements of some dossiers, by dossier id and factor."""
    rows = session.scalars(
        select(Judgement)
        .where(Judgement.dossier_id.in_(list(dossier_ids)), Judgement.state == "vastgesteld")
        .options(joinedload(Judgement.drafted_by), joinedload(Judgement.confirmed_by))
    )
    return {(row.dossier_id, row.factor): row for row in rows if row.dossier_id is not None}


def save(
    session: Session,
    about: About,
    draft: Draft,
    *,
    by: By,
    seen_version: int,
    seen_basis: str,
    reading: Reading | None = None,
) -> Judgement:
    """Write a judgement, or change it: that makes `by` its writer, and takes back an offer.

    `seen_version` (0: none yet) and `seen_basis` are those of the page that it was written on; `reading` is
    for who writes many (see `ground`). The same text on the same answers changes nothing.

    Raises UnknownFactor, NotAllowed, NotJudged (the dossier or measurement is not that far, or further),
    JudgementStep when it is confirmed, StaleJudgement, GroundsChanged and InvalidJudgement.
    """
    row = _hold(session, about, by)
    _check_drafting(about)
    draft = _checked(about, draft)
    now = ground(session, about, reading)
    if row is not None and Draft.of(row) == draft and row.basis == now.basis == seen_basis:
        return row
    _check_seen(row, seen_version, draft)
    if row is not None and row.state == "vastgesteld":
        raise JudgementStep(STATES[row.state])
    if seen_basis != now.basis:
        raise GroundsChanged()
    if row is None:
        row = Judgement(
            measurement_id=about.measurement.id,
            dossier_id=about.dossier.id if about.dossier else None,
            factor=about.factor,
            state="concept",
            version=0,
            versions=[],
        )
        session.add(row)
    row.level, row.motivation = draft.level, draft.motivation
    row.finding, row.attention = draft.finding, draft.attention
    row.proposal, row.basis = now.proposal, now.basis
    assert by.person_id is not None
    assert by.assignment_id is not None
    row.drafted_by_id, row.drafted_as_id, row.drafted_at = by.person_id, by.assignment_id, by.at
    # what was given back stays so until it is offered again: the remark still asks for something
    state = "terug" if row.state == "terug" and row.level else "concept"
    return _step(session, about, row, "save", state, by, answers=now.answers)


def take_over(
    session: Session, about: About, draft: Draft, *, by: By, seen_version: int, seen_basis: str
) -> Judgement:
    """Write a judgement with the level that the answers propose, whichever level the draft has.

    Raises as `save` does, and InvalidJudgement when the answers propose nothing.
    """
    proposal = ground(session, about).proposal
    if proposal is None:
        raise InvalidJudgement(
            "Er is geen voorstel om over te nemen. Kies zelf een niveau, en schrijf op waarom.", "level"
        )
    chosen = replace(draft, level=proposal)
    return save(session, about, chosen, by=by, seen_version=seen_version, seen_basis=seen_basis)


def offer(session: Session, about: About, *, by: By, seen_version: int) -> Judgement:
    """Offer a judgement to a second inspector.

    Raises as `save` does; InvalidJudgement without a level, or without a motivation where the level is not
    the proposal.
    """
    row = _hold(session, about, by)
    _check_judged(about)
    row = _check_step(row, seen_version, "concept", "terug")
    _check_whole(row, row.proposal)
    return _step(session, about, row, "offer", "voorgelegd", by)


def give_back(session: Session, about: About, remark: str, *, by: By, seen_version: int) -> Judgement:
    """Give a judgement that was offered back to who wrote it.

    Raises as `offer` does, FourEyes for who wrote it, and InvalidJudgement without a remark.
    """
    row = _hold(session, about, by)
    _check_judged(about)
    row = _check_step(row, seen_version, "voorgelegd")
    if row.drafted_by_id == by.person_id:
        raise FourEyes()
    remark = _text(remark, "opmerking", "remark") or ""
    if not remark:
        raise InvalidJudgement("Schrijf op wat er anders moet. De schrijver leest dit.", "remark")
    return _step(session, about, row, "return", "terug", by, remark=remark)


def confirm(
    session: Session,
    about: About,
    *,
    by: By,
    seen_version: int,
    seen_basis: str,
    looked: bool = False,
    reading: Reading | None = None,
) -> Judgement:
    """Confirm a judgement that was offered.

    `seen_basis` is the fingerprint of the answers that were on the page, `looked` that the inspector says to
    have looked at the answers that changed since the judgement was written. Then the judgement rests on the
    answers as they stand, and is held against what they propose now. `reading`: see `ground`.

    Raises as `offer` does, FourEyes for who wrote it or (where the measurement asks for two organisations)
    for a colleague, and GroundsChanged when answers changed and nobody looked.
    """
    row = _hold(session, about, by)
    _check_judged(about)
    row = _check_step(row, seen_version, "voorgelegd")
    refusal = four_eyes(about.measurement, row, by.person_id, organisation_of(session, by))
    if refusal is not None:
        raise refusal
    now = ground(session, about, reading)
    if seen_basis != now.basis or (row.basis != now.basis and not looked):
        raise GroundsChanged()
    _check_whole(row, now.proposal)
    answers = now.answers if row.basis != now.basis else None
    row.proposal, row.basis = now.proposal, now.basis
    row.confirmed_by_id, row.confirmed_as_id, row.confirmed_at = by.person_id, by.assignment_id, by.at
    return _step(session, about, row, "confirm", "vastgesteld", by, answers=answers)


def reopen(session: Session, about: About, reason: str, *, by: By, seen_version: int) -> Judgement:
    """Take back that a judgement was confirmed; a dossier that was `beoordeeld` is `geverifieerd` again.

    Raises as `offer` does, and InvalidJudgement without a reason.
    """
    row = _hold(session, about, by)
    dossier = about.dossier
    if dossier is None or dossier.state != "beoordeeld":
        _check_judged(about)
    row = _check_step(row, seen_version, "vastgesteld")
    reason = _text(reason, "reden", "reason") or ""
    if not reason:
        raise InvalidJudgement(
            "Schrijf op waarom u dit oordeel heropent. De reden blijft erbij staan.", "reason"
        )
    row.confirmed_by_id = row.confirmed_as_id = row.confirmed_at = None
    _step(session, about, row, "reopen", "concept", by, remark=reason)
    if dossier is not None and dossier.state == "beoordeeld":
        dossiers.move(session, dossier, JUDGED, by, reason)
    return row


def finish(session: Session, dossier: Dossier, *, by: By) -> None:
    """Bring a dossier to `beoordeeld`.

    Raises NotJudged unless it is `geverifieerd`, NotAllowed, and NotAllJudged while a factor has no confirmed
    judgement that rests on the answers as they stand.
    """
    dossiers.lock(session, dossier)
    _check_judged(About(dossier.measurement, dossier, ""))
    missing = unjudged(session, dossier)
    if missing:
        raise NotAllJudged(missing)
    dossiers.move(session, dossier, "beoordeeld", by)


def unjudged(session: Session, dossier: Dossier) -> tuple[str, ...]:
    """The factors without a confirmed judgement that rests on the answers as they stand, in order."""
    seen = answer_versions(session, [dossier.id]).get(dossier.id, {})
    found = confirmed(session, [dossier.id])
    return tuple(
        code
        for code, basis in bases(instrument_of(dossier.pinned), seen).items()
        if (dossier.id, code) not in found or found[dossier.id, code].basis != basis
    )


def bases(instrument: Instrument, seen: Mapping[str, int]) -> dict[str, str]:
    """The fingerprint of each factor's answers; `seen` has the versions of one dossier's answers."""
    by_factor: dict[str, dict[str, int]] = {code: {} for code in instrument.factors}
    for key, version in seen.items():
        question = instrument.questions.get(key.partition(":")[0])
        if question is not None:
            by_factor[question.factor][key] = version
    return {code: fingerprint(answers) for code, answers in by_factor.items()}


def country_bases(session: Session, measurement: Measurement) -> dict[str, str]:
    """The fingerprint of the answers behind each factor's national judgement, in order: two queries."""
    found: dict[str, dict[str, int]] = {
        code: {} for pin in measurement.pins for code in instrument_of(pin.instrument).factors
    }
    rows = session.scalars(
        select(Dossier).where(Dossier.measurement_id == measurement.id, Dossier.state.in_(dossiers.SUBMITTED))
    ).all()
    seen = answer_versions(session, [row.id for row in rows])
    for row in rows:
        instrument = instrument_of(row.pinned)
        for key, version in seen.get(row.id, {}).items():
            question = instrument.questions.get(key.partition(":")[0])
            if question is not None:
                found[question.factor][f"{row.unit.code} {key}"] = version
    return {code: fingerprint(answers) for code, answers in found.items()}


def unjudged_nationally(session: Session, measurement: Measurement) -> tuple[str, ...]:
    """The factors without a confirmed national judgement that rests on the answers as they stand."""
    rows = session.execute(
        select(Judgement.factor, Judgement.basis).where(
            Judgement.measurement_id == measurement.id,
            Judgement.dossier_id.is_(None),
            Judgement.state == "vastgesteld",
        )
    )
    judged = {row.factor: row.basis for row in rows}
    return tuple(
        code for code, basis in country_bases(session, measurement).items() if judged.get(code) != basis
    )


def changed_since(row: Judgement, now: Ground) -> tuple[str, ...]:
    """The keys of the answers that are not as they were when a judgement was written, in order."""
    before: Mapping[str, int] = row.versions[-1].content["answers"]
    keys = sorted({*before, *now.answers})
    return tuple(key for key in keys if before.get(key) != now.answers.get(key))


def organisation_of(session: Session, by: By) -> int | None:
    """The organisation that somebody acts for; None for a unit, or nobody."""
    held = session.get(Assignment, by.assignment_id) if by.assignment_id else None
    return held.organisation_id if held else None


def four_eyes(
    measurement: Measurement, row: Judgement, person_id: int | None, organisation_id: int | None
) -> FourEyes | None:
    """Why this person can't confirm a judgement; None when they can."""
    if person_id is None or row.drafted_by_id == person_id:
        return FourEyes()
    if measurement.two_organisations and row.drafted_as.organisation_id == organisation_id:
        return FourEyes(organisation=True)
    return None


def waits_for(
    measurement: Measurement, row: Judgement, person_id: int | None, organisation_id: int | None
) -> bool:
    """Whether this person must act: finish what they wrote, or look at what was offered."""
    if row.state in {"concept", "terug"}:
        return row.drafted_by_id == person_id
    return row.state == "voorgelegd" and four_eyes(measurement, row, person_id, organisation_id) is None


def _hold(session: Session, about: About, by: By) -> Judgement | None:
    permission = "dossier.judge" if about.dossier else "measurement.judge"
    if by.person_id is None or by.assignment_id is None or not allowed(by.role, permission):
        raise NotAllowed()
    if about.dossier is not None:
        dossiers.lock(session, about.dossier)
    else:
        held = select(Measurement.id).where(Measurement.id == about.measurement.id).with_for_update()
        session.execute(held)
        session.refresh(about.measurement, ["state"])
    about.pins  # noqa: B018 - raises for a factor that is nowhere
    return current(session, about)


def _check_drafting(about: About) -> None:
    if about.dossier is None:
        if about.measurement.state not in COUNTRY_DRAFTING:
            state = STATES_OF_MEASUREMENT[about.measurement.state].lower()
            raise NotJudged(
                "Landelijke oordelen schrijven kan vanaf de bezoeken tot het rapport vaststaat"
                f" (stand nu: {state})."
            )
    elif about.dossier.state == "beoordeeld":
        raise NotJudged("Dit dossier is beoordeeld. Heropen eerst het oordeel dat u wilt wijzigen.")
    elif about.dossier.state not in DRAFTING:
        state = dossiers.STATES[about.dossier.state].lower()
        raise NotJudged(f"Oordelen schrijven kan vanaf het bezoek tot het afsluiten (stand nu: {state}).")


def _check_judged(about: About) -> None:
    if about.dossier is None:
        if about.measurement.state not in COUNTRY_JUDGED:
            state = STATES_OF_MEASUREMENT[about.measurement.state].lower()
            raise NotJudged(
                "Landelijke oordelen worden voorgelegd en vastgesteld als de meting op"
                f" ‘landelijk beeld’ staat (stand nu: {state}). Een concept bewaren kan al vanaf de bezoeken."
            )
    elif about.dossier.state == "beoordeeld":
        raise NotJudged("Dit dossier is al beoordeeld. Heropen eerst het oordeel dat u wilt wijzigen.")
    elif about.dossier.state != JUDGED:
        state = dossiers.STATES[about.dossier.state].lower()
        raise NotJudged(
            f"Oordelen worden voorgelegd en vastgesteld als het dossier geverifieerd is (stand nu: {state})."
            " Een concept bewaren kan al vanaf het bezoek."
        )


def _check_seen(row: Judgement | None, seen_version: int, mine: Draft | None = None) -> None:
    if seen_version != (row.version if row else 0):
        raise StaleJudgement(mine, row)


def _check_step(row: Judgement | None, seen_version: int, *states: str) -> Judgement:
    _check_seen(row, seen_version)
    if row is None:
        raise JudgementStep("nog niet geschreven")
    if row.state not in states:
        raise JudgementStep(STATES[row.state])
    return row


def _check_whole(row: Judgement, proposal: str | None) -> None:
    if row.level is None:
        raise InvalidJudgement("Kies een niveau voordat u het oordeel voorlegt.", "level")
    if row.motivation is None and row.level != proposal:
        raise InvalidJudgement(
            "Het niveau is niet het voorstel uit de antwoorden. Schrijf op waarom."
            if proposal
            else "Er is geen voorstel uit de antwoorden. Schrijf op waar uw oordeel op rust.",
            "motivation",
        )


def _checked(about: About, draft: Draft) -> Draft:
    level = draft.level or None
    if level is not None and level not in {each.code for each in about.instrument.levels}:
        raise InvalidJudgement("Dit niveau kennen we niet. Kies een van de niveaus.", "level")
    texts = {part: _text(getattr(draft, part), name, part) for part, name in _TEXTS.items()}
    return Draft(level, **texts)


def _text(text: str | None, name: str, part: str) -> str | None:
    kept = (text or "").replace("\r\n", "\n").replace("\x00", "").strip() or None
    if kept and len(kept) > TEXT_LENGTH:
        raise InvalidJudgement(
            f"De {name} is {len(kept)} tekens lang; er passen er {TEXT_LENGTH}. Kort de tekst in.", part
        )
    return kept


def _step(
    session: Session,
    about: About,
    row: Judgement,
    step: str,
    state: str,
    by: By,
    *,
    remark: str | None = None,
    answers: Mapping[str, int] | None = None,
) -> Judgement:
    """Write a step: the row, its version and the log. `answers`: None for those of the step before."""
    content: dict[str, Any] = {
        "level": row.level,
        "proposal": row.proposal,
        "motivation": row.motivation,
        "finding": row.finding,
        "attention": row.attention,
        "basis": row.basis,
        "answers": dict(row.versions[-1].content["answers"] if answers is None else answers),
    }
    row.version += 1
    row.state = state
    assert by.person_id is not None
    assert by.assignment_id is not None
    row.versions.append(
        JudgementVersion(
            version=row.version,
            step=step,
            state=state,
            content=content,
            remark=remark,
            person_id=by.person_id,
            assignment_id=by.assignment_id,
            at=by.at,
        )
    )
    if about.dossier is not None:
        about.dossier.last_activity_at = by.at
    try:
        session.flush()
    except (StaleDataError, IntegrityError) as error:
        # somebody came first between the look and the write: the caller rolls back and shows both
        raise StaleJudgement(Draft(row.level, row.motivation, row.finding, row.attention), None) from error
    log.write(
        session,
        f"judgement.{step}",
        by,
        "judgement",
        row.id,
        measurement=row.measurement_id,
        dossier=row.dossier_id,
        factor=row.factor,
        version=row.version,
        state=state,
        level=row.level,
        proposal=row.proposal,
    )
    return row
