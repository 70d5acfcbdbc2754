"""Queries in, frozen reports out: what pages, files and the command line show."""

from surveys.reports.earlier import EarlierAnswer
from surveys.reports.national import FactorRound, NationalReport, StatementRow, national
from surveys.reports.region import (
    FactorInTime,
    FactorRow,
    QuestionRow,
    RegionReport,
    SignatureRow,
    ThemeRow,
    level_label,
    region,
)
from surveys.reports.source import DossierInfo, MeasurementInfo, UnitInfo

__all__ = [
    "DossierInfo",
    "EarlierAnswer",
    "FactorInTime",
    "FactorRound",
    "FactorRow",
    "MeasurementInfo",
    "NationalReport",
    "QuestionRow",
    "RegionReport",
    "SignatureRow",
    "StatementRow",
    "ThemeRow",
    "UnitInfo",
    "level_label",
    "national",
    "region",
]
