"""Series of figures: what is read from what is typed, refused in plain words, kept, and never lost unseen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from surveys import example, figures
from surveys.acting import By
from surveys.errors import ChangedMeanwhile, NotAllowed
from surveys.figures import CellDetails, FigureInfo, KindDetails, SeriesDetails, SeriesInfo, SeriesRefused
from surveys.models import Figure, FigureKind, LogEntry
from tests.factories import OPENED, World

ByMinutes = Callable[[int], By]
FIRE = KindDetails("Branden", cells={2011: CellDetails("1.500", "Jaarverslag"), 2012: CellDetails("ruim 40")})
TOTAL = KindDetails("Totaal", True, {2011: CellDetails("1600")})
WATER = KindDetails("Water", cells={2011: CellDetails("07"), 2012: CellDetails(" Onbekend ")})
SERIES = SeriesDetails("Hulp  vragen", "aanvragen", "CBS", "", "2011", "2012", False, (TOTAL, FIRE, WATER))


@pytest.fixture
def by(world: World) -> ByMinutes:
    """The beheerder, so many minutes after everything was made."""
    held = world.assignments["beheerder"]
    return lambda minutes: By.through(held, OPENED + timedelta(minutes=minutes))


@pytest.fixture
def kept(session: Session, by: ByMinutes) -> SeriesInfo:
    """A series that is kept."""
    return figures.add(session, "hulp", SERIES, by=by(0))


def faults(session: Session, by: ByMinutes, details: SeriesDetails, code: str = "hulp") -> dict[str, str]:
    """What is refused: words by part, row and year."""
    with pytest.raises(SeriesRefused) as caught:
        figures.add(session, code, details, by=by(0))
    assert figures.listed(session) == []
    return {
        "-".join(str(part) for part in (each.part, each.row, each.year) if part is not None): each.words
        for each in caught.value.faults
    }


def with_cell(text: str, source: str = "", year: int = 2011) -> SeriesDetails:
    return replace(SERIES, kinds=(KindDetails("Soort", cells={year: CellDetails(text, source)}),))


def logged(session: Session) -> list[tuple[str, object]]:
    rows = session.scalars(
        select(LogEntry).where(LogEntry.action.like("series.%")).order_by(LogEntry.id)
    ).all()
    return [(row.action, row.detail) for row in rows]


def test_a_series_is_kept_as_it_was_typed_with_its_total_last_and_the_unknown_open(
    session: Session, kept: SeriesInfo
) -> None:
    session.expire_all()
    assert figures.find(session, "hulp") == figures.by_id(session, kept.id) == kept
    assert (kept.title, kept.years, kept.note, kept.version, kept.name) == (
        "Hulp vragen",
        (2011, 2012),
        None,
        1,
        "Beheerder",
    )
    assert [(kind.label, kind.total) for kind in kept.kinds] == [
        ("Branden", False),
        ("Water", False),
        ("Totaal", True),
    ]
    assert kept.kinds[0].figures == {
        2011: FigureInfo(1500, None, "Jaarverslag"),
        2012: FigureInfo(None, "ruim 40", None),
    }
    assert [found.shown for found in kept.kinds[0].figures.values()] == ["1.500", "ruim 40"]
    assert kept.kinds[1].figures == {2011: FigureInfo(7, None, None)}
    assert figures.find(session, "anders") is None
    assert figures.by_id(session, kept.id + 1) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("-3", "niet kleiner dan nul"),
        ("− 1.000", "niet kleiner dan nul"),
        ("12,5", "vul een heel getal in"),
        ("1.50", "vul een heel getal in"),
        ("0.500", "vul een heel getal in"),
        ("1500.000", "vul een heel getal in"),
        ("41-45", "vul een heel getal in"),
        ("1000000000", "te groot"),
        ("9" * 4_500, "te groot"),
        ("w" * 81, "80 tekens"),
    ],
)
def test_what_is_no_figure_is_refused_at_its_cell(
    session: Session, by: ByMinutes, text: str, words: str
) -> None:
    found = faults(session, by, with_cell(text))
    assert list(found) == ["figure-0-2011"]
    assert words in found["figure-0-2011"]
    assert found["figure-0-2011"].startswith("Soort, 2011: ")


def test_everything_that_is_wrong_is_told_at_once(session: Session, by: ByMinutes) -> None:
    assert faults(session, by, SeriesDetails(first_year="12", last_year=""), "Geen Code").keys() == {
        "code",
        "title",
        "unit",
        "source",
        "first_year",
        "last_year",
        "label-0",
    }
    found = faults(
        session,
        by,
        replace(
            SERIES,
            title="t" * 201,
            kinds=(
                KindDetails(),
                KindDetails("Brand", True),
                KindDetails(" BRAND ", True, {2010: CellDetails("4"), 2012: CellDetails("5", "b" * 301)}),
                KindDetails("", cells={2011: CellDetails("5")}),
                KindDetails("Water", cells={2012: CellDetails("", "Jaarverslag")}),
                KindDetails("n" * 201),
            ),
        ),
    )
    told = {
        "title": "De titel mag 200 tekens",
        "label-2": "De soort ‘BRAND’ staat er al",
        "total-2": "hooguit één",
        "figure-2-2010": "valt buiten de reeks",
        "figure_source-2-2012": "de bron mag 300 tekens",
        "label-3": "Vul de naam van deze soort in",
        "figure-4-2012": "er staat een bron, maar geen getal",
        "label-5": "De naam mag 200 tekens",
    }
    assert found.keys() == told.keys()
    assert all(words in found[at] for at, words in told.items()), found


def test_years_that_can_not_be_and_too_many_kinds_are_refused(session: Session, by: ByMinutes) -> None:
    empty = replace(SERIES, kinds=(KindDetails("Soort"),))
    assert "ligt voor" in faults(session, by, replace(empty, last_year="2010"))["last_year"]
    assert "hooguit 40 jaren" in faults(session, by, replace(empty, first_year="1972"))["last_year"]
    many = tuple(KindDetails(f"Soort {number}") for number in range(21))
    assert "hooguit 20 soorten" in faults(session, by, replace(SERIES, kinds=many))["label-20"]
    assert figures.add(session, "lang", replace(empty, first_year="1973"), by=by(0)).years[0] == 1973


def test_a_code_is_taken_once(session: Session, by: ByMinutes, kept: SeriesInfo) -> None:
    with pytest.raises(SeriesRefused, match="Er is al een reeks met de code hulp"):
        figures.add(session, " hulp ", SERIES, by=by(1))


def test_a_change_keeps_what_stays_counts_what_changed_and_is_refused_to_who_saw_an_older_one(
    session: Session, by: ByMinutes, kept: SeriesInfo
) -> None:
    same = figures.change(session, kept.id, SERIES, by=by(1), seen_version=1)
    assert (same.version, same.at) == (1, kept.at)
    fire = replace(FIRE, cells={2011: CellDetails("1499", "Jaarverslag"), 2013: CellDetails("3")})
    other = replace(SERIES, last_year="2013", kinds=(fire, replace(WATER, label="Overstroming"), TOTAL))
    changed = figures.change(session, kept.id, other, by=by(2), seen_version=1)
    session.expire_all()
    assert figures.find(session, "hulp") == changed
    assert SeriesDetails.of(changed).kinds[0] == fire
    assert [kind.label for kind in changed.kinds] == ["Branden", "Overstroming", "Totaal"]
    with pytest.raises(ChangedMeanwhile):
        figures.change(session, kept.id, SERIES, by=by(3), seen_version=1)
    with pytest.raises(ChangedMeanwhile):
        figures.remove(session, kept.id, by=by(3), seen_version=1)
    figures.remove(session, kept.id, by=by(4), seen_version=2)
    assert figures.listed(session) == []
    assert session.scalars(select(FigureKind)).all() == session.scalars(select(Figure)).all() == []
    with pytest.raises(SeriesRefused, match="intussen verwijderd"):
        figures.change(session, kept.id, SERIES, by=by(5), seen_version=2)
    assert logged(session) == [
        ("series.add", {"version": 1, "figures": 4}),
        # 1499 for 1500, "ruim 40" gone, 2013 new, and the one figure of a line with another name, twice
        ("series.change", {"version": 2, "figures": 5}),
        ("series.remove", {"version": 2}),
    ]


def test_only_the_beheerder_keeps_series(session: Session, world: World, kept: SeriesInfo) -> None:
    for who in ("inspecteur", "ovr.vr01"):
        by = By.through(world.assignments[who], OPENED)
        with pytest.raises(NotAllowed):
            figures.add(session, "anders", SERIES, by=by)
        with pytest.raises(NotAllowed):
            figures.change(session, kept.id, replace(SERIES, title="Anders"), by=by, seen_version=1)
        with pytest.raises(NotAllowed):
            figures.remove(session, kept.id, by=by, seen_version=1)
    with pytest.raises(NotAllowed):
        figures.add(session, "anders", SERIES, by=By.system(OPENED))
    assert [row.code for row in figures.listed(session)] == ["hulp"]


def test_a_total_below_its_parts_is_kept_with_a_warning(
    session: Session, by: ByMinutes, kept: SeriesInfo
) -> None:
    assert figures.warnings(kept) == []
    total = replace(TOTAL, cells={2011: CellDetails("1506"), 2012: CellDetails("1")})
    details = replace(SERIES, kinds=(FIRE, WATER, total))
    changed = figures.change(session, kept.id, details, by=by(1), seen_version=1)
    assert figures.warnings(changed) == [
        "In 2011 is ‘Totaal’ (1506) kleiner dan de andere soorten samen (1507)."
    ]


def test_the_list_is_by_title_and_takes_three_queries_however_many_there_are(
    session: Session, by: ByMinutes, kept: SeriesInfo
) -> None:
    for code, title in (("b", "zomer"), ("c", "Aardbeving"), ("d", "Weer")):
        figures.add(session, code, replace(SERIES, title=title), by=by(1))
    session.expunge_all()
    counted: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: counted.append(given[2]))
    titles = [row.title for row in figures.listed(session)]
    assert titles == ["Aardbeving", "Hulp vragen", "Weer", "zomer"]
    assert len(counted) == 3, counted


def test_the_example_series_has_only_what_the_report_names(session: Session, by: ByMinutes) -> None:
    (row,) = example.series()
    made = figures.add(session, row.code, row.details, by=by(0))
    known = {(kind.label, year): found.shown for kind in made.kinds for year, found in kind.figures.items()}
    assert (made.code, made.source, made.fictief) == ("aanvragen", "ministerie van Defensie", False)
    assert made.years == tuple(range(2008, 2013))
    assert known == {
        ("Strafrechtelijke handhaving", 2008): "10",
        ("Strafrechtelijke handhaving", 2012): "94",
        ("Wet veiligheidsregio's", 2011): "15",
        ("Wet veiligheidsregio's", 2012): "3",
        ("Steunverlening", 2008): "2",
        ("Steunverlening", 2011): "ruim 40",
        ("Steunverlening", 2012): "ruim 40",
        ("Totaal", 2008): "23",
        ("Totaal", 2012): "162",
    }
    assert "Openbare orde" in [kind.label for kind in made.kinds]
    assert all("§ 2.2" in (found.source or "") for kind in made.kinds for found in kind.figures.values())
    assert figures.warnings(made) == []


@pytest.mark.example
def test_the_example_data_brings_that_series(session: Session) -> None:
    (row,), (found,) = example.series(), figures.listed(session)
    assert SeriesDetails.of(found) == row.details
    assert found.at.date() == row.kept_on
