"""Slide shows: notes, hidden slides, charts, groups, tables with merged cells."""

import io
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from corpus.formats.content import Content
from corpus.formats.registry import read_content
from tests.support.office_files import said

PLACE = (Inches(1), Inches(2), Inches(6), Inches(3))


def read(show: object) -> Content:
    buffer = io.BytesIO()
    show.save(buffer)  # type: ignore[attr-defined]
    return read_content(buffer.getvalue(), "a.pptx")


def test_a_hidden_slide_is_left_out_and_named() -> None:
    show = Presentation()
    for text in ("Open daily", "Draft prices", "Closed in May"):
        show.slides.add_slide(show.slide_layouts[5]).shapes.title.text = text
    show.slides[1]._element.set("show", "0")
    content = read(show)
    assert said(content) == [("heading", "Open daily"), ("heading", "Closed in May")]
    assert content.warnings == ("slide 2 is hidden and left out",)
    assert content.pages is not None
    assert len(content.pages) == 3


def test_notes_belong_to_their_slide() -> None:
    show = Presentation()
    for number in (1, 2):
        slide = show.slides.add_slide(show.slide_layouts[5])
        slide.shapes.title.text = f"Slide {number}"
        slide.notes_slide.notes_text_frame.text = f"Say {number}.\nThen pause."
    content = read(show)
    assert said(content)[3:] == [
        ("heading", "Slide 2"), ("note", "Say 2."), ("note", "Then pause."),
    ]  # fmt: skip
    assert content.pages is not None
    assert content.pages[1][0] < content.text.index("Say 2.") < content.pages[1][1]


def test_a_chart_is_a_table_of_its_figures() -> None:
    show = Presentation()
    data: Any = CategoryChartData(number_format='0.0" kt"')  # type: ignore[no-untyped-call]
    data.categories = ["Cod", "Herring"]
    data.add_series("2022", (4.25, 7))
    data.add_series("2023", (3, 8.5))
    slide = show.slides.add_slide(show.slide_layouts[6])
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *PLACE, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Landings"
    assert said(read(show)) == [
        ("caption", "Landings"),
        ("table", "2022; 2023\nCod; 2022: 4.3 kt; 2023: 3.0 kt\nHerring; 2022: 7.0 kt; "
                  "2023: 8.5 kt"),
    ]  # fmt: skip


def test_groups_are_read_in_the_order_of_the_page() -> None:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    last = slide.shapes.add_textbox(Inches(1), Inches(5), Inches(4), Inches(1))
    last.text_frame.text = "Third"
    group = slide.shapes.add_group_shape()
    for text, top in (("Second", 2.5), ("First", 1)):
        box = group.shapes.add_textbox(Inches(1), Inches(top), Inches(4), Inches(1))
        box.text_frame.text = text
    assert [text for _, text in said(read(show))] == ["First", "Second", "Third"]


def test_a_merged_cell_stands_in_each_of_its_rows() -> None:
    rows = [["Guests", "Season", "Price"], ["Crew", "Summer", "80"], ["", "Winter", "60"],
            ["Families", "Summer", "120"]]  # fmt: skip
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    table = slide.shapes.add_table(4, 3, *PLACE).table
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    content = read(show)
    assert content.text.strip().split("\n") == [
        "Guests; Season; Price", "Guests: Crew; Season: Summer; Price: 80",
        "Guests: Crew; Season: Winter; Price: 60", "Guests: Families; Season: Summer; Price: 120",
    ]  # fmt: skip
    [block] = content.blocks
    assert block.table
    [crew] = [c for c in block.table.cells if content.text[c.start : c.end] == "Crew"]
    assert crew.row_span == 2


def test_pictures_are_counted_and_struck_text_is_marked() -> None:
    show = Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    frame = slide.shapes.add_textbox(*PLACE).text_frame
    struck = frame.paragraphs[0].add_run()
    struck.text = "Entry 5 euros"
    struck.font._element.set("strike", "sngStrike")
    frame.paragraphs[0].add_run().text = " Entry 6 euros"
    raised = frame.add_paragraph().add_run()
    raised.text = "2"
    raised.font._element.set("baseline", "30000")
    assert read(show).text.split("\n\n")[:2] == ["~~Entry 5 euros~~ Entry 6 euros", "²"]
