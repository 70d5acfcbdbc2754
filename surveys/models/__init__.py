"""The tables. Import models from here."""

from surveys.models.answers import JOINT, Answer, AnswerDocument, AnswerVersion, Document
from surveys.models.base import Base
from surveys.models.calendars import CalendarAddress
from surveys.models.committees import AgendaDecision, AgendaItem, Committee, Meeting
from surveys.models.definitions import Definition, DefinitionRuling, DefinitionVersion
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
from surveys.models.evaluating import EvaluationMoment, EvaluationTemplate
from surveys.models.evidence import DocumentFile, StoredFile
from surveys.models.figures import Figure, FigureKind, FigureSeries
from surveys.models.findings import InterimFinding, InterimReply, InterimStep
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
from surveys.models.lessons import Lesson, LessonShare
from surveys.models.limits import RateWindow
from surveys.models.lists import AnswerLabel, Label, WorkingList
from surveys.models.log import LogEntry, LogSeal
from surveys.models.measurements import (
    InstrumentText,
    Measurement,
    MeasurementInstrument,
    MeasurementTransition,
)
from surveys.models.money import (
    BasisClaim,
    BasisItem,
    Capacity,
    CapacityVersion,
    Objective,
    ObjectivePoint,
    PlannedEvaluation,
    PlannedEvaluationPoint,
    PriorityVersion,
    Saving,
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
from surveys.models.signals import Signal, SignalPoint, SignalStep
from surveys.models.tasks import Task
from surveys.models.units import Unit, UnitLink, UnitName
from surveys.models.visiting import Citation, Source, UnansweredNote, VisitPoint
from surveys.models.waiting import AnswerUpload, HeldPost, Presence
from surveys.models.yearly import SettledLetter, YearlyLetter

__all__ = [
    "JOINT",
    "AgendaDecision",
    "AgendaItem",
    "Answer",
    "AnswerDocument",
    "AnswerLabel",
    "AnswerUpload",
    "AnswerVersion",
    "Assignment",
    "Attendee",
    "Authenticator",
    "Base",
    "BasisClaim",
    "BasisItem",
    "CalendarAddress",
    "Capacity",
    "CapacityVersion",
    "Citation",
    "Committee",
    "Decision",
    "Definition",
    "DefinitionRuling",
    "DefinitionVersion",
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
    "EvaluationMoment",
    "EvaluationTemplate",
    "Figure",
    "FigureKind",
    "FigureSeries",
    "HeldPost",
    "Identity",
    "Indicator",
    "InstrumentText",
    "InterimFinding",
    "InterimReply",
    "InterimStep",
    "Interview",
    "Judgement",
    "JudgementVersion",
    "KeptArchive",
    "Label",
    "Lesson",
    "LessonShare",
    "Letter",
    "LetterOrigin",
    "LogEntry",
    "LogSeal",
    "LoginSession",
    "LoginThrottle",
    "Measurement",
    "MeasurementInstrument",
    "MeasurementTransition",
    "Meeting",
    "Mention",
    "Objective",
    "ObjectivePoint",
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
    "PlannedEvaluation",
    "PlannedEvaluationPoint",
    "Point",
    "PointClass",
    "PointQuestion",
    "PointReminder",
    "PointStatus",
    "PointStatusFile",
    "PointVerdict",
    "PointVersion",
    "Presence",
    "PriorityVersion",
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
    "Saving",
    "SchemeValue",
    "SettledLetter",
    "Settlement",
    "Signal",
    "SignalPoint",
    "SignalStep",
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
    "YearlyLetter",
]
