"""What `make bench-peers` prints: Footnote beside its peers, on the same weights and passages.

Each peer runs in an environment of its own below `.footnote/peers`, by its script in
`tests/peers`. Texts and questions are the public data's beside the project. The vectors of the
larger corpora are those of real passages with noise, shared by all, so that nobody embeds them.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import numpy as np

from index.embedder import MINILM, load_embedder

ROOT = Path(__file__).parent.parent
SCRIPTS = Path(__file__).parent / "peers"
ENVIRONMENTS = ROOT / ".footnote" / "peers"
DATA = ROOT.parent / "shared" / "data"
SIZES = (1_000, 10_000, 100_000)
RUNS = 3  # of what is timed as a whole process
ASKED = 100  # questions, after the first
WORDS = 90  # of a passage
NOISE = 0.6  # of a vector's length
SEED = 7

PEERS = {
    "Footnote": "footnote.py",
    "LangChain + Chroma": "plain_langchain.py",
    "LlamaIndex": "llamaindex.py",
    "Haystack": "haystack_memory.py",
    "txtai": "txtai_faiss.py",
}
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
        subprocess.run(pip, check=True)
        (folder / ".made").touch()
    return folder / "bin" / "python"


def run(script: str, *arguments: object) -> tuple[float, dict[str, Any]]:
    """Run a peer; return the seconds until it answered its first question, and what it printed."""
    command = [environment(script), SCRIPTS / script, *arguments]
    started = perf_counter()
    with subprocess.Popen(
        list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        first, lines = 0.0, []
        for line in process.stdout:
            first = first or perf_counter() - started
            lines.append(line)
    if process.returncode:
        sys.exit(f"{script} {arguments[0]} ended with {process.returncode}")
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


def measure(script: str, work: Path, sizes: list[int], data: Any) -> Figures:
    """Return one peer's figures; times in seconds, sizes in bytes."""
    real, paragraphs, questions, gold = data
    figures: Figures = {}
    asked = work / "asked.json"
    asked.write_text(json.dumps(Random(SEED).sample(questions, ASKED + 1)))
    one = work / "one.json"
    one.write_text(json.dumps(questions[:1]))
    everything = work / "xquad.json"
    everything.write_text(json.dumps(questions))

    texts = write_lines(work / "real.jsonl", real)
    seconds = []
    for number in range(RUNS):
        _, built = run(script, "build", work / f"{script}-real-{number}", texts)
        seconds.append(built["seconds"])
    figures["index rate"] = len(real) / median(seconds)
    figures["memory of indexing"] = built["peak"]
    starts = [run(script, "ask", work / f"{script}-real-0", one)[0] for _ in range(RUNS + 1)]
    figures["first answer"] = median(starts[1:])  # the first finds the disk's cache cold

    run(script, "build", work / f"{script}-xquad", write_lines(work / "xquad.jsonl", paragraphs))
    _, found = run(script, "ask", work / f"{script}-xquad", everything)
    for k in (1, 5):
        hits = [row in rows[:k] for row, rows in zip(gold, found["found"], strict=True)]
        figures[f"hit@{k}"] = sum(hits) / len(hits)

    for size in sizes:
        folder = work / f"{script}-{size}"
        run(script, "build", folder, work / f"{size}.jsonl", work / f"{size}.npy")
        _, found = run(script, "ask", folder, asked)
        times = found["times"][1:]
        figures |= {
            f"p50 {size}": median(times),
            f"p95 {size}": quantiles(times, n=20)[-1],
            f"memory {size}": found["rss"],
            f"disk {size}": disk(folder),
        }
    return figures


UNITS = {
    "p50": ("ms", 1e3),
    "p95": ("ms", 1e3),
    "memory": ("MB", 1e-6),
    "disk": ("MB", 1e-6),
    "first": ("s", 1.0),
}


def table(results: dict[str, Figures]) -> str:
    """Return the figures as a Markdown table; in brackets, each as a ratio to Footnote's."""
    names = list(next(iter(results.values())))
    lines = ["| | " + " | ".join(results) + " |", "| --- |" + " --- |" * len(results)]
    for name in names:
        unit, factor = UNITS.get(name.split()[0], ("", 1.0))
        own = results["Footnote"][name]
        cells = []
        for peer, figures in results.items():
            ratio = "" if peer == "Footnote" else f" ({figures[name] / own:.2g}×)"
            cells.append(f"{figures[name] * factor:.3g}{ratio}")
        lines.append(f"| {name}{f', {unit}' if unit else ''} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def draw(results: dict[str, Figures], path: Path) -> None:
    """Draw the start to the first answer, and a question's time by size of the corpus."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.barh(list(results), [figures["first answer"] for figures in results.values()])
    left.invert_yaxis()
    left.set_title("Start to first answer, s")
    for peer, figures in results.items():
        sizes = [int(name.split()[1]) for name in figures if name.startswith("p50")]
        right.loglog(sizes, [figures[f"p50 {size}"] * 1e3 for size in sizes], "o-", label=peer)
    right.set_title("A question, p50 in ms, by passages")
    right.legend(fontsize="small")
    figure.savefig(path)


def main() -> None:
    """Measure, print the table and keep the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_peers")
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    parser.add_argument("--sizes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--out", type=Path, default=ROOT / ".footnote" / "peers.json")
    options = parser.parse_args()
    if not DATA.is_dir():
        sys.exit(f"{str(DATA)!r} is missing: the texts and questions stand there")
    os.environ["HF_HUB_OFFLINE"] = "1"
    passages, paragraphs, questions, gold = read_data()
    real = passages[: SIZES[0]]
    results: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        for size in options.sizes:
            write_lines(work / f"{size}.jsonl", enlarge(passages, size))
            np.save(work / f"{size}.npy", shared_vectors(real, size, work / "models"))
        for peer in options.peers:
            data = (real, paragraphs, questions, gold)
            results[peer] = measure(PEERS[peer], work, options.sizes, data)
            print(peer, json.dumps(results[peer]), flush=True)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(results, indent=1) + "\n")
    draw(results, options.out.with_suffix(".svg"))
    print(table(results))


if __name__ == "__main__":
    main()
