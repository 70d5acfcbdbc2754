"""Committees with their meetings, letters of the year, and calendars to subscribe to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "014"
down_revision = "013"
branch_labels = None
depends_on = None

REFUSAL = "append-only"


def refuse_changes(table: str) -> None:
    """Let the database refuse to change or delete rows of a table."""
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
    op.create_table(
        "calendar_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("assignment_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_calendar_address_sha256_length")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_calendar_address_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_address_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_address")),
        sa.UniqueConstraint("sha256", name=op.f("uq_calendar_address_sha256")),
    )
    op.create_index(op.f("ix_calendar_address_person_id"), "calendar_address", ["person_id"], unique=False)
    op.create_table(
        "committee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("scheme", sa.String(length=32), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("members", sa.Text(), nullable=True),
        sa.Column("fictief", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(scheme IS NULL) = (code IS NULL)", name=op.f("ck_committee_class_whole")),
        sa.CheckConstraint("scheme IS NULL OR unit_id IS NULL", name=op.f("ck_committee_one_subject")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_committee_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_committee_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_committee_person_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_committee_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_committee")),
    )
    op.create_index(op.f("ix_committee_unit_id"), "committee", ["unit_id"], unique=False)
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("committee_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("begins", sa.String(length=5), nullable=True),
        sa.Column("ends", sa.String(length=5), nullable=True),
        sa.Column("location", sa.String(length=300), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reopened", sa.Text(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('voorbereid', 'gehouden')", name=op.f("ck_meeting_state")),
        sa.CheckConstraint("ends IS NULL OR begins < ends", name=op.f("ck_meeting_period")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_meeting_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_meeting_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_meeting_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_meeting_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
    )
    op.create_index(op.f("ix_meeting_committee_id"), "meeting", ["committee_id"], unique=False)
    op.create_table(
        "yearly_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("introduction", sa.Text(), nullable=True),
        sa.Column("origin_id", sa.Integer(), nullable=True),
        sa.Column("scheme", sa.String(length=32), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("compares", sa.Boolean(), nullable=False),
        sa.Column("previous_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("fictief", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('jaarbrief', 'jaarverslag')", name=op.f("ck_yearly_letter_kind")),
        sa.CheckConstraint("(scheme IS NULL) = (code IS NULL)", name=op.f("ck_yearly_letter_class_whole")),
        sa.CheckConstraint("previous_id <> id", name=op.f("ck_yearly_letter_not_after_itself")),
        sa.CheckConstraint("replaces_id <> id", name=op.f("ck_yearly_letter_not_instead_of_itself")),
        sa.CheckConstraint("scheme IS NULL OR origin_id IS NULL", name=op.f("ck_yearly_letter_one_choice")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_yearly_letter_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_yearly_letter_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["origin_id"], ["origin.id"], name=op.f("fk_yearly_letter_origin_id_origin")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_yearly_letter_person_id_person")),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["yearly_letter.id"], name=op.f("fk_yearly_letter_previous_id_yearly_letter")
        ),
        sa.ForeignKeyConstraint(
            ["replaces_id"], ["yearly_letter.id"], name=op.f("fk_yearly_letter_replaces_id_yearly_letter")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_yearly_letter")),
    )
    op.create_table(
        "agenda_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("point_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=300), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('open', 'besproken', 'besluit', 'doorgeschoven')",
            name=op.f("ck_agenda_item_outcome"),
        ),
        sa.CheckConstraint(
            "reason IN ('schuift', 'termijn', 'besluit', 'eigen')", name=op.f("ck_agenda_item_reason")
        ),
        sa.CheckConstraint("(point_id IS NULL) <> (subject IS NULL)", name=op.f("ck_agenda_item_about_one")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_agenda_item_version")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_agenda_item_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_agenda_item_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agenda_item_person_id_person")),
        sa.ForeignKeyConstraint(["point_id"], ["point.id"], name=op.f("fk_agenda_item_point_id_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_item")),
        sa.UniqueConstraint("meeting_id", "point_id", name=op.f("uq_agenda_item_meeting_id_point_id")),
    )
    op.create_index(op.f("ix_agenda_item_point_id"), "agenda_item", ["point_id"], unique=False)
    op.create_table(
        "settled_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_settled_letter_sha256_length")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_settled_letter_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["yearly_letter.id"], name=op.f("fk_settled_letter_letter_id_yearly_letter")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_settled_letter_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settled_letter")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_settled_letter_letter_id")),
    )
    op.create_table(
        "agenda_decision",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_agenda_decision_decision_id_decision")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["agenda_item.id"], name=op.f("fk_agenda_decision_item_id_agenda_item")
        ),
        sa.PrimaryKeyConstraint("item_id", "decision_id", name=op.f("pk_agenda_decision")),
    )
    refuse_changes("settled_letter")


def downgrade() -> None:
    """And back."""
    op.drop_table("agenda_decision")
    op.drop_table("settled_letter")
    op.drop_index(op.f("ix_agenda_item_point_id"), table_name="agenda_item")
    op.drop_table("agenda_item")
    op.drop_table("yearly_letter")
    op.drop_index(op.f("ix_meeting_committee_id"), table_name="meeting")
    op.drop_table("meeting")
    op.drop_index(op.f("ix_committee_unit_id"), table_name="committee")
    op.drop_table("committee")
    op.drop_index(op.f("ix_calendar_address_person_id"), table_name="calendar_address")
    op.drop_table("calendar_address")
