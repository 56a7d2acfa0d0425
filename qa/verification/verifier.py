"""Statements against the passages they cite: is what is said borne out, and if not, what differs.

Two witnesses are heard. Figures are compared with the cited text by rules. Whether the rest is
borne out is asked of a judge, a chat model that sees statement and passage alone. Without one the
wording decides: names, words put for others, and whether the passage speaks of it at all.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import exp
from pathlib import Path
from textwrap import shorten

from qa.answer import Usage, Verdict
from qa.verification.figures import check_figures, check_places, in_words_of, working_of
from qa.verification.judge import Judge, Judgement, Pair
from qa.verification.parsing import Case, key_of, read_case
from qa.verification.wording import check_wording, check_words

FILE = Path(__file__).parent / "verification.json"
REMEMBERED = 4096  # judgements kept
LONGEST = 1_000  # characters of a statement: each of its slots is compared with all that are cited
SPOKEN_OF = 0.2  # share of its terms that a passage must have to speak of a statement at all
FEW = 2  # and how many at least, or all that it has
HINTED = 0.6  # share from which another passage is said to bear it out
LONGEST_PASSAGE = 6_000  # characters that a judge is shown
QUOTED = 160  # characters of the passage told beside a doubt
PENDING = "not checked yet"
NOT_SAID = "the cited passage does not say this"


@dataclass(frozen=True, slots=True)
class Source:
    """A cited passage: `label` as displayed, `text` with its heading."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of a check; `reason` says why it is unverified, or how its figures follow.

    `score` is higher the more likely the statement is supported; from 0.5 it is verified. `usage`
    is what the judge read and wrote for it.
    """

    verdict: Verdict
    reason: str | None
    score: float = 0.0
    usage: Usage = Usage()


def nearest_part(case: Case, text: str) -> str:
    """Return a text or, if it is long, its sentences that bear a statement."""
    if len(text) <= LONGEST_PASSAGE:
        return text
    return "\n".join(case.cited[i].text for i in sorted(case.bearing))[:LONGEST_PASSAGE]


class Verifier:
    """Checks statements against the passages they cite.

    >>> verifier = Verifier()
    >>> cited = [Source("[1]", "Exports rose by 8.8% in 2023.")]
    >>> verifier.verify("In 2023, exports grew 8.9 %.", cited).reason
    '8.9 % is not in the cited passage; it says 8.8%'
    """

    def __init__(self, judge: Judge | None = None) -> None:
        """Take who judges what figures do not tell, if anybody."""
        self.judge = judge
        self._judged: dict[Pair, Judgement] = {}
        self._scale: dict[str, float] = json.loads(FILE.read_text(encoding="utf-8"))["judge"]

    def verify(self, text: str, cited: Sequence[Source], others: Sequence[Source] = ()) -> Finding:
        """Check a statement (without markers) against the passages it cites.

        `others` are further passages; if one of them may support it, the reason says which.
        """
        finding = self.compare(text, cited, others)
        if finding.verdict == "verified" and self.judge:
            [finding] = self.ask_judge([(text, cited)])
        return finding

    def compare(self, text: str, cited: Sequence[Source], others: Sequence[Source] = ()) -> Finding:
        """Check what needs no judge: figures, and without one the wording."""
        fault, score = self._fault(text, cited) if cited else ("cites nothing", 0.0)
        if fault is None:
            working = working_of(read_case(text, [source.text for source in cited]))
            return Finding("verified", working, 0.5 + score / 2)
        for other in (o for o in others if all(o.text != c.text for c in cited)):
            against, held = self._fault(text, [other])
            if against is None and held >= HINTED:
                fault = f"{fault}; {other.label} may support it"
                break
        return Finding("unverified", fault, 0.4 * score)

    def ask_judge(self, statements: Sequence[tuple[str, Sequence[Source]]]) -> Iterator[Finding]:
        """Yield the judge's findings on statements that passed `compare`, as they come."""
        assert self.judge is not None
        cases = [read_case(text, [s.text for s in cited]) for text, cited in statements]
        pairs = [
            Pair(in_words_of(case), nearest_part(case, "\n\n".join(s.text for s in cited)))
            for case, (_, cited) in zip(cases, statements, strict=True)
        ]
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._judged]
        coming = self.judge.judge(new) if new else iter(())
        for case, pair in zip(cases, pairs, strict=True):
            spent = Usage()
            while pair not in self._judged:
                found = next(coming)
                spent += found.usage
                if len(self._judged) >= REMEMBERED:
                    self._judged = {}
                self._judged[new.pop(0)] = found
            yield self._weigh(case, self._judged[pair], spent)

    def _weigh(self, case: Case, judgement: Judgement, spent: Usage) -> Finding:
        """Return the verdict of both checks."""
        assert self.judge is not None
        if judgement.supported is None:
            return Finding("unverified", judgement.reason, 0.0, spent)
        doubt = next(chain(check_words(case), check_places(case)), "")
        scale, margin = self._scale, judgement.margin
        if margin is None:
            margin = scale["at_its_word"] * (1 if judgement.supported else -1)
        weighed = margin + (scale["doubt"] if doubt else 0.0 if case.shared else scale["unsaid"])
        chance, least = 1 / (1 + exp(-weighed)), scale["threshold"]
        if chance >= least:
            score = 0.5 + (chance - least) / (1 - least) / 2
            return Finding("verified", working_of(case), score, spent)
        differs = judgement.reason or doubt
        nearest = shorten(case.best[0].text, QUOTED) if case.best else ""
        told = differs or (f"the cited passage says “{nearest}”" if nearest else NOT_SAID)
        unsure = chance >= scale["unsure"]
        says = "uncertain: check this" if unsure else f"{self.judge.label} finds it unsupported"
        return Finding("unverified", f"{says}; {told}", chance / least / 2, spent)

    def _fault(self, text: str, cited: Sequence[Source]) -> tuple[str | None, float]:
        """Return what is wrong with a statement, None if nothing, and the share of it held."""
        if len(text) > LONGEST:
            return f"has more than {LONGEST:,} characters, too many to be checked", 0.0
        case = read_case(text, [source.text for source in cited])
        fault = next(check_figures(case), None)
        figures = {key_of(q) for q in case.said.quantities}
        there = len(case.shared - figures) + len(figures)  # else they are the fault
        held = there / max(1, len(case.said.terms))
        if fault is None and not case.cited:  # of an empty text a judge says anything
            fault = NOT_SAID
        if fault is None and self.judge is None:
            fault = next(chain(check_places(case), check_wording(case)), None)
            few = there < min(FEW, len(case.said.terms))
            if fault is None and (held < SPOKEN_OF or few):
                fault = NOT_SAID
        return fault, held
