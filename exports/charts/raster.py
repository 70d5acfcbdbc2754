"""A picture as PNG, for formats that hold no vector image; and sheets as PDF, to print."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Literal

from exports.charts import fonts
from exports.charts.shapes import Anchor, Area, Box, Lines, Picture, Pie, Shape, Words

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

_INCH: Final = 25.4
_POINTS: Final = 72 / _INCH
"""Points to a mm."""
_PDF_DPI: Final = 72
"""A PDF counts in points, so that its pages are as large as the paper."""

_ALIGNED: Final[dict[Anchor, Literal["left", "center", "right"]]] = {
    "start": "left",
    "middle": "center",
    "end": "right",
}

_LOCK: Final = threading.Lock()  # fonts and caches of matplotlib are the whole process's


def write(picture: Picture, dpi: int) -> bytes:
    """Give a picture as the bytes of a PNG with so many dots to an inch; equal pictures give equal bytes."""
    file = io.BytesIO()
    with _LOCK:
        figure = _figure(picture, dpi)
        figure.savefig(file, format="png", dpi=dpi, facecolor="white", metadata={"Software": None})
    return file.getvalue()


def write_pdf(pictures: Sequence[Picture], title: str, subject: str) -> bytes:
    """Give pictures as the pages of a PDF whose text can be searched; equal pictures give equal bytes.

    `title` and `subject` say what can be seen, for who can't see it.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_pdf import PdfPages

    about = {"Title": title, "Subject": subject, "Creator": None, "Producer": None, "CreationDate": None}
    file = io.BytesIO()
    with _LOCK, rc_context({"pdf.fonttype": 42}), PdfPages(file, metadata=about) as pages:
        for picture in pictures:
            pages.savefig(_figure(picture, _PDF_DPI), facecolor="white")
    return file.getvalue()


def _figure(picture: Picture, dpi: int) -> Figure:
    """Give what matplotlib saves of a picture."""
    from matplotlib.figure import Figure
    from matplotlib.transforms import Affine2D

    wide, high = (length / _INCH for length in picture.printed)
    dots = dpi / _INCH * picture.scale
    away = picture.margin
    to_dots = Affine2D().translate(away, away).scale(dots, -dots).translate(0, high * dpi)
    figure = Figure(figsize=(wide, high), dpi=dpi)
    for place, shape in enumerate(picture.shapes):
        for artist in _artists(shape, picture.scale * _POINTS):
            artist.set_transform(to_dots)
            artist.set_zorder(place)
            figure.add_artist(artist)
    return figure


def _artists(shape: Shape, points: float) -> list[Artist]:
    """Give what matplotlib draws for a shape. `points`: how many points to a mm of the layout."""
    from matplotlib.patches import Circle, Polygon, Rectangle, Wedge

    match shape:
        case Words():
            return [_text(shape, points)]
        case Lines():
            return [_lines(shape, points)]
        case Box():
            box = Rectangle((shape.x, shape.y), shape.width, shape.height)
            box.set(**_look(shape.fill, shape.edge, shape.thickness * points))
            return [box]
        case Area():
            area = Polygon(shape.corners)
            area.set(**_look(shape.fill, shape.edge, shape.thickness * points))
            return [area]
        case Pie():
            center = (shape.x, shape.y)
            circle = Circle(center, shape.radius)
            circle.set(**_look(None, shape.color, shape.thickness * points))
            # the sheet runs down, so what is clockwise on it counts up
            piece = Wedge(center, shape.radius, -90, -90 + 360 * shape.share)
            piece.set(**_look(shape.color, None, 0))
            return [circle, piece] if shape.share else [circle]


def _look(fill: str | None, edge: str | None, width: float) -> dict[str, str | float]:
    return {
        "facecolor": f"#{fill}" if fill else "none",
        "edgecolor": f"#{edge}" if edge else "none",
        "linewidth": width if edge else 0,
    }


def _lines(shape: Lines, points: float) -> Artist:
    from matplotlib.collections import LineCollection

    # matplotlib counts dashes in thicknesses of the line
    dashes = tuple(length / shape.thickness for length in shape.dashes)
    return LineCollection(
        shape.lines,
        colors=f"#{shape.color}",
        linewidths=shape.thickness * points,
        linestyles=[(0, dashes)] if dashes else "solid",
        capstyle="butt",
    )


def _text(words: Words, points: float) -> Artist:
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Text

    return Text(
        words.x,
        words.y,
        fonts.drawable(words.text, words.bold),
        color=f"#{words.color}",
        fontproperties=FontProperties(fname=fonts.path(words.bold), size=words.size * points),
        horizontalalignment=_ALIGNED[words.anchor],
        verticalalignment="baseline",
        rotation=90 if words.upright else 0,
        rotation_mode="anchor",
        parse_math=False,
    )
