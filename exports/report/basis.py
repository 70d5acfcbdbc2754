"""What a version of a report was made from, kept beside its text so that it can be checked years later."""

from __future__ import annotations

import json
from typing import Any

from exports import wording
from exports.report.national import Report
from surveys.reports.whole import Whole

FORM = 1
"""The version of this form."""


def basis(whole: Whole, report: Report) -> str:
    """The data, questionnaires and rules behind a report, as canonical JSON.

    `{"form", "measurement", "wording", "questionnaires": [{"code", "version", "sha256", "text", "units",
    "answers": {unit: {question: {"value", "special", "note"}}}}], "facts": {key: {"n", "of", "forms"}},
    "passages": {key: {"text", "written"}}, "outcomes": {point: {"from", "verdict", "words", "questions"}}}`.
    The text of a questionnaire holds its weights, levels and rules. A verdict, on a point of an earlier
    measurement, is None while it is open.
    """
    kept: dict[str, Any] = {
        "form": FORM,
        "measurement": whole.measurement.code,
        "wording": wording.version(),
        "questionnaires": [
            {
                "code": picture.instrument.code,
                "version": picture.instrument.version,
                "sha256": picture.instrument.sha256,
                "text": picture.instrument.text,
                "units": {code: info.state for code, info in picture.dossiers.items()},
                "answers": {
                    unit: {
                        code: {"value": answer.value, "special": answer.special, "note": answer.note}
                        for code, answer in answers.items()
                    }
                    for unit, answers in picture.answers.items()
                },
            }
            for picture in whole.pictures
        ],
        "facts": {
            key: {"n": fact.n, "of": fact.of, "forms": dict(fact.forms)} for key, fact in report.facts.items()
        },
        "passages": {
            key: {"text": each.text, "written": each.state in {"geschreven", "verouderd"}}
            for key, each in report.standings.items()
        },
        "outcomes": {
            str(each.point.id): {
                "from": each.measurement.code,
                "verdict": each.found.verdict if each.found else None,
                "words": each.found.words if each.found else None,
                "questions": [proof.question.code for proof in each.proofs],
            }
            for each in whole.followed
        },
    }
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
