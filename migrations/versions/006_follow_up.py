"""Follow-up: points, their planning, effect, state and decisions; documents and letters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "plan_version",
    "point_reminder",
    "point_status",
    "point_status_file",
    "point_verdict",
    "point_version",
)
REFUSAL = "append-only"


def refuse_changes() -> None:
    """Let the database refuse to change what was planned, reported, judged and told."""
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


def upgrade() -> None:
    """Make it so."""
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("fictief", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_letter_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_letter_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_letter_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    op.create_table(
        "origin",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("sender", sa.String(length=300), nullable=True),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("measurement_id", sa.Integer(), nullable=True),
        sa.Column("study_kind", sa.String(length=300), nullable=True),
        sa.Column("finished_year", sa.Integer(), nullable=True),
        sa.Column("articles", sa.String(length=300), nullable=True),
        sa.Column("basis_amount", sa.BigInteger(), nullable=True),
        sa.Column("basis_year", sa.Integer(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("sea", sa.String(length=32), nullable=True),
        sa.Column("fictief", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(basis_amount IS NULL) = (basis_year IS NULL)", name=op.f("ck_origin_basis_whole")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_origin_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_origin_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_origin_measurement_id_measurement")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_origin_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_origin")),
        sa.UniqueConstraint("measurement_id", name=op.f("uq_origin_measurement_id")),
    )
    op.create_table(
        "scheme_value",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_scheme_value_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_scheme_value_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_scheme_value_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme_value")),
        sa.UniqueConstraint("scheme", "code", name=op.f("uq_scheme_value_scheme_code")),
    )
    op.create_table(
        "letter_origin",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("origin_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_origin_letter_id_letter")),
        sa.ForeignKeyConstraint(["origin_id"], ["origin.id"], name=op.f("fk_letter_origin_origin_id_origin")),
        sa.PrimaryKeyConstraint("letter_id", "origin_id", name=op.f("pk_letter_origin")),
    )
    op.create_table(
        "point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("addressee", sa.String(length=300), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("recommendation_id", sa.Integer(), nullable=True),
        sa.Column("owner", sa.String(length=300), nullable=True),
        sa.Column("executor", sa.String(length=300), nullable=True),
        sa.Column("supervisor", sa.String(length=300), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_words", sa.String(length=200), nullable=True),
        sa.Column("remind_days", sa.Integer(), nullable=False),
        sa.Column("nature", sa.String(length=16), nullable=True),
        sa.Column("later", sa.String(length=16), nullable=True),
        sa.Column("later_by", sa.String(length=300), nullable=True),
        sa.Column("later_on", sa.Date(), nullable=True),
        sa.Column("response", sa.String(length=16), nullable=True),
        sa.Column("response_by", sa.String(length=300), nullable=True),
        sa.Column("response_on", sa.Date(), nullable=True),
        sa.Column("response_text", sa.Text(), nullable=True),
        sa.Column("prepared_on", sa.Date(), nullable=True),
        sa.Column("begun_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("evaluation", sa.Text(), nullable=True),
        sa.Column("evaluated_by", sa.String(length=300), nullable=True),
        sa.Column("evaluated_on", sa.Date(), nullable=True),
        sa.Column("budget_enough", sa.String(length=16), nullable=True),
        sa.Column("worked", sa.String(length=16), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_as", sa.String(length=16), nullable=True),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("fictief", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "successor_id IS NULL OR closed_as = 'doorgezet'", name=op.f("ck_point_successor")
        ),
        sa.CheckConstraint("(closed_on IS NULL) = (closed_as IS NULL)", name=op.f("ck_point_closed_whole")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_point_not_under_itself")),
        sa.CheckConstraint("successor_id <> id", name=op.f("ck_point_not_its_own_successor")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_point_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_point_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["origin_id"], ["origin.id"], name=op.f("fk_point_origin_id_origin")),
        sa.ForeignKeyConstraint(["parent_id"], ["point.id"], name=op.f("fk_point_parent_id_point")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_point_person_id_person")),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
            name=op.f("fk_point_recommendation_id_recommendation"),
        ),
        sa.ForeignKeyConstraint(["successor_id"], ["point.id"], name=op.f("fk_point_successor_id_point")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_point_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point")),
    )
    op.create_index(op.f("ix_point_kind"), "point", ["kind"], unique=False)
    op.create_index(op.f("ix_point_origin_id"), "point", ["origin_id"], unique=False)
    op.create_index(op.f("ix_point_parent_id"), "point", ["parent_id"], unique=False)
    op.create_index(op.f("ix_point_recommendation_id"), "point", ["recommendation_id"], unique=False)
    op.create_index(op.f("ix_point_unit_id"), "point", ["unit_id"], unique=False)
    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("decider", sa.String(length=300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("taken_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(taken_on IS NULL) = (outcome IS NULL)", name=op.f("ck_decision_taken_whole")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_decision_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_decision_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_decision_person_id_person")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_decision_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index(op.f("ix_decision_point_id"), "decision", ["point_id"], unique=False)
    op.create_table(
        "dependency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("on_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('eerst', 'gelijk')", name=op.f("ck_dependency_kind")),
        sa.CheckConstraint("point_id <> on_id", name=op.f("ck_dependency_not_itself")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_dependency_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["on_id"], ["point.id"], name=op.f("fk_dependency_on_id_point")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_dependency_person_id_person")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_dependency_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dependency")),
        sa.UniqueConstraint("point_id", "on_id", name=op.f("uq_dependency_point_id_on_id")),
    )
    op.create_index(op.f("ix_dependency_on_id"), "dependency", ["on_id"], unique=False)
    op.create_table(
        "indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("instrument", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("counted", sa.String(length=80), nullable=True),
        sa.Column("baseline", sa.Double(), nullable=True),
        sa.Column("baseline_on", sa.Date(), nullable=True),
        sa.Column("target", sa.Double(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("moment", sa.String(length=200), nullable=True),
        sa.Column("higher_is_better", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(source = 'reeks') = (code IS NULL)", name=op.f("ck_indicator_code")),
        sa.CheckConstraint("level IN ('output', 'outcome', 'impact')", name=op.f("ck_indicator_level")),
        sa.CheckConstraint(
            "source IN ('uitspraak', 'vraag', 'factor', 'reeks')", name=op.f("ck_indicator_source")
        ),
        sa.CheckConstraint("(code IS NULL) = (instrument IS NULL)", name=op.f("ck_indicator_instrument")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_indicator_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_indicator_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_indicator_person_id_person")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_indicator_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
    )
    op.create_index(op.f("ix_indicator_point_id"), "indicator", ["point_id"], unique=False)
    op.create_table(
        "mention",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("origin_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=True),
        sa.Column("passage", sa.String(length=200), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_mention_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["origin_id"], ["origin.id"], name=op.f("fk_mention_origin_id_origin")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mention_person_id_person")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_mention_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mention")),
    )
    op.create_index(op.f("ix_mention_origin_id"), "mention", ["origin_id"], unique=False)
    op.create_index(op.f("ix_mention_point_id"), "mention", ["point_id"], unique=False)
    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('uitgevoerd', 'deels', 'niet', 'onbekend')", name=op.f("ck_outcome_verdict")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_outcome_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_outcome_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_outcome_measurement_id_measurement")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_outcome_person_id_person")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_outcome_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint("measurement_id", "point_id", name=op.f("uq_outcome_measurement_id_point_id")),
    )
    op.create_index(op.f("ix_outcome_point_id"), "outcome", ["point_id"], unique=False)
    op.create_table(
        "plan_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("prepared_on", sa.Date(), nullable=True),
        sa.Column("begun_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(number = 1) = (reason IS NULL)", name=op.f("ck_plan_version_reason")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_plan_version_number")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_plan_version_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_plan_version_person_id_person")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_plan_version_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_version")),
        sa.UniqueConstraint("point_id", "number", name=op.f("uq_plan_version_point_id_number")),
    )
    op.create_table(
        "point_class",
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_point_class_point_id_point")),
        sa.PrimaryKeyConstraint("point_id", "scheme", name=op.f("pk_point_class")),
    )
    op.create_table(
        "point_question",
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_point_question_point_id_point")),
        sa.PrimaryKeyConstraint("point_id", "instrument", "question", name=op.f("pk_point_question")),
    )
    op.create_table(
        "point_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_point_reminder_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_point_reminder_person_id_person")
        ),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_point_reminder_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_reminder")),
    )
    op.create_index(op.f("ix_point_reminder_point_id"), "point_reminder", ["point_id"], unique=False)
    op.create_table(
        "point_status",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("said_by", sa.String(length=300), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("party IN ('eigen', 'toezicht')", name=op.f("ck_point_status_party")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_point_status_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_point_status_person_id_person")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_point_status_point_id_point")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_point_status_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_status")),
    )
    op.create_index(
        op.f("ix_point_status_point_id_party"), "point_status", ["point_id", "party"], unique=False
    )
    op.create_table(
        "point_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_point_version_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_point_version_person_id_person")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_point_version_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_version")),
        sa.UniqueConstraint("point_id", "version", name=op.f("uq_point_version_point_id_version")),
    )
    op.create_table(
        "point_status_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("status_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("filename", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_point_status_file_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["status_id"], ["point_status.id"], name=op.f("fk_point_status_file_status_id_point_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_status_file")),
        sa.UniqueConstraint("status_id", "file_id", name=op.f("uq_point_status_file_status_id_file_id")),
    )
    op.create_index(op.f("ix_point_status_file_file_id"), "point_status_file", ["file_id"], unique=False)
    op.create_table(
        "point_verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("status_id", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('bevestigd', 'niet_bevestigd')", name=op.f("ck_point_verdict_verdict")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_point_verdict_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_point_verdict_person_id_person")),
        sa.ForeignKeyConstraint(
            ["status_id"], ["point_status.id"], name=op.f("fk_point_verdict_status_id_point_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_verdict")),
        sa.UniqueConstraint("status_id", name=op.f("uq_point_verdict_status_id")),
    )
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("read_on", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("origin", sa.String(length=24), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_reading_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_reading_indicator_id_indicator")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reading_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
    )
    op.create_index(op.f("ix_reading_indicator_id"), "reading", ["indicator_id"], unique=False)
    refuse_changes()


def downgrade() -> None:
    """And back."""
    op.drop_index(op.f("ix_reading_indicator_id"), table_name="reading")
    op.drop_table("reading")
    op.drop_table("point_verdict")
    op.drop_index(op.f("ix_point_status_file_file_id"), table_name="point_status_file")
    op.drop_table("point_status_file")
    op.drop_table("point_version")
    op.drop_index(op.f("ix_point_status_point_id_party"), table_name="point_status")
    op.drop_table("point_status")
    op.drop_index(op.f("ix_point_reminder_point_id"), table_name="point_reminder")
    op.drop_table("point_reminder")
    op.drop_table("point_question")
    op.drop_table("point_class")
    op.drop_table("plan_version")
    op.drop_index(op.f("ix_outcome_point_id"), table_name="outcome")
    op.drop_table("outcome")
    op.drop_index(op.f("ix_mention_point_id"), table_name="mention")
    op.drop_index(op.f("ix_mention_origin_id"), table_name="mention")
    op.drop_table("mention")
    op.drop_index(op.f("ix_indicator_point_id"), table_name="indicator")
    op.drop_table("indicator")
    op.drop_index(op.f("ix_dependency_on_id"), table_name="dependency")
    op.drop_table("dependency")
    op.drop_index(op.f("ix_decision_point_id"), table_name="decision")
    op.drop_table("decision")
    op.drop_index(op.f("ix_point_unit_id"), table_name="point")
    op.drop_index(op.f("ix_point_recommendation_id"), table_name="point")
    op.drop_index(op.f("ix_point_parent_id"), table_name="point")
    op.drop_index(op.f("ix_point_origin_id"), table_name="point")
    op.drop_index(op.f("ix_point_kind"), table_name="point")
    op.drop_table("point")
    op.drop_table("letter_origin")
    op.drop_table("scheme_value")
    op.drop_table("origin")
    op.drop_table("letter")
