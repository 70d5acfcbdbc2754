"""Priority and capacity, objectives, the items of a financial basis, savings and planned evaluations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "016"
down_revision = "015"
branch_labels = None
depends_on = None

APPEND_ONLY = ("priority_version", "capacity_version")
REFUSAL = "append-only"


def refuse_changes() -> None:
    """Let the database refuse to change what priority and capacity were."""
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


def _reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def _who(table: str) -> list[sa.schema.SchemaItem]:
    """The columns that say which row it is, who did it and when, and their references."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _reference(table, "person_id", "person"),
        _reference(table, "assignment_id", "assignment"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _changing(table: str) -> list[sa.schema.SchemaItem]:
    """The same of rows that change, with their version."""
    return [
        *_who(table),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f(f"ck_{table}_version")),
    ]


def _link(table: str, column: str, other: str) -> None:
    """A table that links rows of another to points."""
    op.create_table(
        table,
        sa.Column(column, sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        _reference(table, column, other),
        _reference(table, "point_id", "point"),
        sa.PrimaryKeyConstraint(column, "point_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_point_id"), table, ["point_id"])


def upgrade() -> None:
    """Make it so."""
    op.create_table(
        "priority_version",
        *_who("priority_version"),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "priority IN ('hoog', 'midden', 'laag')", name=op.f("ck_priority_version_priority")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_priority_version_number")),
        _reference("priority_version", "point_id", "point"),
        sa.UniqueConstraint("point_id", "number", name=op.f("uq_priority_version_point_id_number")),
    )
    op.create_table(
        "capacity",
        *_changing("capacity"),
        sa.Column("point_id", sa.Integer(), nullable=False),
        _reference("capacity", "point_id", "point"),
    )
    op.create_index(op.f("ix_capacity_point_id"), "capacity", ["point_id"])
    op.create_table(
        "capacity_version",
        *_who("capacity_version"),
        sa.Column("capacity_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("part", sa.String(length=300), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("people_needed", sa.Integer(), nullable=False),
        sa.Column("people_assigned", sa.Integer(), nullable=False),
        sa.Column("budget_needed", sa.BigInteger(), nullable=False),
        sa.Column("budget_assigned", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("(number = 1) = (reason IS NULL)", name=op.f("ck_capacity_version_reason")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_capacity_version_number")),
        sa.CheckConstraint("(unit_id IS NULL) <> (part IS NULL)", name=op.f("ck_capacity_version_one_part")),
        sa.CheckConstraint(
            "people_needed >= 0 AND people_assigned >= 0", name=op.f("ck_capacity_version_people")
        ),
        sa.CheckConstraint(
            "budget_needed >= 0 AND budget_assigned >= 0", name=op.f("ck_capacity_version_budget")
        ),
        _reference("capacity_version", "capacity_id", "capacity"),
        _reference("capacity_version", "unit_id", "unit"),
        sa.UniqueConstraint("capacity_id", "number", name=op.f("uq_capacity_version_capacity_id_number")),
    )
    op.create_table(
        "objective",
        *_changing("objective"),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("fictief", sa.Boolean(), nullable=False),
        sa.CheckConstraint("priority IN ('hoog', 'midden', 'laag')", name=op.f("ck_objective_priority")),
        sa.CheckConstraint("state IN ('loopt', 'behaald', 'deels', 'niet')", name=op.f("ck_objective_state")),
    )
    _link("objective_point", "objective_id", "objective")
    op.create_table(
        "basis_item",
        *_changing("basis_item"),
        sa.Column("origin_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_basis_item_amount")),
        _reference("basis_item", "origin_id", "origin"),
    )
    op.create_table(
        "basis_claim",
        *_changing("basis_claim"),
        sa.Column("origin_id", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=True),
        sa.CheckConstraint("share >= 0", name=op.f("ck_basis_claim_share")),
        _reference("basis_claim", "origin_id", "origin"),
    )
    op.create_table(
        "saving",
        *_changing("saving"),
        sa.Column("origin_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("consequence", sa.Text(), nullable=False),
        sa.Column("taken", sa.String(length=4), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.CheckConstraint("share >= 0", name=op.f("ck_saving_share")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_saving_amount")),
        sa.CheckConstraint("taken IN ('ja', 'nee')", name=op.f("ck_saving_taken")),
        _reference("saving", "origin_id", "origin"),
    )
    op.create_table(
        "planned_evaluation",
        *_changing("planned_evaluation"),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=300), nullable=False),
        sa.Column("theme", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("fictief", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "state IN ('gepland', 'loopt', 'afgerond', 'vervallen')", name=op.f("ck_planned_evaluation_state")
        ),
        sa.CheckConstraint(
            "state <> 'vervallen' OR reason IS NOT NULL", name=op.f("ck_planned_evaluation_reason")
        ),
        _reference("planned_evaluation", "origin_id", "origin"),
    )
    for table in ("basis_item", "basis_claim", "saving", "planned_evaluation"):
        op.create_index(op.f(f"ix_{table}_origin_id"), table, ["origin_id"])
    _link("planned_evaluation_point", "evaluation_id", "planned_evaluation")
    refuse_changes()


def downgrade() -> None:
    """And back."""
    for table in (
        *("planned_evaluation_point", "planned_evaluation", "saving", "basis_claim", "basis_item"),
        *("objective_point", "objective", "capacity_version", "capacity", "priority_version"),
    ):
        op.drop_table(table)
