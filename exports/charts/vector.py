"""A picture as SVG: shapes and text with attributes alone, nothing that a content policy refuses."""

from __future__ import annotations

import math
from typing import Final

from lxml import etree

from exports.charts.shapes import Area, Box, Lines, Picture, Pie, Point, Shape, Words
from exports.text import clean

_SVG: Final = "http://www.w3.org/2000/svg"
_FONTS: Final = "DejaVu Sans, Verdana, sans-serif"

Attributes = dict[str, str]


def write(picture: Picture) -> str:
    """Give a picture as the characters of an SVG image, sized in mm; equal pictures give equal characters."""
    wide, high = picture.printed
    root = etree.XML(f'<svg xmlns="{_SVG}"/>')
    root.set("width", f"{_number(wide)}mm")
    root.set("height", f"{_number(high)}mm")
    root.set("viewBox", " ".join(map(_number, (-picture.margin, -picture.margin, *picture.sheet))))
    root.set("font-family", _FONTS)
    for shape in picture.shapes:
        _add(root, shape)
    return etree.tostring(root, encoding="unicode")


def _add(root: etree._Element, shape: Shape) -> None:
    match shape:
        case Words():
            _add_words(root, shape)
        case Box():
            place = {"x": shape.x, "y": shape.y, "width": shape.width, "height": shape.height}
            numbers = {name: _number(value) for name, value in place.items()}
            _node(root, "rect", numbers | _filled(shape.fill, shape.edge, shape.thickness))
        case Area():
            look = _filled(shape.fill, shape.edge, shape.thickness)
            _node(root, "path", {"d": _path(shape.corners) + "Z"} | look)
        case Lines():
            if shape.lines:
                path = "".join(map(_path, shape.lines))
                _node(root, "path", {"d": path, "fill": "none"} | _stroked(shape))
        case Pie():
            _add_pie(root, shape)


def _node(root: etree._Element, name: str, attributes: Attributes) -> etree._Element:
    return etree.SubElement(root, f"{{{_SVG}}}{name}", attributes)


def _add_words(root: etree._Element, words: Words) -> None:
    x, y = _number(words.x), _number(words.y)
    attributes = {"x": x, "y": y, "font-size": _number(words.size), "fill": f"#{words.color}"}
    if words.anchor != "start":
        attributes["text-anchor"] = words.anchor
    if words.bold:
        attributes["font-weight"] = "bold"
    if words.upright:
        attributes["transform"] = f"rotate(-90 {x} {y})"
    _node(root, "text", attributes).text = clean(words.text)


def _add_pie(root: etree._Element, pie: Pie) -> None:
    circle = {"cx": _number(pie.x), "cy": _number(pie.y), "r": _number(pie.radius)}
    look = _filled(pie.color if pie.share == 1 else None, pie.color, pie.thickness)
    _node(root, "circle", circle | look)
    if 0 < pie.share < 1:
        turn = 2 * math.pi * pie.share
        start = _point((pie.x, pie.y - pie.radius))
        end = _point((pie.x + pie.radius * math.sin(turn), pie.y - pie.radius * math.cos(turn)))
        radius, far = _number(pie.radius), int(turn > math.pi)
        path = f"M{_point((pie.x, pie.y))}L{start}A{radius} {radius} 0 {far} 1 {end}Z"
        _node(root, "path", {"d": path, "fill": f"#{pie.color}"})


def _filled(fill: str | None, edge: str | None, thickness: float) -> Attributes:
    look = {"fill": f"#{fill}" if fill else "none"}
    if edge:
        look |= {"stroke": f"#{edge}", "stroke-width": _number(thickness)}
    return look


def _stroked(lines: Lines) -> Attributes:
    look = {"stroke": f"#{lines.color}", "stroke-width": _number(lines.thickness)}
    if lines.dashes:
        look["stroke-dasharray"] = " ".join(map(_number, lines.dashes))
    return look


def _path(points: tuple[Point, ...]) -> str:
    return "M" + "L".join(map(_point, points))


def _point(point: Point) -> str:
    return " ".join(map(_number, point))


def _number(value: float) -> str:
    """Give a length to a thousandth of a mm, as short as it can be."""
    return f"{round(value, 3) + 0.0:.10g}"
