"""The evaluation view: run one, read its report, compare two."""

from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from corpus.errors import FootnoteError
from qa.evaluation.background_run import BackgroundRun, KeptRun, compare_runs, kept_runs
from qa.evaluation.question_sets import SHIPPED_QUESTIONS
from qa.evaluation.report import number, plain_name
from qa.evaluation.saved_questions import question_files
from qa.pipeline import Pipeline
from ui.escape import as_table
from ui.opening import explain, follow, shared_settings
from ui.session import Visitor, tailored
from ui.welcome import BRAND, draw_error
from ui.words import Evaluation, Frame

FONT = "SourceSansVF-Upright*.woff2"  # of Streamlit's page, which a frame does not share


@st.cache_resource(show_spinner=False)
def running() -> dict[str, BackgroundRun]:
    """Return the running evaluation of this process, under "now"."""
    return {}


def _start(pipeline: Pipeline, paths: list[Path]) -> None:
    now = running().get("now")
    if not now or now.folder.done():
        running()["now"] = BackgroundRun(tailored(pipeline), paths, shared_settings())


def _progress_of(trial: BackgroundRun) -> tuple[float, str]:
    share = trial.done / trial.total if trial.total else 0.0
    counted = Evaluation.COUNT.format(trial.done, trial.total)
    return share, counted if share < 1 else Evaluation.MEASURING


def draw_run(pipeline: Pipeline) -> tuple[DeltaGenerator, BackgroundRun] | None:
    """Draw the choice of questions; return the running evaluation, and its placeholder."""
    shipped = SHIPPED_QUESTIONS.glob("*.jsonl")
    saved = question_files(shared_settings().home)
    files = {path.stem: path for path in [*sorted(shipped), *saved]}
    names = list(files)
    chosen = st.multiselect(
        Evaluation.QUESTIONS, names, names[:1], key="sets", persist_state="session"
    )
    trial = running().get("now")
    place = st.empty()
    if trial and not trial.folder.done():
        st.button(Evaluation.CANCEL, key="cancel", on_click=trial.cancel)
        return place, trial
    st.button(
        Evaluation.RUN, key="run", type="primary", disabled=not chosen,
        on_click=_start, args=(pipeline, [files[name] for name in chosen]),
    )  # fmt: skip
    if trial and (said := explain(trial.folder.exception(), Evaluation.ENDED)):
        draw_error(said)
    return None


def _own_type() -> str:
    """Return styles that set the report in the page's own type."""
    media = Path(st.__file__).parent / "static" / "static" / "media"
    url = next((f"/static/media/{found.name}" for found in media.glob(FONT)), "")
    return (
        f'@font-face {{ font-family: "Source Sans"; src: url("{url}"); font-weight: 200 900; }}'
        'body, svg text { font-family: "Source Sans", sans-serif; } body { background: none; }'
    )


def draw_report(runs: list[KeptRun]) -> None:
    """Draw the report of a finished evaluation."""
    chosen = st.selectbox(Evaluation.REPORT, runs, key="report", format_func=KeptRun.label)
    page = chosen.report.read_text("utf-8")
    st.download_button(Evaluation.DOWNLOAD, page, "report.html", "text/html", key="report-download")
    st.iframe(
        page.replace("</head>", f"<style>{_own_type()}</style></head>", 1),
        alt=Evaluation.THE_REPORT,
    )


def draw_comparison(runs: list[KeptRun]) -> None:
    """Draw the change of each measure from one evaluation to another."""
    after = st.selectbox(Evaluation.NOW, runs, key="after", format_func=KeptRun.label)
    at = min(1, len(runs) - 1)
    before = st.selectbox(Evaluation.BEFORE, runs, at, key="before", format_func=KeptRun.label)
    try:
        changes = compare_runs(before, after)
    except FootnoteError as error:
        draw_error(str(error))
        return
    rows = [
        (plain_name(name), *(number(c[part], name, True) for part in ("before", "after")),
         Evaluation.RANGE.format(*(number(c[end], name, True) for end in ("low", "high"))),
         Evaluation.REGRESSION if c["regression"] else Evaluation.WORSE if c["worse"] else "")
        for name, c in changes.items()
    ]  # fmt: skip
    st.html(as_table(Evaluation.COMPARISON, Evaluation.HEADINGS, rows))


def draw_evaluation(who: Visitor, pipeline: Pipeline) -> None:
    """Draw the view."""
    st.html(f'{BRAND}<h2 class="fn-view">{Frame.EVALUATION}</h2>')
    working = draw_run(pipeline)
    if runs := kept_runs(shared_settings().home):
        report, comparison = st.tabs([Evaluation.REPORT, Evaluation.COMPARE])
        with report:
            draw_report(runs)
        with comparison:
            draw_comparison(runs)
    if working:  # not asked again: it may have ended while we drew
        place, trial = working
        follow(place, trial.folder, partial(_progress_of, trial))
        st.rerun()
