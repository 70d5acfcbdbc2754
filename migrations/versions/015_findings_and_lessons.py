"""Interim findings, signals, lessons, moments of evaluation, and where a point is anchored."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "015"
down_revision = "014"
branch_labels = None
depends_on = None

REFUSAL = "append-only"
APPEND_ONLY = ("signal_step", "signal_point", "lesson_share")
OF_A_FINDING = ("interim_step", "interim_reply")
"""Append-only as well, and gone with their measurement (migration 011)."""
DESTROYED = (
    "EXISTS (SELECT 1 FROM destruction AS gone"
    " JOIN interim_finding ON interim_finding.measurement_id = gone.measurement_id"
    " WHERE interim_finding.id = OLD.finding_id)"
)
ANCHOR = (
    "(anchor_title IS NULL) = (anchor_version IS NULL) AND (anchor_title IS NULL) = (anchor_place IS NULL)"
)
RISK = "(risk_level IS NULL) = (risk_on IS NULL) AND (risk_level IS NULL) = (risk_words IS NULL)"
COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "anchor_title": sa.String(length=300),
    "anchor_version": sa.String(length=200),
    "anchor_place": sa.String(length=300),
    "risk_level": sa.String(length=300),
    "risk_on": sa.Date(),
    "risk_words": sa.Text(),
}
"""What a point gets, in this order."""
WHOLE = {"anchor_place": ("ck_point_anchor_whole", ANCHOR), "risk_words": ("ck_point_risk_whole", RISK)}
"""By the last column of each group: the rule that it is there whole or not at all."""


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _who(table: str) -> list[sa.schema.SchemaItem]:
    """The columns that say who did it and when, and their references."""
    return [
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _reference(table, "person_id", "person"),
        _reference(table, "assignment_id", "assignment"),
    ]


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}"))


def _make(table: str, *parts: sa.schema.SchemaItem, indexes: tuple[str, ...] = ()) -> None:
    """Make a table with an id, who and when, and an index on each of some columns."""
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        *parts,
        *_who(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for column in indexes:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def make_findings() -> None:
    """Findings that are shared before the report, what inspectors did with them, and what units answered."""
    _make(
        "interim_finding",
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("factor", sa.String(), nullable=True),
        sa.Column("question", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('concept', 'gedeeld', 'ingetrokken', 'afgehandeld')",
            name=op.f("ck_interim_finding_state"),
        ),
        sa.CheckConstraint(
            "point_id IS NULL OR state = 'afgehandeld'", name=op.f("ck_interim_finding_point")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_interim_finding_version")),
        _reference("interim_finding", "measurement_id", "measurement"),
        _reference("interim_finding", "unit_id", "unit"),
        _reference("interim_finding", "point_id", "point"),
        indexes=("measurement_id", "unit_id", "point_id"),
    )
    _make(
        "interim_step",
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('gedeeld', 'ingetrokken', 'gezien', 'niet_gezien', 'punt', 'gesloten')",
            name=op.f("ck_interim_step_kind"),
        ),
        _reference("interim_step", "finding_id", "interim_finding"),
        indexes=("finding_id",),
    )
    _make(
        "interim_reply",
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("improved_on", sa.Date(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("filename", sa.String(length=255), nullable=True),
        sa.CheckConstraint(
            "(file_id IS NULL) = (filename IS NULL)", name=op.f("ck_interim_reply_file_whole")
        ),
        _reference("interim_reply", "finding_id", "interim_finding"),
        _reference("interim_reply", "file_id", "stored_file"),
        indexes=("finding_id", "file_id"),
    )


def make_signals() -> None:
    """Signals, the states that each was in, and the points that came of it."""
    _make(
        "signal",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("sender", sa.String(length=300), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("by_unit", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("urgency", sa.String(length=8), nullable=False),
        sa.Column("handler", sa.String(length=300), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("fictief", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'met_punt', 'zonder_punt')", name=op.f("ck_signal_state")),
        sa.CheckConstraint("NOT by_unit OR unit_id IS NOT NULL", name=op.f("ck_signal_by_unit")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_signal_version")),
        _reference("signal", "unit_id", "unit"),
        indexes=("unit_id",),
    )
    _make(
        "signal_step",
        sa.Column("signal_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.CheckConstraint("state <> 'zonder_punt' OR words IS NOT NULL", name=op.f("ck_signal_step_reason")),
        sa.CheckConstraint("state IN ('open', 'met_punt', 'zonder_punt')", name=op.f("ck_signal_step_state")),
        _reference("signal_step", "signal_id", "signal"),
        indexes=("signal_id",),
    )
    op.create_table(
        "signal_point",
        sa.Column("signal_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=8), nullable=False),
        sa.CheckConstraint("how IN ('gemaakt', 'gevoegd')", name=op.f("ck_signal_point_how")),
        _reference("signal_point", "signal_id", "signal"),
        _reference("signal_point", "point_id", "point"),
        *_who("signal_point"),
        sa.PrimaryKeyConstraint("signal_id", "point_id", name=op.f("pk_signal_point")),
    )
    op.create_index(op.f("ix_signal_point_point_id"), "signal_point", ["point_id"])


def make_lessons() -> None:
    """Lessons, and with whom they were shared."""
    _make(
        "lesson",
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("point_id", sa.Integer(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("fictief", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_lesson_version")),
        _reference("lesson", "origin_id", "origin"),
        _reference("lesson", "point_id", "point"),
        indexes=("origin_id", "point_id"),
    )
    _make(
        "lesson_share",
        sa.Column("lesson_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("organisation", sa.String(length=300), nullable=True),
        sa.Column("shared_on", sa.Date(), nullable=False),
        sa.Column("how", sa.String(length=300), nullable=False),
        sa.CheckConstraint(
            "(unit_id IS NULL) <> (organisation IS NULL)", name=op.f("ck_lesson_share_with_one")
        ),
        _reference("lesson_share", "lesson_id", "lesson"),
        _reference("lesson_share", "unit_id", "unit"),
        indexes=("lesson_id", "unit_id"),
    )


def make_moments() -> None:
    """Moments of evaluation, and the templates that inspectors made for them."""
    _make(
        "evaluation_template",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("questions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("days >= 0", name=op.f("ck_evaluation_template_days")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_evaluation_template_version")),
        sa.UniqueConstraint("code", name=op.f("uq_evaluation_template_code")),
    )
    _make(
        "evaluation_moment",
        sa.Column("point_id", sa.Integer(), nullable=True),
        sa.Column("about", sa.String(length=300), nullable=True),
        sa.Column("template", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("questions", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("held_by", sa.String(length=300), nullable=True),
        sa.Column("answers", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("fictief", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('gepland', 'gehouden', 'vervallen')", name=op.f("ck_evaluation_moment_state")
        ),
        sa.CheckConstraint(
            "(state = 'gehouden') = (held_on IS NOT NULL)", name=op.f("ck_evaluation_moment_held")
        ),
        sa.CheckConstraint(
            "(held_on IS NULL) = (held_by IS NULL) AND (held_on IS NULL) = (answers IS NULL)",
            name=op.f("ck_evaluation_moment_held_whole"),
        ),
        sa.CheckConstraint(
            "point_id IS NOT NULL OR about IS NOT NULL", name=op.f("ck_evaluation_moment_about")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_evaluation_moment_version")),
        _reference("evaluation_moment", "point_id", "point"),
        indexes=("point_id",),
    )


def anchor_points() -> None:
    """Give points the procedure in which they are anchored, and the level at which a risk was accepted."""
    for name, kind in COLUMNS.items():
        whole = WHOLE.get(name)
        if whole and _sqlite():  # SQLite takes a rule with a column, and none by itself
            type_ = kind.compile(dialect=op.get_bind().dialect)
            op.execute(
                f"ALTER TABLE point ADD COLUMN {name} {type_} CONSTRAINT {whole[0]} CHECK ({whole[1]})"
            )
            continue
        op.add_column("point", sa.Column(name, kind, nullable=True))
        if whole:
            op.create_check_constraint(op.f(whole[0]), "point", whole[1])


def refuse_changes() -> None:
    """Let the database refuse to change what was done and answered."""
    for table in APPEND_ONLY + OF_A_FINDING:
        goes = table in OF_A_FINDING
        if _sqlite():
            for verb in ("update", "delete"):
                when = f" WHEN NOT {DESTROYED}" if goes and verb == "delete" else ""
                op.execute(
                    f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table}{when}"
                    f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                )
            continue
        verbs = "UPDATE OR TRUNCATE" if goes else "UPDATE OR DELETE OR TRUNCATE"
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE {verbs} ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        if goes:
            op.execute(
                f"CREATE FUNCTION keep_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                f" IF NOT {DESTROYED} THEN RAISE EXCEPTION '{REFUSAL}'"
                " USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$"
            )
            op.execute(
                f"CREATE TRIGGER {table}_keep BEFORE DELETE ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION keep_{table}()"
            )


def upgrade() -> None:
    """Make it so."""
    make_findings()
    make_signals()
    make_lessons()
    make_moments()
    anchor_points()
    refuse_changes()


def downgrade() -> None:
    """And back."""
    if not _sqlite():
        for rule, _ in WHOLE.values():
            op.drop_constraint(op.f(rule), "point")
    # on SQLite a rule goes with its column: that one first
    for name in reversed(COLUMNS):
        op.drop_column("point", name)
    for table in ("evaluation_moment", "evaluation_template"):
        op.drop_table(table)
    for table in ("lesson_share", "lesson", "signal_point", "signal_step", "signal"):
        op.drop_table(table)
    for table in (*OF_A_FINDING, "interim_finding"):
        op.drop_table(table)
    if not _sqlite():
        for table in OF_A_FINDING:
            op.execute(f"DROP FUNCTION keep_{table}()")
