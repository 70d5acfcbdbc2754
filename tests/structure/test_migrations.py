"""The migrations make exactly the tables of the models, and can be taken back, on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from app import database
from surveys.models import Base

REVISIONS = [script.revision for script in reversed(list(database.migrations().walk_revisions()))]


def differences(url: str) -> list[object]:
    """What would have to change in the database to make it equal to the models."""
    engine = database.standalone_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        found = list(compare_metadata(context, Base.metadata))
    engine.dispose()
    return found


def tables(url: str) -> set[str]:
    engine = database.standalone_engine(url)
    found = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    return found


def test_the_newest_migration_equals_the_models(database_url: str) -> None:
    assert differences(database_url) == []
    assert tables(database_url) - {"alembic_version"} == set(Base.metadata.tables)


def test_every_migration_can_be_taken_back_and_made_again(database_url: str) -> None:
    for revision in reversed(REVISIONS):
        database.upgrade(database_url, revision)
        database.downgrade(database_url, "-1")
    assert tables(database_url) == {"alembic_version"}
    for revision in REVISIONS:
        database.upgrade(database_url, revision)
    assert differences(database_url) == []


def test_a_database_of_an_older_version_is_not_current(database_url: str) -> None:
    database.downgrade(database_url)
    engine = database.standalone_engine(database_url)
    assert not database.is_current(engine)
    engine.dispose()


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_every_constraint_has_a_name(table: sa.Table) -> None:
    assert [constraint for constraint in table.constraints if constraint.name is None] == []
    assert [index for index in table.indexes if index.name is None] == []
