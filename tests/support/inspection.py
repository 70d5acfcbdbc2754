"""What is wrong with a page: everything that any test's page is inspected for.

Each rule is a function that yields faults, in words that say where and what. What only a browser can judge
(contrast, focus, what is visible) is axe's, in tests/browser.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import markupever
from lxml import etree
from lxml.etree import _Element as Element

Rule = Callable[[Element], Iterator[str]]

PHRASING_ONLY = frozenset("p h1 h2 h3 h4 h5 h6 span label button strong em abbr summary".split())
BLOCKS = frozenset(
    "address article aside blockquote dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr li"
    " main nav ol p pre section table ul".split()
)
REFERENCES = (
    "aria-describedby",
    "aria-labelledby",
    "aria-controls",
    "aria-owns",
    "aria-errormessage",
    "popovertarget",
)
LEFTOVERS = re.compile(r"\{\{|\}\}|\{%|%\}|\bTraceback\b|\bUndefined\b|<[A-Za-z_.]+ object at 0x")
SIGNS = ("{{", "}}", "{%", "%}", "Traceback", "Undefined", " object at 0x")
"""One of these stands in whatever LEFTOVERS finds, and is found sooner."""


def _path(text: str) -> Callable[..., Any]:
    """A search in a page, read once: thousands of pages are searched for the same things."""
    return etree.XPath(text, smart_strings=False)


_NAMELESS = _path(
    "(//button | //a[@href] | //input[@type='submit'])[not(normalize-space()) or .//*[@popover]]"
)
"""Buttons and links without a text, or with one that is partly closed: they may have a name all the same."""
_CONTROLS = _path("//input[not(@type='hidden' or @type='submit' or @type='button')] | //select | //textarea")
_LABELS_OF = _path("//label[@for=$i]")
_LABELS = _path("//label[@for]")
_WITH_ID = _path("//*[@id=$i]")
_IDS = _path("//@id")
_ALTERNATIVES = _path(".//img/@alt")
_SHOWN = _path(".//text()[not(ancestor::*[@popover])]")
_TITLES = _path("/html/head/title")
_RADIOS = _path("//input[@type='radio']")
_INLINE = _path("//style | //script[not(@src) or @src='']")
_SOURCES = _path("//script/@src | //img/@src | //link[@rel='stylesheet' or @rel='icon']/@href")
_REFERENCES = _path("|".join(f"//@{key}" for key in REFERENCES))
_JUMPS = _path("//a/@href[starts-with(., '#')]")
_INVALID = _path("//@aria-invalid[. = 'true']/..")
_ACTIVE_IN_ACTIVE = _path(
    "(//a[@href] | //button)[.//a[@href] or .//button or .//select or .//textarea or .//details"
    " or .//input[not(@type='hidden')]]"
)
_ACTIVE = _path(
    ".//a[@href] | .//button | .//select | .//textarea | .//input[not(@type='hidden')] | .//details"
)
_BUTTONS_IN_NAMES = _path("//label//button | //legend//button | //summary//button")
_FORMS_IN_FORMS = _path("//form//form")
_ITEMS = _path("//ul/* | //ol/*")
_NO_CAPTION = _path("//table[not(caption[normalize-space()])]")
_NO_ALTERNATIVE = _path("//img[not(@alt)]")
_SENDING = _path("//form[translate(@method, 'POST', 'post')='post']")
_TOKENS = _path(".//input[@name='csrf_token' and @type='hidden' and string-length(@value) > 0]")


def parse(text: str) -> tuple[Element, list[str]]:
    """A page as a tree, and the faults that a strict reader finds in its HTML.

    The reader is that of a browser engine (html5ever); the tree is lxml's, which is the same for a page
    without faults.
    """
    reader = markupever.Parser(markupever.HtmlOptions(exact_errors=True))
    reader.process(text.encode())
    reader.finish()
    whole = text.encode() or b"<html></html>"
    root = etree.fromstring(whole, parser=etree.HTMLParser(encoding="utf-8"))
    return root, list(reader.errors())


def parse_fragment(text: str) -> tuple[Element, list[str]]:
    """A part of a page as a tree (inside a `main`), and its faults."""
    root, faults = parse(f'<!doctype html><html lang="nl"><title>-</title><main>{text}</main>')
    return root.find(".//main"), faults


def faults(root: Element, *, csrf: bool = True) -> list[str]:
    """What is wrong with a whole page besides its HTML. `csrf`: whether forms must carry a token."""
    found: list[str] = []
    for rule in (*PAGE_RULES, *EVERYWHERE):
        found += rule(root)
    if csrf:
        found += without_token(root)
    return found


def fragment_faults(text: str) -> list[str]:
    """Everything that is wrong with a part of a page, as htmx gets it."""
    root, found = parse_fragment(text)
    for rule in EVERYWHERE:
        found += rule(root)
    return found


def words(element: Element) -> str:
    """The text in an element, as one line. Without what is closed in it: that opens above the page."""
    text = "".join(element.itertext())
    if element.find(".//*[@popover]") is not None:
        text = "".join(_SHOWN(element))
    return " ".join(text.split())


def name_of(element: Element, root: Element) -> str:
    """The accessible name of an element, near enough: label, aria, text, alternative text."""
    return " ".join(part for part in _names(element, root) if part.strip())


def _names(element: Element, root: Element) -> Iterator[str]:
    """What an element may be called by; what is found without a search comes first."""
    yield element.get("aria-label", "")
    if element.tag not in {"select", "textarea", "input"}:
        yield words(element)
    if element.tag == "input" and element.get("type") in {"submit", "button"}:
        yield element.get("value", "")
    for found in element.iterancestors("label"):
        yield words(found)
    if element.get("id"):
        for found in _LABELS_OF(root, i=element.get("id")):
            yield words(found)
    for identifier in element.get("aria-labelledby", "").split():
        for found in _WITH_ID(root, i=identifier):
            yield words(found)
    yield from _ALTERNATIVES(element)


def show(element: Element) -> str:
    """An element in a few words: its tag with what tells it from others."""
    keys = ("id", "name", "type", "href", "class")
    attributes = "".join(f' {key}="{element.get(key)}"' for key in keys if element.get(key))
    return f"<{element.tag}{attributes}>"


def language(root: Element) -> Iterator[str]:
    """The page says that it is Dutch."""
    if root.get("lang") != "nl":
        yield 'html has no lang="nl"'


def title(root: Element) -> Iterator[str]:
    """The page has a title, which says more than the name of the site."""
    found = [words(element) for element in _TITLES(root)]
    if len(found) != 1 or not found[0].removesuffix("Meetlat").strip(" –-"):
        yield f"there must be one title that says what this page is: {found}"


def headings(root: Element) -> Iterator[str]:
    """There is one h1, and no level is skipped on the way down."""
    found = list(root.iter("h1", "h2", "h3", "h4", "h5", "h6"))
    levels = [int(element.tag[1]) for element in found]
    if levels.count(1) != 1:
        yield f"there must be one h1, and there are {levels.count(1)}"
    for element in found:
        if not words(element):
            yield f"{show(element)} is empty"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"an h{after} follows an h{before}: a level is skipped"


def landmarks(root: Element) -> Iterator[str]:
    """There is one main part, and navigations can be told apart."""
    if len(list(root.iter("main"))) != 1:
        yield "there must be one main element"
    if len(navigations := list(root.iter("nav"))) > 1:
        names = [name_of(element, root) if element.get("aria-label") else "" for element in navigations]
        if "" in names or len(set(names)) < len(names):
            yield f"several nav elements need an aria-label each: {names}"


def leftovers(root: Element) -> Iterator[str]:
    """No template code or trace of a mistake shows."""
    whole = etree.tostring(root, encoding="unicode")
    if not any(sign in whole for sign in SIGNS):
        return
    for element in root.iter():
        for text in (element.text, element.tail, *element.attrib.values()):
            if text and element.tag not in {"textarea", "pre", "code"} and (found := LEFTOVERS.search(text)):
                yield f"{show(element)} shows {found.group()!r}"


def unique_ids(root: Element) -> Iterator[str]:
    """An id stands once, is not empty and holds no blanks."""
    for identifier, times in Counter(_IDS(root)).items():
        if times > 1:
            yield f"id {identifier!r} stands {times} times"
        if not identifier or re.search(r"\s", identifier):
            yield f"id {identifier!r} is not an id"


def labels(root: Element) -> Iterator[str]:
    """Every field, button and link has a name."""
    labelled = {element.get("for") for element in _LABELS(root) if words(element)}
    for element in (*_CONTROLS(root), *_NAMELESS(root)):
        if element.get("id") not in labelled and not any(name.strip() for name in _names(element, root)):
            yield f"{show(element)} has no label or text"
    known = set(_IDS(root))
    for element in _LABELS(root):
        if element.get("for") not in known:
            yield f"label {words(element)!r} is for {element.get('for')!r}, which is not there"


def groups(root: Element) -> Iterator[str]:
    """Radio buttons stand in a group with a legend, and a legend opens its group."""
    for element in _RADIOS(root):
        group = next(element.iterancestors("fieldset"), None)
        named = any(item.get("role") in {"radiogroup", "group"} for item in element.iterancestors())
        if group is None and not named:
            yield f"{show(element)} stands in no fieldset"
    for element in root.iter("fieldset"):
        children = [child for child in element if isinstance(child.tag, str)]
        if not children or children[0].tag != "legend" or not words(children[0]):
            yield f"{show(element)} does not open with a legend"


def inline_code(root: Element) -> Iterator[str]:
    """No style or script stands in the page itself: the Content-Security-Policy refuses it."""
    for element in root.iter(etree.Element):
        for key, value in element.attrib.items():
            if (
                key == "style"
                or key.startswith(("on", "hx-on"))
                or value.strip().lower().startswith("javascript:")
            ):
                yield f"{show(element)} has {key}={value[:60]!r}"
    for element in _INLINE(root):
        yield f"{show(element)} holds inline code"


def own_sources(root: Element) -> Iterator[str]:
    """Style, script and images come from Meetlat itself."""
    for value in _SOURCES(root):
        if urlsplit(value).netloc:
            yield f"{value!r} comes from elsewhere"


def references(root: Element) -> Iterator[str]:
    """What refers to something on the page finds it."""
    known = set(_IDS(root))
    if all(known.issuperset(value.split()) for value in _REFERENCES(root)):
        return
    for element in root.iter(etree.Element):
        for key in REFERENCES:
            for identifier in element.get(key, "").split():
                if identifier not in known:
                    yield f"{show(element)} has {key}={identifier!r}, which is not there"


def jumps(root: Element) -> Iterator[str]:
    """A link within the page lands somewhere."""
    known = set(_IDS(root))
    for value in _JUMPS(root):
        if value[1:] not in known:
            yield f"a link goes to {value!r}, which is not there"


def errors_told(root: Element) -> Iterator[str]:
    """A field that is wrong says why, and to those who hear it too."""
    for element in _INVALID(root):
        owner = [element, *element.iterancestors("fieldset")]
        if not any(item.get("aria-describedby") for item in owner):
            yield f"{show(element)} is invalid and describes no error (aria-describedby)"


def nesting(root: Element) -> Iterator[str]:
    """Nothing stands in what can't hold it: a block in a line, something to click in something to click."""
    for element in root.iter(*PHRASING_ONLY):
        for inner in element.iterdescendants(*BLOCKS) if len(element) else ():
            if not (element.tag == "summary" and re.fullmatch("h[1-6]", inner.tag)):
                yield f"{show(inner)} stands in {show(element)}"
    for element in _ACTIVE_IN_ACTIVE(root):
        for inner in _ACTIVE(element):
            yield f"{show(inner)} stands in {show(element)}"
    for element in _BUTTONS_IN_NAMES(root):
        yield f"{show(element)} stands in a label, legend or summary, which is something to click or a name"
    for element in _FORMS_IN_FORMS(root):
        yield f"{show(element)} stands in another form"
    for element in _ITEMS(root):
        if element.tag not in {"li", "template", "script"}:
            yield f"{show(element)} stands in a list and is no li"


def tables(root: Element) -> Iterator[str]:
    """A table says what it is about, and its headers what they are headers of."""
    for element in _NO_CAPTION(root):
        yield f"{show(element)} has no caption"
    for element in root.iter("th"):
        if element.get("scope") not in {"col", "row", "colgroup", "rowgroup"}:
            yield f"{show(element)} {words(element)[:40]!r} has no scope"


def images(root: Element) -> Iterator[str]:
    """An image has an alternative text; a drawing has a name or is hidden from those who hear the page."""
    for element in _NO_ALTERNATIVE(root):
        yield f"{show(element)} has no alt"
    for element in root.iter("{*}svg"):  # drawings may stand in a namespace of their own
        hidden = any(item.get("aria-hidden") == "true" for item in [element, *element.iterancestors()])
        named = element.get("role") == "img" and (element.get("aria-label") or element.get("aria-labelledby"))
        if not hidden and not named and element.find("{*}title") is None:
            yield f"<svg> {element.get('class', '')!r} has no name and is not hidden"


def without_token(root: Element) -> Iterator[str]:
    """A form that changes something carries a token against forgery."""
    for element in _SENDING(root):
        if not _TOKENS(element):
            yield f"{show(element)} action={element.get('action')!r} has no csrf_token"


PAGE_RULES: tuple[Rule, ...] = (language, title, headings, landmarks, jumps, references)
EVERYWHERE: tuple[Rule, ...] = (
    leftovers,
    unique_ids,
    labels,
    groups,
    inline_code,
    own_sources,
    errors_told,
    nesting,
    tables,
    images,
)
