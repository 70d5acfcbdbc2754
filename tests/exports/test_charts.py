"""What figures show, as pictures: nothing covers anything else, nothing is told by colour alone."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, pairwise

import pytest
from lxml import etree
from lxml.etree import _Element as Element
from PIL import Image

from exports import charts
from exports.charts.shapes import Bounds, Words
from exports.document import Bar, Cell, Drawing, Heatmap, Key, Panels, StackedBars, Tile, TileMap, Years
from exports.palette import INK, RANKS
from tests.exports.sample_document import BARS, FIGURES, HOSTILE, LEVELS

LONG = "Kennen en gekend worden in de veiligheidsregio"
FIVE = (Key("Voldoet", "top"), Key("Voldoet grotendeels", "between"), *LEVELS[1:])
SHORT = (Cell("VG", "between"), Cell("VD", "partly"), None, Cell("NTB", "none"), Cell("VN", "failing"))

DRAWINGS: dict[str, Drawing] = {
    **{figure.key: figure.drawing for figure in FIGURES},
    "many bars": StackedBars(
        LEVELS,
        tuple(Bar(bar.label, bar.counts, f"{place}.1 {LONG}") for place in range(1, 12) for bar in BARS),
        25,
    ),
    "too many bars": StackedBars(
        LEVELS, tuple(Bar(f"VR{place:02}", (3, 4, 5, 1)) for place in range(90)), 25
    ),
    "long labels": StackedBars((Key("Ja"), Key("Nee")), (Bar(f"{LONG}, {LONG}, {HOSTILE}", (3, 4)),), 25),
    "wide heatmap": Heatmap(
        FIVE,
        tuple(f"VR{place:02}" for place in range(1, 26)),
        tuple((f"{place}.1 {LONG}", SHORT * 5) for place in range(1, 12)),
    ),
    "levels on a map": TileMap(FIVE, tuple(Tile(1, place + 1, f"{place:02}", place) for place in range(5))),
    "years that are known": Years(
        (Key(LONG), Key("Openbare orde"), Key("Bijstand"), Key("Totaal"), Key("Nooit geteld")),
        tuple(range(2004, 2014)),
        (
            (10, 12, None, 14, 15, 17, 18, None, 20, 22),
            (8, 9, None, 15, 14, 18, 19, 22, 21, 23),
            (1, 2, None, None, None, 3, 4, 5, 5, 2.5),
            (23, 25, None, 40, 41, 42, 50, 60, 62, 70),
            (None,) * 10,
        ),
        "aanvragen",
    ),
    "no bars": StackedBars((), (), 0),
    "no panels": Panels((), (), 0),
    "no cells": Heatmap((), (), ()),
    "no tiles": TileMap((), ()),
    "no years": Years((), (), (), "verzoeken"),
    "nothing but zero": Years((Key("Totaal"),), (2013,), ((0,),), "verzoeken"),
}


@pytest.fixture(scope="module")
def drawn() -> dict[str, Element]:
    """Every drawing as a tree."""
    return {name: etree.fromstring(charts.svg(drawing)) for name, drawing in DRAWINGS.items()}


def texts(root: Element) -> list[str]:
    """The words in a picture, in order."""
    return [element.text or "" for element in named(root, "text")]


def named(root: Element, name: str) -> list[Element]:
    """The elements of a picture with this name."""
    return [element for element in root if etree.QName(element).localname == name]


def bounds(element: Element) -> Bounds:
    """What a text covers."""
    return Words(
        float(element.get("x", "")),
        float(element.get("y", "")),
        element.text or "",
        float(element.get("font-size", "")),
        anchor=element.get("text-anchor", "start"),
        bold=element.get("font-weight") == "bold",
        upright="rotate" in element.get("transform", ""),
    ).bounds


def grey(color: str) -> float:
    """How light a colour is without its colour, from 0 to 255."""
    parts = (int(color.lstrip("#")[place : place + 2], 16) for place in (0, 2, 4))
    return sum(share * part for share, part in zip((0.299, 0.587, 0.114), parts, strict=True))


@pytest.mark.parametrize("name", DRAWINGS)
def test_no_words_leave_the_sheet_or_cover_each_other(drawn: dict[str, Element], name: str) -> None:
    left, top, wide, high = map(float, drawn[name].get("viewBox", "").split())
    covered = [(element.text, bounds(element)) for element in named(drawn[name], "text")]

    for text, (start, above, end, below) in covered:
        assert left <= start <= end <= left + wide, text
        assert top <= above <= below <= top + high, text
    for (one, a), (other, b) in combinations(covered, 2):
        assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1], (one, other)


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_picture_fits_a_page_and_is_printed_at_its_size(drawn: dict[str, Element], name: str) -> None:
    wide, high = charts.size(DRAWINGS[name])

    assert 0 < wide <= 160
    assert 0 < high <= 220 + 1e-9
    assert float(drawn[name].get("width", "").removesuffix("mm")) == pytest.approx(wide, abs=0.001)
    assert float(drawn[name].get("height", "").removesuffix("mm")) == pytest.approx(high, abs=0.001)


def test_more_bars_make_a_picture_higher_until_the_page_is_full() -> None:
    few, many, most = (charts.size(DRAWINGS[name]) for name in ("niveaus", "many bars", "too many bars"))

    assert few[1] < many[1] < most[1] == pytest.approx(220)
    assert few[0] == many[0] == 160 > most[0]


def test_svg_is_the_same_every_time_and_holds_nothing_but_shapes_and_text(drawn: dict[str, Element]) -> None:
    for name, drawing in DRAWINGS.items():
        assert charts.svg(drawing) == charts.svg(drawing)
        names = {etree.QName(element).localname for element in drawn[name].iter()}
        assert names <= {"svg", "text", "rect", "path", "circle"}
        attributes = {key for element in drawn[name].iter() for key in element.attrib}
        assert not attributes & {"id", "style", "class", "href"}


def test_what_people_wrote_stays_text(drawn: dict[str, Element]) -> None:
    assert "".join(HOSTILE.split()) in "".join("".join(texts(drawn["long labels"])).split())


def test_png_has_the_size_and_dots_that_were_asked_and_tells_nothing_else() -> None:
    drawing = DRAWINGS["warmte"]
    made = charts.png(drawing, dpi=100)

    assert made == charts.png(drawing, dpi=100)
    image = Image.open(io.BytesIO(made))
    assert image.size == pytest.approx([length / 25.4 * 100 for length in charts.size(drawing)], abs=1)
    assert image.info.keys() == {"dpi"}
    assert image.info["dpi"] == pytest.approx((100, 100), abs=0.1)
    # what stands in the cells: dark, brown, light and white
    shades = {color for _, color in image.convert("RGB").getcolors(100_000)}
    assert {tuple(bytes.fromhex(RANKS[rank].fill)) for rank in ("top", "partly", "failing")} <= shades


def test_png_shows_every_kind_of_drawing_and_characters_that_the_font_lacks() -> None:
    strange = StackedBars((Key("😀 日本 $x$ $"),), (Bar("\x07\ud800 $\\frac$", (1,)),), 1)

    for drawing in (strange, DRAWINGS["years that are known"], DRAWINGS["kaart"], DRAWINGS["no bars"]):
        colors = Image.open(io.BytesIO(charts.png(drawing, dpi=40))).convert("L").getextrema()
        assert colors[1] == 255
        assert colors[0] < 128 or drawing is DRAWINGS["no bars"]
    assert "😀 日本 $x$ $" in charts.svg(strange)


def test_pictures_are_made_side_by_side() -> None:
    drawings = [DRAWINGS[name] for name in ("warmte", "kaart", "aanvragen")] * 2
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda drawing: charts.png(drawing, 50), drawings))

    assert made[:3] == made[3:] == [charts.png(drawing, 50) for drawing in drawings[:3]]


def test_bars_have_their_group_label_and_the_counts_that_fit(drawn: dict[str, Element]) -> None:
    found = texts(drawn["niveaus"])

    assert found[:5] == ["1.1", "2006", "2", "11", "12"]
    assert found.count("1.1") == found.count("1.2") == 1
    narrow = StackedBars(LEVELS[:2], (Bar("Alles", (999, 1)),), 1000)
    assert "999" in charts.svg(narrow)
    assert ">1<" not in charts.svg(narrow)


def test_every_panel_has_its_title_and_bars_on_the_same_scale(drawn: dict[str, Element]) -> None:
    found = texts(drawn["panelen"])

    assert [sum(text.startswith(f"{theme}.1 ") for text in found) for theme in range(1, 12)] == [1] * 11
    assert found.count("2013") == 11
    light = [element for element in named(drawn["panelen"], "rect") if element.get("fill") == "#B9DDF4"]
    widths = [round(float(element.get("width", "")), 2) for element in light[:3]]
    assert [width / widths[0] for width in widths] == pytest.approx([1, 6, 10], rel=0.01)


def test_levels_differ_in_grey_and_by_symbol() -> None:
    filled = [grey(RANKS[rank].fill) for rank in ("top", "between", "partly", "failing")]

    assert all(light - dark > 40 for light, dark in pairwise(filled))
    symbols = set()
    for key in FIVE:
        root = etree.fromstring(charts.svg(Heatmap((), ("2013",), (("1.1", (Cell("X", key.rank),)),))))
        drawn = [element for element in root if etree.QName(element).localname in {"circle", "path"}]
        symbols.add(
            tuple((element.tag, element.get("fill") == "none", element.get("d")) for element in drawn)
        )
    assert len(symbols) == len(FIVE)


def test_a_cell_has_its_letters_and_one_without_a_level_stays_empty(drawn: dict[str, Element]) -> None:
    found = texts(drawn["warmte"])

    assert found[:3] == ["2006", "2009", "2013"]
    assert found[3:9] == ["1.1", "VN", "VD", "V", "1.2", "NT"]
    empty = [element for element in named(drawn["warmte"], "rect") if element.get("stroke") == "#AAB4BE"]
    assert [element.get("fill") for element in empty] == ["none"]


def test_a_tile_has_the_letter_of_its_key_and_the_key_tells_it(drawn: dict[str, Element]) -> None:
    found = texts(drawn["kaart"])

    assert list(pairwise(found))[:8:2] == [("01", "C"), ("02", "C"), ("03", "A"), ("19", "B")]
    assert found[8:] == [
        "A",
        "11 Luchtmobiele Brigade",
        "B",
        "13 Lichte Brigade",
        "C",
        "43 Gemechaniseerde Brigade",
    ]


def test_no_line_runs_over_a_year_that_is_not_known(drawn: dict[str, Element]) -> None:
    def steps(root: Element) -> int:
        paths = [
            each
            for each in named(root, "path")
            if each.get("stroke") == f"#{INK}" and each.get("fill") == "none"
        ]
        samples = len(paths) // 2  # each line has one beside its name
        return sum((path.get("d") or "").count("M") for path in paths) - samples

    assert steps(drawn["aanvragen"]) == 0
    assert texts(drawn["aanvragen"]).count("onbekend") == 3
    assert {"10", "94", "162"} & set(texts(drawn["aanvragen"])) >= {"94", "162"}
    assert steps(drawn["years that are known"]) == 5 + 7 + 5 + 7
    words = " ".join(texts(drawn["years that are known"]))
    assert "(geen getal: 2011)" in words
    assert "Bijstand (geen getal: 2007, 2008)" in words
    assert "Nooit geteld (geen getal)" in words
    assert "2,5" in words
    gap = Years((Key("Totaal"),), (2006, 2009), ((1, 2),), "regio's")
    assert steps(etree.fromstring(charts.svg(gap))) == 0
