"""The areas of the application: one blueprint each."""

from __future__ import annotations

from flask import Blueprint

from app.account_pages import blueprint as session
from app.compare import blueprint as compare
from app.fill_in import blueprint as fill_in
from app.fill_in.replay import blueprint as replay
from app.follow_up import blueprint as follow_up
from app.glossary import blueprint as glossary
from app.health import blueprint as health
from app.hearing import blueprint as hearing
from app.home import blueprint as home
from app.judge import blueprint as judge
from app.lists import blueprint as lists
from app.manage import blueprint as manage
from app.measure import blueprint as measure
from app.passkey_pages import blueprint as passkeys
from app.picture import blueprint as picture
from app.react import blueprint as react
from app.report import blueprint as report
from app.retention import blueprint as retention
from app.second_factor_pages import blueprint as second_factor
from app.single_sign_on import blueprint as single_sign_on
from app.tasks import blueprint as tasks
from app.visit import blueprint as visit

AREAS: tuple[Blueprint, ...] = (
    *(home, glossary, fill_in, replay, picture, compare),
    *(
        measure,
        judge,
        lists,
        manage,
        retention,
        visit,
        react,
        hearing,
        report,
        follow_up,
        tasks,
        session,
        health,
    ),
    single_sign_on,
    second_factor,
    passkeys,
)
