"""Filling in a questionnaire: the task list, a page a factor, the check page, agreeing and handing in."""

from app.fill_in import (
    differing,
    evidence,
    factor,
    finish,
    offline,
    overview,
    paper,
    present,
    question,
    returning,
    talking,
)
from app.fill_in.area import blueprint

__all__ = [
    "blueprint",
    "differing",
    "evidence",
    "factor",
    "finish",
    "offline",
    "overview",
    "paper",
    "present",
    "question",
    "returning",
    "talking",
]
