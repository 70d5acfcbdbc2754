"""Who else is in a questionnaire now, in words for its pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from flask_security import current_user

from app.auth import acting
from app.extensions import db
from surveys import presence
from surveys.acting import now
from surveys.models import Dossier
from surveys.presence import ARRIVED, Company, Sign
from surveys.questionnaire import QuestionView, role_label


@dataclass(frozen=True)
class Here:
    """A page of a dossier and who else is there, seen from one window (`tab`; None: it just came).

    `factor` is the code of the factor that the page is about, if any. `stand` is how the dossier stood when
    the page last looked. `changed` has by question code who changed its answer since; `outdated` says that
    the page as a whole is not what it was.
    """

    dossier: Dossier
    factor: str | None = None
    tab: str | None = None
    stand: str = ""
    changed: dict[str, str] = field(default_factory=dict)
    outdated: bool = False
    asks: bool = True
    """Whether the page keeps asking: only those who fill in now do."""

    @cached_property
    def company(self) -> Company:
        """Who is there."""
        return presence.company(
            db.session(),
            self.dossier,
            person_id=current_user.id,
            tab=self.tab,
            factor=self.factor,
            at=now(),
        )

    @property
    def lines(self) -> list[str]:
        """What to say at the top of the page."""
        found = []
        for each in self.company.others:
            who = f"{each.name} ({role_label(each.role)})"
            if each.factor is not None and each.factor == self.factor:
                at = f", bij vraag {each.question}" if each.question else ""
                found.append(f"{who} is nu ook op deze pagina{at}.")
            else:
                at = f", bij factor {each.factor}" if each.factor else ""
                found.append(f"{who} is nu ook in deze vragenlijst{at}.")
        if self.company.own_windows:
            found.append(
                "U hebt deze pagina ook in een ander venster of op een ander apparaat open."
                " Wat u daar invult, verschijnt ook hier."
            )
        return found + list(self.changed.values())

    def at(self, question: str) -> list[str]:
        """What to say at a question."""
        return [
            f"{each.name} werkt nu ook aan deze vraag."
            for each in self.company.others
            if each.question == question
        ]

    @staticmethod
    def rest(view: QuestionView) -> str:
        """Sum up what stands with a question besides its answer: another one means that it changed."""
        thread = view.thread
        whole = (
            [(each.role, each.version) for each in view.divergent],
            (len(thread.messages), thread.settled) if thread else None,
        )
        return hashlib.sha256(repr(whole).encode()).hexdigest()[:8]


def arrive(dossier: Dossier, factor: str) -> None:
    """Note that whoever asks has just got the page of a factor."""
    note(dossier, ARRIVED, factor, None)


def note(dossier: Dossier, tab: str, factor: str | None, question: str | None) -> None:
    """Note a sign of life of whoever asks."""
    by = acting()
    assert by.person_id is not None
    assert by.assignment_id is not None
    sign = Sign(tab, dossier.id, by.person_id, by.assignment_id, factor, question, by.at)
    presence.board(db.session()).note(sign)
