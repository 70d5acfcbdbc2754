"""Let SQLite give every number once, as PostgreSQL does: also when the newest row of a table went away.

Without AUTOINCREMENT the next row gets the number of the last one that was deleted: a form that is late
then reaches another row, and a line of the log may mean either. Tables are not made anew for it: their rows
and what hangs on them stay where they are, and only the text that says what a table is changes, in the way
that SQLite describes for this (https://sqlite.org/lang_altertable.html#otheralter).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "018"
down_revision = "017"
branch_labels = None
depends_on = None

LENT, KEPT = "PRIMARY KEY (id)", "PRIMARY KEY (id AUTOINCREMENT)"
CALLED = {"file": "stored_file", "item": "agenda_item", "series": "figure_series", "upload": "answer_upload"}
"""What the log calls tables of which rows can go, where that is not their name."""
NAMED = """
    SELECT subject, max(subject_id) FROM log_entry WHERE subject_id IS NOT NULL GROUP BY subject
    UNION ALL
    SELECT named.key, max(named.value) FROM log_entry, json_each(log_entry.detail) AS named
    WHERE named.type = 'integer' GROUP BY named.key
"""


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def rewrite(old: str, new: str) -> None:
    """Say otherwise how tables number their rows. SQLite reads all of it again, and refuses what is wrong."""
    connection = op.get_bind()
    version = connection.scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema = ON")
    connection.execute(
        sa.text("UPDATE sqlite_master SET sql = replace(sql, :old, :new) WHERE type = 'table'"),
        {"old": old, "new": new},
    )
    op.execute(f"PRAGMA schema_version = {version + 1}")  # other connections then read it again too
    op.execute("PRAGMA writable_schema = RESET")


def number_on() -> None:
    """Go on after the highest number that a table, the log or SQLite itself knows."""
    connection = op.get_bind()
    # SQLite makes sqlite_sequence with the first table that needs it
    op.execute("CREATE TABLE first_numbered (id INTEGER PRIMARY KEY AUTOINCREMENT)")
    op.execute("DROP TABLE first_numbered")
    known: dict[str, int] = {}

    def learn(name: str, number: int | None) -> None:
        table = CALLED.get(name, name)
        known[table] = max(number or 0, known.get(table, 0))

    for name, number in connection.execute(
        sa.text(f"SELECT name, seq FROM sqlite_sequence UNION ALL {NAMED}")
    ):
        learn(name, number)
    asked = sa.text("SELECT name FROM sqlite_master WHERE type = 'table' AND instr(sql, :lent)")
    tables = connection.scalars(asked, {"lent": LENT}).all()
    for table in tables:
        learn(table, connection.scalar(sa.text(f'SELECT max(id) FROM "{table}"')))
    op.execute("DELETE FROM sqlite_sequence")
    connection.execute(
        sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"),
        [{"name": table, "seq": known[table]} for table in tables],
    )


def upgrade() -> None:
    """Make it so."""
    if _sqlite():
        number_on()
        rewrite(LENT, KEPT)


def downgrade() -> None:
    """And back. What SQLite knows of numbers stays, for when this is made so again."""
    if _sqlite():
        rewrite(KEPT, LENT)
