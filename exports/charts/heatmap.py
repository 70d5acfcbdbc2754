"""A grid of levels: colour, symbol and letters in each cell."""

from __future__ import annotations

from typing import Final

from exports.charts import fonts
from exports.charts.keys import legend, of_rank, symbol
from exports.charts.shapes import TEXT, WHITE, WIDTH, Box, Picture, Shape, Words, column, tall
from exports.document import Cell, Heatmap
from exports.palette import INK, LINE

_GAP: Final = 2.0
_LABEL_ROOM: Final = 62.0
_LABEL_ROOM_OF_MANY: Final = 42.0
_FEW: Final = 8
_WIDEST: Final = 24.0
_ROOMY: Final = 11.0
"""From this width on, a cell has its symbol beside its letters; below it, above them."""

_LOW, _HIGH = 5.4, 8.0
_RADIUS: Final = 1.1


def grid(drawing: Heatmap) -> Picture:
    """Lay out rows by columns; a cell without a level stays empty."""
    room = _LABEL_ROOM if len(drawing.columns) <= _FEW else _LABEL_ROOM_OF_MANY
    labels = [fonts.wrapped(label, TEXT, room) for label, _ in drawing.rows]
    left = fonts.widest([line for lines in labels for line in lines], TEXT) + _GAP
    wide = min(_WIDEST, (WIDTH - left) / max(len(drawing.columns), 1))
    heads, top = _heads(drawing.columns, left, wide)
    size = _letter_size(drawing, wide)

    shapes: list[Shape] = list(heads)
    y = top
    for lines, (_, cells) in zip(labels, drawing.rows, strict=True):
        height = max(_LOW if wide >= _ROOMY else _HIGH, tall(lines) + 1)
        shapes += column(lines, 0.0, y + height / 2)
        for place, cell in enumerate(cells):
            shapes += _cell(cell, Box(left + place * wide, y, wide, height), size)
        y += height
    key, bottom = legend(drawing.keys, y + 3, symbols=True)
    return Picture(bottom, (*shapes, *key))


def _heads(titles: tuple[str, ...], left: float, wide: float) -> tuple[list[Words], float]:
    """Give the headings and where they end: upright where their words are too wide for the column."""
    places = [left + (place + 0.5) * wide for place in range(len(titles))]
    words = [word for title in titles for word in title.split()]
    if fonts.widest(words, TEXT, bold=True) <= wide - 1:
        lines = [fonts.wrapped(title, TEXT, wide - 1, bold=True) for title in titles]
        high = max(map(tall, lines), default=0.0)
        heads = [
            each
            for x, title in zip(places, lines, strict=True)
            for each in column(title, x, high - tall(title) / 2, anchor="middle", bold=True)
        ]
        return heads, high + 1
    high = fonts.widest(list(titles), TEXT, bold=True)
    lean = fonts.ASCENT * TEXT / 2
    return [
        Words(x + lean, high, title, bold=True, upright=True) for x, title in zip(places, titles, strict=True)
    ], high + 1.5


def _letter_size(drawing: Heatmap, wide: float) -> float:
    """Give the size at which the widest letters fit a cell, for all cells alike."""
    letters = [cell.text for _, cells in drawing.rows for cell in cells if cell]
    roomy = wide >= _ROOMY
    room = wide - 2 * _RADIUS - 3.0 if roomy else wide - 0.6
    return TEXT * min(1.0, room / max(fonts.widest(letters, TEXT, bold=roomy), 0.1))


def _cell(cell: Cell | None, box: Box, size: float) -> list[Shape]:
    if cell is None:
        return [Box(box.x, box.y, box.width, box.height, None, LINE)]
    if cell.rank is None:
        middle = box.y + box.height / 2
        words = column([cell.text], box.x + box.width / 2, middle, size, anchor="middle")
        return [Box(box.x, box.y, box.width, box.height, WHITE, INK), *words]
    look = of_rank(cell.rank)
    x, y = box.x + box.width / 2, box.y + box.height / 2
    roomy = box.width >= _ROOMY
    length = fonts.width(cell.text, size, roomy)
    if roomy:
        start = x - (length + 2 * _RADIUS + 1) / 2
        places = (start + _RADIUS, y), (start + 2 * _RADIUS + 1 + length / 2, y)
        plate = Box(start - 0.5, y - 1.6, length + 2 * _RADIUS + 2, 3.2, look.fill)
    else:
        places = (x, y - 1.6), (x, y + 1.8)
        plate = Box(box.x + 0.4, y - 3.2, box.width - 0.8, 6.4, look.fill)
    return [
        *look.box(box.x, box.y, box.width, box.height),
        # lines through the letters would make them hard to read
        *([plate] if look.hatch else []),
        symbol(cell.rank, *places[0], _RADIUS, look.text),
        *column([cell.text], *places[1], size, color=look.text, anchor="middle", bold=roomy),
    ]
