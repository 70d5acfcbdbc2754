"""The financial basis of studies with its arithmetic check, savings variants, and audits as a source."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from surveys.errors import ChangedMeanwhile, NotAllowed, Refused
from surveys.follow_up import indicators, money, origins, points, savings
from surveys.follow_up.basis import CLAIMS, ITEMS, Check, ClaimDetails, ItemDetails, share_of, tenths
from surveys.follow_up.indicators import ReadingDetails
from surveys.follow_up.origins import OriginDetails, Study
from surveys.follow_up.savings import SAVINGS, SavingDetails
from tests.factories import World
from tests.follow_up.conftest import Login, MakePoint, acting
from tests.support.client import Client

AMOUNTS = (25_000_000, 16_900_000, 15_800_000, 8_700_000)
"""The items of the letter of 23 April 2026 (003 r. 65)."""
TOTAL = 80_790_000
amounts = st.integers(1, 10**12)


def study(session: Session, world: World, title: str = "Rapportage", amount: int | None = TOTAL) -> int:
    year = None if amount is None else 2025
    details = OriginDetails("evaluatie", title, study=Study(amount=amount, amount_year=year))
    return origins.add(session, details, by=acting(world)).id


def saving(number: int, **more: object) -> SavingDetails:
    whole = {"origin_id": number, "title": "Minder", "share": 200, "amount": None, "consequence": "Slecht"}
    return SavingDetails(**{**whole, **more})  # type: ignore[arg-type]


def checked(session: Session, number: int) -> Check:
    found = money.find(session, number)
    assert found is not None
    return found.check


def test_four_items_are_82_percent_while_the_letter_says_about_75(session: Session, world: World) -> None:
    number, by = study(session, world), acting(world)
    for place, amount in enumerate(AMOUNTS):
        ITEMS.add(session, ItemDetails(number, f"Post {place}", amount), by=by)
    CLAIMS.add(session, ClaimDetails(number, tenths("75 %"), "circa 75%"), by=by)

    found = checked(session, number)
    assert (found.sum, found.share, found.difference, found.fits) == (66_400_000, 82, 7, False)
    assert found.sentences == (
        "De 4 posten zijn samen € 66,4 miljoen.",
        "Dat is 82% van het totaal van € 80,79 miljoen (2025).",
        "Het document noemt circa 75%: de posten zijn 7 procentpunt meer.",
        "Van 4 posten is het jaar niet bekend: dat kan het verschil verklaren.",
    )
    assert [each.share_shown for each in found.items] == ["30,9%", "20,9%", "19,6%", "10,8%"]


def test_a_basis_that_fits_is_said_to_and_another_year_is_named(session: Session, world: World) -> None:
    number, by = study(session, world, amount=1000), acting(world)
    row = ITEMS.add(session, ItemDetails(number, "Post", 755, 2025), by=by)
    CLAIMS.add(session, ClaimDetails(number, 755), by=by)
    assert checked(session, number).fits
    assert checked(session, number).sentences[-1] == "Het document noemt 75,5%: dat klopt."
    ITEMS.change(session, row.id, ItemDetails(number, "Post", 1755, 2023), by=by, seen_version=1)
    found = checked(session, number)
    assert (found.share, found.difference, found.fits) == (Decimal("175.5"), 100, False)
    assert "Dat is meer dan het totaal." in found.sentences
    assert found.sentences[-1] == "‘Post’ is van 2023, het totaal is van 2025."
    with pytest.raises(ChangedMeanwhile):
        ITEMS.change(session, row.id, ItemDetails(number, "Post", 1), by=by, seen_version=1)
    ITEMS.remove(session, row.id, by=by, seen_version=2)
    assert checked(session, number).sentences == ()


@settings(max_examples=25)
@given(st.lists(amounts, min_size=1, max_size=8), amounts, st.integers(0, 1))
def test_shares_are_rounded_half_up_and_add_up_within_their_rounding(
    parts: list[int], whole: int, decimals: int
) -> None:
    step = Decimal(1).scaleb(-decimals)
    shares = [share_of(part, whole, decimals) for part in parts]
    for share, part in zip(shares, parts, strict=True):
        off = share * whole - 100 * part
        assert -step / 2 * whole < off <= step / 2 * whole, "half a digit goes up"
    assert abs(sum(shares) - share_of(sum(parts), whole, decimals)) <= step / 2 * (len(parts) + 1)


@settings(max_examples=25)
@given(amounts, st.integers(1, 1000))
def test_a_saving_is_a_share_of_the_basis_to_the_euro(whole: int, share: int) -> None:
    found = savings.computed(whole, share)
    assert -500 < found * 1000 - whole * share <= 500


@settings(max_examples=25)
@given(st.integers(0, 9999), st.sampled_from(["", "%", " %"]))
def test_a_percentage_is_read_as_it_is_written(share: int, after: str) -> None:
    assert tenths(f"{share // 10},{share % 10}{after}") == share
    assert tenths(f"{share}{after}") == share * 10


@pytest.mark.parametrize(
    ("typed", "share"),
    [("1.000", 10_000), ("1.000,5 %", 10_005), ("33.3", 333), ("10.00", 100), ("1000", 10_000)],
)
def test_a_point_before_three_digits_of_a_percentage_is_one_of_thousands(typed: str, share: int) -> None:
    assert tenths(typed) == share


def test_a_saving_that_is_not_taken_up_without_a_word_is_flagged_and_is_no_point(
    session: Session, world: World
) -> None:
    number, by = study(session, world), acting(world)
    row = SAVINGS.add(session, saving(number, amount=16_000_000), by=by)
    [found] = money.listed(session)
    [variant] = found.savings
    assert (variant.computed, variant.computed_shown) == (16_158_000, "€ 16,158 miljoen")
    assert variant.difference_words == "Het document noemt € 158.000 minder"
    assert (variant.taken_label, variant.unexplained) == ("Nog niet besloten", False)
    SAVINGS.change(session, row.id, saving(number, taken="nee"), by=by, seen_version=1)
    assert money.listed(session)[0].savings[0].unexplained
    SAVINGS.change(
        session, row.id, saving(number, taken="nee", explanation="Kan niet"), by=by, seen_version=2
    )
    assert not money.listed(session)[0].savings[0].unexplained
    assert points.listed(session) == []


def test_what_can_not_be_is_refused(session: Session, world: World) -> None:
    number, by = study(session, world), acting(world)
    CLAIMS.add(session, ClaimDetails(number, 755), by=by)
    for details, why in (
        (ItemDetails(number, " ", 1), "naam van de post"),
        (ItemDetails(number, "Post", None), "bedrag"),
        (ItemDetails(number, "Post", 1, 1), "jaar"),
        (ItemDetails(number + 1, "Post", 1), "intussen verwijderd"),
    ):
        with pytest.raises(Refused, match=why):
            ITEMS.add(session, details, by=by)
    with pytest.raises(Refused, match="al ingevuld"):
        CLAIMS.add(session, ClaimDetails(number, 700), by=by)
    for more, why in (
        ({"share": 0}, "percentage"),
        ({"consequence": ""}, "gevolg"),
        ({"taken": "x"}, "lijst"),
    ):
        with pytest.raises(Refused, match=why):
            SAVINGS.add(session, saving(number, **more), by=by)
    with pytest.raises(Refused, match="percentage"):
        tenths("7,55")
    with pytest.raises(NotAllowed):
        ITEMS.add(session, ItemDetails(number, "Post", 1), by=acting(world, "ovr.vr01"))


def test_pages_check_the_basis_of_a_study_and_list_what_lacks_an_explanation(
    client: Client, login: Login, session: Session, world: World
) -> None:
    number = study(session, world)
    session.commit()
    login("inspecteur")
    client.get(f"/opvolging/bronnen/{number}")
    client.click("Geld")
    client.click("Post toevoegen")
    assert client.submit({"title": "Agenda", "amount": "veel"}, status=422).has("Vul een bedrag in")
    assert client.page.one("#amount")["value"] == "veel"
    client.submit({"amount": "€ 66,4 miljoen"})
    client.click("Aandeel invullen")
    page = client.submit({"share": "75", "words": "circa 75%"})
    assert page.has("Rekencontrole: er is een verschil")
    assert page.has("Dat is 82% van het totaal van € 80,79 miljoen (2025).")
    client.click("Besparingsvariant toevoegen")
    assert client.page.one("#share")["value"] == "20"
    page = client.submit({"title": "Minder budget", "consequence": "Minder veilig", "taken": "nee"})
    assert page.has("geen aanbeveling")
    assert page.has("€ 16,158 miljoen (berekend)")
    assert page.has("de uitleg ontbreekt")

    client.get("/opvolging/geld")
    assert client.page.has("Niet ingevuld, zonder uitleg")
    client.click("Minder budget")
    [variant] = money.listed(session)[0].savings
    SAVINGS.change(session, variant.id, saving(number, title="Anders"), by=acting(world), seen_version=1)
    session.commit()
    page = client.submit({"explanation": "Niet haalbaar"}, status=409)
    assert page.has("Anders")
    assert page.has("Niet haalbaar")
    assert not client.submit().has("de uitleg ontbreekt")
    form = client.get(f"/opvolging/bronnen/{number}/besparingen/{variant.id}/wijzigen").form(
        "Besparingsvariant bewaren"
    )
    sent = form.filled({"title": "Te laat"}, "Besparingsvariant bewaren")
    client.get(f"/opvolging/bronnen/{number}/besparingen/{variant.id}/verwijderen")
    assert client.submit().has("De besparingsvariant is verwijderd.")
    page = client.post(f"/opvolging/bronnen/{number}/besparingen/{variant.id}/wijzigen", sent, status=409)
    assert page.has("Een collega heeft deze besparingsvariant intussen verwijderd.")
    assert client.submit().has("Te laat")


def test_the_list_takes_as_many_queries_however_many_studies_there_are(
    session: Session, world: World
) -> None:
    by = acting(world)
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: asked.append(given[2]))

    def count(studies: int) -> int:
        for place in range(studies):
            number = study(session, world, f"Studie {place}")
            ITEMS.add(session, ItemDetails(number, "Post", 1), by=by)
            SAVINGS.add(session, saving(number), by=by)
        session.flush()
        session.expire_all()
        asked.clear()
        money.listed(session)
        return len(asked)

    assert count(1) == count(4)


def test_an_audit_is_a_source_of_points_and_of_figures_and_files_name_it(
    client: Client, login: Login, session: Session, world: World, make_point: MakePoint
) -> None:
    details = OriginDetails("audit", "Evaluatie van het plan", "Auditdienst Rijk")
    audit = origins.add(session, details, by=acting(world)).id
    point = make_point("Oefen samen", origin_id=audit).id
    login("inspecteur")
    assert client.get(f"/opvolging/bronnen/{audit}").has("Audit, zoals van de Auditdienst Rijk")
    client.get(f"/opvolging/punten/{point}/prioriteit")
    client.submit({"priority": "hoog", "reason": "Haast"})
    client.get(f"/opvolging/punten/{point}/capaciteit/nieuw")
    client.submit({"year": "2026", "part": "Staf", "people_needed": "1"})
    series = indicators.Details("outcome", "Meldingen", "reeks")
    indicator = indicators.add(session, point, series, by=acting(world)).id
    figure = ReadingDetails(date(2014, 3, 1), 4, "audit", "Rapport van de ADR, p. 3")
    indicators.read(session, point, indicator, figure, by=acting(world))
    session.commit()
    page = client.get(f"/opvolging/punten/{point}/indicatoren/{indicator}")
    assert page.has("Audit, zoals van de Auditdienst Rijk: Rapport van de ADR, p. 3")
    text = client.get("/opvolging/capaciteit/bestand?vorm=csv").data.decode("utf-8-sig")
    assert "Evaluatie van het plan" in text
    assert "Audit, zoals van de Auditdienst Rijk" in text
    register = client.get("/opvolging/bestand?vorm=csv").data.decode("utf-8-sig")
    assert "Evaluatie van het plan" in register
