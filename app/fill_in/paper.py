"""The questionnaire on paper: one page to print, blank to fill in by hand, or with the answers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from app.auth import requires
from app.fill_in import area
from app.fill_in.area import blueprint
from surveys import conditions
from surveys.offline import layout
from surveys.questionnaire import QuestionView, Reading

SHORT = 24
"""Labels of at most so many characters stand beside each other in a row; longer ones in columns."""
SAYS_SEVERAL = "meer antwoorden mogelijk"
"""What the text of a question says when more than one answer can be chosen."""


@dataclass(frozen=True)
class Box:
    """A box before an answer, ticked or not."""

    label: str
    ticked: bool


@dataclass(frozen=True)
class OnPaper:
    """A question as it is printed: what it shows, its boxes, and how they stand.

    `closed`: it is answered with its boxes alone. `row`: its labels are short enough for one row.
    `several`: its text doesn't say yet that more than one box can be ticked. `depends`: when it is asked.
    """

    view: QuestionView
    boxes: tuple[Box, ...]
    closed: bool
    row: bool
    several: bool
    depends: str | None


@blueprint.get("/afdrukken")
@requires("dossier.view")
def paper(meting: str, eenheid: str) -> str:
    """Show the whole questionnaire on one page to print; `?leeg=1` without the answers."""
    dossier = area.reading()
    blank = request.args.get("leeg") == "1"
    questions = {
        view.code: _on_paper(dossier, view, blank) for factor in dossier.factors for view in factor.questions
    }
    return area.page("paper", dossier, blank=blank, questions=questions)


def _on_paper(dossier: Reading, view: QuestionView, blank: bool) -> OnPaper:
    question, content = view.question, view.content
    given = [content.special, *(content.value if isinstance(content.value, list) else [content.value])]
    closed = question.type in ("yes_no", "choice", "multi")
    labels = layout.choices(question) if closed else layout.specials(question)
    return OnPaper(
        view=view,
        boxes=tuple(Box(label, not blank and code in given) for code, label in labels.items()),
        closed=closed,
        row=all(len(label) <= SHORT for label in labels.values()),
        several=question.type == "multi" and SAYS_SEVERAL not in question.text.lower(),
        depends=conditions.asked(question, dossier.instrument, undetermined=True)
        if question.when is not None
        else None,
    )
