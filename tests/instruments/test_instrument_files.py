"""The questionnaires that are shipped: complete, in step with one another, and readable."""

from __future__ import annotations

from collections import Counter

import pytest

from exports import wording
from surveys import instruments, results
from surveys.instruments import Instrument

ALL = {(found.code, found.version): found for found in map(instruments.load, instruments.builtin())}
REGION, RMC = "icms-veiligheidsregio", "icms-rmc"
OTHERS = {("vms-defensieonderdeel", "2026.1"), ("risicomanagement-inzet", "2026.1")}
ICMS = sorted(set(ALL) - OTHERS)
FACTORS = ["1.1", "1.2", "2.1", "2.2", "3.1", "3.2", "4.1", "4.2", "4.3", "5.1", "6.1"]

# per factor in 2013: questions (without the free field), scored ones, musts
REGION_2013 = {
    "1.1": (12, 9, 5),
    "1.2": (9, 6, 3),
    "2.1": (13, 10, 4),
    "2.2": (9, 7, 2),
    "3.1": (5, 4, 1),
    "3.2": (4, 4, 2),
    "4.1": (9, 7, 2),
    "4.2": (9, 6, 2),
    "4.3": (5, 4, 1),
    "5.1": (11, 8, 1),
    "6.1": (8, 7, 2),
}
RMC_2013 = {
    "1.1": (3, 3, 3),
    "1.2": (2, 2, 0),
    "2.1": (2, 2, 1),
    "2.2": (1, 1, 0),
    "3.1": (5, 5, 2),
    "3.2": (5, 5, 4),
    "4.1": (4, 2, 1),
    "4.2": (3, 3, 2),
    "4.3": (1, 1, 1),
    "5.1": (1, 1, 0),
    "6.1": (2, 2, 2),
}


def test_there_are_three_versions_of_both_questionnaires_and_one_of_the_others() -> None:
    versions = ("2006.1", "2009.1", "2013.1")
    assert set(ALL) == {(code, version) for code in (REGION, RMC) for version in versions} | OTHERS


@pytest.mark.parametrize(("code", "expected"), [(REGION, REGION_2013), (RMC, RMC_2013)])
def test_2013_has_every_question_scored_question_and_must(
    code: str, expected: dict[str, tuple[int, int, int]]
) -> None:
    found = {}
    for factor in ALL[code, "2013.1"].factors.values():
        asked = [question for question in factor.questions if not question.code.endswith("-99")]
        scored = sum(question.scored for question in asked)
        found[factor.code] = (len(asked), scored, sum(question.must is not None for question in asked))
    assert found == expected


def test_2013_asks_for_documents_and_names_who_can_answer_best() -> None:
    asked = [
        question for question in ALL[REGION, "2013.1"].questions.values() if not question.code.endswith("-99")
    ]
    assert Counter(question.best for question in asked) == {"beiden": 40, "contactpersoon": 33, "ovr": 21}
    assert sum(question.when is not None for question in asked) == 18
    assert sum(question.evidence is not None for question in asked) == 26
    assert sum(question.evidence_when is not None for question in asked) == 10
    assert [question.code for question in asked if not question.allow_unknown] == ["4.2-02", "4.3-04"]


@pytest.mark.parametrize("key", sorted(ALL), ids=" ".join)
def test_every_version_can_score_every_factor(key: tuple[str, str]) -> None:
    instrument = ALL[key]
    assert key in OTHERS or list(instrument.factors) == FACTORS
    for factor in instrument.factors.values():
        assert any(question.scored for question in factor.questions), factor.code


@pytest.mark.parametrize("key", sorted(ALL), ids=" ".join)
def test_a_required_explanation_says_what_to_explain(key: tuple[str, str]) -> None:
    for question in ALL[key].questions.values():
        assert (question.note_when is None) == (question.note_hint is None), question.code


@pytest.mark.parametrize("key", [key for key in ICMS if key[1] != "2006.1"], ids=" ".join)
def test_every_factor_ends_with_a_free_field(key: tuple[str, str]) -> None:
    for factor in ALL[key].factors.values():
        last = factor.questions[-1]
        assert (last.code.lstrip("R"), last.type, last.max_length) == (f"{factor.code}-99", "text", 1000)


@pytest.mark.parametrize("key", sorted(ALL), ids=" ".join)
def test_options_that_say_none_stand_alone(key: tuple[str, str]) -> None:
    for question in ALL[key].questions.values():
        if question.type == "multi":
            alone = {option.code for option in question.options if option.exclusive}
            none = {option.code for option in question.options} & {"geen", "niets", "goed"}
            assert alone == none - ({"goed"} if question.code == "R4.1-04" else set()), question.code


@pytest.mark.parametrize("key", sorted(ALL), ids=" ".join)
def test_texts_are_tidy(key: tuple[str, str]) -> None:
    instrument = ALL[key]
    texts = [statement.text for statement in instrument.statements.values()]
    texts += [check.text for check in instrument.checks]
    for question in instrument.questions.values():
        texts += [text for text in (question.text, question.help, question.note_hint) if text]
    for text in texts:
        assert text == " ".join(text.split()), text
        assert text.endswith((".", "?", "mogelijk)")), text
        assert "’" not in text, f"one kind of apostrophe: {text}"


@pytest.mark.parametrize("key", sorted(ALL), ids=" ".join)
def test_a_sentence_reads_well_for_any_count(key: tuple[str, str]) -> None:
    instrument = ALL[key]
    for statement in instrument.statements.values():
        for n, of, units in ((0, 25, 25), (1, 25, 25), (4, 25, 25), (13, 19, 25), (24, 25, 25), (25, 25, 25)):
            sentence = wording.sentence(statement.text, n, of, units, instrument.unit_noun)
            assert sentence is not None
            assert not set("{}|") & set(sentence)
            assert sentence[0].isupper(), sentence
            assert sentence.endswith("."), sentence
            assert sentence.count(".") == 1, sentence


@pytest.mark.parametrize("key", sorted(ALL), ids=" ".join)
def test_the_findings_follow_the_order_of_the_topics(key: tuple[str, str]) -> None:
    for factor in ALL[key].factors.values():
        order = [*factor.topics, None]
        places = [order.index(statement.topic) for statement in factor.statements]
        assert places == sorted(places), factor.code


def test_no_two_statements_of_a_questionnaire_read_the_same() -> None:
    for instrument in ALL.values():
        texts = [statement.text for statement in instrument.statements.values()]
        assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("key", [key for key in ICMS if key[1] != "2013.1"], ids=" ".join)
def test_an_older_list_says_that_it_is_a_reconstruction(key: tuple[str, str]) -> None:
    head = ALL[key].text.split("\n\n")[0]
    assert "ILLUSTRATIVE RECONSTRUCTION" in head


@pytest.mark.parametrize("code", [REGION, RMC])
def test_a_question_keeps_its_code_and_type_over_the_versions(code: str) -> None:
    latest = ALL[code, "2013.1"].questions
    for version in ("2006.1", "2009.1"):
        older = ALL[code, version].questions
        assert set(older) < set(latest)
        for question in older.values():
            assert question.type == latest[question.code].type
            assert question.factor == latest[question.code].factor


def _words(instrument: Instrument) -> str:
    """All that people read of a questionnaire."""
    lines = [line for line in instrument.text.splitlines() if not line.startswith("#")]
    return "\n".join(lines)


TOO_NEW = {
    "2009.1": ["LCMS", "netcentrisch", "brigade", "OPPLAN 10", "Politiewet 2012", "risicoprofiel", "Wake Up"],
    "2006.1": ["LCMS", "netcentrisch", "brigade", "atalogus", "CoPI", "MOTO", "LOCC-", "Waterproef"],
}


@pytest.mark.parametrize("version", TOO_NEW)
@pytest.mark.parametrize("code", [REGION, RMC])
def test_an_older_list_does_not_name_what_came_later(code: str, version: str) -> None:
    words = _words(ALL[code, version])
    assert [word for word in TOO_NEW[version] if word in words] == []


def test_the_checks_fire_on_what_they_describe() -> None:
    instrument = ALL[REGION, "2013.1"]
    answers = {
        "1.1-01": results.Answer("ja"),
        "1.1-03": results.Answer(0),
        "1.1-07": results.Answer(["res_vol"]),
        "2.1-09": results.Answer("grip3"),
        "2.1-10": results.Answer("direct"),
        "2.1-11": results.Answer("regio"),
        "2.1-12": results.Answer(2),
        "4.1-02": results.Answer("aard"),
        "5.1-04": results.Answer("nee"),
        "6.1-04": results.Answer("altijd"),
    }
    assert results.checks(instrument, answers) == ["C1a", "C3", "C6", "C7a", "C14"]
