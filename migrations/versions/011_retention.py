"""Terms, archives that are kept elsewhere, and what was destroyed.

What is append-only stays so, with one way out: a row goes when its measurement has a row in `destruction`,
which is append-only itself and asks for an archive of the same measurement.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "011"
down_revision = "010"
branch_labels = None
depends_on = None

REFUSAL = "append-only"
NEW = ("retention_term", "kept_archive", "destruction")
ANSWER = "JOIN dossier ON dossier.measurement_id = gone.measurement_id"
OFFERED = "JOIN offer ON offer.measurement_id = gone.measurement_id"
OWNED = {
    "measurement_transition": "WHERE gone.measurement_id = OLD.measurement_id",
    "dossier_transition": f"{ANSWER} WHERE dossier.id = OLD.dossier_id",
    "returned_question": (
        f"{ANSWER} JOIN dossier_transition ON dossier_transition.dossier_id = dossier.id"
        " WHERE dossier_transition.id = OLD.transition_id"
    ),
    "term_change": f"{ANSWER} WHERE dossier.id = OLD.dossier_id",
    "reminder": f"{ANSWER} WHERE dossier.id = OLD.dossier_id",
    "submission": f"{ANSWER} WHERE dossier.id = OLD.dossier_id",
    "signature": f"{ANSWER} WHERE dossier.id = OLD.dossier_id",
    "signed_answer": (
        f"{ANSWER} JOIN signature ON signature.dossier_id = dossier.id WHERE signature.id = OLD.signature_id"
    ),
    "answer_version": f"{ANSWER} JOIN answer ON answer.dossier_id = dossier.id WHERE answer.id = OLD.answer_id",
    "discussion_message": (
        f"{ANSWER} JOIN discussion ON discussion.dossier_id = dossier.id"
        " WHERE discussion.id = OLD.discussion_id"
    ),
    "judgement_version": (
        "JOIN judgement ON judgement.measurement_id = gone.measurement_id"
        " WHERE judgement.id = OLD.judgement_id"
    ),
    "passage_version": (
        "JOIN interview ON interview.measurement_id = gone.measurement_id"
        " JOIN passage ON passage.interview_id = interview.id WHERE passage.id = OLD.passage_id"
    ),
    "offered_text": f"{OFFERED} WHERE offer.id = OLD.offer_id",
    "reaction": (
        f"{OFFERED} JOIN offered_text ON offered_text.offer_id = offer.id"
        " WHERE offered_text.id = OLD.offered_id"
    ),
    "settlement": (
        f"{OFFERED} JOIN offered_text ON offered_text.offer_id = offer.id"
        " JOIN reaction ON reaction.offered_id = offered_text.id WHERE reaction.id = OLD.reaction_id"
    ),
    "report_version": "WHERE gone.measurement_id = OLD.measurement_id",
    "report_signature": (
        "JOIN report_version ON report_version.measurement_id = gone.measurement_id"
        " WHERE report_version.id = OLD.report_version_id"
    ),
    "report_step": (
        "JOIN report_version ON report_version.measurement_id = gone.measurement_id"
        " WHERE report_version.id = OLD.report_version_id"
    ),
    "report_text_version": (
        "JOIN report_text ON report_text.measurement_id = gone.measurement_id"
        " WHERE report_text.id = OLD.report_text_id"
    ),
}
"""The append-only tables with rows of one measurement: how the destruction of a row's measurement is found."""
FROZEN = "measurement_id, number, remark, content, basis, sha256, made_by_id, made_as_id, made_at"
STATEMENTS = {
    "signature": ("signature_no_delete", "DELETE", "TRUNCATE"),
    "report_version": ("report_version_frozen", f"UPDATE OF {FROZEN} OR DELETE", f"UPDATE OF {FROZEN}"),
}
"""On PostgreSQL, where it is not as elsewhere: the trigger, what it refused, and what it goes on refusing."""


def _sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def let_what_is_destroyed_go() -> None:
    """Let the database delete rows of a measurement that has its row in `destruction`, and no others."""
    for table, where in OWNED.items():
        destroyed = f"EXISTS (SELECT 1 FROM destruction AS gone {where})"
        if _sqlite():
            op.execute(f"DROP TRIGGER {table}_no_delete")
            op.execute(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT {destroyed}"
                f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
            continue
        _refuse(table, after=True)
        op.execute(
            f"CREATE FUNCTION keep_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF NOT {destroyed} THEN RAISE EXCEPTION '{REFUSAL}'"
            " USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_keep BEFORE DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION keep_{table}()"
        )


def let_nothing_go() -> None:
    """Refuse every deletion again, as before."""
    for table in OWNED:
        if _sqlite():
            op.execute(f"DROP TRIGGER {table}_no_delete")
            op.execute(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
            continue
        op.execute(f"DROP TRIGGER {table}_keep ON {table}")
        op.execute(f"DROP FUNCTION keep_{table}()")
        _refuse(table, after=False)


def _refuse(table: str, *, after: bool) -> None:
    """Make the trigger on PostgreSQL that refuses whole statements, for before or after this migration."""
    name, *verbs = STATEMENTS.get(table, (f"{table}_append_only", "UPDATE OR DELETE", "UPDATE"))
    verb = verbs[after]
    refused = verb if verb == "TRUNCATE" else f"{verb} OR TRUNCATE"
    op.execute(f"DROP TRIGGER {name} ON {table}")
    op.execute(
        f"CREATE TRIGGER {name} BEFORE {refused} ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def refuse_changes() -> None:
    """Let the database refuse to change or delete a term, an archive or a destruction."""
    for table in NEW:
        if _sqlite():
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
        sa.ForeignKeyConstraint(
            ["measurement_id"], ["measurement.id"], name=op.f(f"fk_{table}_measurement_id_measurement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    """Make it so."""
    op.create_table(
        "retention_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.CheckConstraint("(keep_until IS NULL) <> (years IS NULL)", name=op.f("ck_retention_term_one_way")),
        sa.CheckConstraint("years BETWEEN 0 AND 100", name=op.f("ck_retention_term_years")),
        sa.CheckConstraint("length(ground) > 0", name=op.f("ck_retention_term_ground")),
        *_who("retention_term"),
    )
    op.create_index(op.f("ix_retention_term_measurement_id"), "retention_term", ["measurement_id"])
    op.create_table(
        "kept_archive",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("contents", sa.String(length=64), nullable=False),
        sa.Column("place", sa.String(length=500), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_kept_archive_sha256_length")),
        sa.CheckConstraint("length(contents) = 64", name=op.f("ck_kept_archive_contents_length")),
        sa.CheckConstraint("length(place) > 0", name=op.f("ck_kept_archive_place")),
        sa.UniqueConstraint("id", "measurement_id", name=op.f("uq_kept_archive_id_measurement_id")),
        *_who("kept_archive"),
    )
    op.create_index(op.f("ix_kept_archive_measurement_id"), "kept_archive", ["measurement_id"])
    op.create_table(
        "destruction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("measurement_id", sa.Integer(), nullable=False),
        sa.Column("archive_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("gone", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("length(ground) > 0", name=op.f("ck_destruction_ground")),
        sa.ForeignKeyConstraint(
            ["archive_id", "measurement_id"],
            ["kept_archive.id", "kept_archive.measurement_id"],
            name=op.f("fk_destruction_archive_id_measurement_id_kept_archive"),
        ),
        sa.UniqueConstraint("archive_id", name=op.f("uq_destruction_archive_id")),
        *_who("destruction"),
    )
    refuse_changes()
    let_what_is_destroyed_go()


def downgrade() -> None:
    """And back."""
    let_nothing_go()
    op.drop_table("destruction")
    op.drop_table("kept_archive")
    op.drop_table("retention_term")
