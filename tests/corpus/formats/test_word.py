"""Word: numbers as Word shows them, and the parts beside the body."""

import pytest

from tests.support.office_files import cell, numbered, paragraph, run, said, table, word


def level(at: int, form: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*levels: str, more: str = "") -> dict[str, str]:
    return {
        "numbering": f'<w:abstractNum w:abstractNumId="5">{"".join(levels)}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>{more}'
    }


def markers(body: str, parts: dict[str, str]) -> list[str | None]:
    return [block.marker for block in word(body, parts).blocks]


def test_clauses_of_several_levels_count_within_the_one_above() -> None:
    levels = numbering(
        level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"), level(2, "lowerLetter", "(%3)")
    )
    depths = [0, 1, 1, 2, 2, 0, 1, 2]
    content = word("".join(numbered(f"Clause {d}", level=d) for d in depths), levels)
    assert [block.marker for block in content.blocks] == [
        "1.", "1.1", "1.2", "(a)", "(b)", "2.", "2.1", "(a)",
    ]  # fmt: skip
    assert content.text.startswith("1. Clause 0\n\n1.1 Clause 1\n\n")
    assert [block.level for block in content.blocks] == [depth + 1 for depth in depths]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("upperRoman", ["I", "II", "III", "IV"]),
        ("lowerRoman", ["i", "ii", "iii", "iv"]),
        ("upperLetter", ["A", "B", "C", "D"]),
        ("decimalZero", ["01", "02", "03", "04"]),
        ("ordinal", ["1st", "2nd", "3rd", "4th"]),
        ("cardinalText", ["One", "Two", "Three", "Four"]),
        ("ordinalText", ["First", "Second", "Third", "Fourth"]),
    ],
)
def test_forms_of_numbers(form: str, expected: list[str]) -> None:
    body = "".join(numbered(f"Duty {n}") for n in range(4))
    assert markers(body, numbering(level(0, form, "Article %1"))) == [
        f"Article {number}" for number in expected
    ]


def test_a_list_begins_anew_where_it_says_and_goes_on_where_not() -> None:
    again = (
        '<w:num w:numId="2"><w:abstractNumId w:val="5"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>'
    )
    body = numbered("One") + paragraph("Between.") + numbered("Two") + numbered("Anew", 2)
    body += numbered("After", 2)
    assert markers(body, numbering(level(0, "decimal", "%1)"), more=again)) == [
        "1)", None, "2)", "7)", "8)",
    ]  # fmt: skip


def test_a_level_that_never_restarts_and_legal_numbers() -> None:
    levels = numbering(
        level(0, "upperRoman", "%1."),
        level(1, "decimal", "§ %2", '<w:lvlRestart w:val="0"/>'),
        level(2, "decimal", "%1.%3", "<w:isLgl/>"),
    )
    body = "".join(numbered("Text", level=d) for d in (0, 1, 1, 0, 1, 2))
    assert markers(body, levels) == ["I.", "§ 1", "§ 2", "II.", "§ 3", "2.1"]


def test_headings_are_numbered_by_their_style() -> None:
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="H{n}"><w:name w:val="heading {n}"/><w:pPr>'
        f'<w:numPr><w:ilvl w:val="{n - 1}"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        for n in (1, 2)
    )
    parts = numbering(level(0, "decimal", "%1"), level(1, "decimal", "%1.%2")) | {"styles": styles}
    body = "".join(
        paragraph(text, f'<w:pStyle w:val="H{n}"/>')
        for n, text in ((1, "Berths"), (2, "Depth"), (2, "Length"), (1, "Cranes"), (2, "Loads"))
    )
    content = word(body, parts)
    assert [(b.kind, b.level, b.marker) for b in content.blocks] == [
        ("heading", 1, "1"), ("heading", 2, "1.1"), ("heading", 2, "1.2"), ("heading", 1, "2"),
        ("heading", 2, "2.1"),
    ]  # fmt: skip


def test_comments_notes_and_furniture_stand_apart() -> None:
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    content = word(
        paragraph(run("The quay is 300 m long.") + reference),
        {
            "footnotes": f'<w:footnote w:id="2">{paragraph("Measured at low tide.")}</w:footnote>',
            "comments": '<w:comment w:id="0" w:author="Bo Vik">'
            f"{paragraph('Check this.')}</w:comment>",
            "header1": paragraph("Harbour manual, draft"),
            "footer1": paragraph("Vik &amp; Sons"),
        },
    )
    assert said(content) == [
        ("paragraph", "The quay is 300 m long.¹"),
        ("note", "¹ Measured at low tide."),
        ("note", "Bo Vik: Check this."),
        ("furniture", "Harbour manual, draft"),
        ("furniture", "Vik & Sons"),
    ]


def test_text_boxes_are_read_once() -> None:
    box = f"<w:txbxContent>{paragraph('Helmets are worn on the pier.')}</w:txbxContent>"
    both = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/'
        f'2006"><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    )
    content = word(paragraph(f"<w:r>{both}</w:r>") + paragraph("After."))
    assert [text for _, text in said(content)] == ["Helmets are worn on the pier.", "After."]


def test_a_chart_is_a_table_with_its_title() -> None:
    def points(tag: str, *values: object) -> str:
        inner = "".join(
            f'<c:pt idx="{n}"><c:v>{value}</c:v></c:pt>' for n, value in enumerate(values)
        )
        return f"<c:{tag}><c:strRef><c:strCache>{inner}</c:strCache></c:strRef></c:{tag}>"

    chart = (
        "<c:chart><c:title><c:tx><c:rich><a:p><a:r><a:t>Catch (tonnes)</a:t></a:r></a:p></c:rich>"
        f"</c:tx></c:title><c:plotArea><c:barChart><c:ser>{points('tx', 'Cod')}"
        f"{points('cat', 'May', 'June')}{points('val', 40, 55.5)}</c:ser></c:barChart>"
        "</c:plotArea></c:chart>"
    )
    drawing = '<w:r><w:drawing><c:chart r:id="chart1"/></w:drawing></w:r>'
    content = word(paragraph(drawing), {"chart1": chart})
    assert said(content) == [
        ("caption", "Catch (tonnes)"), ("table", "Cod\nMay; Cod: 40\nJune; Cod: 55.5"),
    ]  # fmt: skip
    table_ = content.blocks[1].table
    assert table_ is not None
    assert (table_.caption, table_.unit) == ("Catch (tonnes)", "tonnes")


def test_tracked_changes_and_hidden_text_are_told() -> None:
    deleted = "<w:del><w:r><w:delText>Dogs may bathe.</w:delText></w:r></w:del>"
    inserted = f"<w:ins>{run(' Dogs are kept on a leash.')}</w:ins>"
    hidden = run("The code is 4711.", "<w:vanish/>")
    content = word(paragraph(run("The beach is open.") + deleted + inserted) + paragraph(hidden))
    assert said(content) == [("paragraph", "The beach is open. Dogs are kept on a leash.")]
    assert content.warnings == (
        "tracked insertions are read as if accepted", "1 tracked deletion is not read",
        "1 hidden text is not read",
    )  # fmt: skip


def test_struck_raised_and_lowered_text() -> None:
    strike, up = "<w:strike/>", '<w:vertAlign w:val="superscript"/>'
    down = '<w:vertAlign w:val="subscript"/>'
    line = run("The fee is ") + run("90", strike) + run(" 95 crowns for 10") + run("4", up)
    line += run(" litres of H") + run("2", down) + run("O.")
    content = word(paragraph(line))
    assert content.text.strip() == "The fee is ~~90~~ 95 crowns for 10⁴ litres of H₂O."


def test_cells_of_several_paragraphs_and_nested_tables() -> None:
    shifts = (("Shift", "Hours", "Crew"), ("Early", "6", "2"), ("Late", "9", "3"))
    inner = table(*("".join(map(cell, shift)) for shift in shifts))
    rows = [
        cell("Crew") + cell("Duty") + cell("Since"),
        cell("Ada Bly") + cell(paragraph("Mooring") + paragraph("Fuel")) + cell("2019"),
        cell("Ole Dam") + cell(inner + paragraph("Guard")) + cell("2021"),
        cell("Ina Ek") + cell("Radio") + cell("2022"),
    ]
    text = word(table(*rows)).text
    assert "Crew: Ada Bly; Duty: Mooring · Fuel; Since: 2019" in text
    assert "Crew: Ole Dam; Duty: Guard; Since: 2021" in text
    assert "Shift: Late; Hours: 9; Crew: 3" in text


def test_names_with_their_values_have_no_header() -> None:
    rows = [cell(name) + cell(value) for name, value in (
        ("Draught", "4.2 m"), ("Flag", "Norway"), ("Built", "in Bergen, by Sund"))]  # fmt: skip
    content = word(table(*rows))
    assert content.text.strip().split("\n") == [
        "Draught: 4.2 m", "Flag: Norway", "Built: in Bergen, by Sund",
    ]  # fmt: skip
    [block] = content.blocks
    assert block.table
    assert [c.header for c in block.table.cells] == [True, False] * 3


def test_a_header_of_two_rows_with_merged_cells() -> None:
    tall, goes_on = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    rows = [
        cell("Berth", tall) + cell("Spring", '<w:gridSpan w:val="2"/>') + cell("Autumn"),
        cell("", goes_on) + cell("Ships") + cell("Boats") + cell("Ships"),
        cell("North", tall) + cell("12") + cell("7") + cell("4"),
        cell("", goes_on) + cell("14") + cell("9") + cell("5"),
    ]
    assert word(table(*rows)).text.strip().split("\n")[2:] == [
        "Berth: North; Spring Ships: 12; Spring Boats: 7; Autumn Ships: 4",
        "Berth: North; Spring Ships: 14; Spring Boats: 9; Autumn Ships: 5",
    ]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Duties of the ferryman:", "heading"),
        ("Fares and passes", "heading"),
        ("** Bring a lamp. **", "paragraph"),
        ("No dogs aboard!", "paragraph"),
    ],
)
def test_a_bold_line_is_a_heading_unless_it_is_a_sentence(line: str, kind: str) -> None:
    content = word(paragraph(run(line, "<w:b/>")) + paragraph(run("The ferry sails at dawn.")))
    assert content.blocks[0].kind == kind
