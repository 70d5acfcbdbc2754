"""Meetlat under a clock that jumps: libfaketime takes the sleep of this Python for one until a time of day.

So a sleep waits in `select`, which libfaketime leaves alone. Nothing else differs from `meetlat`.
"""

from __future__ import annotations

import select
import time
from typing import Any

from app import cli


def sleep(seconds: Any) -> None:
    """Wait so long."""
    select.select([], [], [], seconds)


if __name__ == "__main__":
    time.sleep = sleep
    cli.main()
