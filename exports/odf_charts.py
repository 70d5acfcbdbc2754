"""Native charts of OpenDocument spreadsheets: drawn from the cells, as those of the Excel file are."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape, quoteattr

from exports import palette
from exports.book import Chart
from exports.excel.charts import CHARACTER, HEIGHT, NARROWEST, WIDEST
from exports.odf_numbers import number_style
from exports.palette import Shade
from exports.text import clean

MEDIA_TYPE: Final = "application/vnd.oasis.opendocument.chart"
_WHITE: Final = "FFFFFF"


def frame(chart: Chart, folder: str, width: float) -> str:
    """Give the place of a chart on its sheet, as wide as `width` characters; `folder` has the chart."""
    return (
        f'<draw:frame draw:name={quoteattr(clean(chart.title))} svg:width="{_width(width):.2f}cm"'
        f' svg:height="{HEIGHT}cm"><draw:object xlink:href="./{folder}" xlink:type="simple"'
        ' xlink:show="embed" xlink:actuate="onLoad"/>'
        f"<svg:title>{escape(clean(chart.title))}</svg:title><svg:desc>{escape(clean(chart.text))}</svg:desc>"
        "</draw:frame>"
    )


def draw(chart: Chart, sheet: str, letters: list[str], rows: tuple[int, int], width: float) -> str:
    """Give what is in the document of a chart.

    `sheet` is the sheet as formulas name it, `letters` its columns; `rows` are that of its headings and its
    last.
    """
    head, last = rows

    def cells(column: int) -> str:
        return quoteattr(f"{sheet}.{letters[column]}{head + 1}:{sheet}.{letters[column]}{last}")

    colors = iter(palette.in_time(sum(series.rank is None for series in chart.series)))
    styles, drawn = [], []
    for place, series in enumerate(chart.series):
        shade = palette.RANKS[series.rank] if series.rank else Shade(next(colors), palette.INK)
        styles.append(_style(f"series{place}", "", _fill(shade)))
        title = quoteattr(f"{sheet}.{letters[series.column]}{head}")
        drawn.append(
            f'<chart:series chart:style-name="series{place}" chart:class="chart:bar"'
            f" chart:values-cell-range-address={cells(series.column)} chart:label-cell-address={title}/>"
        )
    size = f'svg:width="{_width(width):.2f}cm" svg:height="{HEIGHT}cm"'
    return (
        f"<office:automatic-styles>{number_style('figures', chart.format)}"
        f"{_plot_styles(chart)}{''.join(styles)}</office:automatic-styles><office:body><office:chart>"
        f'<chart:chart chart:class="chart:bar" chart:style-name="area" {size}>'
        f"<chart:title><text:p>{escape(clean(chart.title))}</text:p></chart:title>"
        '<chart:legend chart:legend-position="bottom"/>'
        '<chart:plot-area chart:style-name="plot" chart:data-source-has-labels="both">'
        '<chart:axis chart:dimension="x" chart:name="primary-x" chart:style-name="names">'
        f"<chart:categories table:cell-range-address={cells(chart.names)}/></chart:axis>"
        '<chart:axis chart:dimension="y" chart:name="primary-y" chart:style-name="values">'
        f'<chart:title chart:style-name="upright"><text:p>{escape(chart.axis)}</text:p></chart:title>'
        '<chart:grid chart:class="major" chart:style-name="grid"/></chart:axis>'
        f'{"".join(drawn)}<chart:wall chart:style-name="area"/></chart:plot-area>'
        "</chart:chart></office:chart></office:body>"
    )


def _width(characters: float) -> float:
    return min(max(characters * CHARACTER, NARROWEST), WIDEST)


def _plot_styles(chart: Chart) -> str:
    stacked = ' chart:stacked="true" chart:overlap="100"' if chart.stacked else ""
    highest = f' chart:maximum="{chart.highest:g}"' if chart.highest is not None else ""
    shown = 'chart:display-label="true"'
    line = f'draw:stroke="solid" svg:stroke-color="#{palette.LINE}" svg:stroke-width="0.5pt"'
    return (
        _style("area", "", f'draw:fill="solid" draw:fill-color="#{_WHITE}" draw:stroke="none"')
        + _style("plot", f'chart:vertical="false" chart:gap-width="60"{stacked}')
        + _style("names", shown)
        + _style(
            "values",
            f'{shown} chart:link-data-style-to-source="false" chart:minimum="0"{highest}',
            data="figures",
        )
        + _style("upright", 'style:rotation-angle="90"')
        + _style("grid", "", line)
    )


def _fill(shade: Shade) -> str:
    """A shade as a fill; there is no hatch here that all programs draw, so that is white with a dark line."""
    color = _WHITE if shade.hatched else shade.fill
    return (
        f'draw:fill="solid" draw:fill-color="#{color}" draw:stroke="solid"'
        f' svg:stroke-color="#{palette.INK}" svg:stroke-width="0.5pt"'
    )


def _style(name: str, chart: str, graphic: str = "", *, data: str | None = None) -> str:
    number = f' style:data-style-name="{data}"' if data else ""
    properties = f"<style:chart-properties {chart}/>" if chart else ""
    properties += f"<style:graphic-properties {graphic}/>" if graphic else ""
    return f'<style:style style:name="{name}" style:family="chart"{number}>{properties}</style:style>'
