"""Where the tiles of a map stand: a square for each unit that has a place, in rows and columns from 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from surveys.reports import UnitInfo
from surveys.reports.levels import Mark

SIDE = 50
GAP = 4


@dataclass(frozen=True)
class Tile:
    """A unit's tile; a unit without a level in this measurement has `-` for letters and the rank `absent`."""

    x: int
    y: int
    short: str
    letters: str
    rank: str
    url: str


@dataclass(frozen=True)
class TileMap:
    """The map, in the units of its own view box."""

    width: int
    height: int
    side: int
    tiles: tuple[Tile, ...]


def tile_map(units: Iterable[tuple[UnitInfo, Mark | None, str]]) -> TileMap | None:
    """Lay out the units with their marks and addresses; None when no unit has a place on a map."""
    placed = [(unit.tile, unit, mark, url) for unit, mark, url in units if unit.tile is not None]
    if not placed:
        return None
    step = SIDE + GAP
    tiles = tuple(
        Tile(
            x=(column - 1) * step + GAP,
            y=(row - 1) * step + GAP,
            short=unit.short,
            letters=mark.letters if mark else "–",
            rank=mark.rank if mark else "absent",
            url=url,
        )
        for (row, column), unit, mark, url in placed
    )
    return TileMap(
        width=max(tile.x for tile in tiles) + step,
        height=max(tile.y for tile in tiles) + step,
        side=SIDE,
        tiles=tiles,
    )
