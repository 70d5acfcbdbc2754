"""The roles of who fills in, as data: faults in the file are said, and questionnaires are held to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from surveys import instruments, roles
from surveys.inviting import roles_for
from surveys.permissions import ROLES
from surveys.roles import RolesFaults, parse
from tests import factories
from tests.support import cli

PART = """
[[parts]]
code = "samen"
label = "Samen"
heading = "Voor wie samen tekenen"
signing = "samen"
about = "U vult samen in."
signers = "De kapitein en de stuurman"
others = "Andere schepen"
"""
ROLE = """
[[roles]]
code = "kapitein"
label = "Kapitein"
short = "Kap."
signs = true
side = "defensie"
explained = "samen"
"""
BAD = {
    "no roles": (PART, "there must be at least one"),
    "a key too many": (PART + ROLE + 'kleur = "rood"\n', "role kapitein: kleur means nothing here"),
    "a key too few": (PART + ROLE.replace('short = "Kap."\n', ""), "role kapitein: short is missing"),
    "no such part": (PART + ROLE.replace('"samen"', '"alleen"'), "there is no part 'alleen'"),
    "no such side": (PART + ROLE.replace('"defensie"', '"zee"'), "side must be one of regio, defensie"),
    "signs in words": (PART + ROLE.replace("true", '"ja"'), "signs must be true or false"),
    "twice": (PART + ROLE + ROLE, "role kapitein: stands there twice"),
    "a word apart": (PART + ROLE.replace('"kapitein"', '"beiden"'), "has a meaning of its own"),
    "empty": (PART + ROLE.replace('"Kapitein"', '" "'), "label must be a text that is not empty"),
    "about nobody": (PART + PART.replace('"samen"', '"los"', 1) + ROLE, "part los: is about no role"),
    "no way to sign": (
        PART.replace('signing = "samen"', 'signing = "ooit"') + ROLE,
        "signing must be one of",
    ),
}


def test_a_good_file_gives_its_parts_and_roles() -> None:
    (part,), (role,) = parse(PART + ROLE)

    assert (part.code, part.signers) == ("samen", "De kapitein en de stuurman")
    assert (role.code, role.short, role.signs, role.side) == ("kapitein", "Kap.", True, "defensie")


@pytest.mark.parametrize(("text", "fault"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_said(text: str, fault: str) -> None:
    with pytest.raises(RolesFaults, match=fault):
        parse(text)


def test_all_faults_are_said_at_once() -> None:
    with pytest.raises(RolesFaults) as refused:
        parse(PART + ROLE.replace("true", "1").replace('"Kapitein"', '""'))
    assert len(str(refused.value).splitlines()) >= 2


def test_who_signs_may_sign_and_who_helps_may_only_answer() -> None:
    for role in roles.RESPONDENTS:
        may = ROLES[role.code].may
        assert ("dossier.sign" in may) == ("dossier.submit" in may) == ("unit.report" in may) == role.signs
        assert "dossier.answer" in may


def test_any_unit_can_be_given_its_own_signers_and_a_helper(world: factories.World) -> None:
    assert roles_for(world.dossiers["VR01"]) == ("ovr", "contactpersoon", *roles.HELPERS)
    assert roles_for(world.dossiers["RMC-NOORD"]) == ("rmc", *roles.HELPERS)


@pytest.mark.parametrize("role", ["kapitein", "waarnemer", "inspecteur"])
def test_a_questionnaire_with_a_role_that_does_not_sign_is_refused(
    role: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "lijst.toml"
    file.write_text(factories.tiny_text().replace('"contactpersoon"]', f'"{role}"]'), "utf-8")

    result = cli.run(capsys, "instrument", "check", file)

    assert result.code != 0
    assert f"roles: '{role}' is geen rol die een vragenlijst ondertekent; kies uit: " in result.err


@pytest.mark.parametrize(
    ("article", "words"),
    [("", ("de boot", "deze boot", "andere boot")), ('"het"', ("het boot", "dit boot", "ander boot"))],
)
def test_a_unit_has_the_article_of_its_questionnaire(article: str, words: tuple[str, str, str]) -> None:
    text = factories.tiny_text().replace('["veiligheidsregio", "veiligheidsregio\'s"]', '["boot", "boten"]')
    named = f"unit_article = {article}\n{text}" if article else text
    found = instruments.parse(named.lstrip(), "boot.toml")

    assert (found.the_unit, found.this_unit, found.other_unit) == words
