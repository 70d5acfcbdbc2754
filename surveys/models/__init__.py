"""The tables. Import models from here."""

from surveys.models.answers import JOINT, Answer, AnswerDocument, AnswerVersion, Document
from surveys.models.base import Base
from surveys.models.discussions import Discussion, DiscussionMessage
from surveys.models.dossiers import (
    Dossier,
    DossierTransition,
    Reminder,
    ReturnedQuestion,
    Signature,
    SignedAnswer,
    Submission,
    TermChange,
)
from surveys.models.evidence import DocumentFile, StoredFile
from surveys.models.figures import Figure, FigureKind, FigureSeries
from surveys.models.interviews import Attendee, Interview, Passage, PassageVersion
from surveys.models.judging import Development, DevelopmentFactor, Judgement, JudgementVersion
from surveys.models.lists import AnswerLabel, Label, WorkingList
from surveys.models.log import LogEntry
from surveys.models.measurements import (
    InstrumentText,
    Measurement,
    MeasurementInstrument,
    MeasurementTransition,
)
from surveys.models.offering import Offer, OfferedText, Reaction, Settlement
from surveys.models.people import Assignment, LoginThrottle, Organisation, Person
from surveys.models.reporting import (
    Recommendation,
    ReportSignature,
    ReportStep,
    ReportText,
    ReportTextVersion,
    ReportVersion,
)
from surveys.models.tasks import Task
from surveys.models.units import Unit, UnitLink, UnitName
from surveys.models.visiting import Citation, Source, UnansweredNote, VisitPoint
from surveys.models.waiting import AnswerUpload, HeldPost, Presence

__all__ = [
    "JOINT",
    "Answer",
    "AnswerDocument",
    "AnswerLabel",
    "AnswerUpload",
    "AnswerVersion",
    "Assignment",
    "Attendee",
    "Base",
    "Citation",
    "Development",
    "DevelopmentFactor",
    "Discussion",
    "DiscussionMessage",
    "Document",
    "DocumentFile",
    "Dossier",
    "DossierTransition",
    "Figure",
    "FigureKind",
    "FigureSeries",
    "HeldPost",
    "InstrumentText",
    "Interview",
    "Judgement",
    "JudgementVersion",
    "Label",
    "LogEntry",
    "LoginThrottle",
    "Measurement",
    "MeasurementInstrument",
    "MeasurementTransition",
    "Offer",
    "OfferedText",
    "Organisation",
    "Passage",
    "PassageVersion",
    "Person",
    "Presence",
    "Reaction",
    "Recommendation",
    "Reminder",
    "ReportSignature",
    "ReportStep",
    "ReportText",
    "ReportTextVersion",
    "ReportVersion",
    "ReturnedQuestion",
    "Settlement",
    "Signature",
    "SignedAnswer",
    "Source",
    "StoredFile",
    "Submission",
    "Task",
    "TermChange",
    "UnansweredNote",
    "Unit",
    "UnitLink",
    "UnitName",
    "VisitPoint",
    "WorkingList",
]
