"""Running a measurement: what it wants to know, and how it went from state to state."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None

TEXTS = ("question", "scope", "discussed_with")
APPEND_ONLY = "measurement_transition"
REFUSAL = "append-only"


def refuse_changes() -> None:
    """Let the database refuse to change or delete how a measurement went."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {APPEND_ONLY}_no_{verb} BEFORE {verb.upper()} ON {APPEND_ONLY}"
                f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
    else:
        op.execute(
            f"CREATE TRIGGER {APPEND_ONLY}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {APPEND_ONLY}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def upgrade() -> None:
    """Make it so."""
    for name in TEXTS:
        op.add_column("measurement", sa.Column(name, sa.Text(), nullable=True))
    op.create_table(
        APPEND_ONLY,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("from_state", sa.String(length=32), nullable=False),
        sa.Column("to_state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["measurement_id"],
            ["measurement.id"],
            name=op.f("fk_measurement_transition_measurement_id_measurement"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_measurement_transition_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"],
            ["assignment.id"],
            name=op.f("fk_measurement_transition_assignment_id_assignment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measurement_transition")),
    )
    with op.batch_alter_table(APPEND_ONLY, schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_measurement_transition_measurement_id"), ["measurement_id"], unique=False
        )
    refuse_changes()


def downgrade() -> None:
    """And back."""
    with op.batch_alter_table(APPEND_ONLY, schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_measurement_transition_measurement_id"))
    op.drop_table(APPEND_ONLY)
    for name in reversed(TEXTS):
        op.drop_column("measurement", name)
