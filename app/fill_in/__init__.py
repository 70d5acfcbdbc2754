"""Filling in a questionnaire: the task list, a page a factor, the check page, agreeing and handing in."""

from app.fill_in import (
    differing,
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
