"""Annual objectives, the multi-year agenda and the evaluation agenda: what they show, pages and files."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import evaluations, objectives, origins, planning, registering, years
from surveys.follow_up.evaluations import EVALUATIONS, EvaluationDetails
from surveys.follow_up.objectives import OBJECTIVES, ObjectiveDetails
from surveys.follow_up.origins import OriginDetails
from tests.factories import World
from tests.follow_up.conftest import Login, MakePoint, acting
from tests.support import readback
from tests.support.client import Client

DAY = date(2026, 3, 1)
AGENDA, EVALUATED = "/opvolging/jaaragenda", "/opvolging/evaluatieagenda"


def planned(session: Session, world: World, point: int, begun: date, done: date) -> None:
    days = {"prepared_on": None, "begun_on": begun, "done_on": done}
    planning.plan(session, point, days, reason=None, note=None, by=acting(world), seen=0)


def evaluation(title: str, year: int, **more: object) -> EvaluationDetails:
    return EvaluationDetails(title, "Periodieke Rapportage", "mensen", year, **more)  # type: ignore[arg-type]


def test_the_agenda_has_objectives_and_planned_phases_by_track_and_by_part(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by = acting(world)
    point = make_point("Oefen samen", classes={"spoor": "cultuur"}, addressee="Staf").id
    loose = make_point("Deel informatie").id
    planned(session, world, point, date(2026, 5, 1), date(2028, 6, 30))
    planned(session, world, loose, date(2025, 1, 1), date(2025, 2, 1))
    OBJECTIVES.add(session, ObjectiveDetails(2026, "Staf", "Haal de norm", point_ids=(point,)), by=by)
    OBJECTIVES.add(session, ObjectiveDetails(2027, "Brigade", "Oefen vaker"), by=by)

    found = years.agenda(session, DAY, "spoor")
    assert found.years == (2026, 2027, 2028, 2029)
    assert found.known == (2025, 2026, 2027, 2028)
    assert (found.earlier, found.later) == (2025, None)
    told = {group.title: {year: cell.lines for year, cell in group.by_year.items()} for group in found.groups}
    assert list(told) == ["Cultuur", "Niet ingedeeld"]
    assert told["Cultuur"] == {
        2026: ("Doel: Haal de norm (loopt)", "Oefen samen: eerste activiteiten op 1 mei 2026"),
        2028: ("Oefen samen: uitgevoerd op 30 juni 2028",),
    }
    assert told["Niet ingedeeld"][2025] == (
        "Deel informatie: eerste activiteiten op 1 januari 2025; uitgevoerd op 1 februari 2025",
    )
    by_part = years.agenda(session, DAY, "onderdeel", 2024)
    assert [group.title for group in by_part.groups] == ["besturen veiligheidsregio's", "Brigade", "Staf"]
    assert by_part.years[0] == 2024
    registering.remove(session, point, by=by, seen_version=1)
    assert [each.points for each in objectives.listed(session)] == [(), ()]


IMPOSSIBLE: tuple[tuple[ObjectiveDetails | EvaluationDetails, str], ...] = (
    (ObjectiveDetails(None, "Staf", "Doel"), "jaar"),
    (ObjectiveDetails(2026, " ", "Doel"), "onderdeel"),
    (ObjectiveDetails(2026, "Staf", ""), "doelstelling"),
    (ObjectiveDetails(2026, "Staf", "Doel", state="behaald"), "toelichting"),
    (ObjectiveDetails(2026, "Staf", "Doel", priority="x"), "lijst"),
    (ObjectiveDetails(2026, "Staf", "Doel", point_ids=(987,)), "punten uit de lijst"),
    (ObjectiveDetails(2026, "Staf", "Doel", point_ids=tuple(range(1, 22))), "20 punten"),
    (evaluation("", 2026), "titel"),
    (evaluation("E", 1900), "jaar"),
    (evaluation("E", 2026, state="vervallen"), "waarom"),
    (evaluation("E", 2026, origin_id=987), "onderzoek"),
    (EvaluationDetails("E", "Soort", "geld", 2026), "SEA-thema"),
)
"""What can't be, and what the refusal says."""


def test_what_can_not_be_is_refused(session: Session, world: World) -> None:
    for details, why in IMPOSSIBLE:
        rows = OBJECTIVES if isinstance(details, ObjectiveDetails) else EVALUATIONS
        with pytest.raises(Refused, match=why):
            rows.add(session, details, by=acting(world))  # type: ignore[arg-type]
        with pytest.raises(NotAllowed):
            rows.add(session, details, by=acting(world, "ovr.vr01"))  # type: ignore[arg-type]


def test_an_evaluation_of_a_year_that_passed_is_overdue_until_it_is_done_or_dropped(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by, point = acting(world), make_point().id
    row = EVALUATIONS.add(session, evaluation("Eerste", 2025, state="loopt", point_ids=(point,)), by=by)
    EVALUATIONS.add(session, evaluation("Vervallen", 2024, state="vervallen", reason="Te duur"), by=by)
    EVALUATIONS.add(session, evaluation("Volgende", 2026), by=by)

    found = evaluations.agenda(session, DAY)
    assert [each.title for each in found.overdue] == ["Eerste"]
    [theme] = found.themes
    assert (theme.title, [year for year, _ in theme.by_year]) == ("Mensen", [2024, 2025, 2026])
    assert [each.title for each in evaluations.of_point(session, point)] == ["Eerste"]
    study = origins.add(session, OriginDetails("evaluatie", "Het onderzoek"), by=by).id
    done = evaluation("Eerste", 2025, state="afgerond", point_ids=(point,))
    EVALUATIONS.change(session, row.id, done, by=by, seen_version=1)
    assert evaluations.agenda(session, DAY).all[1].without_study
    with pytest.raises(ChangedMeanwhile):
        EVALUATIONS.remove(session, row.id, by=by, seen_version=1)
    whole = evaluation("Eerste", 2025, state="afgerond", origin_id=study)
    EVALUATIONS.change(session, row.id, whole, by=by, seen_version=2)
    assert [each.study for each in evaluations.of_study(session, study)] == ["Het onderzoek"]
    assert evaluations.of_point(session, point) == []
    assert evaluations.agenda(session, DAY).overdue == ()


def test_the_agendas_take_as_many_queries_however_much_is_planned(
    session: Session, world: World, make_point: MakePoint
) -> None:
    by = acting(world)
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: asked.append(given[2]))

    def count(title: str, times: int) -> int:
        for place in range(times):
            point = make_point(f"{title} {place}").id
            planned(session, world, point, date(2026, 5, 1), date(2027, 5, 1))
            OBJECTIVES.add(session, ObjectiveDetails(2026, "Staf", "Doel", point_ids=(point,)), by=by)
            EVALUATIONS.add(session, evaluation(title, 2026, point_ids=(point,)), by=by)
        session.flush()
        session.expire_all()
        asked.clear()
        years.agenda(session, DAY, "spoor")
        evaluations.agenda(session, DAY)
        return len(asked)

    assert count("Een", 1) == count("Meer", 3)


def test_pages_keep_an_objective_with_its_points_and_give_the_agenda_as_files(
    client: Client, login: Login, session: Session, world: World, make_point: MakePoint
) -> None:
    point = make_point("Oefen samen", classes={"spoor": "cultuur"}, fictief=True).id
    login("inspecteur")
    client.get(f"/opvolging/punten/{point}")
    client.click("Doelstelling toevoegen")
    values = {"year": "2026", "part": "Staf", "text": "Haal de norm", "state": "behaald"}
    assert client.submit(values, status=422).has("Vul een toelichting in")
    page = client.submit({"words": "Alles gehaald"})
    assert page.has("Fictieve gegevens")
    assert page.has("Alles gehaald")
    assert client.get(f"/opvolging/punten/{point}").has("2026, Staf: Haal de norm (behaald)")
    [row] = objectives.listed(session)
    assert row.details.point_ids == (point,)

    client.get(f"{AGENDA}?per=onderdeel&vanaf=2026")
    pdf = client.ask("GET", client.page.link("Meerjarenagenda als PDF"))
    assert "fictief.pdf" in pdf.headers["Content-Disposition"]
    [table] = readback.pdf(pdf.data).tables("per onderdeel")
    assert table.rows[1][:2] == ("Staf", "Doel: Haal de norm (behaald)")
    file = client.ask("GET", client.page.link("Meerjarenagenda als Excel"))
    book = openpyxl.load_workbook(BytesIO(file.data))
    assert book.sheetnames[:2] == ["Meerjarenagenda", "Jaardoelstellingen"]
    client.get(AGENDA)
    client.click("Verwijderen van Staf, 2026: Haal de norm")
    assert client.submit().has("De doelstelling is verwijderd.")


def test_pages_plan_an_evaluation_and_show_it_at_its_point_and_study(
    client: Client, login: Login, session: Session, world: World, make_point: MakePoint
) -> None:
    point = make_point("Oefen samen").id
    study = origins.add(session, OriginDetails("evaluatie", "Het onderzoek"), by=acting(world)).id
    session.commit()
    login("inspecteur")
    client.get(f"/opvolging/punten/{point}")
    client.click("Evaluatie toevoegen")
    page = client.submit({"title": "Werkt het?", "kind": "Evaluatie", "year": "2012"}, status=422)
    assert page.has("Kies een SEA-thema.")
    page = client.submit({"theme": "mensen"})
    assert page.texts("main h2")[:2] == ["Te laat", "Mensen"]
    client.click("Wijzigen: Werkt het?, 2012")
    page = client.submit({"state": "afgerond", "study": str(study)})
    assert not page.has("Te laat")
    client.click("Het onderzoek")
    client.click("Geld")
    assert client.page.has("Op de evaluatieagenda")
    client.get(f"/opvolging/punten/{point}")
    client.click("Werkt het?")
    word = client.ask("GET", client.page.link("Evaluatieagenda als Word"))
    [table] = readback.word(word.data).tables("Evaluaties in het thema Mensen")
    assert table.rows[1][0] == "Werkt het?"
    book = openpyxl.load_workbook(BytesIO(client.get(f"{EVALUATED}/bestand?vorm=xlsx").data))
    assert any("Het onderzoek" in [cell.value for cell in row] for row in book["Evaluatieagenda"])
