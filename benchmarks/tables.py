"""What every benchmark prints with: a table in Markdown, the figures in it, the memory of processes.

Nothing here decides whether something is quick enough: a figure stands beside its floor, measured in the same
run on the same machine, and who reads the table decides.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

MEGA = 1_000_000
KILO = 1024
"""What Linux calls a kilobyte: in `ru_maxrss` and in /proc."""
PLACES = ((100, 0), (10, 1), (1, 2))
"""From which size on a figure gets how many decimals."""


@dataclass(frozen=True)
class Times:
    """Some measured times in seconds, as a table shows them. Raises ValueError when there are none."""

    taken: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse nothing at all: it has no median."""
        if not self.taken:
            raise ValueError("nothing was measured")

    @property
    def median(self) -> float:
        """The time that half of them stayed under."""
        return self.quantile(0.5)

    @property
    def p95(self) -> float:
        """The time that 95 of a hundred stayed under; of fewer than twenty the longest."""
        return self.quantile(0.95)

    @property
    def p99(self) -> float:
        """The time that 99 of a hundred stayed under; of fewer than a hundred the longest."""
        return self.quantile(0.99)

    def quantile(self, part: float) -> float:
        """The smallest measured time that at least this part of all stayed at or under (0 to 1)."""
        ordered = sorted(self.taken)
        return ordered[max(0, -int(-part * len(ordered) // 1) - 1)]


class Watch:
    """How long something took: by the clock, and how long the processor worked for it."""

    seconds: float = 0.0
    processor: float = 0.0


@contextmanager
def watch() -> Iterator[Watch]:
    """Time what happens within; the figures stand in what this gives, once it is over."""
    found = Watch()
    worked, began = time.process_time(), time.perf_counter()
    try:
        yield found
    finally:
        found.seconds, found.processor = time.perf_counter() - began, time.process_time() - worked


def milliseconds(seconds: float) -> str:
    """A time as a table shows it: three figures that matter, in milliseconds."""
    return figure(seconds * 1000)


def figure(number: float) -> str:
    """A number with the figures that matter: 0.0123, 1.23, 12.3, 123, 1,234."""
    for least, places in PLACES:
        if abs(number) >= least:
            return f"{number:,.{places}f}"
    return f"{number:.3g}"


def ratio(number: float, floor: float) -> str:
    """How many times a floor something took: 1.20 ×; a dash when the floor took nothing."""
    return f"{figure(number / floor)} ×" if floor else "–"


def megabytes(size: float) -> str:
    """A number of bytes in megabytes."""
    return f"{size / MEGA:,.0f}"


def peak() -> int:
    """The most memory in bytes that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KILO


def memory(process: int) -> tuple[int, int, int]:
    """The memory of a process in bytes: its own share (PSS), all that it maps (RSS), the most of that ever.

    Raises OSError when there is no such process, or it is somebody else's.
    """
    folder = Path(f"/proc/{process}")
    share = _kilobytes(folder / "smaps_rollup", "Pss")
    return share, _kilobytes(folder / "status", "VmRSS"), _kilobytes(folder / "status", "VmHWM")


def _kilobytes(path: Path, name: str) -> int:
    line = next(each for each in path.read_text().splitlines() if each.startswith(f"{name}:"))
    return int(line.split()[1]) * KILO


def heading(text: str) -> None:
    """Print what the next tables are about."""
    click.echo(f"\n## {text}\n")


def say(text: str) -> None:
    """Tell whoever waits what happens now, beside the tables."""
    click.echo(text, err=True)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> None:
    """Print a table in Markdown: the first columns hold words, the others figures."""
    click.echo(_line(columns))
    click.echo(_line(["---"] * words + ["---:"] * (len(columns) - words)))
    for row in rows:
        click.echo(_line(row))
    click.echo()


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
