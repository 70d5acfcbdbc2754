"""How Alembic reaches the database: the address comes from `app.database`, the tables from the models."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from app.database import standalone_engine
from surveys.models import Base
from surveys.models.base import UtcDateTime


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our own column type as what it is in the database: a migration must outlive our code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run the migrations in one transaction each, on SQLite by copying tables where it can't alter them."""
    engine = standalone_engine(context.config.attributes["database_url"])
    try:
        with engine.connect() as connection:
            context.configure(
                connection=connection,
                target_metadata=Base.metadata,
                render_as_batch=True,
                transaction_per_migration=True,
                compare_type=True,
                compare_server_default=True,
                render_item=render_item,
            )
            with context.begin_transaction():
                context.run_migrations()
    finally:
        engine.dispose()


run()
