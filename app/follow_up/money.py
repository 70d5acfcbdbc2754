"""Money of studies: the items of their financial basis with the arithmetic check, and savings variants."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import abort, render_template, url_for
from wtforms.validators import DataRequired, InputRequired, Optional

from app.auth import requires
from app.extensions import db
from app.follow_up import blueprint, desk
from app.follow_up.desk import Desk, Facts, Page, RowForm, Share
from app.follow_up.here import PERMISSION
from app.follow_up.sources import Amount
from app.manage.forms import Number, Pick, Text, Words, most
from app.manage.steps import LARGEST_ID
from surveys.follow_up import basis, evaluations, kinds, money, savings
from surveys.follow_up.basis import Claim, ClaimDetails, Item, ItemDetails
from surveys.follow_up.money import StudyMoney
from surveys.follow_up.savings import SavingDetails, SavingInfo


class ItemForm(RowForm):
    """An item of the basis of a study."""

    hints: ClassVar = {"year": "Van welk jaar is het bedrag? Laat leeg als het document dat niet zegt."}
    title = Text("Post", validators=[DataRequired("Vul de naam van de post in."), most(basis.TITLE_LENGTH)])
    amount = Amount("Bedrag", validators=[InputRequired("Vul een bedrag in zoals € 16,9 miljoen.")])
    year = Number("Jaar (niet verplicht)", validators=[Optional()])

    def __init__(self, study: int, **values: Any) -> None:
        """`study`: the document that it is of. `values` fills in the form."""
        super().__init__(**values)
        self._study = study

    @property
    def details(self) -> ItemDetails:
        """What was filled in."""
        return ItemDetails(self._study, self.title.data, self.amount.data, self.year.data)


class ClaimForm(RowForm):
    """Which share of the basis the items are, according to the document."""

    hints: ClassVar = {"words": "Zoals het in het document staat: circa 75%."}
    share = Share("Aandeel in procenten", validators=[InputRequired("Vul een percentage in zoals 75.")])
    words = Text("In de woorden van het document (niet verplicht)", validators=[most(basis.WORDS_LENGTH)])

    def __init__(self, study: int, **values: Any) -> None:
        """`study`: the document that says so. `values` fills in the form."""
        super().__init__(**values)
        self._study = study

    @property
    def details(self) -> ClaimDetails:
        """What was filled in."""
        return ClaimDetails(self._study, self.share.data, self.words.data)


class SavingForm(RowForm):
    """A savings variant of a study."""

    hints: ClassVar = {
        "share": "Van de budgettaire grondslag. Meestal 20.",
        "amount": "Het bedrag dat het document noemt. Meetlat rekent na wat het percentage oplevert.",
        "explanation": "Wordt de variant niet ingevuld, leg dan uit waarom (comply or explain).",
    }
    title = Text(
        "Waarop wordt bespaard?",
        validators=[DataRequired("Vul in waarop wordt bespaard."), most(savings.TITLE_LENGTH)],
    )
    share = Share("Besparing in procenten", validators=[InputRequired("Vul een percentage in zoals 20.")])
    amount = Amount("Bedrag volgens het document (niet verplicht)")
    consequence = Words(
        "Gevolg",
        validators=[DataRequired("Vul in welk gevolg de besparing heeft."), most(savings.TEXT_LENGTH)],
    )
    taken = Pick("Wordt de variant ingevuld?")
    explanation = Words("Uitleg", validators=[most(savings.TEXT_LENGTH)])

    def __init__(self, study: int, **values: Any) -> None:
        """`study`: the document that it is in. `values` fills in the form."""
        super().__init__(**values)
        self._study = study
        self.taken.choices = [("", "Nog niet besloten"), *kinds.TAKEN.items()]

    @property
    def details(self) -> SavingDetails:
        """What was filled in."""
        return SavingDetails(
            self._study,
            self.title.data,
            self.share.data,
            self.amount.data,
            self.consequence.data,
            self.taken.data or None,
            self.explanation.data,
        )


@blueprint.get("/geld")
@requires(PERMISSION)
def studies_money() -> str:
    """The financial basis and savings variants of all studies; what lacks an explanation first."""
    found = money.listed(db.session())
    desk.mark(*(each.origin.info.fictief for each in found))
    unexplained = [(study, each) for study in found for each in study.savings if each.unexplained]
    return render_template("follow_up/money.html", found=found, unexplained=unexplained)


@blueprint.get("/bronnen/<int:bron>/geld")
@requires(PERMISSION)
def study_money(bron: int) -> str:
    """The financial basis of one study with the arithmetic check, and its savings variants."""
    found = _found(bron)
    return render_template(
        "follow_up/study_money.html", found=found, planned=evaluations.of_study(db.session(), bron)
    )


@blueprint.route("/bronnen/<int:bron>/posten/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def new_basis_item(bron: int) -> Page:
    """Add an item of the basis."""
    return _items(_found(bron)).add()


@blueprint.route("/bronnen/<int:bron>/posten/<int:post>/wijzigen", methods=["GET", "POST"])
@requires(PERMISSION)
def change_basis_item(bron: int, post: int) -> Page:
    """Change an item of the basis."""
    return _items(_found(bron)).change(post)


@blueprint.route("/bronnen/<int:bron>/posten/<int:post>/verwijderen", methods=["GET", "POST"])
@requires(PERMISSION)
def remove_basis_item(bron: int, post: int) -> Page:
    """Take an item out of the basis."""
    return _items(_found(bron)).remove(post)


@blueprint.route("/bronnen/<int:bron>/aandeel/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def new_basis_claim(bron: int) -> Page:
    """Record which share the document names."""
    return _claims(_found(bron)).add()


@blueprint.route("/bronnen/<int:bron>/aandeel/<int:opgave>/wijzigen", methods=["GET", "POST"])
@requires(PERMISSION)
def change_basis_claim(bron: int, opgave: int) -> Page:
    """Change which share the document names."""
    return _claims(_found(bron)).change(opgave)


@blueprint.route("/bronnen/<int:bron>/aandeel/<int:opgave>/verwijderen", methods=["GET", "POST"])
@requires(PERMISSION)
def remove_basis_claim(bron: int, opgave: int) -> Page:
    """Take it back: the document names no share."""
    return _claims(_found(bron)).remove(opgave)


@blueprint.route("/bronnen/<int:bron>/besparingen/nieuw", methods=["GET", "POST"])
@requires(PERMISSION)
def new_saving(bron: int) -> Page:
    """Add a savings variant."""
    return _savings(_found(bron)).add()


@blueprint.route("/bronnen/<int:bron>/besparingen/<int:besparing>/wijzigen", methods=["GET", "POST"])
@requires(PERMISSION)
def change_saving(bron: int, besparing: int) -> Page:
    """Change a savings variant, or say what became of it."""
    return _savings(_found(bron)).change(besparing)


@blueprint.route("/bronnen/<int:bron>/besparingen/<int:besparing>/verwijderen", methods=["GET", "POST"])
@requires(PERMISSION)
def remove_saving(bron: int, besparing: int) -> Page:
    """Take a savings variant out of the list."""
    return _savings(_found(bron)).remove(besparing)


def _items(study: StudyMoney) -> Desk:
    number = study.origin.info.id

    def form(found: Item | None) -> ItemForm:
        return ItemForm(number, data=desk.begun(_item_values(found) if found else {}))

    return Desk(
        basis.ITEMS,
        lambda each: next((item for item in _found(number).check.items if item.id == each), None),
        form,
        _item_facts,
        "post",
        _trail(study),
        url_for("follow_up.new_basis_item", bron=number),
    )


def _claims(study: StudyMoney) -> Desk:
    number = study.origin.info.id

    def find(each: int) -> Claim | None:
        claim = _found(number).check.claim
        return claim if claim and claim.id == each else None

    def form(found: Claim | None) -> ClaimForm:
        return ClaimForm(number, data=desk.begun(_claim_values(found) if found else {}))

    return Desk(
        basis.CLAIMS,
        find,
        form,
        lambda claim: (
            ("Aandeel", claim.share_shown),
            ("In de woorden van het document", claim.details.words or "–"),
        ),
        "opgave van het aandeel",
        _trail(study),
        url_for("follow_up.new_basis_claim", bron=number),
    )


def _savings(study: StudyMoney) -> Desk:
    number = study.origin.info.id

    def form(found: SavingInfo | None) -> SavingForm:
        return SavingForm(number, data=desk.begun(_saving_values(found)))

    return Desk(
        savings.SAVINGS,
        lambda each: next((saving for saving in _found(number).savings if saving.id == each), None),
        form,
        _saving_facts,
        "besparingsvariant",
        _trail(study),
        url_for("follow_up.new_saving", bron=number),
    )


def _trail(study: StudyMoney) -> tuple[tuple[str, str], ...]:
    info = study.origin.info
    return (
        ("Geld", url_for("follow_up.studies_money")),
        (info.title, url_for("follow_up.study_money", bron=info.id)),
    )


def _item_values(found: Item) -> dict[str, Any]:
    return {
        "title": found.title,
        "amount": found.amount,
        "year": found.details.year,
        "versie": str(found.version),
    }


def _item_facts(found: Item) -> Facts:
    return (
        ("Post", found.title),
        ("Bedrag", found.shown),
        ("Jaar", str(found.details.year or "Niet bekend")),
    )


def _claim_values(found: Claim) -> dict[str, Any]:
    return {"share": found.share, "words": found.details.words, "versie": str(found.version)}


def _saving_values(found: SavingInfo | None) -> dict[str, Any]:
    if found is None:
        return {"share": savings.USUAL}
    details = found.details
    return {
        "title": details.title,
        "share": found.share,
        "amount": details.amount,
        "consequence": details.consequence,
        "taken": details.taken or "",
        "explanation": details.explanation,
        "versie": str(found.version),
    }


def _saving_facts(found: SavingInfo) -> Facts:
    return (
        ("Waarop wordt bespaard", found.title),
        ("Besparing", found.share_shown),
        ("Bedrag volgens het document", found.stated_shown or "Niet genoemd"),
        ("Gevolg", found.details.consequence),
        ("Ingevuld", found.taken_label),
        ("Uitleg", found.details.explanation or "–"),
    )


def _found(number: int) -> StudyMoney:
    found = (money.find(db.session(), number) if number <= LARGEST_ID else None) or abort(404)
    desk.mark(found.origin.info.fictief)
    return found
