"""Putting in what inspectors did with the example data, by the same verbs as a user's.

From the visits to the dossiers being closed, then the country. Flushes and never commits, like every verb.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys import (
    course,
    developments,
    interviews,
    judging,
    keeping_lists,
    labels,
    offering,
    recommending,
    reminding,
    report_texts,
    report_versions,
    running,
    sources,
    terms,
    visit_sheet,
    working_lists,
)
from surveys.acting import AMSTERDAM, By
from surveys.example import outcomes
from surveys.example.inspection import Inspection, ProposedChange, inspection
from surveys.instruments import Instrument
from surveys.interviews import Attending, Details
from surveys.judging import About, Draft
from surveys.measurements import instrument_of
from surveys.models import Assignment, Dossier, Interview, Measurement, Offer, Source, Unit
from surveys.report_texts import Told
from surveys.reports.whole import Whole, whole
from surveys.visit_sheet import Treatment

SATURDAY = 5
"""As `date.weekday` counts."""
POSITIONS = {
    "ovr": ("defensie", "Officier Veiligheidsregio"),
    "contactpersoon": ("regio", "Contactpersoon"),
    "rmc": ("defensie", "Regionaal Militair Commandant"),
}
"""For whom each role was at a visit, and in which position."""


@dataclass(frozen=True)
class Reporting:
    """What a report takes that this package can't do: its words and layout (`exports.report`).

    `told` gives the counts that a text tells, `grounds` the texts that a passage rests on, and `lay_out` a
    report and what it was made from, as a version keeps them.
    """

    told: Callable[[Whole, str], tuple[Told, ...]]
    grounds: Callable[[Whole, str], Mapping[str, str]]
    lay_out: Callable[[Whole], tuple[str, str]]


class InspectionFiller:
    """Does in a measurement of the example data what its inspectors did."""

    def __init__(
        self,
        session: Session,
        measurement: Measurement,
        held: Mapping[tuple[str, str], Assignment],
        reporting: Reporting,
    ) -> None:
        """`held` has the assignments of the units' people, by role and unit code."""
        self.session, self.measurement, self._held = session, measurement, held
        self._reporting = reporting
        self.rows: Inspection = inspection()
        self._inspectors = inspectors(session, self.rows)
        self._sources: list[Source] = []
        self._dossiers = list(
            session.scalars(
                select(Dossier)
                .join(Dossier.unit)
                .where(Dossier.measurement_id == measurement.id)
                .order_by(Unit.kind.desc(), Unit.code)
            )
        )

    def everything(self) -> None:
        """Visits, reports and judgements of every dossier, sources and labels, and the country."""
        first = self._inspectors[0]
        self._step("bezoeken")
        self._add_sources(By.through(first, _moment(self.rows.steps["bezoeken"])))
        self._converse()
        for place, dossier in enumerate(self._dossiers):
            self._inspect(dossier, place)
        self._label(By.through(first, _moment(self.rows.steps["landelijk_beeld"])))
        self._step("landelijk_beeld")
        self._judge_country(_moment(self.rows.steps["landelijk_beeld"], 1))
        self._step("rapport_concept")
        self._write_report(_moment(self.rows.steps["rapport_concept"], 1))
        outcomes.fill(self.session, By.through(first, _moment(self.rows.steps["rapport_concept"], 1)))
        version = self._freeze_report(_moment(self.rows.steps["rapport_concept"], 2))
        self._step("rapport_vast")
        self._publish_report(version, self.rows.steps["gepubliceerd"])
        self._step("gepubliceerd")

    def _step(self, state: str) -> None:
        by = By.through(self._inspectors[0], _moment(self.rows.steps[state]))
        running.take(self.session, self.measurement, state, by)

    # the report -----------------------------------------------------------------------------------------

    def _write_report(self, at: datetime) -> None:
        """The passages that inspectors wrote, and the recommendations."""
        writer = self._inspectors[0]
        found = whole(self.session, self.measurement)
        for key, text in self.rows.report.texts.items():
            report_texts.write(
                self.session,
                self.measurement,
                key,
                text,
                told=self._reporting.told(found, text),
                grounds=self._reporting.grounds(found, key),
                by=By.through(writer, at),
                seen_version=0,
            )
        for row in self.rows.report.recommendations:
            details = recommending.Details(row.addressee, row.text, row.factor)
            recommending.add(self.session, self.measurement, details, by=By.through(writer, at))

    def _freeze_report(self, at: datetime) -> int:
        """A version by one inspector, confirmed by another; its number."""
        writer, second = self._inspectors[:2]
        content, basis = self._reporting.lay_out(whole(self.session, self.measurement))
        made = report_versions.freeze(
            self.session,
            self.measurement,
            content=content,
            basis=basis,
            remark=self.rows.report.remark,
            by=By.through(writer, at),
        )
        report_versions.confirm(
            self.session,
            self.measurement,
            made.number,
            remark=None,
            by=By.through(second, at + timedelta(hours=1)),
        )
        return made.number

    def _publish_report(self, number: int, day: date) -> None:
        """The heads sign, it is presented, and public."""
        rows, by = self.rows.report, By.through(self._inspectors[0], _moment(day))
        organisations = report_versions.publishers(self.session)
        for name, organisation in zip(rows.heads, organisations, strict=True):
            signed = report_versions.Signed(name, rows.function, organisation, day)
            report_versions.sign(self.session, self.measurement, number, signed, by=by)
        report_versions.present(
            self.session,
            self.measurement,
            number,
            to=rows.presented_to,
            on=day,
            letter=rows.letter,
            by=by,
        )
        report_versions.publish(self.session, self.measurement, number, by=by)

    # dossiers -------------------------------------------------------------------------------------------

    def _inspect(self, dossier: Dossier, place: int) -> None:
        """One dossier, from taking it up to closing it. `place` tells who does it, and what is said."""
        writer, second = _turn(self._inspectors, place)
        handed_in = dossier.state_since.astimezone(AMSTERDAM).date()
        visit = _workday(handed_in + timedelta(days=5 + place % 4))
        reading = judging.read(self.session, self.measurement, dossier)
        visit_sheet.take_up(self.session, dossier, by=By.through(writer, _moment(handed_in, 24 + 1)))
        if dossier.unit.code in self.rows.points.units:
            self._treat(dossier, (writer, second), _moment(handed_in, 24 + 2))
        planned = self._visit(dossier, visit, By.through(writer, _moment(handed_in, 24 + 5)))
        self._report(
            planned, self._passages(dossier, reading.levels, place), By.through(writer, _moment(visit, 24))
        )
        verified = self._verify(planned, writer, visit)
        course.verify(self.session, dossier, By.through(writer, _moment(verified, 1)))
        self._cite(dossier, By.through(writer, _moment(verified, 2)))
        self._judge(dossier, reading, writer, second, _moment(verified, 3))
        judging.finish(self.session, dossier, by=By.through(second, _moment(verified, 30)))
        course.close(self.session, dossier, By.through(second, _moment(verified, 31)))

    def _visit(self, dossier: Dossier, day: date, by: By) -> Interview:
        """Plan a visit with everybody of the unit, and hold it."""
        roles = instrument_of(dossier.pinned).roles
        regional = len(roles) > 1
        people = [
            Attending(POSITIONS[role][0], self._held[role, dossier.unit.code].person.name, POSITIONS[role][1])
            for role in roles
        ]
        people += [Attending("inspectie", each.person.name, "Inspecteur") for each in self._inspectors]
        planned = interviews.plan(
            self.session,
            self.measurement,
            dossier,
            Details(
                "bezoek" if regional else "interview",
                day,
                self.rows.visits.place if regional else self.rows.visits.place_rmc,
                tuple(people),
            ),
            by=by,
        )
        held = By(by.person_id, by.assignment_id, by.role, by.unit_id, _moment(day, 8))
        interviews.hold(self.session, planned, today=day, by=held)
        return planned

    def _passages(
        self, dossier: Dossier, levels: Mapping[str, str | None], place: int
    ) -> Iterator[tuple[str | None, str]]:
        """What the report says: in general, then of no, one or two factors, first those with lower levels."""
        visits = self.rows.visits
        instrument = instrument_of(dossier.pinned)
        regional = len(instrument.roles) > 1
        yield None, visits.general[place % len(visits.general)] if regional else visits.general_rmc
        best = instrument.levels[-1].code
        codes = list(instrument.factors)
        turned = codes[place % len(codes) :] + codes[: place % len(codes)]
        chosen = sorted(turned, key=lambda code: levels[code] == best)[: place % 3]
        for code in sorted(chosen):
            yield code, self.rows.passages[code]["good" if levels[code] == best else "less"]

    def _report(self, interview: Interview, passages: Iterator[tuple[str | None, str]], by: By) -> None:
        for factor, text in passages:
            interviews.add_passage(self.session, interview, text=text, factor=factor, by=by)

    def _verify(self, interview: Interview, writer: Assignment, visit: date) -> date:
        """Offer the report, let everybody react, decide on what they propose, and close. Gives the day."""
        dossier = interview.dossier
        assert dossier is not None
        unit = dossier.unit.code
        due_on = visit + timedelta(days=9)
        offer = offering.offer_report(
            self.session,
            interview,
            due_on,
            self.rows.visits.message,
            by=By.through(writer, _moment(visit, 24 + 2)),
        )
        done = due_on + timedelta(days=1)
        if unit not in self.rows.visits.silent:
            done = _workday(visit + timedelta(days=5))
            self._react(offer, dossier, self.rows.reactions.get(unit), visit)
            for reaction in offering.unsettled(self.session, offer):
                change = self.rows.reactions[unit]
                passage = reaction.offered.passage
                assert passage is not None
                offering.settle(
                    self.session, reaction, change.outcome, change.reason, change.text,
                    seen_version=passage.version, by=By.through(writer, _moment(done)),
                )  # fmt: skip
        offering.close(self.session, offer, by=By.through(writer, _moment(done)))
        return done

    def _react(self, offer: Offer, dossier: Dossier, change: ProposedChange | None, visit: date) -> None:
        for number, role in enumerate(instrument_of(dossier.pinned).roles):
            by = By.through(self._held[role, dossier.unit.code], _moment(visit, 24 * (2 + number) + 1))
            if change is not None and change.role == role:
                first = offer.texts[0]
                offering.react(
                    self.session, first, "wijziging", change.proposal, change.remark or None, by=by
                )
            offering.agree_with_rest(self.session, offer, by=by)

    def _treat(self, dossier: Dossier, pair: tuple[Assignment, Assignment], at: datetime) -> None:
        """Assign the first points of the sheet, note what came out of them, drop one, add one."""
        points = self.rows.points
        by = By.through(pair[0], at)
        lines = visit_sheet.sheet(self.session, dossier).lines[: len(points.remarks) + 1]
        for number, line in enumerate(lines):
            dropped = number == len(points.remarks)
            remark = points.dropped if dropped else points.remarks[number]
            whose = None if dropped else pair[number % 2].person_id
            done = Treatment(whose, remark, dropped)
            visit_sheet.treat(self.session, dossier, line.point, done, by=by, seen_version=line.version)
        visit_sheet.add(self.session, dossier, points.own.text, points.own.factor, by=by)

    def _judge(
        self, dossier: Dossier, reading: judging.Reading, writer: Assignment, second: Assignment, at: datetime
    ) -> None:
        """Judge every factor as the answers propose, or as the rows say; the second inspector confirms."""
        for number, code in enumerate(instrument_of(dossier.pinned).factors):
            otherwise = self.rows.otherwise.get((dossier.unit.code, code))
            level = otherwise.level if otherwise else reading.levels[code]
            assert level is not None, (dossier.unit.code, code)
            draft = Draft(
                level,
                otherwise.motivation if otherwise else None,
                self.rows.findings[code][level],
            )
            moment = at + timedelta(minutes=10 * number)
            self._confirm(About.of(dossier, code), draft, reading, (writer, second), moment)

    def _confirm(
        self,
        about: About,
        draft: Draft,
        reading: judging.Reading,
        pair: tuple[Assignment, Assignment],
        at: datetime,
    ) -> None:
        """Write a judgement, offer it, and let the other inspector confirm it a day later."""
        writer, second = By.through(pair[0], at), By.through(pair[1], at + timedelta(days=1))
        basis = judging.ground(self.session, about, reading).basis
        row = judging.save(
            self.session, about, draft, by=writer, seen_version=0, seen_basis=basis, reading=reading
        )
        row = judging.offer(self.session, about, by=writer, seen_version=row.version)
        judging.confirm(
            self.session, about, by=second, seen_version=row.version, seen_basis=basis, reading=reading
        )

    # the measurement ------------------------------------------------------------------------------------

    def _converse(self) -> None:
        """Conversations that are about no dossier; an inspector enters what was said of the report."""
        for row in self.rows.conversations:
            writer = self._inspectors[0]
            day = row.held_on
            people = [Attending("anders", row.guest)]
            people += [Attending("inspectie", each.person.name, "Inspecteur") for each in self._inspectors]
            details = Details("gesprek", day, row.place, tuple(people), row.subject)
            planned = interviews.plan(
                self.session, self.measurement, None, details, by=By.through(writer, _moment(day, -72))
            )
            interviews.hold(self.session, planned, today=day, by=By.through(writer, _moment(day, 8)))
            said = ((each.factor, each.text) for each in row.passages)
            self._report(planned, said, By.through(writer, _moment(day, 24)))
            due_on = day + timedelta(days=9)
            later = By.through(writer, _moment(day, 48))
            offer = offering.offer_report(self.session, planned, due_on, self.rows.visits.message, by=later)
            heard = By.through(writer, _moment(day, 96))
            for text in offer.texts:
                offering.react(self.session, text, "klopt", heard_from=row.guest, by=heard)
            offering.close(self.session, offer, by=heard)

    def _add_sources(self, by: By) -> None:
        for row in self.rows.sources:
            details = sources.Details(row.kind, row.title, row.origin, row.dated, row.held, row.note)
            self._sources.append(sources.add(self.session, self.measurement, details, by=by))

    def _cite(self, dossier: Dossier | None, by: By) -> None:
        """Cite the sources in a dossier, or (None) for the country."""
        place = dossier.unit.code if dossier else ""
        for row, source in zip(self.rows.sources, self._sources, strict=True):
            for each in row.cited:
                if each.unit == place:
                    sources.cite(self.session, source, dossier, each.factor, each.page, each.note, by=by)

    def _judge_country(self, at: datetime) -> None:
        by = By.through(self._inspectors[0], at)
        self._cite(None, by)
        for row in self.rows.developments:
            details = developments.Details(row.title, row.text, row.origin, row.factors)
            developments.add(self.session, self.measurement, details, by=by)
        reading = judging.read(self.session, self.measurement, None)
        for number, each in enumerate(self.rows.country):
            draft = Draft(each.level, each.motivation or None, each.finding, each.attention or None)
            pair = _turn(self._inspectors, number)
            moment = at + timedelta(minutes=20 * number)
            self._confirm(About(self.measurement, None, each.factor), draft, reading, pair, moment)

    def _label(self, by: By) -> None:
        """Put labels on the explanations of a question, and keep lists that the inspectors share."""
        rows = self.rows.labels
        pinned = next(
            pin.instrument for pin in self.measurement.pins if pin.instrument.code == rows.instrument
        )
        instrument: Instrument = instrument_of(pinned)
        made = {
            name: labels.add(self.session, rows.instrument, rows.question, name, by=by).id
            for name in rows.names
        }
        found = labels.explanations(
            self.session, self.measurement, pinned, instrument, instrument.questions[rows.question]
        )
        wishes = {}
        for each in found:
            fitting = [
                made[name] for name, words in rows.names.items() if any(word in each.note for word in words)
            ]
            wishes[each.answer_id] = labels.Wish(each.version, frozenset(), frozenset(fitting))
        labels.put(self.session, pinned, rows.question, found, wishes, by=by)
        vocabulary = working_lists.Vocabulary(instrument, labels.names(self.session, rows.instrument))
        for place, row in enumerate(self.rows.lists):
            definition = vocabulary.parse(
                {
                    "unit": instrument.unit,
                    "join": "alle",
                    "rows": list(row.rows),
                    "columns": list(row.columns),
                }
            )
            mine = By.through(_turn(self._inspectors, place)[0], by.at)
            keeping_lists.save(self.session, self.measurement, row.name, definition, shared=True, by=mine)


def remind(session: Session, measurement: Measurement) -> None:
    """Change terms and give reminders in the measurement that is open, as the rows say."""
    rows = inspection()
    inspector = inspectors(session, rows)[0]
    found = {row.unit.code: row for row in running.outstanding(session, measurement)}
    for term in rows.terms:
        by = By.through(inspector, _moment(term.at))
        terms.change(session, [found[term.unit]], term.due_on, term.reason, day=term.at, by=by)
    for row in rows.reminders:
        dossier = found[row.unit]
        held = reminding.holders(session, [dossier.unit_id], row.at)
        people = list(dict.fromkeys(person for each in held.values() for person in each))
        by = By.through(inspector, _moment(row.at))
        reminding.remind(session, dossier, people, row.text, "kopie", by=by)


def inspectors(session: Session, rows: Inspection) -> list[Assignment]:
    """The assignments of those who inspect, in the order of the rows."""
    found = session.scalars(select(Assignment).join(Assignment.person).where(Assignment.role == "inspecteur"))
    held = {each.person.email: each for each in found}
    return [held[email] for email in rows.visits.inspectors]


def _turn(pair: Sequence[Assignment], place: int) -> tuple[Assignment, Assignment]:
    """Who writes and who confirms: in turn."""
    return pair[place % 2], pair[(place + 1) % 2]


def _moment(day: date, hours: int = 0) -> datetime:
    """Nine o'clock in the Netherlands on a day, and so many hours later."""
    return datetime.combine(day, time(9), AMSTERDAM) + timedelta(hours=hours)


def _workday(day: date) -> date:
    """The day, or the Monday after it."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= SATURDAY else day
