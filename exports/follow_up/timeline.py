"""The planning of points as a picture: in a page, as sheets to print, and as a figure for a document."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import Final

from lxml import etree

from exports import charts
from exports.charts import raster, timeline, vector
from exports.charts.shapes import Picture
from exports.document import Lane, PlannedBar, Timeline
from exports.text import file_name
from exports.wording import day as spoken
from exports.zipped import WHEN
from surveys.follow_up import kinds
from surveys.follow_up.planning import Planning
from surveys.follow_up.schedule import Line, Schedule
from surveys.follow_up.timeline import NO_DAYS, Days

_PIXELS: Final = 1088
"""How wide it is on a page: as wide as a page is, and readable where it has to be scrolled."""
_SVG: Final = "http://www.w3.org/2000/svg"
TITLE: Final = "Planning per punt"
SHEET_TITLE: Final = "Planning van de opvolging"
SHEET_FORMATS: Final = {"pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml"}
"""The formats of the sheets, with their media types."""


@dataclass(frozen=True)
class Printed:
    """Sheets as a file: more than one PNG or SVG is a zip."""

    content: bytes
    media_type: str
    name: str


def drawing(found: Schedule) -> Timeline:
    """What is drawn of a planning, as data: for a figure in a document too."""
    lanes = tuple(Lane(track.title, tuple(map(_bar, track.lines))) for track in found.tracks)
    return Timeline(tuple(kinds.PHASES.values()), lanes, found.day.isoformat())


def svg(found: Schedule) -> str:
    """The picture as SVG to stand in a page, with a title and a description for who does not see it."""
    root = etree.XML(charts.svg(drawing(found)))
    box = root.get("viewBox", "").split()
    root.set("width", str(_PIXELS))
    root.set("height", str(round(_PIXELS * float(box[3]) / float(box[2]))))
    root.set("role", "img")
    root.set("aria-labelledby", "planning-titel planning-beschrijving")
    for place, (name, text) in enumerate((("title", TITLE), ("desc", described(found)))):
        node = etree.Element(f"{{{_SVG}}}{name}")
        node.set("id", "planning-titel" if name == "title" else "planning-beschrijving")
        node.text = text
        root.insert(place, node)
    return etree.tostring(root, encoding="unicode")


def described(found: Schedule) -> str:
    """What can be seen, in words."""
    return f"{_counted(found)} De tabel onder de figuur geeft dezelfde gegevens."


def printed(found: Schedule, form: str) -> Printed:
    """The planning on sheets of A4, landscape; equal data, equal bytes. `form`: a key of SHEET_FORMATS."""
    made = sheets(found)
    name = file_name("meetlat", "opvolging", "planningskaart", "fictief" if found.fictief else "")
    if form == "pdf":
        about = f"{SHEET_TITLE}{' (fictief)' if found.fictief else ''}, {spoken(found.day)}"
        content = raster.write_pdf(made, about, _counted(found))
        return Printed(content, SHEET_FORMATS[form], f"{name}.pdf")
    written = [
        raster.write(each, charts.DPI) if form == "png" else vector.write(each).encode() for each in made
    ]
    if len(written) == 1:
        return Printed(written[0], SHEET_FORMATS[form], f"{name}.{form}")
    return Printed(_zipped(name, form, written), "application/zip", f"{name}-{form}.zip")


def sheets(found: Schedule) -> tuple[Picture, ...]:
    """The sheets, each with its title, the day, and that it is made up when it is."""
    said = [
        f"Stand op {spoken(found.day)}",
        f"{_points(found)} met een planning",
        f"{found.slipping} met een signaal",
    ]
    title = f"{SHEET_TITLE}: fictieve gegevens" if found.fictief else SHEET_TITLE
    return timeline.sheets(drawing(found), title, "; ".join(said))


def _zipped(name: str, form: str, written: list[bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for place, content in enumerate(written, start=1):
            package.writestr(zipfile.ZipInfo(f"{name}-{place}.{form}", WHEN), content)
    return out.getvalue()


def _counted(found: Schedule) -> str:
    first, last = timeline.span(drawing(found))
    return (
        f"Balken per fase voor {_points(found)}, van {spoken(first)} tot {spoken(last)}."
        f" Punten met een signaal: {found.slipping}."
    )


def _points(found: Schedule) -> str:
    count = len(found.lines)
    return "1 punt" if count == 1 else f"{count} punten"


def _bar(line: Line) -> PlannedBar:
    planning = line.planning
    return PlannedBar(
        label=line.point.called,
        now=_iso(planning.days),
        first=_iso(planning.first.days if planning.first else NO_DAYS),
        actual=_iso(planning.actual),
        slip=planning.slip,
        signals=tuple(_said(planning)),
    )


def _iso(days: Days) -> tuple[str | None, ...]:
    found = (days[phase] for phase in kinds.PHASES)
    return tuple(day.isoformat() if day else None for day in found)


def _said(planning: Planning) -> list[tuple[str, str]]:
    """The signals of a point: the mark of each (empty: none), and its words."""
    found = []
    if planning.slip:
        found.append(("slip" if planning.slip > 0 else "", planning.slip_words or ""))
    if planning.late:
        found.append(("late", "te laat"))
    if planning.clashes:
        found.append(("clash", "botst"))
    if not found and planning.reached == "done_on":
        found.append(("", "uitgevoerd"))
    return found
