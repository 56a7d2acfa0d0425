import re
import time
from statistics import median

import pytest

from index.embedder import Embedder
from qa.language.quantities import quantities_of
from qa.verification.verifier import Finding, Source, Verifier
from tests.support.embedders import WordEmbedder
from tests.support.verification_cases import TEXTS

TRADE = Source(
    "[1]",
    "The import and export of cross-border e-commerce increased by 15.6%\n"
    "China's cross-border e-commerce import and export reached RMB 2.38 trillion in 2023, up 15.6%."
    " Specifically, exports amounted to RMB 1.83 trillion with an increase of 19.6%, while imports"
    " amounted to RMB 548.3 billion with an increase of 3.9%.",
)
REPORT = [Source(f"[{n}]", part) for n, part in enumerate(TEXTS["report"].split("\n\n"), 1)]


@pytest.fixture(scope="module")
def verifier(minilm: Embedder) -> Verifier:
    return Verifier(minilm.embed)


def reason(verifier: Verifier, text: str, *cited: Source) -> str:
    finding = verifier.verify(text, cited or [TRADE])
    assert finding.verdict == "unverified", text
    assert finding.reason
    return finding.reason


@pytest.mark.parametrize(
    "text",
    [
        "In 2023, China's cross-border e-commerce trade was worth RMB 2,380 billion.",
        "E-commerce exports rose 19.6 percent to RMB 1.83 trillion, and imports 3.9 per cent.",
        "Exports were about RMB 1.8 trillion.",
        "Imports came to nearly RMB 550 billion.",
        "Exports were over RMB 1.8 trillion.",
    ],
)
def test_other_ways_to_say_the_same_are_verified(verifier: Verifier, text: str) -> None:
    assert verifier.verify(text, [TRADE]) == Finding("verified", None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Exports rose by 19.7%.", "19.7% is not in the cited passage; it says 19.6%"),
        ("Exports amounted to RMB 1.83 billion.", "it says RMB 1.83 trillion"),
        ("Exports amounted to USD 1.83 trillion.", "USD 1.83 trillion is not in the cited passage"),
        ("Exports were over RMB 1.9 trillion.", "over RMB 1.9 trillion"),
        ("19.6% of exports increased.", "19.6% is a change, not a share"),
        ("Exports account for 19.6%.", "19.6% is a change, not a share"),
        ("In 2022, exports rose by 19.6%.", "2022 is not in the cited passage; it says 2023"),
        ("Exports rose 3.9% and imports rose 19.6%.", "the other way round"),
        ("Exports fell by 19.6%.", "says “increase”, not “fell”"),
        ("Imports reached RMB 1.83 trillion.", "RMB 1.83 trillion is said of something else"),
        ("E-commerce exports reached RMB 2.38 trillion.", "import and export"),
        ("Exports did not rise by 19.6%.", "does not say “not”"),
        ("All exports increased by 19.6%.", "“all” is more than the cited passage says"),
        ("The largest exports amounted to RMB 1.83 trillion.", "“largest” is more"),
        ("Germany's exports amounted to RMB 1.83 trillion.", "“Germany's” is not in the cited"),
        ("It is hard to live on ice.", "the cited passage does not say this"),
    ],
)
def test_what_is_not_borne_out_is_told_in_words(verifier: Verifier, text: str, said: str) -> None:
    assert said.removeprefix("over ") in reason(verifier, text)


@pytest.mark.parametrize(
    ("passage", "text", "said"),
    [
        ("release", "A fault reported by 1,340 corporate users was corrected.", "users"),
        ("council", "Spending on private schools rises by 5.4% to £212 million.", "schools"),
        ("council", "Lawyers' fees have tripled to £4.8 million.", "fees"),
        ("council", "6,200 pensioners signed a petition for the library.", "residents"),
        ("composer", "Hartwig wrote 214 children's songs.", "songs"),
        ("wheat", "Losses of phosphate to groundwater fell by 52%.", "nitrate"),
        ("wheat", "Pesticide use on the mixed plots was 45 kg per hectare lower.", "use"),
        ("trial", "Hospital admissions for kidney failure fell by 31%.", "failure"),
        ("report", "The waste treatment division accounted for 57% of revenue.", "treatment"),
        ("vaccine", "Rubella cases increased from 310 to 2,450.", "cases"),
    ],
)
def test_a_figure_of_one_thing_is_not_said_of_another(
    verifier: Verifier, passage: str, text: str, said: str
) -> None:
    figure = re.findall(r"[\d.,]*\d", text)[-1]
    cited = next(part for part in TEXTS[passage].split("\n\n") if figure in part)
    told = reason(verifier, text, Source("[1]", cited))
    assert f"is said of “{said}”, not of" in told


def test_a_change_whose_own_figures_go_the_other_way(verifier: Verifier) -> None:
    text = "Water treatment contributed 57% of revenue, down from 52% in 2021."
    assert reason(verifier, text, REPORT[2]) == "57% is not “down” from 52%"


def test_a_cause_that_the_passage_does_not_name(verifier: Verifier) -> None:
    text = "Exports amounted to RMB 1.83 trillion because of tax rebates."
    assert "tax" not in TRADE.text
    assert reason(verifier, text) == "the cited passage does not say “because”"


def test_more_than_the_passage_compares(verifier: Verifier) -> None:
    cited = Source("[1]", "Third, the office paid attention to the safety of food from abroad.")
    assert "does not say “more”" in reason(verifier, "The office paid more attention to it.", cited)
    bound = Source("[1]", "It imported more than RMB 5 trillion of ore and 2 trillion of cars.")
    assert "does not say “More”" in reason(verifier, "More cars were imported.", bound)
    grown = Source("[1]", "Third, the office paid increased attention to food safety.")
    said = "Third, the office paid more attention to food safety."
    assert verifier.verify(said, [grown]).verdict == "verified"


def test_a_thing_put_for_another_that_the_passage_speaks_of(verifier: Verifier) -> None:
    cited = Source(
        "[1]", "In 2023, China's import value has declined slightly. Consumer demand was strong."
    )
    assert "says “value” here" in reason(
        verifier, "In 2023, China's import demand has declined slightly.", cited
    )
    said = "In 2023, China's import bill has declined slightly."  # a word of its own
    assert verifier.verify(said, [cited]).verdict == "verified"


def test_a_statement_that_cites_nothing_says_who_bears_it_out(verifier: Verifier) -> None:
    text = "Net profit rose to $316 million."
    assert verifier.verify(text, []) == Finding("unverified", "cites nothing")
    assert verifier.verify(text, [], REPORT).reason == "cites nothing; [1] bears it out"
    told = verifier.verify(text, [REPORT[2]], REPORT).reason
    assert told
    assert told.endswith("; [1] bears it out")


def test_two_passages_bear_one_statement_together(verifier: Verifier) -> None:
    text = "Net profit rose to $316 million, and net debt fell by a quarter to $690 million."
    assert verifier.verify(text, [REPORT[0], REPORT[3]]).verdict == "verified"
    assert verifier.verify(text, [REPORT[0]]).verdict == "unverified"


@pytest.mark.parametrize("text", ["", "…", "—", "\n\n", "🙂", "a" * 5000, "1" * 400, "not " * 300])
def test_odd_texts_are_checked_without_an_error(verifier: Verifier, text: str) -> None:
    assert verifier.verify(text, [TRADE, Source("[2]", text)], [Source("[3]", "")]).verdict in (
        "verified",
        "unverified",
    )
    assert verifier.verify("Exports rose.", [Source("[1]", text)]).verdict == "unverified"


def test_what_was_embedded_is_not_embedded_again(words: WordEmbedder) -> None:
    verifier = Verifier(words.embed)
    verifier.verify("Exports rose by 19.6%.", [TRADE])
    first = len(words.embedded)
    verifier.verify("Exports rose by 19.6%.", [TRADE])
    assert len(words.embedded) == first > 0


def test_a_statement_is_checked_in_twenty_milliseconds(minilm: Embedder) -> None:
    verifier = Verifier(minilm.embed)
    seconds = []
    for _ in range(3):
        for source in REPORT:
            for text in source.text.split(". "):
                start = time.process_time()
                verifier.verify(text, [source])
                seconds.append(time.process_time() - start)
    assert median(seconds) < 0.02


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2,161,000 cars", "2.161 million cars"),
        ("56.6 %", "56.6 percent"),
        ("two-thirds", "two out of three"),
        ("90 minutes", "1.5 hours"),
        ("4.218 million tons", "4,218,000 tonnes"),
        ("$5m", "5 million dollars"),
        ("12 January 2024", "January 12, 2024"),
        ("2024-01-12", "Jan. 12, 2024"),
        ("the third quarter", "Q3"),
        ("a five-year plan", "five years"),
        ("more than half", "over 50 %"),
        ("two hundred and five", "205"),
        ("2.3 and 2 %", "2.3% and 2%"),
        ("about 6.4 trillion", "6.41 trillion"),
        ("at most 3 %", "3%"),
    ],
)
def test_figures_are_equal_however_they_are_written(one: str, other: str) -> None:
    ours, theirs = quantities_of(one), quantities_of(other)
    assert ours
    assert all(any(a.borne_out_by(b) for b in theirs) for a in ours)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RMB 6.41 trillion", "RMB 6.41 billion"),
        ("56.6%", "5.66%"),
        ("1.7 %", "1.7 percentage points"),
        ("RMB 5", "$5"),
        ("5 days", "5 weeks"),
        ("in May", "in March"),
        ("6.4 trillion", "6.41 trillion"),
        ("about 6.5 trillion", "6.41 trillion"),
        ("over 80%", "nearly 80%"),
        ("over 7 million", "6.41 million"),
        ("3% a month", "3% a year"),
        ("the 18th century", "the 19th century"),
    ],
)
def test_figures_that_differ_do_not_bear_each_other_out(one: str, other: str) -> None:
    theirs = quantities_of(other)
    assert theirs
    assert not all(any(a.borne_out_by(b) for b in theirs) for a in quantities_of(one))
