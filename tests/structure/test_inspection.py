"""The inspection of every page in a test: it lets a good page through, and finds each kind of fault."""

from __future__ import annotations

import pytest

from tests.support import inspection
from tests.support.page import Form

PAGE = """<!doctype html>
<html lang="nl">
  <head><title>Goede pagina – Meetlat</title><link rel="stylesheet" href="/static/x.css"></head>
  <body>
    <a href="#inhoud">Naar de inhoud</a>
    <main id="inhoud">
      <h1>Goede pagina</h1>
      {}
    </main>
  </body>
</html>
"""
FORM = """<form method="post" action="/x"><input type="hidden" name="csrf_token" value="t">
  <label for="a">Naam</label><input id="a" name="a" value="Anna">
  <fieldset><legend>Kies</legend>
    <label><input type="radio" name="k" value="ja" checked> Ja</label>
    <label><input type="radio" name="k" value="nee"> Nee</label>
  </fieldset>
  <label><input type="checkbox" name="m" value="1" checked> Een</label>
  <label><input type="checkbox" name="m" value="2" checked> Twee</label>
  <label for="s">Soort</label>
  <select id="s" name="s"><option value="">Kies</option><option value="x">X</option></select>
  <label for="t">Toelichting</label><textarea id="t" name="t">
regel</textarea>
  <button name="doe" value="op">Opslaan</button><button type="button">Niets</button>
</form>"""


def faults(text: str) -> list[str]:
    """Everything that is wrong with a page."""
    root, found = inspection.parse(text)
    return found + inspection.faults(root)


def test_a_good_page_has_no_faults() -> None:
    table = '<table><caption>Cijfers</caption><tr><th scope="col">A</th></tr><tr><td>1</td></tr></table>'
    assert faults(PAGE.format(FORM + table)) == []


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("<div></p></div>", "No <p> tag"),
        ("<p>Een <div>twee</div></p>", "No <p> tag"),
        ('<p id="inhoud">Dubbel</p>', "'inhoud' stands 2 times"),
        ("<h1>Nog een</h1>", "one h1"),
        ("<h3>Te diep</h3>", "skipped"),
        ('<input name="a">', "no label"),
        ('<label for="weg">Naam</label>', "which is not there"),
        ('<label><input type="radio" name="a" value="1"> Een</label>', "no fieldset"),
        ("<fieldset><p>Zonder</p></fieldset>", "legend"),
        ('<p style="color: red">Rood</p>', "style="),
        ('<p onclick="x()">Klik</p>', "onclick="),
        ("<script>x()</script>", "inline code"),
        ('<a href="javascript:x()">Klik</a>', "href="),
        ('<img src="https://elders.example/x.png" alt="">', "elsewhere"),
        ('<img src="/x.png">', "no alt"),
        ('<svg viewBox="0 0 1 1"></svg>', "no name and is not hidden"),
        ('<a href="/x"></a>', "no label or text"),
        ('<a href="/x"><button>Klik</button></a>', "stands in"),
        ('<label for="a">Naam <button type="button">?</button></label><input id="a">', "stands in a label"),
        ('<p><button type="button" popovertarget="weg">Woord</button></p>', "which is not there"),
        ("<span><div>Blok</div></span>", "stands in"),
        ("<ul><p>Geen li</p></ul>", "no li"),
        ("<table><tr><td>1</td></tr></table>", "no caption"),
        ("<table><caption>C</caption><tr><th>A</th></tr></table>", "no scope"),
        ('<form method="post" action="/x"><button>Ga</button></form>', "no csrf_token"),
        ('<p aria-describedby="weg">Tekst</p>', "which is not there"),
        ('<a href="#weg">Spring</a>', "which is not there"),
        ('<label>A <input name="a" aria-invalid="true"></label>', "describes no error"),
        ("<p>{{ naam }}</p>", "shows"),
    ],
)
def test_each_kind_of_fault_is_found(part: str, words: str) -> None:
    found = faults(PAGE.replace("{}", part))
    assert any(words in fault for fault in found), found


def test_a_page_without_language_title_or_main_is_refused() -> None:
    found = faults("<!doctype html><html><head><title>Meetlat</title></head><body><h1>X</h1></body></html>")
    assert {"lang", "title", "main"} <= {word for fault in found for word in fault.replace("=", " ").split()}


def test_a_form_sends_what_a_browser_would_send() -> None:
    root, _ = inspection.parse(PAGE.format(FORM))
    form = Form(root.find(".//form"), "/pagina")
    assert form.values == {
        "csrf_token": ["t"],
        "a": ["Anna"],
        "k": ["ja"],
        "m": ["1", "2"],
        "s": [""],
        "t": ["regel"],
    }
    assert form.filled({"k": "nee", "m": []}, "Opslaan") == {
        "csrf_token": ["t"],
        "a": ["Anna"],
        "k": ["nee"],
        "s": [""],
        "t": ["regel"],
        "doe": ["op"],
    }
    assert form.target("Opslaan") == "/x"


@pytest.mark.parametrize("values", [{"b": "1"}, {"k": "misschien"}, {"s": "y"}])
def test_a_form_takes_only_what_it_offers(values: dict[str, str]) -> None:
    root, _ = inspection.parse(PAGE.format(FORM))
    with pytest.raises(AssertionError, match=r"no field|does not offer"):
        Form(root.find(".//form"), "/pagina").filled(values)
