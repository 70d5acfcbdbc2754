"""Arithmetic: codes, values, weights and conditions in; scores out. docs/method.md is what it must do."""

from __future__ import annotations

from scoring.model import Given
from scoring.plan import Plan, affected, compile

__all__ = ["Given", "Plan", "affected", "compile"]
