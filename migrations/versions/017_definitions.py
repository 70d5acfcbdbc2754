"""Definitions of terms: what they mean, every version of it, and which of some meanings holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "017"
down_revision = "016"
branch_labels = None
depends_on = None

APPEND_ONLY = ("definition_ruling", "definition_version")
REFUSAL = "append-only"


def refuse_changes() -> None:
    """Let the database refuse to change what was said, and what was chosen."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in APPEND_ONLY:
        if sqlite:
            for verb in ("update", "delete"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )
        else:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


def _who(table: str) -> list[sa.schema.SchemaItem]:
    """The columns that say who did it and when, and their references."""
    return [
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id_person")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f(f"fk_{table}_assignment_id_assignment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    """Make it so."""
    op.create_table(
        "definition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ships_as", sa.String(length=200), nullable=True),
        sa.Column("term", sa.String(length=200), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=True),
        sa.Column("used_since", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("fictief", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("origin_id IS NULL OR source IS NULL", name=op.f("ck_definition_one_source")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_definition_version")),
        sa.ForeignKeyConstraint(["origin_id"], ["origin.id"], name=op.f("fk_definition_origin_id_origin")),
        sa.UniqueConstraint("kind", "ships_as", name=op.f("uq_definition_kind_ships_as")),
        *_who("definition"),
    )
    op.create_table(
        "definition_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("definition_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["definition_id"],
            ["definition.id"],
            name=op.f("fk_definition_version_definition_id_definition"),
        ),
        sa.UniqueConstraint(
            "definition_id", "version", name=op.f("uq_definition_version_definition_id_version")
        ),
        *_who("definition_version"),
    )
    op.create_table(
        "definition_ruling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term_key", sa.String(length=200), nullable=False),
        sa.Column("meanings", sa.String(length=64), nullable=False),
        sa.Column("holds", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("holds IS NOT NULL OR reason IS NOT NULL", name=op.f("ck_definition_ruling_why")),
        *_who("definition_ruling"),
    )
    op.create_index(op.f("ix_definition_ruling_term_key"), "definition_ruling", ["term_key"])
    refuse_changes()


def downgrade() -> None:
    """And back."""
    op.drop_table("definition_ruling")
    op.drop_table("definition_version")
    op.drop_table("definition")
