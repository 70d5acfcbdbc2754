"""What hangs together with one question: enough to say how it stands, without looking at the rest."""

from __future__ import annotations

from hypothesis import given, settings

from surveys import completeness, results
from surveys.completeness import Lack
from tests import factories, strategies


@settings(max_examples=25)
@given(strategies.measured(most=1))
def test_what_is_around_a_question_says_of_it_what_the_whole_says(
    drawn: tuple[strategies.Data, strategies.Data],
) -> None:
    instrument = strategies.read(drawn[0])
    for answers in strategies.answers(drawn[1], instrument).values():
        asked, needs = results.asked(instrument, answers), results.required(instrument, answers)
        for code in instrument.questions:
            near = results.around(instrument, code)
            assert {code, *results.affected(instrument, code)} <= set(near)
            part = {each: answer for each, answer in answers.items() if each in near}
            assert results.asked(instrument, part, code) == {each: asked[each] for each in near}
            assert results.required(instrument, part, code).get(code) == needs.get(code)


@settings(max_examples=25)
@given(strategies.measured(most=1))
def test_what_one_answer_lacks_is_what_the_whole_lacks_there(
    drawn: tuple[strategies.Data, strategies.Data],
) -> None:
    instrument = strategies.read(drawn[0])
    for answers in strategies.answers(drawn[1], instrument).values():
        points = completeness.progress(instrument, answers).points
        for code, need in results.required(instrument, answers).items():
            answer = answers.get(code, results.Answer())
            found = completeness.lacks(answer, note=need.note, document=need.document)
            told = [each.lack for each in points if each.question.code == code]
            assert found == [each for each in told if each is not Lack.ANSWER]


def test_a_question_without_conditions_stands_alone() -> None:
    instrument = factories.tiny()
    assert results.around(instrument, "1.1-03") == ("1.1-03",)
    assert results.around(instrument, "1.1-01") == ("1.1-01", "1.1-02")
    assert results.around(instrument, "1.1-02") == ("1.1-01", "1.1-02")
