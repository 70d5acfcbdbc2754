"""What an uploaded file is called: safe to save anywhere, whatever its sender called it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.evidence import NAME_LENGTH, safe_name
from surveys.inspecting import KINDS


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("PLAN.PDF", "PLAN.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        (r"C:\Users\anna\plan.pdf", "plan.pdf"),
        ('een "naam"; x=<y>.pdf', "een _naam_; x=_y_.pdf"),
        ("regel\r\nSet-Cookie: x.pdf", "regel__Set-Cookie_ x.pdf"),
        (".pdf", "pdf.pdf"),
        ("..", "document.pdf"),
        ("plan.exe", "plan.exe.pdf"),
        ("x" * 400 + ".pdf", "x" * NAME_LENGTH + ".pdf"),
        ("\u202efdp.exe", "_fdp.exe.pdf"),
    ],
)
def test_a_name_is_made_safe(sent: str, kept: str) -> None:
    assert safe_name(sent, KINDS["pdf"]) == kept


@given(st.text(max_size=300), st.sampled_from(sorted(KINDS)))
def test_no_name_holds_a_path_or_a_control_character(sent: str, code: str) -> None:
    name = safe_name(sent, KINDS[code])
    assert name.isprintable()
    assert not set(name) & set('/\\:<>"|?*%')
    assert name.endswith(KINDS[code].suffixes[0])
    assert 0 < len(name) <= NAME_LENGTH + 5
    assert safe_name(name, KINDS[code]) == name
