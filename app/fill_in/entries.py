"""A question on the page of a factor: as it stands, or as it was sent and could not be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.forms import AnswerForm
from surveys.questionnaire import FactorView, QuestionView


@dataclass(frozen=True)
class Entry:
    """A question with its form; no form where nothing can be filled in.

    `conflict`: somebody else changed the answer first, so both are shown. `waiting`: the form holds something
    that was not saved yet; `merged`: to which its writer had the other's answer added, so that one is shown
    as well. `unsaved` is what was typed and can no longer be saved, for its writer to keep.
    """

    view: QuestionView
    form: AnswerForm | None = None
    conflict: bool = False
    waiting: bool = False
    merged: bool = False
    unsaved: tuple[str, ...] = ()

    @property
    def errors(self) -> list[tuple[str, str]]:
        """What is wrong here, each with the place on the page to mend it."""
        found = []
        if self.conflict:
            found.append((f"{self.view.anchor}-conflict", conflict_text(self.view)))
        return found + (self.form.errors_to_show if self.form else [])


def conflict_text(view: QuestionView) -> str:
    """Say who changed the answer meanwhile."""
    who = view.saved.name if view.saved else "Iemand anders"
    return f"Vraag {view.code}: {who} heeft dit antwoord intussen gewijzigd. Kies welk antwoord blijft staan."


def as_they_stand(view: FactorView, *, fields: bool) -> list[Entry]:
    """The questions of a factor with the answers that are kept."""
    return [Entry(each, AnswerForm.of(each) if fields and each.asked else None) for each in view.questions]


def with_what_was_sent(
    view: FactorView,
    waiting: Mapping[str, AnswerForm],
    conflicts: Mapping[str, object],
    merged: str | None = None,
) -> list[Entry]:
    """The questions of a factor, those that could not be kept as they were sent. `merged`: one of those.

    Such a question keeps its fields also when it is no longer asked: what was typed is not lost.
    """
    entries = []
    for each in view.questions:
        form = waiting.get(each.code)
        if form is not None:
            conflict = each.code in conflicts
            if conflict:
                form.theirs.data = str(each.version)
            entries.append(Entry(each, form, conflict=conflict, waiting=True, merged=each.code == merged))
        else:
            entries.append(Entry(each, AnswerForm.of(each) if each.asked else None))
    return entries


def with_what_is_lost(view: FactorView, sent: Mapping[str, AnswerForm]) -> list[Entry]:
    """The questions of a factor that can't be answered any more, each with what was typed too late."""
    entries = []
    for each in view.questions:
        form = sent.get(each.code)
        late = form is not None and form.read() != each.content
        entries.append(Entry(each, unsaved=tuple(form.typed) if form and late else ()))
    return entries
