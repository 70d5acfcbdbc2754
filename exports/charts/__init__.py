"""What a figure shows, as a picture: laid out once in millimetres, written as SVG or as PNG.

Equal drawings give equal characters and equal bytes. A picture has no title of its own: the caption stands
beside it. A shape is never told from another by its colour alone, and colours differ in grey too.
"""

from __future__ import annotations

from typing import Final

from exports.charts import bars, heatmap, tiles, timeline, years
from exports.charts.raster import write as write_png
from exports.charts.shapes import Picture
from exports.charts.vector import write as write_svg
from exports.document import Drawing, Heatmap, Panels, StackedBars, TileMap, Timeline, Years

DPI: Final = 200


def svg(drawing: Drawing) -> str:
    """Give a drawing as SVG that stands alone, and that a page with a strict content policy can hold too.

    It has no style, script, ids or references, so several can stand in one page. Text is text.
    """
    return write_svg(_picture(drawing))


def png(drawing: Drawing, dpi: int = DPI) -> bytes:
    """Give a drawing as PNG, with so many dots to an inch and no word of when or by what it was made."""
    return write_png(_picture(drawing), dpi)


def size(drawing: Drawing) -> tuple[float, float]:
    """Give the width and height of a drawing in mm: at most 160 by 220, as high as what it holds asks for."""
    return _picture(drawing).printed


def _picture(drawing: Drawing) -> Picture:
    match drawing:
        case StackedBars():
            return bars.stacked(drawing)
        case Panels():
            return bars.panels(drawing)
        case Heatmap():
            return heatmap.grid(drawing)
        case TileMap():
            return tiles.tile_map(drawing)
        case Years():
            return years.lines(drawing)
        case Timeline():
            return timeline.picture(drawing)
