"""The answers of submitted dossiers packed for the arithmetic, and an index of divergent views."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "013"
down_revision = "012"
branch_labels = None
depends_on = None

VERBS = {"insert": "NEW", "update": "NEW", "delete": "OLD"}
"""What changes a row, and under which name a trigger sees it."""
DOSSIERS = {
    "answer": "{row}.dossier_id",
    "answer_document": "(SELECT dossier_id FROM answer WHERE id = {row}.answer_id)",
}
"""Whose packed answers a row of a table belongs to."""


def forget_on_change() -> None:
    """Let the database remove what was packed as soon as an answer, or a document with it, changes."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, dossier in DOSSIERS.items():
        if not sqlite:
            op.execute(
                f"CREATE FUNCTION forget_packed_{table}() RETURNS trigger LANGUAGE plpgsql AS $$"
                " BEGIN IF TG_OP = 'DELETE' THEN"
                f" DELETE FROM packed_answers WHERE dossier_id = {dossier.format(row='OLD')};"
                " ELSE"
                f" DELETE FROM packed_answers WHERE dossier_id = {dossier.format(row='NEW')};"
                " END IF; RETURN NULL; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {table}_forget_packed AFTER INSERT OR UPDATE OR DELETE ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION forget_packed_{table}()"
            )
            continue
        for verb, row in VERBS.items():
            op.execute(
                f"CREATE TRIGGER {table}_forget_packed_{verb} AFTER {verb.upper()} ON {table}"
                f" BEGIN DELETE FROM packed_answers WHERE dossier_id = {dossier.format(row=row)}; END"
            )


def upgrade() -> None:
    """Make it so."""
    op.create_table(
        "packed_answers",
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
            name=op.f("fk_packed_answers_dossier_id_dossier"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("dossier_id", name=op.f("pk_packed_answers")),
    )
    op.create_index(
        "ix_answer_view",
        "answer",
        ["dossier_id"],
        unique=False,
        sqlite_where=sa.text("party <> ''"),
        postgresql_where=sa.text("party <> ''"),
    )
    forget_on_change()


def downgrade() -> None:
    """And back."""
    for table in DOSSIERS:
        if op.get_bind().dialect.name == "sqlite":
            for verb in VERBS:
                op.execute(f"DROP TRIGGER {table}_forget_packed_{verb}")
        else:
            op.execute(f"DROP TRIGGER {table}_forget_packed ON {table}")
            op.execute(f"DROP FUNCTION forget_packed_{table}()")
    op.drop_index("ix_answer_view", table_name="answer")
    op.drop_table("packed_answers")
