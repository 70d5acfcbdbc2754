"""The threads of a dossier as its task list shows them: what waits for whom, and for whoever asks first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from surveys.questionnaire import QuestionView, Reading, Thread, role_label


@dataclass(frozen=True)
class Talk:
    """An open thread: its question, and for whom it waits in words. `mine`: for whoever asks."""

    view: QuestionView
    waits: str
    mine: bool


def noun(role: str) -> str:
    """A role in the middle of a sentence: de contactpersoon."""
    label = role_label(role)
    return f"de {label[:1].lower()}{label[1:]}"


def waits(thread: Thread, mine: Collection[str]) -> str | None:
    """For whom a thread waits, for somebody who holds some roles: u, de contactpersoon; None for nobody."""
    if thread.waits_for is None:
        return None
    return "u" if thread.waits_for in mine else noun(thread.waits_for)


def talks(dossier: Reading, mine: Collection[str]) -> list[Talk]:
    """The open threads: first what waits for whoever asks, then what waits for others, then the rest."""
    found = []
    for view in dossier.talked_about:
        assert view.thread is not None
        who = waits(view.thread, mine)
        found.append(Talk(view, f"Wacht op {who}" if who else "Nog niet gesloten", who == "u"))
    return sorted(found, key=lambda each: (not each.mine, each.view.thread.waits_for is None))  # type: ignore[union-attr]


def hints(open_threads: Iterable[Talk]) -> dict[str, str]:
    """By factor: what is being talked about there, in words for the task list."""
    counts: dict[str, Counter[str]] = {}
    for each in open_threads:
        counts.setdefault(each.view.question.factor, Counter())[each.waits.lower()] += 1
    return {
        factor: "Overleg: " + ", ".join(f"{words} ({count})" for words, count in found.items())
        for factor, found in counts.items()
    }
