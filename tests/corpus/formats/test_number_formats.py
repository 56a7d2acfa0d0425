"""Numbers and dates as spreadsheets show them."""

from datetime import date, datetime, time, timedelta

import pytest

from corpus.formats.office.number_formats import format_date, format_number, is_date_format


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.256, "0%", "26%"),
        (1, "0%", "100%"),
        (0.0525, "0.00%", "5.25%"),
        (1234567.5, "#,##0", "1,234,568"),
        (1234567, "#,##0,", "1,235"),
        (1234567, '0.0,,"M"', "1.2M"),
        (1234.5, '"£"#,##0.00', "£1,234.50"),
        (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
        (-1234, "#,##0_);(#,##0)", "(1,234)"),
        (-1234, '"$"#,##0;[Red]\\-"$"#,##0', "-$1,234"),
        (0, '#,##0;-#,##0;"–"', "–"),
        (-3, "0", "-3"),
        (-0.001, "0.0", "0.0"),
        (2.345, "0.00", "2.35"),
        (3, "0.##", "3"),
        (0.5, "# ?/?", "1/2"),
        (2.25, "# ??/??", "2 1/4"),
        (1500, "0.00E+00", "1.50E+03"),
        (5, '[<10]"few";"many"', "few"),
        (50, '[<10]"few";"many"', "many"),
        (7, "0000", "0007"),
        (3, '"Q"0', "Q3"),
        (12, '0" h"', "12 h"),
        (0.1 + 0.2, "General", "0.3"),
    ],
)
def test_numbers(value: float, code: str, shown: str) -> None:
    assert format_number(value, code) == shown


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (123456789, "000-00-0000", "123-45-6789"),
        (7, "000-00", "000-07"),
        (4155551234, "(###) ###-####", "(415) 555-1234"),
        (1234567, "# ##0", "1234 567"),
        (1234.5, "# ##0.00", "1 234.50"),
    ],
)
def test_digits_go_into_their_groups_from_the_right(value: int, code: str, shown: str) -> None:
    assert format_number(value, code) == shown


def test_a_number_in_a_cell_of_text_is_shown() -> None:
    assert format_number(4711, "@") == "4711"


@pytest.mark.parametrize("value", [1e30, 1e299, float("inf"), 10**400])
def test_no_number_is_too_large(value: float) -> None:
    assert format_number(value, "#,##0.00").startswith(("1", "inf"))


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (date(2023, 3, 5), "dd/mm/yyyy", "05/03/2023"),
        (date(2023, 3, 5), "d mmmm yyyy", "5 March 2023"),
        (date(2023, 3, 5), "mmm\\-yy", "Mar-23"),
        (date(2023, 3, 5), "dddd", "Sunday"),
        (datetime(2023, 3, 5, 16, 7), "yyyy-mm-dd hh:mm", "2023-03-05 16:07"),
        (time(16, 7), "h:mm AM/PM", "4:07 PM"),
        (timedelta(hours=30, minutes=5), "[h]:mm", "30:05"),
    ],
)
def test_dates(value: date | time | timedelta, code: str, shown: str) -> None:
    assert is_date_format(code)
    assert format_date(value, code) == shown
