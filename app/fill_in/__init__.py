"""Filling in a questionnaire: the task list, a page a factor, the check page, agreeing and handing in."""

from app.fill_in import factor, finish, overview, question
from app.fill_in.area import blueprint

__all__ = ["blueprint", "factor", "finish", "overview", "question"]
