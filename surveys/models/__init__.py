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
from surveys.models.followup import (
    Decision,
    Dependency,
    Indicator,
    Letter,
    LetterOrigin,
    Mention,
    Origin,
    Outcome,
    PlanVersion,
    Point,
    PointClass,
    PointQuestion,
    PointReminder,
    PointStatus,
    PointStatusFile,
    PointVerdict,
    PointVersion,
    Reading,
    SchemeValue,
)
from surveys.models.identities import Identity
from surveys.models.interviews import Attendee, Interview, Passage, PassageVersion
from surveys.models.judging import Development, DevelopmentFactor, Judgement, JudgementVersion
from surveys.models.limits import RateWindow
from surveys.models.lists import AnswerLabel, Label, WorkingList
from surveys.models.log import LogEntry, LogSeal
from surveys.models.measurements import (
    InstrumentText,
    Measurement,
    MeasurementInstrument,
    MeasurementTransition,
)
from surveys.models.offering import Offer, OfferedText, Reaction, Settlement
from surveys.models.packed import PackedAnswers
from surveys.models.people import Assignment, LoginThrottle, Organisation, Person
from surveys.models.reporting import (
    Recommendation,
    ReportSignature,
    ReportStep,
    ReportText,
    ReportTextVersion,
    ReportVersion,
)
from surveys.models.retention import Destruction, KeptArchive, RetentionTerm
from surveys.models.second_factor import Authenticator, Passkey, RecoveryCode
from surveys.models.sessions import LoginSession
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
    "Authenticator",
    "Base",
    "Citation",
    "Decision",
    "Dependency",
    "Destruction",
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
    "Identity",
    "Indicator",
    "InstrumentText",
    "Interview",
    "Judgement",
    "JudgementVersion",
    "KeptArchive",
    "Label",
    "Letter",
    "LetterOrigin",
    "LogEntry",
    "LogSeal",
    "LoginSession",
    "LoginThrottle",
    "Measurement",
    "MeasurementInstrument",
    "MeasurementTransition",
    "Mention",
    "Offer",
    "OfferedText",
    "Organisation",
    "Origin",
    "Outcome",
    "PackedAnswers",
    "Passage",
    "PassageVersion",
    "Passkey",
    "Person",
    "PlanVersion",
    "Point",
    "PointClass",
    "PointQuestion",
    "PointReminder",
    "PointStatus",
    "PointStatusFile",
    "PointVerdict",
    "PointVersion",
    "Presence",
    "RateWindow",
    "Reaction",
    "Reading",
    "Recommendation",
    "RecoveryCode",
    "Reminder",
    "ReportSignature",
    "ReportStep",
    "ReportText",
    "ReportTextVersion",
    "ReportVersion",
    "RetentionTerm",
    "ReturnedQuestion",
    "SchemeValue",
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
