"""The inspectors' workbench: terms, visits, interviews, what is offered for a reaction, judgements, lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "004"
down_revision = "003"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "judgement_version",
    "offered_text",
    "passage_version",
    "reaction",
    "reminder",
    "settlement",
    "term_change",
)
REFUSAL = "append-only"


def refuse_changes() -> None:
    """Let the database refuse to change or delete what was said, offered, settled and decided."""
    for table in APPEND_ONLY:
        if op.get_bind().dialect.name == "sqlite":
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
    op.add_column(
        "measurement",
        sa.Column("two_organisations", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_label_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
        sa.UniqueConstraint("instrument", "question", "name", name=op.f("uq_label_instrument_question_name")),
    )
    op.create_table(
        "working_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("definition", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_working_list_measurement_id_measurement")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_working_list_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_list")),
        sa.UniqueConstraint(
            "measurement_id", "person_id", "name", name=op.f("uq_working_list_measurement_id_person_id_name")
        ),
    )
    with op.batch_alter_table("working_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_working_list_person_id"), ["person_id"], unique=False)

    op.create_table(
        "development",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=500), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_development_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_development_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_development_measurement_id_measurement")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_development_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_development")),
    )
    with op.batch_alter_table("development", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_development_measurement_id"), ["measurement_id"], unique=False)

    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("origin", sa.String(length=300), nullable=True),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("held", sa.String(length=500), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=True),
        sa.Column("filename", sa.String(length=255), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('defensie', 'extern', 'anders')", name=op.f("ck_source_kind")),
        sa.CheckConstraint("(file_id IS NULL) = (filename IS NULL)", name=op.f("ck_source_file_whole")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_source_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_source_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_source_file_id_stored_file")),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_source_measurement_id_measurement")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_source_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("measurement_id", "title", name=op.f("uq_source_measurement_id_title")),
    )
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_file_id"), ["file_id"], unique=False)

    op.create_table(
        "development_factor",
        sa.Column("development_id", sa.Integer(), nullable=False),
        sa.Column("factor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["development_id"],
            ["development.id"],
            name=op.f("fk_development_factor_development_id_development"),
        ),
        sa.PrimaryKeyConstraint("development_id", "factor", name=op.f("pk_development_factor")),
    )
    op.create_table(
        "citation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("factor", sa.String(), nullable=False),
        sa.Column("page", sa.String(length=100), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_citation_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_citation_dossier_id_dossier")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_citation_person_id_person")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_citation_source_id_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citation")),
    )
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_citation_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(
            "uq_citation_country",
            ["source_id", "factor"],
            unique=True,
            sqlite_where=sa.text("dossier_id IS NULL"),
            postgresql_where=sa.text("dossier_id IS NULL"),
        )
        batch_op.create_index(
            "uq_citation_dossier",
            ["source_id", "dossier_id", "factor"],
            unique=True,
            sqlite_where=sa.text("dossier_id IS NOT NULL"),
            postgresql_where=sa.text("dossier_id IS NOT NULL"),
        )

    op.create_table(
        "interview",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('bezoek', 'interview', 'gesprek')", name=op.f("ck_interview_kind")),
        sa.CheckConstraint(
            "state IN ('gepland', 'concept', 'ter_verificatie', 'geverifieerd', 'geverifieerd_zonder_reactie', 'vervallen')",
            name=op.f("ck_interview_state"),
        ),
        sa.CheckConstraint("(dossier_id IS NULL) = (subject IS NOT NULL)", name=op.f("ck_interview_about")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_interview_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_interview_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_interview_dossier_id_dossier")),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_interview_measurement_id_measurement")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_interview_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
    )
    with op.batch_alter_table("interview", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interview_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interview_measurement_id"), ["measurement_id"], unique=False)

    op.create_table(
        "judgement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("factor", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("proposal", sa.String(), nullable=True),
        sa.Column("motivation", sa.Text(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("attention", sa.Text(), nullable=True),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column("drafted_as_id", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_as_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'vastgesteld') = (confirmed_by_id IS NOT NULL)", name=op.f("ck_judgement_confirmed")
        ),
        sa.CheckConstraint("state = 'concept' OR level IS NOT NULL", name=op.f("ck_judgement_level")),
        sa.CheckConstraint(
            "state IN ('concept', 'voorgelegd', 'terug', 'vastgesteld')", name=op.f("ck_judgement_state")
        ),
        sa.CheckConstraint(
            "(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_judgement_confirmed_whole")
        ),
        sa.CheckConstraint("confirmed_by_id <> drafted_by_id", name=op.f("ck_judgement_four_eyes")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_judgement_version")),
        sa.ForeignKeyConstraint(
            ["confirmed_as_id"], ["assignment.id"], name=op.f("fk_judgement_confirmed_as_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_judgement_confirmed_by_id_person")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_judgement_dossier_id_dossier")),
        sa.ForeignKeyConstraint(
            ["drafted_as_id"], ["assignment.id"], name=op.f("fk_judgement_drafted_as_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["person.id"], name=op.f("fk_judgement_drafted_by_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_judgement_measurement_id_measurement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement")),
        sa.UniqueConstraint("dossier_id", "factor", name=op.f("uq_judgement_dossier_id_factor")),
    )
    with op.batch_alter_table("judgement", schema=None) as batch_op:
        batch_op.create_index(
            "uq_judgement_country",
            ["measurement_id", "factor"],
            unique=True,
            sqlite_where=sa.text("dossier_id IS NULL"),
            postgresql_where=sa.text("dossier_id IS NULL"),
        )

    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("channel IN ('mail', 'kopie')", name=op.f("ck_reminder_channel")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_reminder_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_reminder_dossier_id_dossier")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_person_id_person")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_reminder_to_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reminder_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "term_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("old", sa.Date(), nullable=True),
        sa.Column("new", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_term_change_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_term_change_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_term_change_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term_change")),
    )
    with op.batch_alter_table("term_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_term_change_dossier_id"), ["dossier_id"], unique=False)

    op.create_table(
        "unanswered_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_unanswered_note_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_unanswered_note_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_unanswered_note_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unanswered_note")),
        sa.UniqueConstraint("dossier_id", "question", name=op.f("uq_unanswered_note_dossier_id_question")),
    )
    op.create_table(
        "visit_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("factor", sa.String(), nullable=True),
        sa.Column("question", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("dropped", sa.Boolean(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("assigned_to_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(text IS NOT NULL) = (key LIKE 'own:%')", name=op.f("ck_visit_point_own_text")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_visit_point_version")),
        sa.ForeignKeyConstraint(
            ["assigned_to_id"], ["person.id"], name=op.f("fk_visit_point_assigned_to_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_visit_point_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_visit_point_dossier_id_dossier")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_visit_point_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_point")),
        sa.UniqueConstraint("dossier_id", "key", name=op.f("uq_visit_point_dossier_id_key")),
    )
    op.create_table(
        "answer_label",
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("label_id", sa.Integer(), nullable=False),
        sa.Column("answer_version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answer.id"], name=op.f("fk_answer_label_answer_id_answer")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_answer_label_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["label_id"], ["label.id"], name=op.f("fk_answer_label_label_id_label")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_answer_label_person_id_person")),
        sa.PrimaryKeyConstraint("answer_id", "label_id", name=op.f("pk_answer_label")),
    )
    with op.batch_alter_table("answer_label", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_label_label_id"), ["label_id"], unique=False)

    op.create_table(
        "attendee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("position", sa.String(length=200), nullable=True),
        sa.CheckConstraint(
            "side IN ('regio', 'defensie', 'inspectie', 'anders')", name=op.f("ck_attendee_side")
        ),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name=op.f("fk_attendee_interview_id_interview")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendee")),
    )
    with op.batch_alter_table("attendee", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendee_interview_id"), ["interview_id"], unique=False)

    op.create_table(
        "judgement_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("judgement_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "step IN ('save', 'offer', 'return', 'confirm', 'reopen')", name=op.f("ck_judgement_version_step")
        ),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_judgement_version_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["judgement_id"], ["judgement.id"], name=op.f("fk_judgement_version_judgement_id_judgement")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_judgement_version_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_judgement_version")),
        sa.UniqueConstraint(
            "judgement_id", "version", name=op.f("uq_judgement_version_judgement_id_version")
        ),
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("interview_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_as", sa.String(length=16), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'verificatie') = (interview_id IS NOT NULL)", name=op.f("ck_offer_interview")
        ),
        sa.CheckConstraint(
            "closed_as IN ('reactie', 'geen_reactie', 'ingetrokken')", name=op.f("ck_offer_closed_as")
        ),
        sa.CheckConstraint("kind IN ('verificatie', 'wederhoor')", name=op.f("ck_offer_kind")),
        sa.CheckConstraint("(closed_at IS NULL) = (closed_as IS NULL)", name=op.f("ck_offer_closed_whole")),
        sa.CheckConstraint("interview_id IS NOT NULL OR dossier_id IS NOT NULL", name=op.f("ck_offer_about")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_offer_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_offer_closed_by_id_person")),
        sa.ForeignKeyConstraint(["dossier_id"], ["dossier.id"], name=op.f("fk_offer_dossier_id_dossier")),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name=op.f("fk_offer_interview_id_interview")
        ),
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f("fk_offer_measurement_id_measurement")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_offer_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_dossier_id"), ["dossier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_measurement_id"), ["measurement_id"], unique=False)
        batch_op.create_index(
            "uq_offer_running_hearing",
            ["dossier_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL AND kind = 'wederhoor'"),
            postgresql_where=sa.text("closed_at IS NULL AND kind = 'wederhoor'"),
        )
        batch_op.create_index(
            "uq_offer_running_interview",
            ["interview_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL AND interview_id IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND interview_id IS NOT NULL"),
        )

    op.create_table(
        "passage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("interview_id", sa.Integer(), nullable=False),
        sa.Column("factor", sa.String(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_passage_version")),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interview.id"], name=op.f("fk_passage_interview_id_interview")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage")),
    )
    with op.batch_alter_table("passage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passage_interview_id"), ["interview_id"], unique=False)

    op.create_table(
        "offered_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("factor", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=True),
        sa.Column("judgement_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(passage_id IS NULL) <> (judgement_id IS NULL)", name=op.f("ck_offered_text_one_origin")
        ),
        sa.ForeignKeyConstraint(
            ["judgement_id"], ["judgement.id"], name=op.f("fk_offered_text_judgement_id_judgement")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offered_text_offer_id_offer")),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_offered_text_passage_id_passage")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offered_text")),
        sa.UniqueConstraint("offer_id", "position", name=op.f("uq_offered_text_offer_id_position")),
    )
    with op.batch_alter_table("offered_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offered_text_judgement_id"), ["judgement_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offered_text_passage_id"), ["passage_id"], unique=False)

    op.create_table(
        "reaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offered_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=True),
        sa.Column("heard_from", sa.String(length=200), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict <> 'wijziging' OR proposal <> ''", name=op.f("ck_reaction_proposal")),
        sa.CheckConstraint("verdict IN ('klopt', 'wijziging')", name=op.f("ck_reaction_verdict")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_reaction_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["offered_id"], ["offered_text.id"], name=op.f("fk_reaction_offered_id_offered_text")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reaction_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reaction")),
    )
    with op.batch_alter_table("reaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reaction_offered_id"), ["offered_id"], unique=False)

    op.create_table(
        "settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reaction_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("outcome = 'overgenomen' OR reason <> ''", name=op.f("ck_settlement_reason")),
        sa.CheckConstraint("outcome IN ('overgenomen', 'deels', 'niet')", name=op.f("ck_settlement_outcome")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_settlement_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_settlement_person_id_person")),
        sa.ForeignKeyConstraint(
            ["reaction_id"], ["reaction.id"], name=op.f("fk_settlement_reaction_id_reaction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("reaction_id", name=op.f("uq_settlement_reaction_id")),
    )
    op.create_table(
        "passage_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("passage_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("factor", sa.String(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("settlement_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_passage_version_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["passage_id"], ["passage.id"], name=op.f("fk_passage_version_passage_id_passage")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_passage_version_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["settlement_id"], ["settlement.id"], name=op.f("fk_passage_version_settlement_id_settlement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passage_version")),
        sa.UniqueConstraint("passage_id", "version", name=op.f("uq_passage_version_passage_id_version")),
    )
    refuse_changes()


def downgrade() -> None:
    """And back."""
    op.drop_table("passage_version")
    op.drop_table("settlement")
    with op.batch_alter_table("reaction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reaction_offered_id"))

    op.drop_table("reaction")
    with op.batch_alter_table("offered_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offered_text_passage_id"))
        batch_op.drop_index(batch_op.f("ix_offered_text_judgement_id"))

    op.drop_table("offered_text")
    with op.batch_alter_table("passage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passage_interview_id"))

    op.drop_table("passage")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_offer_running_interview",
            sqlite_where=sa.text("closed_at IS NULL AND interview_id IS NOT NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND interview_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_offer_running_hearing",
            sqlite_where=sa.text("closed_at IS NULL AND kind = 'wederhoor'"),
            postgresql_where=sa.text("closed_at IS NULL AND kind = 'wederhoor'"),
        )
        batch_op.drop_index(batch_op.f("ix_offer_measurement_id"))
        batch_op.drop_index(batch_op.f("ix_offer_dossier_id"))

    op.drop_table("offer")
    op.drop_table("judgement_version")
    with op.batch_alter_table("attendee", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendee_interview_id"))

    op.drop_table("attendee")
    with op.batch_alter_table("answer_label", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_label_label_id"))

    op.drop_table("answer_label")
    op.drop_table("visit_point")
    op.drop_table("unanswered_note")
    with op.batch_alter_table("term_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_term_change_dossier_id"))

    op.drop_table("term_change")
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reminder_dossier_id"))

    op.drop_table("reminder")
    with op.batch_alter_table("judgement", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_judgement_country",
            sqlite_where=sa.text("dossier_id IS NULL"),
            postgresql_where=sa.text("dossier_id IS NULL"),
        )

    op.drop_table("judgement")
    with op.batch_alter_table("interview", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_interview_measurement_id"))
        batch_op.drop_index(batch_op.f("ix_interview_dossier_id"))

    op.drop_table("interview")
    with op.batch_alter_table("citation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_citation_dossier",
            sqlite_where=sa.text("dossier_id IS NOT NULL"),
            postgresql_where=sa.text("dossier_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_citation_country",
            sqlite_where=sa.text("dossier_id IS NULL"),
            postgresql_where=sa.text("dossier_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_citation_dossier_id"))

    op.drop_table("citation")
    op.drop_table("development_factor")
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_source_file_id"))

    op.drop_table("source")
    with op.batch_alter_table("development", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_development_measurement_id"))

    op.drop_table("development")
    with op.batch_alter_table("working_list", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_working_list_person_id"))

    op.drop_table("working_list")
    op.drop_table("label")
    op.drop_column("measurement", "two_organisations")
