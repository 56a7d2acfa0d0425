"""Documents as the browser fetches them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from corpus.folder import File, iter_documents, list_documents
from index.generations import DocumentStatus
from tests.corpus.test_page_pictures import SENTENCE, make_pdf
from ui import sources
from ui.sources import publish, source_routes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "light.pdf").write_bytes(make_pdf())
    (tmp_path / "page.html").write_text(f"<p>{SENTENCE}</p><script>alert(1)</script>")
    return tmp_path


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=source_routes("/below"))) as client:
        yield client
    sources._pictures.close()


def published(folder: Path, whose: str = "somebody") -> dict[str, str]:
    """Let the files of a folder be fetched; return their addresses."""
    files: dict[str, File] = {file.doc: file for file in list_documents(folder).documents}
    documents, statuses = {}, []
    for (digest, found), doc in zip(iter_documents(files.values()), files, strict=True):
        assert not isinstance(found, Exception)
        documents[doc] = found
        statuses.append(DocumentStatus(doc, found.title, digest))
    addresses = publish(whose, documents, statuses, files)
    return {doc: f"/below{address.url}" for doc, address in addresses.items()}


def test_a_page_has_a_picture_and_the_boxes_of_its_words(folder: Path, client: TestClient) -> None:
    url = published(folder)["light"]
    text = client.get(f"{url}/text").json()
    assert (text["drawn"], text["kept"], text["pages"]) == (True, True, [0])
    picture = client.get(f"{url}/pages/1/picture?w=600")
    assert picture.headers["content-type"] == "image/jpeg"
    assert "immutable" in picture.headers["cache-control"]
    page = client.get(f"{url}/pages/1?w=600").json()
    whole = "".join(block["t"] for block in text["blocks"])
    assert SENTENCE in whole and len(page["words"]) > len(SENTENCE.split())
    for width in ("nonsense", "-1", "99999999"):
        assert client.get(f"{url}/pages/1/picture?w={width}").status_code == 200
    gone = client.get(f"{url}/pages/7?w=600")
    assert (gone.status_code, gone.text) == (422, "The file has no such page.")


def test_an_original_never_acts_in_the_name_of_the_page(folder: Path, client: TestClient) -> None:
    urls = published(folder)
    html = client.get(f"{urls['page']}/original")
    assert html.headers["content-type"] == "application/octet-stream"
    assert html.headers["content-disposition"].startswith("attachment;")
    assert html.headers["x-content-type-options"] == "nosniff"
    pdf = client.get(f"{urls['light']}/original")
    assert pdf.headers["content-disposition"].startswith("inline;")
    assert pdf.content == (folder / "light.pdf").read_bytes()


def test_a_file_that_changed_since_is_not_shown_as_what_was_read(
    folder: Path, client: TestClient
) -> None:
    url = published(folder)["light"]
    (folder / "light.pdf").write_bytes(make_pdf(rotation=90))
    for place in ("pages/1?w=600", "pages/1/picture?w=600", "original"):
        answer = client.get(f"{url}/{place}")
        assert answer.status_code == 422 and "changed or removed" in answer.text
        assert answer.headers["cache-control"] == "no-store"
    (folder / "light.pdf").unlink()
    assert client.get(f"{url}/original").status_code == 422
    assert SENTENCE in client.get(f"{url}/text").text


def test_what_is_no_longer_published_is_gone(folder: Path, client: TestClient) -> None:
    url, other = published(folder)["light"], published(folder, "another")["light"]
    assert url != other, "a name tells nothing to whom it was not told"
    publish("somebody", {}, [], {})
    answer = client.get(f"{url}/text")
    assert answer.status_code == 404 and "Reload the page" in answer.text
    assert client.get("/below/source/guess/original").status_code == 404
    assert client.get(f"{other}/text").status_code == 200


def test_an_upload_that_was_taken_back_is_fetched_no_more(
    folder: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another browser still has its address, and its opening the text."""
    url = published(folder)["light"]
    monkeypatch.setattr(sources, "is_upload", lambda doc: doc == "light")
    assert client.get(f"{url}/text").status_code == 200
    assert client.get(f"{url}/pages/1/picture").status_code == 200
    (folder / "light.pdf").rename(folder / "mine.pdf")
    for place in ("text", "pages/1", "pages/1/picture", "original"):
        assert client.get(f"{url}/{place}").status_code == 404
