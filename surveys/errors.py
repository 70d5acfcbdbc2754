"""The refusals that Meetlat knows by name.

MeetlatError
├── Faults                a file that is refused, with everything that is wrong with it
│   ├── InstrumentFaults
│   ├── AnswerFaults
│   ├── ListFaults        a working list that can't be looked up
│   └── AnswerSheetFaults a workbook to fill in that is not the one that is needed
├── InvalidValue          a value that a question cannot have
├── InvalidMessage        something that can't be said about a question
├── InvalidJudgement      a judgement, a remark or a reason that lacks something
├── InvalidReaction       an offer, a reaction or its settlement that lacks something
├── UnknownQuestion       a question that the questionnaire lacks
├── UnknownFactor         a factor that is judged nowhere in the measurement
├── InstrumentChanged     another text under a version that is kept
├── FileRefused           an uploaded file that can't be taken
├── MeasurementDestroyed  a measurement of which the term is over, and nothing is left
├── Denied
│   ├── NotYours          another unit's dossier, or a page for another role
│   └── NotAllowed        a step that this role may not take
├── NotNow
│   ├── MeasurementClosed
│   ├── DossierNotOpen
│   ├── TransitionRefused
│   ├── NotSubmitted      nothing to return
│   ├── StaleAnswer       somebody saved something else meanwhile: holds both
│   ├── ChangedMeanwhile  a colleague changed what inspectors keep since it was read
│   ├── StaleText         a colleague wrote a passage meanwhile: holds both
│   ├── UnreadMessages    somebody wrote something meanwhile that the closer did not see
│   ├── Incomplete        what stands in the way of signing: holds the points
│   ├── AlreadySigned
│   ├── AnswersChanged    somebody changed something after the signer read it
│   ├── PreviewOutdated   somebody changed something after the uploader saw what would change
│   ├── UploadFaulty      what was uploaded has faults: nothing of it is taken
│   ├── ChoicesMissing    which answer stays is not chosen everywhere: holds the questions
│   ├── AlreadyApplied    what was uploaded is in the dossier
│   ├── NotJudged         it is too early or too late to judge
│   ├── JudgementStep     a step that the judgement does not take from the state that it is in
│   ├── StaleJudgement    somebody wrote another judgement meanwhile: holds both
│   ├── GroundsChanged    answers changed after the judgement was written or the page was read
│   ├── FourEyes          who wrote a judgement, or is of the same organisation, does not confirm it
│   ├── NotAllJudged      factors without a confirmed judgement: holds them
│   ├── OfferClosed       what was offered for a reaction is closed or taken back
│   ├── AlreadySettled    a colleague decided on the reaction
│   ├── ReactionReplaced  who reacted said something else since
│   ├── NotAllSettled     reactions on which nothing was decided
│   ├── TermRunning       somebody can still react
│   └── SignaturesMissing
└── Refused               anything else that can't be done, in its own words
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from surveys.answers import Content
    from surveys.completeness import Point
    from surveys.judging import Draft
    from surveys.models import Answer, Judgement


class MeetlatError(Exception):
    """Anything that Meetlat refuses, with a Dutch text for whoever asked."""


class Faults(MeetlatError):
    """A file that is refused as a whole. `faults` has one line for each thing that is wrong with it."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(self.faults))


class InstrumentFaults(Faults):
    """The instrument is refused: `FILE: CODE: reason`, a line each."""


class AnswerFaults(Faults):
    """The answers are refused: `FILE: UNIT: QUESTION: reason`, a line each."""


class AnswerSheetFaults(Faults):
    """The workbook is refused as a whole: what is wrong and what to do, by sheet and cell, a line each."""


class ListFaults(Faults):
    """The working list is refused. `places` has each fault with the row (from 0) that it is about."""

    def __init__(self, places: Sequence[tuple[int | None, str]]) -> None:
        self.places = tuple(places)
        super().__init__(text for _, text in self.places)


class InvalidValue(MeetlatError):
    """The question cannot have this answer; the text says what it can have.

    `part` says which part of the answer it is about: `value`, `note` or `documents`.
    """

    def __init__(self, text: str, part: str = "value") -> None:
        self.part = part
        super().__init__(text)


class UnknownQuestion(MeetlatError):
    """The questionnaire has no such question."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"Vraag {code} staat niet in deze vragenlijst.")


class InstrumentChanged(MeetlatError):
    """Another text is kept under this code and version; a correction needs a new version."""

    def __init__(self, code: str, version: str) -> None:
        super().__init__(
            f"{code} {version} staat al in Meetlat, met een andere tekst."
            " Geef een verbeterde vragenlijst een nieuw versienummer."
        )


class Refused(MeetlatError):
    """Something that can't be done; the text says why and what to do."""


class FileRefused(MeetlatError):
    """An uploaded file that can't be taken; the text says why and what to do."""


class MeasurementDestroyed(MeetlatError):
    """The measurement was destroyed after its term; `day` is when, None where there is no record of it."""

    def __init__(self, name: str, day: str | None) -> None:
        when = f"op {day} " if day else ""
        super().__init__(
            f"De meting {name} is {when}vernietigd, omdat haar bewaartermijn voorbij was."
            " De beheerder weet waar het archief wordt bewaard."
        )


class Denied(MeetlatError):
    """Something that this person may not do."""


class NotYours(Denied):
    """A dossier of another unit, or a page for another role."""

    def __init__(self) -> None:
        super().__init__(
            "U mag deze pagina niet zien. Denkt u dat dit niet klopt? Vraag het de beheerder van Meetlat."
        )


class NotAllowed(Denied):
    """A step that this role may not take."""

    def __init__(self) -> None:
        super().__init__(
            "Met uw rol kunt u dit niet doen. Denkt u dat dit niet klopt? Vraag het de beheerder van Meetlat."
        )


class NotNow(MeetlatError):
    """Something that can be done, but not in the present state."""


class MeasurementClosed(NotNow):
    """The measurement is in a state in which nobody answers."""

    def __init__(self, name: str) -> None:
        super().__init__(f"De meting {name} is gesloten. U kunt de antwoorden nog wel bekijken.")


class DossierNotOpen(NotNow):
    """The dossier is submitted or further."""

    def __init__(self, state: str) -> None:
        super().__init__(
            f"De vragenlijst is al ingeleverd (stand: {state.lower()}) en kan niet meer worden gewijzigd."
            " Klopt er iets niet? Neem contact op met de inspectie."
        )


class TransitionRefused(NotNow):
    """The table of transitions has no such step."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__(f"Een dossier gaat niet van '{old}' naar '{new}'.")


class NotSubmitted(NotNow):
    """The dossier can't be returned: it was not handed in, or the inspectorate is further with it."""

    def __init__(self, state: str) -> None:
        super().__init__(
            "Alleen een vragenlijst die net is ingeleverd kan worden teruggestuurd"
            f" (stand nu: {state.lower()})."
        )


class StaleAnswer(NotNow):
    """Somebody saved something else since the version that this writer saw.

    `mine` is what was offered; `theirs` the answer as it stands, or None when it came in at this very moment
    and must be read again.
    """

    def __init__(self, code: str, mine: Content, theirs: Answer | None) -> None:
        self.code, self.mine, self.theirs = code, mine, theirs
        super().__init__(
            f"Vraag {code} is intussen door iemand anders gewijzigd. Kies welk antwoord blijft staan."
        )


class ChangedMeanwhile(NotNow):
    """A colleague changed what inspectors keep since it was read; the caller shows both."""

    def __init__(self) -> None:
        super().__init__(
            "Een collega heeft dit intussen gewijzigd. Hieronder staat wat de collega schreef,"
            " en daarna wat u invulde. Pas uw tekst aan waar dat nodig is, en sla opnieuw op."
        )


class StaleText(NotNow):
    """A colleague wrote a text since the version that this writer saw: `mine` and `theirs`."""

    def __init__(self, mine: str, theirs: str) -> None:
        self.mine, self.theirs = mine, theirs
        super().__init__(
            "Een collega heeft deze tekst intussen gewijzigd. Er is niets opgeslagen."
            " Bekijk beide teksten, en kies wat blijft."
        )


class UnreadMessages(NotNow):
    """Somebody wrote something in a thread after whoever closes it read it."""

    def __init__(self) -> None:
        super().__init__(
            "Er is intussen een bericht bij gekomen. Lees het, en sluit het overleg daarna als het klaar is."
        )


class InvalidMessage(MeetlatError):
    """A message that can't be; the text says what to do. `part`: `text` or `asks`."""

    def __init__(self, text: str, part: str = "text") -> None:
        self.part = part
        super().__init__(text)


class Incomplete(NotNow):
    """The questionnaire lacks something. `points` says what, at which question."""

    def __init__(self, points: Sequence[Point]) -> None:
        self.points = tuple(points)
        super().__init__("De vragenlijst is nog niet compleet. Vul eerst aan wat ontbreekt.")


class AlreadySigned(NotNow):
    """This role or this person has signed these answers."""

    def __init__(self) -> None:
        super().__init__(
            "Er is al akkoord gegeven in deze rol of door u."
            " Elke rol geeft één keer akkoord, en niet twee keer dezelfde persoon."
        )


class AnswersChanged(NotNow):
    """The answers are not those that the signer read."""

    def __init__(self) -> None:
        super().__init__(
            "Er is intussen een antwoord gewijzigd. Lees de antwoorden opnieuw, en geef dan akkoord."
        )


class PreviewOutdated(NotNow):
    """An answer changed after whoever uploaded something saw what would become of it."""

    def __init__(self) -> None:
        super().__init__(
            "Er is intussen een antwoord gewijzigd. Er is niets overgenomen."
            " Bekijk het overzicht opnieuw, en neem daarna over."
        )


class UploadFaulty(NotNow):
    """What was uploaded has faults."""

    def __init__(self) -> None:
        super().__init__(
            "Er zitten fouten in het werkboek. Er is niets overgenomen."
            " Verbeter ze in het werkboek en upload het opnieuw."
        )


class ChoicesMissing(NotNow):
    """At some questions both answers changed, and it is not chosen which one stays. `questions` has them."""

    def __init__(self, questions: Sequence[str]) -> None:
        self.questions = tuple(questions)
        super().__init__(
            f"Kies welk antwoord blijft staan bij {', '.join(self.questions)}. Er is niets overgenomen."
        )


class AlreadyApplied(NotNow):
    """What was uploaded was taken over before."""

    def __init__(self) -> None:
        super().__init__("Dit werkboek is al overgenomen. Wilt u meer wijzigen? Haal een nieuw werkboek op.")


class SignaturesMissing(NotNow):
    """Not every role has agreed. `roles` are those that have not."""

    def __init__(self, roles: Sequence[str]) -> None:
        self.roles = tuple(roles)
        super().__init__(
            "Nog niet iedereen heeft akkoord gegeven. Inleveren kan als alle rollen akkoord zijn."
        )


class InvalidJudgement(MeetlatError):
    """A judgement that lacks something; the text says what to do.

    `part`: `level`, `motivation`, `finding`, `attention`, `remark`, `reason` or `looked`.
    """

    def __init__(self, text: str, part: str) -> None:
        self.part = part
        super().__init__(text)


class UnknownFactor(MeetlatError):
    """No questionnaire that the judgement is about has such a factor."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(f"Factor {code} staat niet in deze vragenlijst.")


class NotJudged(NotNow):
    """It is too early or too late for this step of judging; the text says why."""


class JudgementStep(NotNow):
    """The judgement is in a state from which this step is not taken; the text says which one."""

    def __init__(self, state: str) -> None:
        super().__init__(f"Deze stap kan nu niet: de stand van dit oordeel is ‘{state.lower()}’.")


class StaleJudgement(NotNow):
    """Somebody changed the judgement since the version that this inspector saw.

    `mine` is what was offered, None for a step without a text; `theirs` the judgement as it stands, None
    when it came in at this very moment and must be read again.
    """

    def __init__(self, mine: Draft | None, theirs: Judgement | None) -> None:
        self.mine, self.theirs = mine, theirs
        super().__init__(
            "Dit oordeel is intussen door iemand anders gewijzigd. Er is niets opgeslagen."
            " Bekijk wat er nu staat, en kies daarna wat blijft."
        )


class GroundsChanged(NotNow):
    """The answers behind a judgement are not those that it was written on, or that were on the page."""

    def __init__(self) -> None:
        super().__init__(
            "Er zijn intussen antwoorden gewijzigd waar dit oordeel op rust."
            " Bekijk de gewijzigde antwoorden, en ga daarna verder."
        )


class FourEyes(NotNow):
    """A judgement needs a second person, and where the measurement asks for it of another organisation."""

    def __init__(self, organisation: bool = False) -> None:
        self.organisation = organisation
        super().__init__(
            "Dit oordeel is geschreven door iemand van uw eigen organisatie."
            " In deze meting bevestigt een inspecteur van de andere organisatie het."
            if organisation
            else "U hebt dit oordeel zelf geschreven. Een andere inspecteur bevestigt het of geeft het terug."
        )


class NotAllJudged(NotNow):
    """Some factors have no confirmed judgement that rests on the answers as they stand. `factors`: which."""

    def __init__(self, factors: Sequence[str]) -> None:
        self.factors = tuple(factors)
        super().__init__(
            f"Nog niet elke factor heeft een vastgesteld oordeel: {', '.join(self.factors)}."
            " Stel die eerst vast."
        )


class InvalidReaction(MeetlatError):
    """An offer, a reaction or its settlement that lacks something; the text says what to do.

    `part`: `due_on`, `message`, `verdict`, `proposal`, `remark`, `heard_from`, `outcome`, `reason` or `text`.
    """

    def __init__(self, text: str, part: str) -> None:
        self.part = part
        super().__init__(text)


class OfferClosed(NotNow):
    """What was offered takes no reactions any more; `how` says in Dutch how it ended."""

    def __init__(self, how: str) -> None:
        super().__init__(
            f"Dit kan niet meer: {how[0].lower()}{how[1:]}. Er is niets opgeslagen;"
            " wat u schreef staat nog op deze pagina."
        )


class AlreadySettled(NotNow):
    """Somebody decided on this reaction before."""

    def __init__(self) -> None:
        super().__init__(
            "Deze reactie is al afgehandeld, misschien door een collega. Er is niets gewijzigd."
            " Bekijk wat er met de reactie is gedaan."
        )


class ReactionReplaced(NotNow):
    """Whoever gave this reaction gave another one since, and that one counts."""

    def __init__(self) -> None:
        super().__init__(
            "Er is intussen een nieuwe reactie van dezelfde rol, en die telt. Lees die, en handel haar af."
        )


class NotAllSettled(NotNow):
    """Proposed changes on which nothing was decided. `count`: how many."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(
            "Er is nog 1 reactie niet afgehandeld. Doe dat eerst."
            if count == 1
            else f"Er zijn nog {count} reacties niet afgehandeld. Doe dat eerst."
        )


class TermRunning(NotNow):
    """The term runs, and not everybody said something of every text. `until`: its last day, in words."""

    def __init__(self, until: str) -> None:
        super().__init__(
            f"De termijn loopt nog tot en met {until}, en nog niet iedereen heeft op alles gereageerd."
            " Sluiten kan daarna, of zodra iedereen heeft gereageerd."
        )
