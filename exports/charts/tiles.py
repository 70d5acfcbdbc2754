"""The country as tiles: each region a square, with the letter or symbol of what it belongs to."""

from __future__ import annotations

from typing import Final

from exports.charts import fonts
from exports.charts.keys import Look, legend, looks, symbol
from exports.charts.shapes import SMALL, TEXT, WIDTH, Box, Picture, Shape, Words, standing
from exports.document import Key, Tile, TileMap

_SIDE: Final = 13.0
_BETWEEN: Final = 0.8


def tile_map(drawing: TileMap) -> Picture:
    """Lay out the tiles in the middle of the sheet, and the legend under them."""
    shown = looks(drawing.keys, lettered=True)
    first = min((tile.column for tile in drawing.tiles), default=1)
    across = max((tile.column for tile in drawing.tiles), default=1) - first + 1
    top = min((tile.row for tile in drawing.tiles), default=1)
    down = max((tile.row for tile in drawing.tiles), default=0) - top + 1
    side = min(_SIDE, WIDTH / across - _BETWEEN)
    pitch = side + _BETWEEN
    left = (WIDTH - across * pitch + _BETWEEN) / 2

    shapes: list[Shape] = []
    for tile in drawing.tiles:
        x, y = left + (tile.column - first) * pitch, (tile.row - top) * pitch + 0.2
        shapes += _tile(tile, drawing.keys[tile.key], shown[tile.key], Box(x, y, side, side))
    key, bottom = legend(drawing.keys, down * pitch + 3, symbols=True, letters=True)
    return Picture(bottom, (*shapes, *key))


def _tile(tile: Tile, key: Key, look: Look, box: Box) -> list[Shape]:
    x, upper, lower = box.x + box.width / 2, box.y + box.height * 0.34, box.y + box.height * 0.72
    size = 3.4 * min(1.0, (box.width - 1) / max(fonts.width(tile.label, 3.4, bold=True), 0.1))
    label = Words(x, standing(upper, size), tile.label, size, look.text, "middle", bold=True)
    shapes = look.box(box.x, box.y, box.width, box.height)
    if look.hatch is not None:
        shapes.append(Box(box.x + 1, box.y + 1, box.width - 2, box.height - 2, look.fill))
    if key.rank is not None:
        return [*shapes, label, symbol(key.rank, x, lower, TEXT / 2, look.text)]
    return [*shapes, label, Words(x, standing(lower, SMALL), look.letter, SMALL, look.text, "middle")]
