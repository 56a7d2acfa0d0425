"""How long from a click on a footnote to its sentence in view: `python -m tests.benchmarks.reader`.

The document has 200 pages; one server, a fresh visit for each first click, which fetches it.
"""

import tempfile
from pathlib import Path
from statistics import median

from tests.support.answers_page import PAGES, make_document
from tests.support.browser import chromium, serve, watched_page

VISITS = 5
CLICK = """n => new Promise(done => {
  const started = performance.now();
  const seen = () => {
    const mark = document.querySelector("#fn-opened");
    const box = mark && mark.textContent.startsWith(`Hive ${n * 20 - 16} `)
      && mark.getBoundingClientRect();
    if (box && box.top >= 0 && box.bottom <= innerHeight) done(performance.now() - started);
    else requestAnimationFrame(seen);
  };
  document.querySelector(`.fn-answer .fn-marker[data-key=q1][data-n="${n}"]`).click();
  seen();
})"""


def main() -> None:
    """Measure and print."""
    first: list[float] = []
    later: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(
            Path(folder), Path(folder), Path(folder, "log"), "tests/support/answers_page.py"
        ) as address,
        chromium() as browser,
    ):
        for _ in range(VISITS):
            with watched_page(browser, address, landmark=".fn-answer") as page:
                times = [page.evaluate(CLICK, n) for n in (5, 9, 2, 10, 1, 6)]
                first.append(times[0])
                later += times[1:]
    print(f"{PAGES} pages, {len(make_document().text):,} characters")  # noqa: T201
    for name, times in (("first click", first), ("later clicks", later)):
        print(f"{name:14}median {median(times):6.0f} ms   worst {max(times):6.0f} ms")  # noqa: T201


if __name__ == "__main__":
    main()
