"""Reading folders and bytes of every kind."""

import codecs
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.document import Document
from corpus.encodings import decode, decode_any
from corpus.errors import CorpusError, PassingError
from corpus.folder import SHIPPED, list_documents, load_documents, read_sources
from tests.support.running import ROOT

TEXT = st.text().filter(lambda text: "\0" not in text and text.strip("\ufeff").strip())
LATIN = st.text(st.characters(min_codepoint=9, max_codepoint=255), min_size=1).filter(
    lambda text: text.strip()
)


@given(TEXT)
def test_utf8_and_marked_utf16_keep_every_character(text: str) -> None:
    if not text.startswith("\ufeff"):
        assert decode(text.encode()) == text
    assert decode(codecs.BOM_UTF8 + text.encode()) == text
    assert decode(codecs.BOM_UTF16_LE + text.encode("utf-16-le")) == text
    assert decode(codecs.BOM_UTF16_BE + text.encode("utf-16-be")) == text


@given(LATIN)
def test_unmarked_utf16_of_latin_letters(text: str) -> None:
    assert decode(text.encode("utf-16-le")) == text
    assert decode(text.encode("utf-16-be")) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize(
    "text",
    [
        "One line.\r\nAnother line.\r\n",
        "Экспорт вырос на 5 процентов.\r\nИмпорт упал.",
        "中国货物贸易进出口总值。\r\n第一，一个 开放的市场。\n",
        "η εξαγωγή",
        "mixed 中国 text ¥5.03\n",
    ],
)
def test_encodings_with_and_without_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "contains no text"),
        (b" \n\t\r\n ", "contains no text"),
        (codecs.BOM_UTF8, "contains no text"),
        (b"plain text\0with a few\0NULs in it", "NUL characters"),
        (b"even\0 length, two NULs in odd plac\0", "NUL characters"),
        (b"caf\xe9 au lait, in Latin-1", "not UTF-8 text (byte 3)"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xd8\xff\xe0", "UTF-8"),
        (codecs.BOM_UTF16_LE + b"a", "not UTF-16 text"),
        ("text".encode("utf-32"), "NUL characters"),
        (bytes(1000), "NUL characters"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(CorpusError) as refused:
        decode(data)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Le café est à 5 €.", "cp1252"),
        ("Экспорт вырос на 5 процентов. Импорт упал сильно.", "cp1251"),
        ("Экспорт вырос на 5 процентов. Импорт упал сильно.", "koi8-r"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy.", "cp1250"),
        ("中国货物贸易进出口总值。第一，一个开放的市场。", "gb18030"),
        ("日本の貿易は拡大した。輸出は増加した。", "shift_jis"),
        ("日本の貿易は拡大した。輸出は増加した。", "euc-jp"),
        ("한국의 무역은 증가했다. 수출이 늘었다.", "euc-kr"),
        ("η εξαγωγή αυξήθηκε κατά 5 τοις εκατό", "iso8859-7"),
    ],
)
def test_older_encodings_are_guessed_and_told(text: str, encoding: str) -> None:
    read, guess = decode_any(text.encode(encoding))
    assert read == text
    assert guess
    assert decode_any(text.encode(encoding), declared=encoding) == (text, None)
    assert decode_any(text.encode()) == (text, None)


def test_what_no_encoding_makes_a_text_is_refused() -> None:
    with pytest.raises(CorpusError, match="not UTF-8 text"):
        decode_any(bytes(range(1, 32)) * 9 + b"\xff\xfe\x81")
    assert decode_any("é".encode("latin-1"), declared="no-such-code")[0] == "é"


def test_half_characters_are_refused() -> None:
    with pytest.raises(CorpusError, match="half of a character"):
        Document("a", "A", "text \ud83d")


def test_shipped_corpus_is_byte_for_byte() -> None:
    shared = ROOT.parent / "shared" / "corpus"
    if not shared.is_dir():
        pytest.skip("shared/corpus is not beside the project")
    for path in shared.glob("*.txt"):
        assert (SHIPPED / path.name).read_bytes() == path.read_bytes()
    assert set(read_sources(SHIPPED)) == {path.stem for path in shared.glob("*.txt")}


def docs(folder: Path) -> list[str]:
    return [document.doc for document in load_documents(folder).documents]


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return folder


def test_documents_are_named_by_their_path(tmp_path: Path) -> None:
    write(tmp_path, b_txt="Two.", a__c_md="# One\n", _hidden_txt="No.", other_exe="No.")
    assert docs(tmp_path) == ["a/c", "b"]


def test_documents_that_share_a_stem_keep_their_endings(tmp_path: Path) -> None:
    write(tmp_path, a_txt="One.", a_md="Two.", a_txt_md="Three.", b_txt="Four.")
    assert docs(tmp_path) == ["a.md", "a.txt", "a.txt.md", "b"]


def test_crlf_stays(tmp_path: Path) -> None:
    write(tmp_path, a_txt="One.\r\nTwo.\r\n")
    assert load_documents(tmp_path).documents[0].text == "One.\r\nTwo.\r\n"


def test_titles(tmp_path: Path) -> None:
    write(
        tmp_path,
        a_txt="Report of 2023\n\nIt rose.",
        b_md="## Heading ##\n\nText.",
        long_name_txt="This is a sentence.\n",
        html_txt="<script>alert(1)</script>\n\nText.",
    )
    titles = {d.doc: d.title for d in load_documents(tmp_path).documents}
    assert titles["a"] == "Report of 2023"
    assert titles["b"].startswith("Heading")
    assert titles["long.name"] == "long.name"
    assert titles["html"] == "<script>alert(1)</script>"


def test_bad_files_among_good_ones_are_told_one_by_one(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", secret_txt="Secret.")
    folder = write(tmp_path / "in", good_txt="Good.", empty_txt="", spaces_md=" \n", nul_txt="a\0b")
    (folder / "latin.txt").write_bytes(b"\x01\xff")
    (folder / "folder.txt").mkdir()
    (folder / "gone.txt").symlink_to(folder / "nowhere.txt")
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    os.mkfifo(folder / "pipe.txt")
    Path(os.fsdecode(bytes(folder / "name") + b"\xff.txt")).write_text("Text.")
    corpus = load_documents(folder)
    assert [document.doc for document in corpus.documents] == ["good"]
    for name in ("empty", "spaces", "nul", "latin", "gone", "loop", "link", "pipe", "name"):
        lines = [line for line in corpus.problems if f"/{name}" in line]
        assert len(lines) == 1, (name, corpus.problems)
        assert "\n" not in lines[0]
    assert len(corpus.problems) == 9


def test_an_ignore_file_has_the_syntax_of_git(tmp_path: Path) -> None:
    write(tmp_path, a_txt="One.", b_txt="Two.", c__d_txt="No.", e__f_txt="No.", e__g_txt="Five.")
    (tmp_path / ".footnoteignore").write_text("# drafts\nb*\n/c/\ne/*\n!e/g.txt\n")
    assert docs(tmp_path) == ["a", "e/g"]
    (tmp_path / ".footnoteignore").write_bytes(b"\0")
    with pytest.raises(CorpusError, match=r"footnoteignore' cannot be used"):
        load_documents(tmp_path)


def test_digests_of_files_tell_what_must_be_read_again(tmp_path: Path) -> None:
    write(tmp_path, a_txt="One.", b_txt="One.")
    (a, b), _ = list_documents(tmp_path)
    assert a.digest() == list_documents(tmp_path)[0][0].digest() != b.digest()
    write(tmp_path, sources_toml='[a]\ntitle="A"')
    entitled = list_documents(tmp_path)[0][0].digest()
    write(tmp_path, a_txt="Two.")
    assert len({a.digest(), entitled, list_documents(tmp_path)[0][0].digest()}) == 3
    (tmp_path / "a.txt").unlink()
    with pytest.raises(CorpusError, match="cannot be read"):
        a.digest()


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    write(tmp_path, a_txt="One.")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    assert docs(tmp_path) == ["a", "b"]


@pytest.mark.parametrize(
    "sources", ["not toml [", "a = 1", "[a]\ntitle = 1", "\0", "[a]\ntitle='''\xe9"]
)
def test_a_broken_sources_file_leaves_the_documents_usable(tmp_path: Path, sources: str) -> None:
    write(tmp_path, a_txt="One.", sources_toml=sources)
    corpus = load_documents(tmp_path)
    assert docs(tmp_path) == ["a"]
    assert len(corpus.problems) == 1
    assert "sources.toml" in corpus.problems[0]


def test_sources_give_title_and_origin(tmp_path: Path) -> None:
    write(tmp_path, a__b_txt="One.", sources_toml='["a/b"]\ntitle="<b>T</b>"\npublisher="P"\n')
    document = load_documents(tmp_path).documents[0]
    assert (document.title, document.publisher, document.date) == ("<b>T</b>", "P", "")


def test_folders_without_a_readable_document(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"is not a folder; name the folder"):
        load_documents(tmp_path / "none")
    with pytest.raises(CorpusError, match=r"put files of these kinds there: \.txt .* \.pdf"):
        load_documents(tmp_path)
    write(tmp_path, a_txt="")
    with pytest.raises(CorpusError, match=r"a\.txt' contains no text"):
        load_documents(tmp_path)
    with pytest.raises(CorpusError, match=r"is not a folder"):
        load_documents(tmp_path / "a.txt")


def test_pages() -> None:
    document = Document("a", "A", "onetwo", pages=((0, 3), (3, 6)))
    assert [document.page_of(start) for start in (0, 2, 3, 5, 6)] == [1, 1, 2, 2, None]
    assert Document("a", "A", "one").page_of(0) is None


def test_digest_tells_documents_apart() -> None:
    same = {Document("a", "A", "text").digest() for _ in range(2)}
    others = {
        Document("b", "A", "text").digest(),
        Document("a", "B", "text").digest(),
        Document("a", "A", "texts").digest(),
        Document("a", "A", "text", markdown=True).digest(),
    }
    assert len(same) == 1
    assert len(others | same) == 5


def test_a_link_put_in_place_of_a_file_or_folder_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "out", a_txt="Secret.", below__a_txt="Secret.")
    write(tmp_path / "in", a_txt="One.", below__a_txt="Two.")
    (top, below), _ = list_documents(tmp_path / "in")
    (tmp_path / "in" / "a.txt").unlink()
    (tmp_path / "in" / "a.txt").symlink_to(tmp_path / "out" / "a.txt")
    (tmp_path / "in" / "below").rename(tmp_path / "moved")
    (tmp_path / "in" / "below").symlink_to(tmp_path / "out" / "below")
    for file in (top, below):
        with pytest.raises(PassingError, match="cannot be read"):
            file.load()


def test_a_pipe_put_in_place_of_a_file_does_not_block(tmp_path: Path) -> None:
    write(tmp_path, a_txt="One.")
    [file], _ = list_documents(tmp_path)
    (tmp_path / "a.txt").unlink()
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(CorpusError, match="is not a regular file"):
        file.load()


def test_a_quote_is_found_again_in_a_text_that_was_read_anew() -> None:
    quote = "Rent 410; 2 beds: a month's notice"
    again = Document(
        "a", "A", "Rent: 410\n\nUnit; Rent 410 · 2 beds: a month's\nnotice. Rent 4102."
    )
    span = again.find(quote, near=0)
    assert span is not None
    assert again.text[slice(*span)] == "Rent 410 · 2 beds: a month's\nnotice"
    assert again.find("Rent 41", near=0) is None, "no part of a figure"
    twice = Document("a", "A", "It is shut. It is open. It is shut. It is open.")
    assert twice.find("It is open.", near=30) == (36, 47)
    assert twice.find("It is open.", near=36) == (36, 47)
    assert twice.find("…", near=0) is None
