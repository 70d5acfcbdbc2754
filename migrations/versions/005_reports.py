"""The report: its texts, recommendations and versions; series of figures; long work in the background."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "005"
down_revision = "004"
branch_labels = None
depends_on = None

APPEND_ONLY = ("report_signature", "report_step", "report_text_version")
FROZEN = "measurement_id, number, remark, content, basis, sha256, made_by_id, made_as_id, made_at"
REFUSAL = "append-only"


def refuse_changes() -> None:
    """Let the database refuse to change what was written, signed and done, and the text of a version."""
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
    if sqlite:
        for verb, what in ((f"UPDATE OF {FROZEN}", "rewrite"), ("DELETE", "delete")):
            op.execute(
                f"CREATE TRIGGER report_version_no_{what} BEFORE {verb} ON report_version"
                f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
    else:
        op.execute(
            f"CREATE TRIGGER report_version_frozen BEFORE UPDATE OF {FROZEN} OR DELETE OR TRUNCATE"
            " ON report_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def upgrade() -> None:
    """Make it so."""
    op.create_table(
        "figure_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=False),
        sa.Column("fictief", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("last_year >= first_year", name=op.f("ck_figure_series_years")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_figure_series_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_figure_series_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_figure_series_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_series")),
        sa.UniqueConstraint("code", name=op.f("uq_figure_series_code")),
    )
    op.create_table(
        "recommendation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("factor", sa.String(), nullable=True),
        sa.Column("addressee", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_recommendation_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_recommendation_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_recommendation_measurement_id_measurement")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_recommendation_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation")),
    )
    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recommendation_measurement_id"), ["measurement_id"], unique=False
        )

    op.create_table(
        "report_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("grounds", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_report_text_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_report_text_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_report_text_measurement_id_measurement")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_text_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_text")),
        sa.UniqueConstraint("measurement_id", "key", name=op.f("uq_report_text_measurement_id_key")),
    )
    op.create_table(
        "report_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_as_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_as_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("presented_to", sa.String(length=300), nullable=True),
        sa.Column("presented_on", sa.Date(), nullable=True),
        sa.Column("letter", sa.String(length=300), nullable=True),
        sa.CheckConstraint(
            "(state = 'concept') = (confirmed_by_id IS NULL)", name=op.f("ck_report_version_confirmed")
        ),
        sa.CheckConstraint(
            "state <> 'gepubliceerd' OR presented_on IS NOT NULL", name=op.f("ck_report_version_presented")
        ),
        sa.CheckConstraint(
            "state IN ('concept', 'vastgesteld', 'gepubliceerd')", name=op.f("ck_report_version_state")
        ),
        sa.CheckConstraint(
            "(confirmed_by_id IS NULL) = (confirmed_at IS NULL)",
            name=op.f("ck_report_version_confirmed_whole"),
        ),
        sa.CheckConstraint(
            "(presented_to IS NULL) = (presented_on IS NULL)", name=op.f("ck_report_version_presented_whole")
        ),
        sa.CheckConstraint("confirmed_by_id <> made_by_id", name=op.f("ck_report_version_four_eyes")),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_report_version_sha256_length")),
        sa.ForeignKeyConstraint(
            ["confirmed_as_id"], ["assignment.id"], name=op.f("fk_report_version_confirmed_as_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_report_version_confirmed_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["made_as_id"], ["assignment.id"], name=op.f("fk_report_version_made_as_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_report_version_made_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_report_version_measurement_id_measurement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_version")),
        sa.UniqueConstraint("measurement_id", "number", name=op.f("uq_report_version_measurement_id_number")),
    )
    with op.batch_alter_table("report_version", schema=None) as batch_op:
        batch_op.create_index(
            "uq_report_version_settled",
            ["measurement_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'concept'"),
            postgresql_where=sa.text("state <> 'concept'"),
        )

    op.create_table(
        "task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("arguments", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("result", sa.String(length=64), nullable=True),
        sa.Column("filename", sa.String(length=255), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_task_state")
        ),
        sa.CheckConstraint("done >= 0 AND total >= 0", name=op.f("ck_task_progress")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_task_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_task_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_task_running",
            ["key"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )

    op.create_table(
        "figure_kind",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("total", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["figure_series.id"], name=op.f("fk_figure_kind_series_id_figure_series")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_kind")),
        sa.UniqueConstraint("series_id", "label", name=op.f("uq_figure_kind_series_id_label")),
    )
    op.create_table(
        "report_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_version_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("function", sa.String(length=200), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_report_signature_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_report_signature_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["report_version_id"],
            ["report_version.id"],
            name=op.f("fk_report_signature_report_version_id_report_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_signature")),
        sa.UniqueConstraint(
            "report_version_id",
            "organisation",
            name=op.f("uq_report_signature_report_version_id_organisation"),
        ),
    )
    op.create_table(
        "report_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_version_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_report_step_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_report_step_person_id_person")),
        sa.ForeignKeyConstraint(
            ["report_version_id"],
            ["report_version.id"],
            name=op.f("fk_report_step_report_version_id_report_version"),
        ),
        sa.CheckConstraint(
            "step IN ('make', 'confirm', 'sign', 'present', 'publish')", name=op.f("ck_report_step_step")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_step")),
    )
    with op.batch_alter_table("report_step", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_report_step_report_version_id"), ["report_version_id"], unique=False
        )

    op.create_table(
        "report_text_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_text_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("grounds", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_report_text_version_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_report_text_version_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["report_text_id"],
            ["report_text.id"],
            name=op.f("fk_report_text_version_report_text_id_report_text"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_text_version")),
        sa.UniqueConstraint(
            "report_text_id", "version", name=op.f("uq_report_text_version_report_text_id_version")
        ),
    )
    op.create_table(
        "figure",
        sa.Column("kind_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(length=80), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=True),
        sa.CheckConstraint("value IS NOT NULL OR words IS NOT NULL", name=op.f("ck_figure_something")),
        sa.CheckConstraint("value IS NULL OR value >= 0", name=op.f("ck_figure_value")),
        sa.ForeignKeyConstraint(["kind_id"], ["figure_kind.id"], name=op.f("fk_figure_kind_id_figure_kind")),
        sa.PrimaryKeyConstraint("kind_id", "year", name=op.f("pk_figure")),
    )
    refuse_changes()


def downgrade() -> None:
    """And back."""
    op.drop_table("figure")
    op.drop_table("report_text_version")
    with op.batch_alter_table("report_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_step_report_version_id"))

    op.drop_table("report_step")
    op.drop_table("report_signature")
    op.drop_table("figure_kind")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_task_running",
            sqlite_where=sa.text("state IN ('waiting', 'running')"),
            postgresql_where=sa.text("state IN ('waiting', 'running')"),
        )
        batch_op.drop_index(batch_op.f("ix_task_person_id"))

    op.drop_table("task")
    with op.batch_alter_table("report_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_report_version_settled",
            sqlite_where=sa.text("state <> 'concept'"),
            postgresql_where=sa.text("state <> 'concept'"),
        )

    op.drop_table("report_version")
    op.drop_table("report_text")
    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recommendation_measurement_id"))

    op.drop_table("recommendation")
    op.drop_table("figure_series")
