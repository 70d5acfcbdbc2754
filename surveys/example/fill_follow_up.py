"""Putting in what became of recommendations in the example data, by the same verbs as a user's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.acting import AMSTERDAM, By
from surveys.example.following import (
    EvaluationRow,
    IndicatorRow,
    MeasureRow,
    PointRow,
    ReportRow,
    following,
)
from surveys.follow_up import (
    deciding,
    depending,
    indicators,
    kinds,
    mentions,
    origins,
    planning,
    points,
    registering,
    standing,
)
from surveys.follow_up.mentions import MentionDetails
from surveys.follow_up.origins import OriginDetails
from surveys.follow_up.points import Details, Evaluation, PointInfo, Response
from surveys.models import Assignment, Measurement, Point, Recommendation, Unit

QUESTIONNAIRE = "icms-veiligheidsregio"
ADDRESSED = {
    "planning-2018": "Ministerie van Defensie",
    "avv-brief": "Ministerie van Defensie",
    "inzet-2026": "Commandant NLD JFC",
}
"""For whom the points of a letter are."""
WRITTEN = {
    "planning-2018": date(2018, 6, 30),
    "avv-brief": date(2026, 6, 30),
    "inzet-2026": date(2026, 3, 25),
}
"""A day on which each letter was there; of two the text has no date, only what it follows."""
RECORDED = date(2026, 9, 1)
"""When the points of the letters came into Meetlat."""
INSPECTORATE = "Inspectie Veiligheid Defensie (IVD)"
UNCLEAR = "Er is geen helder en eenduidig beeld van de voortgang: gerichte stuurinformatie ontbreekt."


class FollowUpFiller:
    """Does what inspectors and units did with points. Flushes and never commits, like every verb."""

    def __init__(
        self,
        session: Session,
        units: Mapping[str, Unit],
        held: Mapping[tuple[str, str], Assignment],
        inspectors: tuple[Assignment, ...],
    ) -> None:
        """`held` has the assignments of the units' people, by role and unit code."""
        self.session, self._units, self._held = session, units, held
        self._inspector, self._second = inspectors[:2]
        self._points: dict[str, int] = {}
        self.rows = following()

    def everything(self) -> int:
        """All points; gives how many."""
        self._letters()
        self._advised()
        self._measures()
        for row in self.rows.decisions:
            asked = deciding.Asked(row.kind, row.question, row.decider, row.due_on)
            deciding.ask(self.session, self._points[row.point], asked, by=self._by(row.due_on.replace(day=1)))
        self.session.expire_all()
        return len(points.listed(self.session))

    def _by(self, day: date) -> By:
        return By.through(self._inspector, moment(min(day, RECORDED)))

    def _now(self, number: int) -> PointInfo:
        found = points.find(self.session, number)
        assert found is not None
        return found

    # letters --------------------------------------------------------------------------------------------

    def _letters(self) -> None:
        by = self._by(RECORDED)
        senders = {row.key: row.sender or "Defensie" for row in self.rows.documents}
        documents = {
            row.key: origins.add(
                self.session,
                OriginDetails(row.kind, row.title, row.sender, row.reference, row.dated, fictief=True),
                by=by,
            ).id
            for row in self.rows.documents
        }
        for row in self.rows.points:
            self._letter_point(row, documents, senders[row.document], by)

    def _letter_point(self, row: PointRow, documents: Mapping[str, int], sender: str, by: By) -> None:
        classes = {"spoor": row.spoor, "agendapunt": row.agendapunt}
        details = Details(
            kind=row.kind,
            title=row.title,
            text=row.text,
            addressee=ADDRESSED[row.document],
            number=row.number,
            origin_id=documents[row.document],
            supervisor=row.supervisor,
            due_on=row.due_on,
            due_words=row.due_words,
            classes={scheme: code for scheme, code in classes.items() if code},
            fictief=True,
        )
        made = registering.add(self.session, details, by=by)
        self._points[row.key] = made.id
        day = WRITTEN[row.document]
        self._mention(made, documents[row.document], row.number, row.passage, by)
        if row.mentioned_in:
            self._mention(made, documents[row.mentioned_in], None, None, by)
        if row.document == "planning-2018":
            self._mention(made, documents["plan-2018"], None, None, by)
        if row.taken:
            response = Response(row.taken, sender, day)
            registering.respond(self.session, made.id, response, by=by, seen_version=made.version)
        if row.status:
            standing.say(self.session, made.id, "eigen", row.status, row.words, sender, day, by=by)
        if row.unclear:
            said = (kinds.UNCLEAR, UNCLEAR, INSPECTORATE, day)
            standing.say(self.session, made.id, "toezicht", *said, by=by)

    def _mention(self, point: Point, document: int, number: str | None, passage: str | None, by: By) -> None:
        mentions.add(self.session, point.id, MentionDetails(document, number, passage), by=by)

    # recommendations of measurements --------------------------------------------------------------------

    def _advised(self) -> None:
        numbers = {each.number: each for each in points.listed(self.session)}
        for row in self.rows.advised:
            point, by = numbers[row.number], self._by(row.on)
            if row.begun_on:
                days = {"begun_on": row.begun_on}
                registering.reach(self.session, point.id, days, by=by, seen_version=point.version)
            for each in row.indicators:
                self._indicator(point.id, each, by, row.begun_on)
            said = (row.status, row.words, point.addressee, row.on)
            standing.say(self.session, point.id, "eigen", *said, by=by)

    # measures -------------------------------------------------------------------------------------------

    def _measures(self) -> None:
        born = self.rows.born
        measurement = self.session.scalars(
            select(Measurement).where(Measurement.code == born.measurement)
        ).one()
        recommendation = self.session.scalars(
            select(Recommendation).where(
                Recommendation.measurement_id == measurement.id, Recommendation.factor == born.factor
            )
        ).first()
        assert recommendation is not None
        ids = [self._units[code].id for code in born.units]
        by = self._by(born.on)
        made = registering.from_recommendation(self.session, measurement, recommendation, ids, by=by)
        above = {}
        for point, code in zip(made, born.units, strict=True):
            found = self._now(point.id)
            asked = tuple((QUESTIONNAIRE, question) for question in born.questions)
            details = Details.of(found)
            changed = {**vars(details), "title": born.title, "questions": asked}
            registering.change(self.session, point.id, Details(**changed), by=by, seen_version=found.version)
            above[code] = point.id
            self._points[f"{code}-{born.factor}"] = point.id
        for row in self.rows.measures:
            self._measure(row, above[row.unit])

    def _measure(self, row: MeasureRow, above: int) -> None:
        began = self._by(row.plans[0].on)
        details = Details(
            kind=kinds.MEASURE,
            title=row.title,
            text=row.text,
            addressee=self._units[row.unit].name,
            unit_id=self._units[row.unit].id,
            parent_id=above,
            owner=row.owner,
            executor=row.executor,
            supervisor=row.supervisor,
            classes={"spoor": row.spoor},
            fictief=True,
        )
        number = registering.add(self.session, details, by=began).id
        self._points[row.key] = number
        for each in row.indicators:
            self._indicator(number, each, began, row.plans[0].on)
        if row.waits_for:
            on = self._points[row.waits_for]
            depending.depend(self.session, number, on, "eerst", None, by=began)
        for place, plan in enumerate(row.plans):
            days = {phase: getattr(plan, phase) for phase in kinds.PHASES}
            planning.plan(
                self.session,
                number,
                days,
                reason=plan.reason,
                note=plan.note,
                by=self._by(plan.on),
                seen=place,
            )
        self._reach(number, row)
        for report in row.reports:
            self._report(number, row.unit, report)
        if row.evaluation:
            self._evaluate(number, row.evaluation)

    def _indicator(self, number: int, row: IndicatorRow, by: By, began: date | None = None) -> None:
        baseline, baseline_on = row.baseline, row.baseline_on
        if baseline is None and row.code and began:
            found = indicators.present(self.session, number, row.source, QUESTIONNAIRE, row.code)
            before = [value for value in found if value.on <= began][-1]
            baseline, baseline_on = before.value, before.on
        made = indicators.add(
            self.session,
            number,
            indicators.Details(
                level=row.level,
                title=row.title,
                source=row.source,
                instrument=QUESTIONNAIRE if row.code else None,
                code=row.code,
                counted=row.counted,
                baseline=baseline,
                baseline_on=baseline_on,
                target=row.target,
                due_on=row.due_on,
                moment=row.moment,
                higher_is_better=not row.lower_is_better,
            ),
            by=by,
        )
        for each in row.readings:
            details = indicators.ReadingDetails(each.on, each.value, each.origin, each.source)
            indicators.read(self.session, number, made.id, details, by=self._by(each.on))

    def _reach(self, number: int, row: MeasureRow) -> None:
        days = {phase: getattr(row, phase) for phase in kinds.PHASES}
        reached = [day for day in days.values() if day]
        if reached:
            by, now = self._by(max(reached)), self._now(number)
            registering.reach(self.session, number, days, by=by, seen_version=now.version)

    def _report(self, number: int, unit: str, row: ReportRow) -> None:
        by = By.through(self._held[row.role, unit], moment(row.on))
        said = standing.report(
            self.session, self._units[unit], number, row.status, row.words, by=by, since=row.on
        )
        if row.verdict:
            second = By.through(self._second, moment(row.on, 14))
            standing.judge(self.session, said.id, row.verdict, row.remark, by=second)

    def _evaluate(self, number: int, row: EvaluationRow) -> None:
        by = self._by(row.on)
        found = Evaluation(row.budget_enough, row.worked, row.words, row.by, row.on)
        deciding.evaluate(self.session, number, found, by=by, seen_version=self._now(number).version)
        deciding.close(
            self.session,
            number,
            "afgesloten",
            row.on,
            decision=deciding.Taken(row.decision, row.by, row.on),
            by=by,
            seen_version=self._now(number).version,
        )


def moment(day: date, hour: int = 9) -> datetime:
    """An hour of a day in the Netherlands."""
    return datetime.combine(day, time(hour), AMSTERDAM)
