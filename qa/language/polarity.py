"""Closed-class words that negate or widen a statement: negations, "all", "always"."""

from collections.abc import Sequence

_NEGATIONS = frozenset(
    ["not", "no", "never", "neither", "nor", "none", "without", "cannot", "nothing", "nobody"]
    + ["nowhere", "hardly", "scarcely"]
)
_HEDGED = frozenset(["only", "more", "less", "fewer", "later", "lower", "higher", "greater"])
UNIVERSAL = frozenset(
    ["all", "every", "always", "whole", "entire", "everyone", "everything", "everywhere"]
    + ["whatever", "whenever", "wherever", "only", "solely", "exclusively"]
)

# of what may not be so
HEDGES = frozenset(
    ["may", "might", "could", "perhaps", "possibly", "probably", "likely", "expected", "expects"]
    + ["plans", "planned", "considering", "proposed", "hope", "hopes"]
)
MODALS = frozenset(  # and what a statement says in their place
    ["can", "should", "would", "seems", "appears", "expect", "plan", "considers", "potential"]
    + ["usually", "typically", "often", "sometimes", "allowed", "allows", "permitted", "permits"]
    + ["able", "entitled", "possible", "let", "lets"]
)


def count_denials(words: Sequence[str]) -> int:
    """Return the number of negations; "not only" and "no more than" do not count.

    >>> count_denials("it is not only old but cannot be opened".split())
    1
    """
    pairs = zip(words, [*words[1:], ""], strict=False)
    return sum(
        (word in _NEGATIONS or word.endswith("n't")) and following not in _HEDGED
        for word, following in pairs
    )
