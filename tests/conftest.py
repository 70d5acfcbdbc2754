"""What tests have at hand: a database of their own, the application on it, and somebody at a browser.

`pytest` runs on SQLite. With `--database sqlite --database postgres` every test that touches a database runs
on both; with `--database postgres` alone only those run, on PostgreSQL. A test marked `example` finds the
fictitious example data in its database, others find it migrated and empty.

    session   a SQLAlchemy session on the test's database. What it changed is committed before each request of
              the client; anybody else sees it after `session.commit()`
    world     two regions, an RMC, an open measurement and somebody in every role (see factories.py)
    app       the application on the test's database
    client    somebody at a browser without JavaScript, whose every page is inspected (see support/client.py)
    login     log in with `login("ovr.vr01")`; needs `world` or the mark `example`
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from hypothesis import settings
from passlib.hash import sha256_crypt
from sqlalchemy.orm import Session

from tests.support import folders, sharing, stages

if TYPE_CHECKING:
    from app.config import Settings
    from tests import factories
    from tests.support.applications import Applications
    from tests.support.client import Client
    from tests.support.databases import Databases

# A run of the tests judges a change, so it must not fail for what the change did not do: the properties are
# tried on the same examples every time. `--hypothesis-profile search` looks for new ones (docs/testing.md).
settings.register_profile("same", derandomize=True, database=None, max_examples=50)
settings.register_profile("search", derandomize=False, max_examples=500)
settings.load_profile("same")
sharing.share()
# What lives as long as the run is looked through again and again otherwise: a tenth of the time.
gc.set_threshold(100_000, 20, 20)

KINDS = ("sqlite", "postgres")
BROWSER = Path(__file__).parent / "browser"
PATIENCE = 10
"""Seconds to wait for another writer: in a test, that is nearly always the test itself."""
HASTY = {"synchronous=FULL": "synchronous=OFF"}
"""The data live for seconds: nothing needs to survive a failure of the power, and a disk may be slow."""
SHARED = pytest.StashKey[Path]()
SERVER = pytest.StashKey[Any]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the databases be chosen."""
    parser.addoption("--database", action="append", choices=KINDS, help="run on this database (sqlite)")
    parser.addoption("--screenshots", action="store_true", help="keep how pages look under screenshots/")


def pytest_configure(config: pytest.Config) -> None:
    """Make what all processes of this run share: a folder, and a PostgreSQL when it is asked for."""
    config.addinivalue_line("markers", "example: finds the fictitious example data in its database")
    config.addinivalue_line("markers", "apart: has a tab of its own, as it leaves traces there")
    worker = getattr(config, "workerinput", None)
    if worker is not None:
        config.stash[SHARED] = Path(worker["meetlat_shared"])
        return
    config.stash[SHARED] = folders.temporary("meetlat-tests-")
    if "postgres" in _kinds(config) and not config.option.collectonly:
        from tests.support.postgres import Server

        config.stash[SERVER] = Server()
        (config.stash[SHARED] / "postgres").write_text(str(config.stash[SERVER].folder))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a process of pytest-xdist what it shares with the others."""
    node.workerinput["meetlat_shared"] = str(node.config.stash[SHARED])  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Take away what was made for this run."""
    if hasattr(config, "workerinput"):
        return
    if SERVER in config.stash:
        config.stash[SERVER].stop()
    if SHARED in config.stash:
        shutil.rmtree(config.stash[SHARED], ignore_errors=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what touches a database on each database that was asked for."""
    if "database_kind" in metafunc.fixturenames and BROWSER not in metafunc.definition.path.parents:
        metafunc.parametrize("database_kind", _kinds(metafunc.config), scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what touches a database or needs a browser; leave out what was not asked for."""
    alone = _kinds(config) == ["postgres"]
    kept, left = [], []
    for item in items:
        in_browser = BROWSER in item.path.parents
        uses = "database_kind" in getattr(item, "fixturenames", ()) and not in_browser
        if uses:
            item.add_marker(pytest.mark.database)
        if in_browser:
            item.add_marker(pytest.mark.browser)
        (kept if uses or not alone else left).append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def _kinds(config: pytest.Config) -> list[str]:
    asked = config.getoption("--database") or ["sqlite"]
    return [kind for kind in KINDS if kind in asked]


@pytest.fixture(scope="session", autouse=True)
def _own_settings() -> None:
    """Keep whoever's settings this is run with out of the tests."""
    for name in [name for name in os.environ if name.startswith("MEETLAT_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def databases(database_kind: str, pytestconfig: pytest.Config) -> Iterator[Databases]:
    """Where databases come from. Whoever uses one may log in, so passwords are made cheap here as well."""
    from app import accounts, database
    from tests.factories import CHEAP
    from tests.support import connections, databases, postgres

    accounts.HASHING = CHEAP
    # for the tokens in mails; half a million rounds otherwise
    sha256_crypt.default_rounds = sha256_crypt.min_rounds
    database.PATIENCE = PATIENCE
    database.SQLITE = tuple(HASTY.get(pragma, pragma) for pragma in database.SQLITE)
    shared = pytestconfig.stash[SHARED]
    process = os.environ.get("PYTEST_XDIST_WORKER", "main")
    if database_kind == "sqlite":
        yield databases.SqliteDatabases(shared, process)
        return
    connections.keep()
    address = postgres.Address(Path((shared / "postgres").read_text()))
    found = databases.PostgresDatabases(address, shared, process)
    yield found
    found.leave()
    address.leave()


@pytest.fixture
def database_url(databases: Databases, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database for this test alone: migrated and empty, or with the example data."""
    example = request.node.get_closest_marker("example")
    url = databases.make("example" if example else stages.asked(request.fixturenames))
    yield url
    databases.drop(url)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """The settings that the test's application runs with."""
    from tests.support.databases import settings_for

    return settings_for(database_url, tmp_path)


@pytest.fixture(scope="session")
def applications(pytestconfig: pytest.Config) -> Applications:
    """Where applications come from. All those of a run compile a template once."""
    from tests.support.applications import Applications

    return Applications(sharing.Templates(str(pytestconfig.stash[SHARED])))


@pytest.fixture
def app(settings: Settings, applications: Applications) -> Iterator[Flask]:
    """The application on the test's database."""
    made = applications.take(settings)
    yield made
    applications.give_back(made)


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """A session on the test's database. Close to how the application makes its own, and apart from it."""
    from app.database import standalone_engine

    engine = standalone_engine(database_url)
    with Session(engine) as made:
        yield made
    engine.dispose()


def _make_world(session: Session) -> None:
    from tests import factories

    factories.world(session)


def _make_offers(session: Session) -> None:
    from tests import factories, offered

    offered.make(session, factories.World(session))


with_world = stages.declare("world", _make_world, on="empty")
with_offers = stages.declare("offers", _make_offers)


@pytest.fixture
def world(with_world: None, session: Session) -> factories.World:
    """Two regions, an RMC, an open measurement with their dossiers, and somebody in every role."""
    from tests import factories

    return factories.World(session)


@pytest.fixture
def client(app: Flask, session: Session) -> Client:
    """Somebody at a browser without JavaScript. Before each request, what the test changed is committed."""
    from tests.support.client import Client

    return Client(app, before=session.commit)


@pytest.fixture
def login(client: Client, request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Log the client in: `login("ovr.vr01")`, the part before the @ of an address at voorbeeld.nl."""
    from tests import factories
    from tests.support.databases import PASSWORD

    password = PASSWORD if request.node.get_closest_marker("example") else factories.PASSWORD
    return lambda name: client.admit(f"{name}@voorbeeld.nl", password)
