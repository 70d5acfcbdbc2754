"""Putting the example data in, by the same verbs as a user's: send out, save, sign, submit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from surveys import (
    answers,
    dossiers,
    example,
    figures,
    measurements,
    people,
    running,
    signing,
    units,
)
from surveys.acting import AMSTERDAM, By
from surveys.answers import Content, Reference, Save
from surveys.example import committees, in_beeld, language, money, reported
from surveys.example.fill_follow_up import RECORDED, FollowUpFiller
from surveys.example.fill_inspection import InspectionFiller, Reporting, inspectors, remind
from surveys.example.inspection import inspection
from surveys.instruments import Factor, Instrument
from surveys.models import Assignment, Dossier, InstrumentText, Measurement, Person, Unit

PAUSE = timedelta(minutes=7)
"""Between two answers of an example dossier."""


def _nothing(_: object) -> None:
    return None


class Filler:
    """Fills an empty Meetlat. Flushes and never commits, like every verb; call in one transaction."""

    def __init__(
        self,
        session: Session,
        give_password: Callable[[Person], None] = _nothing,
        tell: Callable[[str], None] = _nothing,
        reporting: Reporting | None = None,
    ) -> None:
        """`give_password` sets the password of each person; `tell` gets a Dutch line at each step.

        `reporting` lays out the report; without it only `units` can be put in.
        """
        self.session, self.give_password, self.tell = session, give_password, tell
        self._reporting = reporting
        self._units: dict[str, Unit] = {}
        self._held: dict[tuple[str, str], Assignment] = {}

    def everything(self) -> None:
        """Units, people, series of figures, instruments, and all measurements with their dossiers."""
        if self._reporting is None:
            raise ValueError("the report of the example data has to be laid out")
        self.units()
        self.people()
        self.series()
        texts = {
            named: measurements.add_instrument(self.session, found, By.system())
            for named, found in example.questionnaires().items()
        }
        for round_ in example.measurements():
            made = self._measurement(round_, [texts[pinned] for pinned in round_.instruments])
            count = self._dossiers(made, round_)
            if round_.code == inspection().measurement:
                InspectionFiller(self.session, made, self._held, self._reporting).everything()
            elif round_.state != "uitvraag":
                measurements.go_to(self.session, made, round_.state, By.system(_moment(round_.last)))
            if round_.code == inspection().open_measurement:
                remind(self.session, made)
            self.session.expire_all()
            self.tell(f"{round_.name}: {count} vragenlijsten")
        self.follow_up()

    def follow_up(self) -> None:
        """What became of recommendations: of public letters, and of three regions."""
        held = tuple(inspectors(self.session, inspection()))
        in_beeld.fill(self.session, By.through(held[0], _moment(RECORDED)))
        count = FollowUpFiller(self.session, self._units, self._held, held).everything()
        language.fill(self.session, By.through(held[0], _moment(RECORDED)))
        money.fill(self.session, By.through(held[0], _moment(RECORDED)))
        committees.fill(self.session, held[0])
        reported.fill(self.session, self._units, self._held, held[0])
        self.tell(f"{count} opvolgpunten")

    def units(self) -> None:
        """The units with their tiles, and the links between them."""
        for row in example.units():
            self._units[row.code] = units.add(
                self.session,
                kind=row.kind,
                code=row.code,
                name=row.name,
                short=row.short,
                valid_from=row.valid_from,
                tile=units.Tile(*row.tile) if row.tile else None,
                by=By.system(),
            )
        for link in example.links():
            units.link(
                self.session,
                self._units[link.unit],
                self._units[link.parent],
                valid_from=link.valid_from,
                valid_until=link.valid_until,
                note=link.note,
                by=By.system(),
            )
        self.tell(f"{len(self._units)} eenheden")

    def people(self) -> None:
        """The organisations, and everybody with an account and a role."""
        organisations = {}
        for organisation in example.organisations():
            organisations[organisation.code] = people.add_organisation(
                self.session, organisation.code, organisation.name, By.system()
            )
        count = 0
        for row in example.people():
            began = _moment(row.valid_from)
            person = people.invite(self.session, name=row.name, email=row.email, by=By.system(began))
            person.example = True
            self.give_password(person)
            self._held[row.role, row.place] = people.assign(
                self.session,
                person,
                row.role,
                unit=self._units.get(row.place),
                organisation=organisations.get(row.place),
                valid_from=row.valid_from,
                by=By.system(began),
            )
            count += 1
        self.tell(f"{count} accounts")

    def series(self) -> None:
        """The series of figures, kept by the beheerder."""
        held = next(row for (role, _), row in self._held.items() if role == "beheerder")
        rows = example.series()
        for row in rows:
            figures.add(self.session, row.code, row.details, by=By.through(held, _moment(row.kept_on)))
        self.tell(f"{len(rows)} {'reeks' if len(rows) == 1 else 'reeksen'} met cijfers")

    def _measurement(self, round_: example.Round, pinned: list[InstrumentText]) -> Measurement:
        """The measurement in `voorbereiding`, with what it wants to know."""
        details = running.Details(
            name=round_.name,
            kind=round_.kind,
            year=round_.year,
            period=measurements.Period(round_.first, round_.last),
            fictief=True,
            question=round_.question,
            scope=round_.scope,
            discussed_with=round_.discussed_with,
        )
        inspector = inspectors(self.session, inspection())[0]
        by = By.through(inspector, _moment(round_.first - timedelta(days=30)))
        return running.prepare(self.session, code=round_.code, details=details, pinned=pinned, by=by)

    def _dossiers(self, made: Measurement, round_: example.Round) -> int:
        filled = example.answers(round_.code)
        kinds = {pin.unit_kind for pin in made.pins}
        participants = [unit for unit in self._units.values() if unit.kind in kinds]
        self._step(made, round_, "vragenlijst_vast")
        sent = By.system(_moment(round_.sent_out))
        sent_out = [
            measurements.send_out(self.session, made, unit, sent, due_on=round_.due_on)
            for unit in participants
        ]
        self._step(made, round_, "uitvraag")
        for dossier in sent_out:
            unit = dossier.unit
            given = filled.get(unit.code, {})
            if not given:
                continue
            moment = self._fill(dossier, given, _moment(round_.sent_out) + _delay(unit, round_))
            whole = round_.submitted or unit.code in round_.handed_in
            if whole or unit.code in round_.signed_once:
                self._finish(dossier, moment, whole=whole)
            self.session.expire_all()
        return len(participants)

    def _step(self, made: Measurement, round_: example.Round, state: str) -> None:
        """Bring a measurement to a state: an inspector's step, where it says what it wants to know."""
        moment = _moment(round_.sent_out)
        if round_.question:
            inspector = inspectors(self.session, inspection())[0]
            running.take(self.session, made, state, By.through(inspector, moment))
        else:
            measurements.go_to(self.session, made, state, By.system(moment))

    def _fill(self, dossier: Dossier, given: dict[str, example.ExampleAnswer], began: datetime) -> datetime:
        """Save the answers, a sitting a factor, each by who gives it. Gives the last moment."""
        instrument = measurements.instrument_of(dossier.pinned)
        moment = began
        for factor in instrument.factors.values():
            for role, codes in _by_role(instrument, factor, given):
                saves = {code: Save(_content(given[code]), 0) for code in codes}
                moment += PAUSE * len(codes)
                by = By.through(self._held[role, dossier.unit.code], moment)
                answers.save_all(self.session, dossier, saves, by=by)
            moment += timedelta(hours=20)
        return moment

    def _finish(self, dossier: Dossier, moment: datetime, *, whole: bool) -> None:
        """Sign, each role on its own day, and submit. Not `whole`: only the first role signs."""
        roles = measurements.instrument_of(dossier.pinned).roles
        last = None
        for role in roles:
            moment += timedelta(hours=26)
            last = By.through(self._held[role, dossier.unit.code], moment)
            signing.sign(self.session, dossier, by=last)
            if not whole:
                return
        assert last is not None
        signing.submit(self.session, dossier, by=last)
        assert dossier.state in dossiers.SUBMITTED


def _by_role(
    instrument: Instrument, factor: Factor, given: dict[str, example.ExampleAnswer]
) -> Iterable[tuple[str, list[str]]]:
    """Which role saves which answers of a factor: who can answer best; what both can, in turn."""
    shares: dict[str, list[str]] = {role: [] for role in instrument.roles}
    for place, question in enumerate(factor.questions):
        if question.code in given:
            turn = instrument.roles[place % len(instrument.roles)]
            shares[question.best if question.best in shares else turn].append(question.code)
    return [(role, codes) for role, codes in shares.items() if codes]


def _content(answer: example.ExampleAnswer) -> Content:
    documents = tuple(Reference(title, page) for title, page in answer.documents)
    return Content(answer.value, answer.special, answer.note, documents)


def _moment(day: date) -> datetime:
    """Nine o'clock in the Netherlands on a day."""
    return datetime.combine(day, time(9), AMSTERDAM)


def _delay(unit: Unit, round_: example.Round) -> timedelta:
    """Some begin sooner than others: by the letters of the unit's code, always the same."""
    return timedelta(days=sum(map(ord, unit.code)) % round_.spread_days, hours=len(unit.name) % 6)
