"""What cells are worth: numbers, dates and times as people write them; else only text."""

from datetime import date
from decimal import Decimal

import pytest

from qa.tables.values import (
    clock,
    comparable,
    range_of,
    slashed_order,
    unit_of,
    value_of,
    written,
)


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("3,410", "3410", ""), ("(2,086)", "-2086", ""), ("−14", "-14", ""), ("+7", "7", ""),
        ("€12.30", "12.30", "€"), ("(£905)", "-905", "£"), ("-$4", "-4", "$"),
        ("$ (6,540)", "-6540", "$"), ("£(12.5)", "-12.5", "£"), ("$ 910", "910", "$"),
        ("US$2.5bn", "2500000000", "US$"), ("18.4%", "18.4", "%"), ("7 m", "7", "m"),
        ("2.104,50", "2104.50", ""), ("61 022", "61022", ""), ("84*", "84", ""),
        ("12,34,567", "1234567", ""), ("3.5 kg", "3.5", "kg"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_written(text: str, number: str, unit: str) -> None:
    value = value_of(text)
    assert value.number == Decimal(number)
    assert value.unit == unit


@pytest.mark.parametrize(
    "text",
    [
        "K17",
        "$ (15",
        "($ (15))",
        "0044",
        "4 to 6",
        "=SUM(A1:A4)",
        "1+1",
        "see note 3",
        "12/13",
        "3 apples and 4",
        "9" * 40,
    ],
)
def test_what_is_no_number_stays_text(text: str) -> None:
    value = value_of(text)
    assert value.number is None
    assert not value.blank


@pytest.mark.parametrize("text", ["", " ", "-", "–", "n/a", "N/A", "none", "…", "TBC"])
def test_what_stands_for_nothing_is_blank(text: str) -> None:
    assert value_of(text).blank


def test_dates_and_times() -> None:
    assert value_of("4 May 2019").day == date(2019, 5, 4)
    assert value_of("2019-05-04").day == date(2019, 5, 4)
    assert value_of("May 2019").day == date(2019, 5, 1)
    assert value_of("31 February 2019").day is None
    assert value_of("1:02.50").number == Decimal("62.50")
    assert clock(Decimal("3662.5")) == "1:01:02.50"


def test_days_and_months_are_told_apart_by_the_column_or_not_at_all() -> None:
    assert slashed_order(["03/04/2021", "17/04/2021"]) == "dmy"
    assert slashed_order(["03/04/2021", "04/17/2021"]) == "mdy"
    assert slashed_order(["03/04/2021", "05/06/2021"]) == ""
    assert value_of("03/04/2021", "dmy").day == date(2021, 4, 3)
    assert value_of("03/04/2021").day is None


def test_values_are_brought_to_one_unit_or_not_compared() -> None:
    grams = comparable([value_of("2 kg"), value_of("350 g")])
    assert grams is not None
    assert [v.number for v in grams] == [Decimal(2000), Decimal(350)]
    assert comparable([value_of("2 kg"), value_of("3 m")]) is None
    assert comparable([value_of("0.5"), value_of("50 %")]) is None  # half a per cent, or half?
    assert comparable([value_of("4 May 2019"), value_of("7")]) is None


def test_numbers_are_told_with_their_unit() -> None:
    assert written(Decimal("-1204.5"), 2, "£") == "-£1,204.50"
    assert written(Decimal("8.849"), 1, "%") == "8.8%"
    assert written(Decimal("-0.001"), 1) == "0.0"
    assert unit_of("Harvest (t)") == "t"
    assert unit_of("Sales, €m") == "€m"
    assert unit_of("Sites (three)") == ""


def test_labels_that_are_ranges() -> None:
    two_to_five = range_of("Over 2 to 5 kg")
    assert two_to_five
    assert [two_to_five.holds(Decimal(n)) for n in (2, 3, 5, 6)] == [False, True, True, False]
    under = range_of("Under 18")
    assert under
    assert not under.holds(Decimal(18))
    assert range_of("Oversize, over 120 cm") is None
    assert range_of("Number 7") is None
