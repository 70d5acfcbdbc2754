"""The tables. Import models from here."""

from surveys.models.answers import JOINT, Answer, AnswerDocument, AnswerVersion, Document
from surveys.models.base import Base
from surveys.models.discussions import Discussion, DiscussionMessage
from surveys.models.dossiers import (
    Dossier,
    DossierTransition,
    ReturnedQuestion,
    Signature,
    SignedAnswer,
    Submission,
)
from surveys.models.evidence import DocumentFile, StoredFile
from surveys.models.log import LogEntry
from surveys.models.measurements import (
    InstrumentText,
    Measurement,
    MeasurementInstrument,
    MeasurementTransition,
)
from surveys.models.people import Assignment, LoginThrottle, Organisation, Person
from surveys.models.units import Unit, UnitLink, UnitName
from surveys.models.waiting import AnswerUpload, HeldPost, Presence

__all__ = [
    "JOINT",
    "Answer",
    "AnswerDocument",
    "AnswerUpload",
    "AnswerVersion",
    "Assignment",
    "Base",
    "Discussion",
    "DiscussionMessage",
    "Document",
    "DocumentFile",
    "Dossier",
    "DossierTransition",
    "HeldPost",
    "InstrumentText",
    "LogEntry",
    "LoginThrottle",
    "Measurement",
    "MeasurementInstrument",
    "MeasurementTransition",
    "Organisation",
    "Person",
    "Presence",
    "ReturnedQuestion",
    "Signature",
    "SignedAnswer",
    "StoredFile",
    "Submission",
    "Unit",
    "UnitLink",
    "UnitName",
]
