"""What `make bench-peers` measures: Footnote beside its peers, on the same weights and passages.

Each peer runs in an environment of its own below `.footnote/peers`, by its script in
`tests/benchmarks/peers`. Texts and questions are the public data's beside the project. The vectors
of the larger corpora are those of real passages with noise, shared by all: nobody embeds them.
Writes `docs/benchmarks.md`, its plot, and `docs/benchmarks.json`, the figures of both.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import numpy as np

from index.models import MINILM, load_embedder
from tests.support.running import ROOT

SCRIPTS = Path(__file__).parent / "peers"
ENVIRONMENTS = ROOT / ".footnote" / "peers"
DATA = ROOT.parent / "shared" / "data"
PAGE = ROOT / "docs" / "benchmarks.md"
SIZES = (1_000, 10_000, 100_000)
BUILDS = 3
STARTS = 5
ASKED = 100  # questions, after the first
WORDS = 90  # of a passage
NOISE = 0.6  # of a vector's length
SEED = 7

PEERS = {
    "Footnote": ("footnote.py", "ask"),
    "Footnote, search alone": ("footnote.py", "search"),
    "LangChain + Chroma": ("plain_langchain.py", "ask"),
    "LlamaIndex": ("llamaindex.py", "ask"),
    "Haystack": ("haystack_memory.py", "ask"),
    "txtai": ("txtai_faiss.py", "ask"),
}
OWN = ("Footnote", "Footnote, search alone")
BUILDERS = {script: peer for peer, (script, action) in PEERS.items() if action == "ask"}
Figures = dict[str, float]


def environment(script: str) -> Path:
    """Return the Python of a peer's environment, made when it is not there."""
    requirements = SCRIPTS / script.replace(".py", ".txt")
    if not requirements.exists():
        return Path(sys.executable)
    folder = ENVIRONMENTS / requirements.stem
    if not (folder / ".made").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "-r", requirements]
        subprocess.run(list(map(str, pip)), check=True)
        (folder / ".made").touch()
    return folder / "bin" / "python"


def run(script: str, *arguments: object) -> tuple[float, dict[str, Any]]:
    """Run a peer; return the seconds until it answered its first question, and what it printed."""
    command = [environment(script), SCRIPTS / script, *arguments]
    with tempfile.TemporaryFile("w+") as errors:
        started = perf_counter()
        with subprocess.Popen(
            list(map(str, command)), stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process:
            assert process.stdout is not None
            first, lines = 0.0, []
            for line in process.stdout:
                first = first or perf_counter() - started
                lines.append(line)
        if process.returncode:
            errors.seek(0)
            sys.exit(f"{errors.read()}{script} {arguments[0]} ended with {process.returncode}")
    return first, json.loads(lines[-1])


def read_data() -> tuple[list[str], list[str], list[str], list[int]]:
    """Return passages, and XQuAD's paragraphs, questions and the row of each one's paragraph."""
    passages: list[str] = []
    for path in sorted(DATA.glob("*.json")):
        for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
            for paragraph in article["paragraphs"]:
                words = paragraph["context"].split()
                passages += [" ".join(words[i : i + WORDS]) for i in range(0, len(words), WORDS)]
    paragraphs, questions, gold = [], [], []
    xquad = json.loads((DATA / "xquad-en-dev.json").read_text(encoding="utf-8"))
    for article in xquad["data"]:
        for paragraph in article["paragraphs"]:
            paragraphs.append(paragraph["context"])
            questions += [asked["question"] for asked in paragraph["qas"]]
            gold += [len(paragraphs) - 1] * len(paragraph["qas"])
    return list(dict.fromkeys(passages)), paragraphs, questions, gold


def enlarge(passages: list[str], size: int) -> list[str]:
    """Return `size` different passages: the real ones, then mixtures of their words."""
    random = Random(SEED)
    made = passages[:size]
    while len(made) < size:
        words = f"{random.choice(passages)} {random.choice(passages)}".split()
        made.append(" ".join(random.sample(words, min(WORDS, len(words)))))
    return made


def shared_vectors(passages: list[str], size: int, models: Path) -> Any:
    """Return unit vectors (size, dimension): of the real passages, then those with noise."""
    real = load_embedder(MINILM, models).embed(passages)
    generator = np.random.default_rng(SEED)
    rows = generator.integers(len(real), size=size - len(real))
    noise = generator.normal(size=(len(rows), real.shape[1])) * NOISE / real.shape[1] ** 0.5
    vectors = np.concatenate([real, real[rows] + noise.astype(np.float32)])
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def disk(folder: Path) -> int:
    """Return the bytes of a folder's files, without exported models."""
    files = (f for f in folder.rglob("*") if "models" not in f.relative_to(folder).parts)
    return sum(f.stat().st_size for f in files if f.is_file())


def write_lines(path: Path, texts: list[str]) -> Path:
    """Write texts as JSON lines."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"text": text}) + "\n" for text in texts)
    return path


def write_json(path: Path, what: Any) -> Path:
    """Write JSON."""
    path.write_text(json.dumps(what, indent=1) + "\n", encoding="utf-8")
    return path


def tell(what: object) -> None:
    """Say how far it is."""
    print(f"{datetime.now(UTC):%H:%M:%S} {what}", file=sys.stderr, flush=True)


def measure(work: Path, sizes: list[int]) -> dict[str, Any]:
    """Return all figures; times in seconds, sizes in bytes."""
    passages, paragraphs, questions, gold = read_data()
    real = passages[: SIZES[0]]
    for size in sizes:
        write_lines(work / f"{size}.jsonl", enlarge(passages, size))
        np.save(work / f"{size}.npy", shared_vectors(real, size, work / "models"))
    figures: dict[str, Figures] = {peer: {} for peer in PEERS}
    measure_starts(work, figures, real, questions[:1])
    measure_hits(work, figures, paragraphs, questions, gold)
    write_json(work / "asked.json", Random(SEED).sample(questions, ASKED + 1))
    for size in sizes:
        for peer in PEERS:
            measure_size(work, figures[peer], peer, size)
            tell(f"{peer} {figures[peer]}")
    return {"figures": figures, "questions": len(questions), "paragraphs": len(paragraphs)}


def measure_starts(
    work: Path, figures: dict[str, Figures], real: list[str], question: list[str]
) -> None:
    """Measure building, embedding included, and from the start to the first answer."""
    texts = write_lines(work / "real.jsonl", real)
    asked = write_json(work / "one.json", question)
    load_embedder(MINILM, work / "models").count("")  # exported once, for all
    runs: dict[str, list[float]] = defaultdict(list)
    for number in range(BUILDS):
        for script, peer in BUILDERS.items():
            _, built = run(script, "build", work / f"{script}-{number}", texts)
            runs[peer].append(built["seconds"])
            figures[peer]["index rate"] = len(real) / median(runs[peer])
            figures[peer]["memory of indexing"] = built["peak"]
        tell(dict(runs))
    runs.clear()
    for _ in range(1 + STARTS):
        for peer, (script, action) in PEERS.items():
            runs[peer].append(run(script, action, work / f"{script}-0", asked)[0])
    for peer, starts in runs.items():
        figures[peer]["first answer"] = median(starts[1:])  # the first finds the disk's cache cold
    tell(dict(runs))


def measure_hits(
    work: Path,
    figures: dict[str, Figures],
    paragraphs: list[str],
    questions: list[str],
    gold: list[int],
) -> None:
    """Measure how often the right paragraph is among the first."""
    texts = write_lines(work / "xquad.jsonl", paragraphs)
    asked = write_json(work / "every.json", questions)
    for script in BUILDERS:
        run(script, "build", work / f"{script}-xquad", texts)
    for peer, (script, action) in PEERS.items():
        _, found = run(script, action, work / f"{script}-xquad", asked)
        for k in (1, 5):
            hits = [row in rows[:k] for row, rows in zip(gold, found["found"], strict=True)]
            figures[peer][f"hit@{k}"] = sum(hits) / len(hits)


def measure_size(work: Path, figures: Figures, peer: str, size: int) -> None:
    """Measure questions to so many passages, whose vectors are given."""
    script, action = PEERS[peer]
    folder = work / f"{script}-{size}"
    if not folder.exists():
        run(script, "build", folder, work / f"{size}.jsonl", work / f"{size}.npy")
        figures[f"disk {size:,}"] = disk(folder)
    _, found = run(script, action, folder, work / "asked.json")
    times = found["times"][1:]
    figures[f"p50 {size:,}"] = median(times)
    figures[f"p95 {size:,}"] = quantiles(times, n=20)[-1]
    figures[f"memory {size:,}"] = found["rss"]


UNITS = {
    "first": ("s", 1.0),
    "index": ("passages/s", 1.0),
    "hit@1": ("%", 1e2),
    "hit@5": ("%", 1e2),
    "p50": ("ms", 1e3),
    "p95": ("ms", 1e3),
    "memory": ("MB", 1e-6),
    "disk": ("MB", 1e-6),
}
MORE_IS_BETTER = ("index", "hit@1", "hit@5")


def table(results: dict[str, Figures]) -> str:
    """Return the figures as a Markdown table; in brackets, each as a ratio to Footnote's."""
    names = sorted(
        {name for figures in results.values() for name in figures},
        key=lambda name: (list(UNITS).index(name.split()[0]), len(name)),
    )
    lines = ["| | " + " | ".join(results) + " |", "| --- |" + " ---: |" * len(results)]
    for name in names:
        unit, factor = UNITS[name.split()[0]]
        cells = []
        for peer, figures in results.items():
            value = figures.get(name)
            ratio = "" if peer in OWN or not value else f" ({value / results[OWN[0]][name]:.2g}×)"
            cells.append("" if value is None else f"{_number(value * factor)}{ratio}")
        lines.append(f"| {name}, {unit} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def worse(results: dict[str, Figures]) -> str:
    """Return a list of the measures in which a peer does better than Footnote."""
    others = {peer: figures for peer, figures in results.items() if peer not in OWN}
    lines = ["Where a peer does better, with the best of them and by how much:", ""]
    for own in OWN:
        named = []
        for name, value in results[own].items():
            sign = 1 if name.split()[0] in MORE_IS_BETTER else -1
            best = max(others, key=lambda peer: sign * others[peer][name])
            if sign * others[best][name] > sign * value:
                times = (others[best][name] / value) ** sign
                named.append(f"{name} ({best}, {times:.2g}×)")
        lines.append(f"- {own}: {'; '.join(named) or 'nowhere'}.")
    return "\n".join(lines)


def draw(results: dict[str, Figures], path: Path) -> None:
    """Draw the start to the first answer, and a question's time by size of the corpus."""
    import matplotlib
    from matplotlib.figure import Figure

    matplotlib.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "footnote"}
    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.barh(list(results), [figures["first answer"] for figures in results.values()])
    left.invert_yaxis()
    left.set_title("Start to first answer, s")
    for peer, figures in results.items():
        p50 = {name.split()[1]: value for name, value in figures.items() if name[:3] == "p50"}
        sizes = [int(size.replace(",", "")) for size in p50]
        right.loglog(sizes, [value * 1e3 for value in p50.values()], "o-", label=peer)
    right.set_title("A question, p50 in ms, by passages")
    right.legend(fontsize="small")
    figure.savefig(path, metadata={"Date": None})


def versions() -> str:
    """Return which releases are compared."""
    pinned = [line.split("==") for f in sorted(SCRIPTS.glob("*.txt")) for line in f.open()]
    pinned += [line.split("==") for line in (ROOT / "requirements.txt").open() if "==" in line]
    kept = ("haystack-ai", "llama-index-core", "langchain-core", "chromadb", "txtai", "torch",
            "sentence-transformers", "onnxruntime")  # fmt: skip
    found = {name: version.strip() for name, version in pinned if name in kept}
    return "Python " + sys.version.split()[0] + "".join(f", {n} {v}" for n, v in found.items())


def page(result: dict[str, Any]) -> str:
    """Return `docs/benchmarks.md`."""
    from scipy.stats import binomtest

    results, asked = result["figures"], result["questions"]
    intervals = (
        binomtest(round(figures[name] * asked), asked).proportion_ci(method="wilson")
        for figures in results.values()
        for name in ("hit@1", "hit@5")
    )
    return (SCRIPTS / "page.md").read_text(encoding="utf-8").format(
        **{key: value for key, value in result.items() if key != "figures"},
        table=table(results), worse=worse(results), words=WORDS, real=SIZES[0], builds=BUILDS,
        starts=STARTS, asked=ASKED, interval=max(i.high - i.low for i in intervals) / 2,
    )  # fmt: skip


def others_seconds() -> float:
    """Return the processor seconds of all processes but this and those it waited for."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()
    user, nice, system = map(int, fields[1:4])
    return (user + nice + system) / os.sysconf("SC_CLK_TCK") - sum(os.times()[:4])


def main() -> None:
    """Measure, keep the figures, write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.peers_table")
    parser.add_argument("--sizes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--again", action="store_true", help="only write the page anew")
    options = parser.parse_args()
    kept = options.page.with_suffix(".json")
    if not options.again:
        if not DATA.is_dir():
            sys.exit(f"{str(DATA)!r} is missing: the texts and questions stand there")
        os.environ["HF_HUB_OFFLINE"] = "1"
        busy, started = others_seconds(), perf_counter()
        with tempfile.TemporaryDirectory() as place:
            result = measure(Path(place), options.sizes)
        cores = os.cpu_count() or 1
        model = Path("/proc/cpuinfo").read_text().split("model name\t: ")[1].split("\n")[0]
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
        result |= {
            "when": f"{datetime.now(UTC):%d %B %Y}",
            "machine": f"{cores} cores, {model.strip()}, {memory:.0f} GiB, {sys.platform}",
            "others": (others_seconds() - busy) / (perf_counter() - started) / cores,
            "versions": versions(),
        }
        write_json(kept, result)
    result = json.loads(kept.read_text(encoding="utf-8"))
    draw(result["figures"], options.page.with_suffix(".svg"))
    options.page.write_text(page(result), encoding="utf-8")
    print(table(result["figures"]))


if __name__ == "__main__":
    main()
