"""What stands for the drill, and how it says that something holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import sqlalchemy as sa

from tests.drill.serving import Failed, Meetlat, Nginx
from tests.drill.visiting import Visitor
from tests.faults.crashing import CrashingServer

INSPECTOR = "inspecteur1@voorbeeld.nl"
DATABASE = "drill"


@dataclass
class Drill:
    """PostgreSQL as it is installed, two servers of Meetlat that share it and their files, nginx in front."""

    folder: Path
    database: CrashingServer
    meetlat: Meetlat
    second: Meetlat
    nginx: Nginx
    sealing: float = 0.0
    """Milliseconds that sealing a thousand lines of the log took, before anybody used it."""

    def visitor(self) -> Visitor:
        """Somebody new at a browser."""
        return Visitor(self.nginx.port, self.nginx.certificate)

    def query(self, statement: str, **values: object) -> Any:
        """One value out of the database."""
        engine = sa.create_engine(self.database.url(DATABASE))
        with engine.connect() as connection:
            found = connection.scalar(sa.text(statement), values)
        engine.dispose()
        return found

    def figure(self, name: str, server: Meetlat | None = None) -> float:
        """One figure from the port for figures of a server."""
        with urlopen(f"http://127.0.0.1:{(server or self.meetlat).figures}/metrics") as answer:
            found = re.search(rf"^{re.escape(name)} (\S+)$", answer.read().decode(), re.M)
        return float(found[1]) if found else 0.0


def hold(holds: bool, what: str) -> None:
    """Say that something holds. Raises Failed when it does not."""
    if not holds:
        raise Failed(what)
    print(f"  {what}", flush=True)
