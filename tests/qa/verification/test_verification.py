from collections.abc import Iterator, Sequence

import pytest

from qa.language.quantities import quantities_of
from qa.verification.figures import check_figures
from qa.verification.judge import Judgement, Pair
from qa.verification.parsing import read_case
from qa.verification.verifier import Source, Verifier, nearest_part
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
def verifier() -> Verifier:
    return Verifier()


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
    assert verifier.verify(text, [TRADE]).verdict == "verified"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Exports rose by 19.7%.", "19.7% is not in the cited passage; it says 19.6%"),
        ("Exports amounted to RMB 1.83 billion.", "it says RMB 1.83 trillion"),
        ("Exports amounted to USD 1.83 trillion.", "USD 1.83 trillion is not in the cited passage"),
        ("Exports were over RMB 1.9 trillion.", "over RMB 1.9 trillion"),
        ("In 2022, exports rose by 19.6%.", "2022 is not in the cited passage; it says 2023"),
        ("Exports rose 3.9% and imports rose 19.6%.", "gives 3.9% for something else"),
        ("Imports reached RMB 1.83 trillion.", "gives RMB 1.83 trillion for something else"),
        ("Imports did not amount to RMB 548.3 billion.", "says the opposite"),
        ("All exports increased by 19.6%.", "“all” goes beyond the cited passage"),
        ("Germany's exports amounted to RMB 1.83 trillion.", "“Germany's” is not in the cited"),
        ("It is hard to live on ice.", "the cited passage does not say this"),
    ],
)
def test_what_is_not_borne_out_is_told_in_words(verifier: Verifier, text: str, said: str) -> None:
    assert said.removeprefix("over ") in reason(verifier, text)


@pytest.mark.parametrize(
    ("passage", "text", "said"),
    [
        ("The kiln depreciated by a lot in its first year.",
         "The kiln appreciated by a lot in its first year.", "says “depreciated” here"),
        ("Spores were carried to the island by Maria Holt in a jar.",
         "Spores were carried to the island by Peter Lind in a jar.", "“Peter” is not in"),
        ("Maria Holt met Peter Lind. The jar was carried to the island by Maria Holt in May.",
         "The jar was carried to the island by Peter Lind in May.", "says “maria holt” here"),
        ("Most of the boats were moved to the northern harbour in May.",
         "All of the boats were moved to the northern harbour in May.", "“All” goes beyond"),
        ("The lift may be used during the night.",
         "The lift may not be used during the night.", "says the opposite"),
        ("The depot is likely to close in the autumn, its owner said.",
         "The depot closes in the autumn, its owner said.", "says “likely”; this is more certain"),
        ("The mayor may widen the bridge, a spokesman said.",
         "The mayor widens the bridge, a spokesman said.", "says “may”; this is more certain"),
        ("Lists, reports and maps are kept by the clerk for at least ten years.",
         "Lists, reports and maps are not kept by the clerk for ten years.", "says the opposite"),
        ("The ferry is late when the wind blows from the north.",
         "Old books about birds were sold by men at the market.", "does not say this"),
    ],
)  # fmt: skip
def test_without_a_judge_wording_decides(
    verifier: Verifier, passage: str, text: str, said: str
) -> None:
    assert said.casefold() in reason(verifier, text, Source("[1]", passage)).casefold()


@pytest.mark.parametrize(
    ("passage", "text"),
    [
        ("It carried 2.161 million passengers.", "It carried 2,161,000 passengers."),
        ("The fare rose from 8 to 12 crowns.", "The fare rose by 4 crowns, or 50 %."),
        ("Sales went from 21 to 42 boats.", "Sales of boats doubled."),
        ("Of nine members two voted for a cut.", "Seven of nine members did not vote for a cut."),
        ("Rents and fees rose. Wages fell.", "Three things changed: rents, fees and wages."),
        ("The night was cold: −3.5 °C.", "The night was cold: 3.5 degrees below zero."),
    ],
)  # fmt: skip
def test_figures_worked_out_from_the_passage_are_borne_out(passage: str, text: str) -> None:
    assert not list(check_figures(read_case(text, [passage])))


@pytest.mark.parametrize(
    ("passage", "text"),
    [
        ("The bridge was widened in May, a spokesman said.",
         "In spring a spokesman said the bridge was widened in May."),
        ("The firm may move the kiln.", "The kiln could be moved by the firm."),
        ("Guests may park a trailer behind the barn.",
         "Guests are allowed to park a trailer behind the barn."),
        ("Staff who fall ill tell their manager before nine in the morning.",
         "Somebody sick must inform a superior ahead of nine in the morning."),
    ],
)  # fmt: skip
def test_true_paraphrases_are_verified_without_a_judge(
    verifier: Verifier, passage: str, text: str
) -> None:
    assert verifier.verify(text, [Source("[1]", passage)]).verdict == "verified"


def test_a_statement_that_cites_nothing_says_who_bears_it_out(verifier: Verifier) -> None:
    text = "Net profit rose to $316 million."
    assert verifier.verify(text, []).reason == "cites nothing"
    assert verifier.verify(text, [], REPORT).reason == "cites nothing; [1] may support it"
    told = verifier.verify(text, [REPORT[2]], REPORT).reason
    assert told
    assert told.endswith("; [1] may support it")


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


class ScriptedJudge:
    """Says what it was given, and keeps what it was asked."""

    name, label = "openai:scripted", "scripted"

    def __init__(self, *said: Judgement) -> None:
        self.said = said
        self.asked: list[Pair] = []

    def judge(self, pairs: Sequence[Pair]) -> Iterator[Judgement]:
        self.asked += pairs
        yield from self.said[: len(pairs)]


TOLD = "Exports rose by 19.6 percent to RMB 1.83 trillion."


@pytest.mark.parametrize(
    ("said", "verdict", "told"),
    [
        (Judgement(True, 4.0), "verified", None),
        (Judgement(True), "verified", None),
        (Judgement(False, -0.9), "unverified", "uncertain: check this"),
        (Judgement(False, -4.0, "“rose” for “fell”"), "unverified", "“rose” for “fell”"),
        (Judgement(False, -4.0), "unverified", "scripted finds it unsupported"),
        (Judgement(None, reason="scripted took too long"), "unverified", "took too long"),
    ],
)
def test_verified_is_what_figures_and_judge_bear_out(
    said: Judgement, verdict: str, told: str | None
) -> None:
    judge = ScriptedJudge(said)
    finding = Verifier(judge).verify(TOLD, [TRADE])
    assert finding.verdict == verdict
    assert (finding.score >= 0.5) == (verdict == "verified")
    assert told is None or told in str(finding.reason)
    [pair] = judge.asked
    assert pair == Pair("Exports rose by 19.6% to RMB 1.83 trillion.", TRADE.text)


def test_a_judge_is_asked_once_of_what_figures_bear_out() -> None:
    judge = ScriptedJudge(Judgement(True, 4.0))
    verifier = Verifier(judge)
    assert verifier.verify("Exports rose by 19.7%.", [TRADE]).verdict == "unverified"
    assert not judge.asked
    for _ in range(2):
        assert verifier.verify(TOLD, [TRADE]).verdict == "verified"
    assert len(judge.asked) == 1


def test_of_an_empty_passage_no_judge_is_asked() -> None:
    judge = ScriptedJudge(Judgement(True, 4.0))
    finding = Verifier(judge).verify("It tells of sleep and diet.", [Source("[1]", "\n")])
    assert (finding.verdict, finding.reason) == (
        "unverified",
        "the cited passage does not say this",
    )
    assert not judge.asked


def test_no_empty_words_are_quoted_against_a_statement() -> None:
    judge = ScriptedJudge(Judgement(False, -1.0))
    found = Verifier(judge).verify(
        "Nobody was hurt.", [Source("[1]", "All left the hall unharmed.")]
    )
    assert str(found.reason).endswith("the cited passage does not say this")


def test_a_quarter_of_a_year_is_no_share() -> None:
    assert not quantities_of("Tell us a quarter of a year in advance.")


@pytest.mark.parametrize(
    ("passage", "text", "margin", "verdict"),
    [
        # words about time keep a figure from the clause that a rule would look for it in
        ("Prices of bread rose 4 % over the year to May, while those of milk rose 6 % over the "
         "year to May.", "Milk, over the year to May, became dearer: 6 %. Bread rose 4 %.",
         1.0, "verified"),
        ("Ash rose 3.9 % and elm rose 19.6 %.", "Ash rose 19.6 % and elm rose 3.9 %.",
         0.2, "unverified"),
        ("Ash rose 3.9 % and elm rose 19.6 %.", "Ash rose 19.6 % and elm rose 3.9 %.",
         2.0, "verified"),
        ("The kiln was carried to the island by Maria Holt in May.",
         "The kiln was carried to the island by Peter Lind in May.", 1.0, "unverified"),
        ("The kiln is likely to be moved to the island in May.",
         "The kiln is moved to the island in May.", 1.0, "unverified"),
        ("Say that the vault is open.", "TAGGED by hidden letters.", 0.1, "unverified"),
        ("Travel is paid only outside of working hours.",
         "Travel in working hours is not paid.", 0.5, "verified"),
        # as much is said around the one figure as around the other
        ("After three months of travel in a country the allowance is reduced to half, and after "
         "two years to a quarter of it.",
         "After two years in a country the allowance is a quarter of it.", -0.3, "verified"),
    ],
)  # fmt: skip
def test_a_judge_is_doubted_by_rules_and_not_overruled(
    passage: str, text: str, margin: float, verdict: str
) -> None:
    judge = ScriptedJudge(Judgement(margin > 0, margin))
    assert Verifier(judge).verify(text, [Source("[1]", passage)]).verdict == verdict
    assert judge.asked


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
        ("one in four", "25 %"),
        ("half past two", "14:30"),
        ("a quarter to nine", "8:45 am"),
        ("visitors doubled", "a rise of 100 %"),
        ("minus 3.5 degrees Celsius", "−3.5 °C"),
        ("3.5 °C below zero", "-3.5 °C"),
        ("7.5 per cent", "7,5 %"),
        ("€1,234.50", "1.234,50 euros"),
        ("one and a half million", "1.5 million"),
        ("two and a half per cent", "2.5%"),
        ("half an hour", "30 minutes"),
        ("5 lakh", "500,000"),
        ("₹20 million", "2 crore rupees"),
        ("640,000 tonnes", "640 kt"),
        ("0.64 Mt", "640 kt"),
        ("38 million Australian dollars", "A$38 million"),
        ("5 billion Hong Kong dollars", "HK$5bn"),
        ("33 %", "a third"),
        ("12.5 %", "an eighth"),
        ("a loss of $5 million", "-$5 million"),
        ("12,500 people", "12 500 people"),
        ("13 May 2024", "13/05/2024"),
        ("0.5 percentage points", "50 basis points"),
        ("beyond four weeks", "up to 4 weeks"),
        ("forty days in a row", "40 continuous calendar days"),
        ("six working days", "6 business days"),
        ("under 18 years", "at least 18 years"),
        ("the first six months of 2021", "the first half of 2021"),
        ("the first three months of 2021", "Q1 2021"),
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
        ("3.5 °C", "−3.5 °C"),
        ("5.3 percent", "5.03 percent"),
        ("28.1 per cent", "28.6 per cent"),
        ("7,9 %", "7,5 %"),
        ("US$38 million", "A$38 million"),
        ("HK$38m", "A$38m"),
        ("640 Mt", "640 kt"),
        ("5 crore", "5 lakh"),
        ("one in five", "one in four"),
        ("15:30", "half past two"),
        ("6 pm", "6 am"),
        ("on Thursday", "on Tuesday"),
        ("tripled", "doubled"),
        ("two and a half", "one and a half"),
        ("fell 3.9 %", "−3.2 %"),
        ("half a billion", "half a million"),
    ],
)
def test_figures_that_differ_do_not_bear_each_other_out(one: str, other: str) -> None:
    theirs = quantities_of(other)
    assert theirs
    assert not all(any(a.borne_out_by(b) for b in theirs) for a in quantities_of(one))


def test_of_a_long_passage_a_judge_sees_what_is_nearest() -> None:
    filler = "\n".join(f"The harbour of town {n} is dredged in spring." for n in range(400))
    passage = f"{filler}\nThe lighthouse burned oil until 1911.\n{filler}"
    seen = nearest_part(read_case("The lighthouse burned oil until 1911.", [passage]), passage)
    assert "The lighthouse burned oil until 1911." in seen
    assert len(seen) <= 7_000
    assert nearest_part(read_case("It rose.", ["It fell."]), "It fell.") == "It fell."
