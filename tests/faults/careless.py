"""Meetlat with `synchronous=OFF`, which keeps every answer until the power fails: the harness must refuse it.

The product has no such switch. This starts the same command with another list of pragmas.
"""

from __future__ import annotations

from app import cli, database

if __name__ == "__main__":
    kept = [pragma for pragma in database.SQLITE if not pragma.startswith("synchronous")]
    database.SQLITE = (*kept, "synchronous=OFF")  # type: ignore[assignment]
    cli.main()
