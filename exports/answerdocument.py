"""The answers of a dossier as JSON, to fill in or keep: see `surveys.offline.answerdocument`."""

from __future__ import annotations

import json

from surveys.answers import Content
from surveys.offline.source import Source


def write(source: Source) -> bytes:
    """Give the file: every question in order, also those that nobody answered yet."""
    instrument = source.instrument
    document = {
        "meting": source.measurement,
        "eenheid": source.unit,
        "vragenlijst": {
            "code": instrument.code,
            "versie": instrument.version,
            "sha256": instrument.sha256,
        },
        "fictief": source.fictief,
        "answers": {code: _answer(source, code) for code in instrument.questions},
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _answer(source: Source, code: str) -> dict[str, object]:
    kept = source.contents.get(code, Content()).as_json()
    given = {key: value for key, value in kept.items() if value is not None and value != []}
    return {"version": source.versions.get(code, 0), **given}
