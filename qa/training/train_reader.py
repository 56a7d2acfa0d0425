"""Train the reader.

    python -m qa.training.train_reader DATA_DIR [--measure]

DATA_DIR holds xquad-en-dev.json, squad2-part-dev.json, squad-question-sentence.tsv,
nq-oracle.jsonl, policyqa-dev.json, policyqa-test.json and covidqa.json; MODEL.md gives their
sources.
"""

# ruff: noqa: T201 (a command line)
from __future__ import annotations

import argparse
import random
import sys
import time
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from index.models import minilm_folder
from index.onnx_runtime import THREADS, import_onnxruntime
from qa.reader.reader import MODEL_FOLDER, load_tokenizer
from qa.reader.reading import ReaderInput
from qa.reader.windows import Window, make_windows, pad
from qa.training.reader_data import ROUNDS, Example, training_examples

HIDDEN = 384
TRAINING_TOKENS = 224  # of one window; fewer than at run time, to save time
QUESTIONS_PER_STEP = 12
ENCODER_RATE, HEAD_RATE, WARM_UP = 1e-4, 1e-3, 0.06
CHECKPOINT_STEPS = 25
LIMIT_MB, OPSET = 25.0, 17  # of the exported model
START_SEED = 7  # of the new outputs: only runs that began alike have a mean that is a model
LOSSES = ("sentences", "span", "answerable")


class ReaderModel(nn.Module):
    """MiniLM with three outputs: spans and relevance per word piece, answerability per window."""

    def __init__(self) -> None:
        """Start from the wheel's encoder, with two further types of word pieces."""
        super().__init__()
        self.encoder = BertModel.from_pretrained(
            minilm_folder(),
            add_pooling_layer=False,
            attn_implementation="sdpa",
            hidden_dropout_prob=0.0,  # so few steps do not overfit, and dropout costs a third
            attention_probs_dropout_prob=0.0,
        )
        self.encoder.embeddings.word_embeddings.weight.requires_grad = False
        types = self.encoder.embeddings.token_type_embeddings.weight.data
        self.encoder.config.type_vocab_size = 4
        wider = nn.Embedding(4, HIDDEN)
        wider.weight.data = types[:1] + 0.01 * torch.randn(4, HIDDEN)
        self.encoder.embeddings.token_type_embeddings = wider
        self.tokens = nn.Linear(HIDDEN, 4)
        self.whole = nn.Sequential(nn.Linear(HIDDEN, HIDDEN), nn.Tanh(), nn.Linear(HIDDEN, 1))

    def forward(
        self, input_ids: Tensor, token_type_ids: Tensor, attention_mask: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return logits (windows, word pieces, 4): start, end, relevance twice; and (windows,)."""
        states = self.encoder(
            input_ids=input_ids, token_type_ids=token_type_ids, attention_mask=attention_mask
        ).last_hidden_state
        return self.tokens(states), self.whole(states[:, 0]).squeeze(-1)


@dataclass(frozen=True, slots=True)
class Batch:
    """The windows of some questions, with their targets."""

    inputs: dict[str, Tensor]
    answerable: Tensor  # (windows,) 0 or 1
    text: Tensor  # (windows, word pieces) where a span may start or end: [CLS] and the text
    starts: Tensor  # (windows, word pieces) where it is right to
    ends: Tensor
    sentence_of: Tensor  # (windows, word pieces) number of the sentence in the batch, or -1
    sentence_question: Tensor  # (sentences,)
    sentence_right: Tensor  # (sentences,) whether it holds the answer
    questions: int


def make_batch(tokenizer: Tokenizer, examples: Sequence[Example]) -> Batch:
    """Encode examples; the targets are where the word pieces of an answer are."""
    parts: list[Window] = []
    answerable, marks = [], []
    sentence_question: list[int] = []
    sentence_right: list[bool] = []
    for number, example in enumerate(examples):
        encoded = make_windows(
            tokenizer, example.question, [c.passage for c in example.candidates], TRAINING_TOKENS
        )
        for candidate, split in zip(example.candidates, encoded, strict=True):
            for window in split:
                base = len(sentence_question)
                kinds = sorted({s for s in window.sentence_of if s >= 0})
                local = {s: base + n for n, s in enumerate(kinds)}
                right: set[int] = set()
                starts, ends = set(), set()
                for a, b in candidate.spans:
                    inside = [n for n, (s, e) in enumerate(window.spans) if s < b and e > a]
                    if inside:
                        starts.update(inside if candidate.weak else inside[:1])
                        ends.update(inside if candidate.weak else inside[-1:])
                        right.update(window.sentence_of[n] for n in inside)
                sentence_question += [number] * len(kinds)
                sentence_right += [s in right for s in kinds]
                numbers = [local.get(s, -1) for s in window.sentence_of]
                marks.append((window.first, starts, ends, numbers))
                parts.append(window)
                answerable.append(float(bool(starts)))
    inputs = {name: torch.from_numpy(array) for name, array in pad(parts).items()}
    shape = inputs["input_ids"].shape
    text, right_start, right_end = (torch.zeros(shape, dtype=torch.bool) for _ in range(3))
    sentence_of = torch.full(shape, -1, dtype=torch.long)
    text[:, 0] = True
    for row, (first, starts, ends, sentences) in enumerate(marks):
        text[row, first : first + len(sentences)] = True
        sentence_of[row, first : first + len(sentences)] = torch.tensor(sentences)
        right_start[row, [first + n for n in starts] or [0]] = True
        right_end[row, [first + n for n in ends] or [0]] = True
    return Batch(
        inputs, torch.tensor(answerable), text, right_start, right_end, sentence_of,
        torch.tensor(sentence_question), torch.tensor(sentence_right), len(examples),
    )  # fmt: skip


def _group_logsumexp(values: Tensor, group: Tensor, groups: int) -> Tensor:
    top = torch.full((groups,), -1e4).scatter_reduce(0, group, values.detach(), "amax")
    total = torch.zeros(groups).index_add(0, group, (values - top[group]).exp())
    return top + (total + 1e-9).log()


def sentence_logits(tokens: Tensor, batch: Batch) -> Tensor:
    """Return the score of every sentence of the batch, pooled as in `reader._reading`."""
    inside = batch.sentence_of >= 0
    owner, count = batch.sentence_of[inside], len(batch.sentence_question)
    size = torch.zeros(count).index_add(0, owner, torch.ones(len(owner)))
    mean = torch.zeros(count).index_add(0, owner, tokens[inside][:, 2]) / size.clamp(min=1)
    return mean + _group_logsumexp(tokens[inside][:, 3], owner, count)


def losses(tokens: Tensor, whole: Tensor, batch: Batch) -> dict[str, Tensor]:
    """Return the losses: listwise over sentences and "none" (logit 0); spans; answerability."""
    scores, count = sentence_logits(tokens, batch), batch.questions
    every = torch.cat([scores, torch.zeros(count)])
    owner = torch.cat([batch.sentence_question, torch.arange(count)])
    unanswered = torch.ones(count, dtype=torch.bool)
    unanswered[batch.sentence_question[batch.sentence_right]] = False
    right = torch.cat([batch.sentence_right, unanswered])
    listwise = _group_logsumexp(every, owner, count) - _group_logsumexp(
        every[right], owner[right], count
    )
    hidden = torch.tensor(-1e4)
    span = torch.zeros(())
    for column, target in ((0, batch.starts), (1, batch.ends)):
        logits = torch.where(batch.text, tokens[..., column], hidden)
        reached = torch.where(target, tokens[..., column], hidden).logsumexp(1)
        span = span + (logits.logsumexp(1) - reached).mean()
    answerable = nn.functional.binary_cross_entropy_with_logits(whole, batch.answerable)
    return dict(zip(LOSSES, (listwise.mean(), 0.5 * span, answerable), strict=True))


def make_batches(examples: Sequence[Example], seed: int) -> list[list[Example]]:
    """Return batches of examples of similar length, in random order."""
    size, pool = QUESTIONS_PER_STEP, QUESTIONS_PER_STEP * 50
    rng, batches = random.Random(seed), []
    for start in range(0, len(examples), pool):
        part = sorted(
            examples[start : start + pool],
            key=lambda e: max(len(c.passage.text) for c in e.candidates),
        )
        batches += [part[n : n + size] for n in range(0, len(part), size)]
    rng.shuffle(batches)
    return batches


def learn(
    model: ReaderModel, tokenizer: Tokenizer, examples: Sequence[Example]
) -> dict[str, float]:
    """Add the gradients of some questions to the model's; return their mean losses.

    Each thread takes a part of the questions: threads that share an operation wait for each other
    every time, which takes half as long again on a busy machine.
    """

    def learn_part(part: Sequence[Example]) -> dict[str, float]:
        batch, share = make_batch(tokenizer, part), len(part) / len(examples)
        tokens, whole = model(**batch.inputs)
        found = losses(tokens, whole, batch)
        (share * torch.stack(list(found.values())).sum()).backward()  # type: ignore[no-untyped-call]
        return {name: share * loss.item() for name, loss in found.items()}

    with ThreadPoolExecutor(THREADS) as pool:
        parts = [examples[n::THREADS] for n in range(min(THREADS, len(examples)))]
        done = list(pool.map(learn_part, parts))
    return {name: sum(part[name] for part in done) for name in done[0]}


def begin() -> ReaderModel:
    """Return the model that every run starts from."""
    torch.manual_seed(START_SEED)
    return ReaderModel()


def train(
    data: Path, out: Path, *, seed: int, steps: int, minutes: float, without: str = ""
) -> ReaderModel:
    """Train on all articles not held out; resume from `out`/checkpoint.pt if it exists.

    `seed` draws the examples and their order; those of the set `without` are left out. The
    learning rate falls to zero with the steps, or with the time if that is shorter. At each
    quarter the weights are saved as `out`/quarter-N.pt.
    """
    torch.set_num_threads(1)
    tokenizer, model = load_tokenizer(), begin()
    batches = make_batches(training_examples(data, seed, without), seed)[:steps]
    learned = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    new = [p for n, p in learned if "encoder" not in n or "token_type" in n]
    old = [p for n, p in learned if "encoder" in n and "token_type" not in n]
    rates = (ENCODER_RATE, HEAD_RATE)
    optimizer = torch.optim.AdamW([{"params": old}, {"params": new}], weight_decay=0.01)
    out.mkdir(parents=True, exist_ok=True)
    checkpoint, run = out / "checkpoint.pt", (seed, without, len(batches))
    first, spent = 0, 0.0
    if checkpoint.is_file():
        state = torch.load(checkpoint, weights_only=False)
        if state["run"] != run:
            raise SystemExit(f"{str(checkpoint)!r} is of another run; remove it or change --out")
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        first, spent = state["step"], state["spent"]
    started, sums = time.monotonic() - spent, dict.fromkeys(LOSSES, 0.0)
    progress = max(first / len(batches), spent / 60 / minutes)
    quarter = int(4 * progress) + 1
    for step in range(first + 1, len(batches) + 1):
        if progress >= 1:  # the time is up
            break
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * min((progress + 0.001) / WARM_UP, (1 - progress) / (1 - WARM_UP))
        optimizer.zero_grad()
        for name, loss in learn(model, tokenizer, batches[step - 1]).items():
            sums[name] = 0.98 * sums[name] + 0.02 * loss
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        spent = time.monotonic() - started
        progress = max(step / len(batches), spent / 60 / minutes)
        if step % CHECKPOINT_STEPS == 0 or progress >= 1:
            shown = " ".join(f"{name} {value:.3f}" for name, value in sums.items())
            at = f"step {step}/{len(batches)}, {spent / 60:.1f}/{minutes:g} min:"
            print(at, shown, file=sys.stderr, flush=True)
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
            state |= {"step": step, "spent": spent, "run": run}
            torch.save(state, checkpoint.with_suffix(".new"))
            checkpoint.with_suffix(".new").replace(checkpoint)
        if progress >= quarter / 4:
            torch.save(model.state_dict(), out / f"quarter-{quarter}.pt")
            quarter += 1
    return model.eval()


def average(runs: Sequence[Path]) -> ReaderModel:
    """Return the mean of the weights of runs with the same start."""
    states = [torch.load(run / "checkpoint.pt", weights_only=False)["model"] for run in runs]
    model = ReaderModel()
    model.load_state_dict(
        {
            name: torch.stack([state[name].float() for state in states]).mean(0).to(value.dtype)
            for name, value in states[0].items()
        }
    )
    return model.eval()


def export(model: ReaderModel, folder: Path, scratch: Path) -> None:
    """Write `scratch`/float/model.onnx and, int8 per channel, `folder`/model.onnx with its hash.

    Needs the package onnx (requirements-dev.txt), unlike running the reader.
    """
    plain, final = scratch / "float" / "model.onnx", folder / "model.onnx"
    for path in (plain, final):
        path.parent.mkdir(parents=True, exist_ok=True)
    passage = ReaderInput("Trade", "It rained. Exports grew.", ((0, 10), (11, 24)))
    split = make_windows(load_tokenizer(), "Did exports grow?", [passage, passage])
    example = {n: torch.from_numpy(a) for n, a in pad([w for part in split for w in part]).items()}
    model.encoder.set_attn_implementation("eager")  # a smaller graph, read a little faster
    size = {0: "windows", 1: "pieces"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of tracing: no branch hangs on the input
        torch.onnx.export(
            model.eval(),
            tuple(example.values()),
            plain,
            input_names=list(example),
            output_names=["tokens", "whole"],
            dynamic_axes=dict.fromkeys([*example, "tokens"], size) | {"whole": {0: "windows"}},
            opset_version=OPSET,
            dynamo=False,  # the newer exporter's graph is no faster and takes another package
        )
    quantization = import_onnxruntime("onnxruntime.quantization")
    int8 = quantization.QuantType.QInt8
    quantization.quantize_dynamic(plain, final, per_channel=True, weight_type=int8)
    megabytes = final.stat().st_size / 1e6
    digest = sha256(final.read_bytes()).hexdigest()
    (folder / "model.sha256").write_text(f"{digest}  model.onnx\n", encoding="utf-8")
    print(f"{final}: {megabytes:.1f} MB, sha256 {digest}")
    if megabytes > LIMIT_MB:
        raise SystemExit(f"the model has {megabytes:.1f} MB, more than {LIMIT_MB}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m qa.training.train_reader", description=__doc__)
    parser.add_argument("data", type=Path, metavar="DATA_DIR")
    parser.add_argument("--out", type=Path, default=Path(".footnote/reader"), help="checkpoints")
    parser.add_argument("--model", type=Path, default=MODEL_FOLDER, help="folder of model.onnx")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--steps", type=int, default=10**6, help="at most")
    parser.add_argument("--minutes", type=float, default=60.0, help="of training at most")
    parser.add_argument("--without", choices=ROUNDS, default="", help="a set to leave out")
    parser.add_argument(
        "--average", type=Path, nargs="+", metavar="OUT", help="export the mean of these runs"
    )
    parser.add_argument("--measure", action="store_true", help="measure --model; train nothing")
    options = parser.parse_args(arguments)
    if not options.measure:
        given = {name: getattr(options, name) for name in ("seed", "steps", "minutes", "without")}
        runs = options.average
        model = average(runs) if runs else train(options.data, options.out, **given)
        export(model, options.model, options.out)
    from qa.training.measure_reader import measure

    measure(options.data, options.model, options.out)


if __name__ == "__main__":
    main()
