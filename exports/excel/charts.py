"""Native charts: Excel draws them from the cells, so that they follow when somebody changes one."""

from __future__ import annotations

from typing import Any, Final

from openpyxl.chart import BarChart, Reference
from openpyxl.chart import Series as ExcelSeries
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.layout import Layout, ManualLayout
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties

from exports import palette
from exports.book import Chart
from exports.palette import Shade

HEIGHT: Final = 11.0
NARROWEST: Final = 15.0
WIDEST: Final = 40.0
CHARACTER: Final = 0.185
"""In centimetres; a character is what the width of columns is counted in."""


HAIR: Final = 6350
"""A line of half a point, in the units of drawings."""


def draw(sheet: Any, chart: Chart, head: int, last: int, width: float) -> Any:
    """Make the chart of a sheet whose headings are in row `head` and whose last row is `last`.

    It is as wide as the table: `width` characters, within reason.
    """
    made: Any = BarChart()
    made.type = "col"
    made.title = chart.title
    made.width, made.height = min(max(width * CHARACTER, NARROWEST), WIDEST), HEIGHT
    made.legend.position = "b"
    made.gapWidth = 60
    if chart.stacked:
        made.grouping, made.overlap = "stacked", 100
    colors = iter(palette.in_time(sum(series.rank is None for series in chart.series)))
    for series in chart.series:
        column = series.column + 1
        one = ExcelSeries(Reference(sheet, min_col=column, min_row=head, max_row=last), title_from_data=True)
        shade = palette.RANKS[series.rank] if series.rank else Shade(next(colors), palette.INK)
        one.graphicalProperties = _properties(shade)
        made.series.append(one)
    made.set_categories(Reference(sheet, min_col=chart.names + 1, min_row=head + 1, max_row=last))
    _axes(made, chart)
    return made


def _properties(shade: Shade) -> GraphicalProperties:
    properties = GraphicalProperties(ln=LineProperties(solidFill=palette.INK, w=HAIR))
    if shade.hatched:
        properties.pattFill = PatternFillProperties(
            prst="ltUpDiag", fgClr=_color(shade.fill), bgClr=_color("FFFFFF")
        )
    else:
        properties.solidFill = shade.fill
    return properties


def _color(rgb: str) -> ColorChoice:
    choice: Any = ColorChoice
    return choice(srgbClr=rgb)  # type: ignore[no-any-return]


def _axes(made: Any, chart: Chart) -> None:
    # readers hide an axis that does not say that it is there
    made.x_axis.delete = made.y_axis.delete = False
    made.y_axis.title = chart.axis
    made.y_axis.number_format = chart.format
    made.y_axis.scaling.min = 0
    if chart.highest is not None:
        made.y_axis.scaling.max = chart.highest
    made.y_axis.majorGridlines = ChartLines(
        spPr=GraphicalProperties(ln=LineProperties(solidFill=palette.LINE, w=HAIR))
    )
    made.x_axis.number_format = "@"
    made.layout = Layout(
        manualLayout=ManualLayout(
            layoutTarget="inner", xMode="edge", yMode="edge", x=0.07, y=0.12, w=0.9, h=0.66
        )
    )
