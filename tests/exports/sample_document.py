"""A document with everything that a document can hold, for the tests of the formats."""

from __future__ import annotations

from exports.document import (
    Bar,
    Cell,
    Column,
    Document,
    Figure,
    Heatmap,
    Items,
    Key,
    Note,
    Panels,
    Paragraph,
    Reference,
    Section,
    StackedBars,
    Table,
    Text,
    Tile,
    TileMap,
    Years,
)

LEVELS = (
    Key("Voldoet", "top"),
    Key("Voldoet deels", "partly"),
    Key("Voldoet niet", "failing"),
    Key("Niet te beoordelen", "none"),
)
HOSTILE = (
    "<b>&amp;</b> #let x = 1; $x$ @ref *ster* _streep_ `code` \\ \"aanhaling\" 'enkel' {1.1-S01} =SOM(A1)"
)


def text(words: str) -> tuple[Text, ...]:
    """A line of plain words."""
    return (Text(words),)


def cells(*words: str) -> tuple[Cell, ...]:
    """A row of plain cells."""
    return tuple(Cell(each) for each in words)


def numbers(key: str, caption: str) -> Table:
    """A table with the numbers of a figure."""
    return Table(
        key,
        caption,
        (Column("Factor", 3), *(Column(each.label, 1, "right") for each in LEVELS)),
        (cells("1.1", "20", "3", "2", "0"), cells("1.2", "1", "11", "12", "1")),
    )


BARS = (
    Bar("2006", (2, 11, 12, 0), "1.1"),
    Bar("2009", (12, 9, 3, 1), "1.1"),
    Bar("2013", (20, 3, 2, 0), "1.1"),
)

FIGURES = (
    Figure(
        "niveaus",
        "Niveaus per factor en meting",
        "Gestapelde staven: bij 1.1 voldoen in 2006 twee regio's, in 2009 twaalf en in 2013 twintig.",
        StackedBars(LEVELS, (*BARS, Bar("2013", (1, 11, 12, 1), "1.2")), 25),
        numbers("niveaus-tabel", "De getallen bij de figuur"),
    ),
    Figure(
        "panelen",
        "Aantallen per factor",
        "Kleine grafieken naast elkaar, een per factor.",
        Panels(
            LEVELS,
            tuple((f"{theme}.1 Een factor met een tamelijk lange naam", BARS) for theme in range(1, 12)),
            25,
        ),
        numbers("panelen-tabel", "De getallen bij de panelen"),
    ),
    Figure(
        "warmte",
        "Landelijke niveaus",
        "Een rooster: per factor het landelijke niveau in elke meting.",
        Heatmap(
            LEVELS,
            ("2006", "2009", "2013"),
            (
                ("1.1", (Cell("VN", "failing"), Cell("VD", "partly"), Cell("V", "top"))),
                ("1.2", (None, Cell("NT", "none"), Cell("V", "top"))),
            ),
        ),
        numbers("warmte-tabel", "De niveaus in een tabel"),
    ),
    Figure(
        "kaart",
        "De brigades en hun veiligheidsregio's",
        "Een tegelkaart: elke regio in de kleur van haar brigade.",
        TileMap(
            (Key("11 Luchtmobiele Brigade"), Key("13 Lichte Brigade"), Key("43 Gemechaniseerde Brigade")),
            (Tile(1, 3, "01", 2), Tile(1, 4, "02", 2), Tile(2, 3, "03", 0), Tile(4, 1, "19", 1)),
        ),
        numbers("kaart-tabel", "De regio's in een tabel"),
    ),
    Figure(
        "aanvragen",
        "Aanvragen per jaar",
        "Lijnen per soort: van 23 in 2008 naar 162 in 2012. Onbekende jaren zijn open.",
        Years(
            (Key("Strafrechtelijke handhaving"), Key("Totaal")),
            (2008, 2009, 2010, 2011, 2012),
            ((10, None, None, None, 94), (23, None, None, None, 162)),
            "aanvragen",
        ),
        numbers("aanvragen-tabel", "Aanvragen in een tabel"),
        source="Bron: ministerie van Defensie",
    ),
)

SAMPLE = Document(
    title="Rapport Eindmeting 2013",
    subtitle="Civiel-militaire samenwerking in 25 veiligheidsregio's",
    subject="Landelijk rapport over elf kritische succesfactoren",
    publishers=("Inspectie Veiligheid en Justitie", "Audit Functie Defensie"),
    state="Concept, versie 3",
    dated="2013-06-30",
    fictief=True,
    sections=(
        Section(
            "voorwoord",
            "Voorwoord",
            (
                Paragraph(text("Een voorwoord met één noot."), "lead"),
                Paragraph((Text("Getekend"), Note("Een noot: ëén."), Text("."))),
            ),
            counting="none",
        ),
        Section(
            "inleiding",
            "Inleiding",
            (Paragraph(text("Waarom dit rapport er is.")),),
            (
                Section(
                    "vraag",
                    "Onderzoeksvragen",
                    (
                        Paragraph(text("De vragen zijn:")),
                        Items((text("Wat is de stand?"), text("Wat is er gedaan?")), numbered=True),
                        Items(
                            (
                                (
                                    Text("Een "),
                                    Text("nadruk", strong=True),
                                    Text(" en "),
                                    Text("schuin", emphasis=True),
                                ),
                                text(HOSTILE),
                            )
                        ),
                    ),
                ),
            ),
        ),
        Section(
            "bevindingen",
            "Bevindingen",
            (
                Paragraph(
                    (
                        Text("Zes van de 25 veiligheidsregio's", fact="1.1-S01"),
                        Text(" oefenen; zie "),
                        Reference("uitgangspunten", "tabel"),
                        Text(", "),
                        Reference("aanvragen", "figuur"),
                        Text(" en "),
                        Reference("vraag", "paragraaf"),
                        Text("."),
                        Note("Bron: het jaarverslag."),
                    )
                ),
                Table(
                    "uitgangspunten",
                    "Uitgangspunten voor het onderzoek",
                    (Column("Thema", 1), Column("Kritische succesfactor", 2), Column("Oordeel", 1)),
                    (
                        (
                            Cell("1 Wederzijdse bekendheid"),
                            Cell("1.1 Kennen en gekend worden"),
                            Cell("Voldoet", "top"),
                        ),
                        (Cell(HOSTILE), Cell("1.2 Bekendheid"), Cell("Voldoet niet", "failing")),
                    ),
                    source="Bron: het toetsingskader",
                ),
                *FIGURES,
                Paragraph(text("Hulpmiddel bij het oordeel: de inspecteurs oordelen zelf."), "aid"),
                Paragraph(text("Bron: ministerie van Defensie"), "source"),
            ),
            (
                Section(
                    "ksf",
                    "Kennen en gekend worden",
                    (),
                    (
                        Section(
                            "ksf-bevindingen",
                            "Bevindingen over contacten",
                            (Paragraph(text("Alles over contacten.")),),
                            (
                                Section(
                                    "ksf-onderwerp",
                                    "Contactpersonen",
                                    (Paragraph(text("Een onderwerp.")),),
                                    counting="none",
                                ),
                            ),
                            counting="none",
                        ),
                    ),
                ),
            ),
        ),
        Section(
            "afkortingen",
            "Afkortingen",
            (Paragraph(text("OVR: Officier Veiligheidsregio.")),),
            counting="appendix",
        ),
    ),
)
