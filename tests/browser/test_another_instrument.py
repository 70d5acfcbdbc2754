"""A measurement of another kind of unit, with other roles, in a browser: from an answer to the report."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from surveys.permissions import ROLES
from surveys.questionnaire import anchors
from tests import factories, filled, other_kinds
from tests.other_kinds import Kind
from tests.support.browser import Visitor

KIND = Kind(other_kinds.CODES[1])
HOME = f"/dossier/{KIND.code}/{KIND.first}"
READ = "Ik heb de antwoorden gelezen. Ze kloppen volgens mij."


def prepare(session: Session) -> None:
    """All but the first unit handed in; the first still has its first factor to do."""
    factories.assignment(session, "inspecteur")
    first = next(iter(KIND.instrument.factors))
    for unit, dossier in other_kinds.make(session, KIND).items():
        given = KIND.contents(unit)
        if unit == KIND.first:
            open_now = {code for code in given if KIND.instrument.questions[code].factor == first}
            filled.fill(session, dossier, {code: given[code] for code in given.keys() - open_now})
        else:
            filled.submit(session, dossier, given)
    session.commit()


def answer_first_factor(page: Page) -> None:
    """Give the answers of the first factor as somebody does who looks at the page."""
    given, at = KIND.contents(KIND.first), anchors(KIND.instrument)
    for question in next(iter(KIND.instrument.factors.values())).questions:
        content, name = given[question.code], at[question.code]
        page.locator(f'[name="{name}-answer"][value="{content.value}"]').check()
        if content.note:
            page.locator(f'[name="{name}-note"]').fill(content.note)
        for place, document in enumerate(content.documents):
            page.locator(f'[name="{name}-documents-{place}-title"]').fill(document.title)
            page.locator(f'[name="{name}-documents-{place}-page"]').fill(document.page)


def agree(page: Page) -> None:
    page.get_by_label(READ).check()
    page.get_by_role("button", name="Akkoord geven").click()


def test_two_roles_fill_in_sign_and_hand_in_and_an_inspector_opens_the_report(
    visit: Callable[[], Visitor], session: Session
) -> None:
    prepare(session)
    one, two = KIND.instrument.roles
    factor = next(iter(KIND.instrument.factors))

    first = visit()
    page = first.log_in_by_form(KIND.key(one, KIND.first))
    expect(page.get_by_role("main")).to_contain_text(ROLES[one].label)
    page = first.go(f"{HOME}/factor/{factor}")
    answer_first_factor(page)
    first.look("another-factor")
    page.get_by_role("button", name="Opslaan en verder").click()
    page = first.go(f"{HOME}/controle")
    agree(page)

    second = visit()
    second.login(KIND.key(two, KIND.first))
    page = second.go(f"{HOME}/controle")
    agree(page)
    second.look("another-check")
    page.get_by_role("button", name="Vragenlijst inleveren").click()
    expect(page.get_by_role("status").filter(has_text="De vragenlijst is ingeleverd.").first).to_be_visible()

    inspector = visit()
    page = inspector.log_in_by_form("inspecteur.inspectie")
    count = len(KIND.units)
    expect(page.get_by_text(re.compile(f"{count} van de {count} ingeleverd")).first).to_be_visible()
    page = inspector.go(f"/landelijk/{KIND.code}/")
    expect(page.locator(".heatmap tbody tr")).to_have_count(count)
    inspector.look("another-heatmap")
    inspector.go(f"/landelijk/{KIND.code}/factor/{factor}")
    inspector.look("another-picture")
    page = inspector.go(f"/rapport/{KIND.code}/lezen")
    expect(page.get_by_text(f"De meting gaat over {count} {KIND.instrument.unit_noun[1]}.")).to_be_visible()
    inspector.look("another-report")
