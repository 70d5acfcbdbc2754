"""The tables. Import models from here."""

from surveys.models.answers import JOINT, Answer, AnswerDocument, AnswerVersion, Document
from surveys.models.base import Base
from surveys.models.dossiers import Dossier, DossierTransition, Signature, SignedAnswer, Submission
from surveys.models.log import LogEntry
from surveys.models.measurements import InstrumentText, Measurement, MeasurementInstrument
from surveys.models.people import Assignment, LoginThrottle, Organisation, Person
from surveys.models.units import Unit, UnitLink, UnitName

__all__ = [
    "JOINT",
    "Answer",
    "AnswerDocument",
    "AnswerVersion",
    "Assignment",
    "Base",
    "Document",
    "Dossier",
    "DossierTransition",
    "InstrumentText",
    "LogEntry",
    "LoginThrottle",
    "Measurement",
    "MeasurementInstrument",
    "Organisation",
    "Person",
    "Signature",
    "SignedAnswer",
    "Submission",
    "Unit",
    "UnitLink",
    "UnitName",
]
