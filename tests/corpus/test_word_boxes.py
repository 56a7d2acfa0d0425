"""The words of a line: from those of its page, else by the width of letters."""

from corpus.blocks import Box
from corpus.formats.pdf.picture import PlacedWord
from corpus.word_boxes import word_boxes

TEXT = "Will the mill mow? Elf-owls hoot."
LINE = Box(0, len(TEXT), 1, 100, 200, 500, 212)


def said(boxes: list[Box]) -> list[str]:
    return [TEXT[box.start : box.end] for box in boxes]


def test_words_of_the_page_say_where_those_of_the_text_are() -> None:
    lefts = [100, 150, 190, 240, 300, 320, 400]
    pieces = ["Will", "the", "mill", "mow?", "Elf-\xad", "owls", "hoot."]
    words = [PlacedWord(t, x, 201, x + 9 * len(t), 211) for t, x in zip(pieces, lefts, strict=True)]
    elsewhere = PlacedWord("mill", 100, 400, 140, 410)
    found = list(word_boxes(TEXT, [LINE], [*reversed(words), elsewhere]))
    assert said(found) == TEXT.split()
    assert [box.left for box in found] == [100, 150, 190, 240, 300, 400]
    assert found[4].right == 320 + 9 * 4, "a word in two pieces is one"


def test_without_them_letters_have_their_usual_widths() -> None:
    for words in ([], [PlacedWord("Another", 110, 201, 180, 211)]):
        found = list(word_boxes(TEXT, [LINE], words))
        assert said(found) == TEXT.split()
        assert found[0].left == 100 and found[-1].right == 500
        assert all(a.right < b.left for a, b in zip(found, found[1:], strict=False))
        widths = {TEXT[b.start : b.end]: b.right - b.left for b in found}
        assert widths["mow?"] > 1.3 * widths["mill"]


def test_lines_that_run_up_the_page_stay_whole_where_no_words_are_known() -> None:
    turned = Box(0, len(TEXT), 1, 100, 200, 112, 600)
    assert list(word_boxes(TEXT, [turned], [])) == [turned]
    words = [
        PlacedWord(t, 101, 560 - 60 * n, 111, 600 - 60 * n) for n, t in enumerate(TEXT.split())
    ]
    found = list(word_boxes(TEXT, [turned], words))
    assert said(found) == TEXT.split() and found[0].top > found[1].top
