"""The unit that a table's title names for all of its figures: "in thousands", "EUR million"."""

import re
from collections.abc import Iterable, Sequence

from corpus.blocks import Cell

LONGEST = 160  # characters of a line that may name the unit of the table below it

CURRENCIES = (
    "AED|ARS|AUD|BGN|BRL|CAD|CHF|CLP|CNY|COP|CZK|DKK|EGP|EUR|GBP|HKD|HUF|IDR|ILS|INR|ISK|JPY|KES|"
    "KRW|MXN|MYR|NGN|NOK|NZD|PHP|PKR|PLN|RMB|RON|RUB|SAR|SEK|SGD|THB|TRY|TWD|UAH|USD|VND|XAF|XOF|ZAR"
)
_MONEY = (
    rf"(?:(?-i:{CURRENCIES})|(?:US|A|C|CA|HK|NZ|S|NT|R|AU)?\$|[€£¥₹₩₽₺₴₦₱₫₪฿]|Rs\.?|"
    r"(?:US |U\.S\. |Canadian |Australian |Swiss |pounds )?"
    r"(?:euros?|dollars?|pounds?|sterling|yen|yuan|renminbi|rupees?|francs?|kron[eo]r|crowns?|pesos?))"
)
_SCALE = (
    r"(?:hundreds?|thousands?|millions?|billions?|trillions?|lakhs?|crores?|milliers?|milliards?|"
    r"millones|Tausend|Tsd\.?|Mio\.?|Millionen|Mrd\.?|Milliarden|['’`]?000(?:['’]?s)?|mn|bn|tn|mill\.?)"
)
_SHORT = r"(?:m|k|bn|mn|tn)"  # of a scale, after money
_MEASURE = (
    r"(?:tonn?e?s|kilograms?|kg|kilomet(?:re|er)s?|km²?|mm|cm|"
    r"hectares?|ha|acres?|lit(?:re|er)s?|barrels?|[kMGT]Wh|[kMGT]W|[MGTP]J|Mtoe|ktoe|°C)"
)
_TIME = r"(?:days|weeks|months|years|hours|minutes|seconds)"  # a title of its own without "in"
_AMOUNT = (
    rf"(?:(?-i:[MTk](?:{CURRENCIES})|(?:{CURRENCIES})[mkM])|{_MONEY}\s?{_SHORT}|"
    rf"{_MONEY}(?: in)?[ -]?{_SCALE}|{_SCALE}(?: of| de)? (?:d['’])?{_MONEY}|{_SCALE}|{_MONEY})"
)
_SHARE = r"(?:%|‰|per ?cent|percent(?:ages?)?)"


def _unit(words: int) -> str:
    """Return the pattern of a unit, with at most `words` words for what is counted."""
    of = rf"(?: of (?:the )?[\w’'-]+(?: [\w’'-]+){{0,{words - 1}}})?"
    things = r"(?:persons|people|units|head|tons?)"
    return (
        rf"(?:(?:in|en) )?(?:{_AMOUNT}|{_SCALE} {things}|{_SCALE}{of}|{_SHARE}{of}|"
        rf"(?:{_SCALE} )?{_MEASURE})"
    )


_END = r"(?=\s*(?:$|[,;:.)\]]|(?:except|unless|and|or)\b))"
_WHOLE = re.compile(rf"[(\[]?\s*(?P<unit>{_unit(4)})\s*[)\]]?{_END}", re.IGNORECASE)
_BRACKETED = re.compile(rf"[(\[]\s*(?P<unit>{_unit(4)}|(?:in )?{_TIME}){_END}", re.IGNORECASE)
_TOLD = re.compile(rf"\b(?P<unit>(?:in|en) (?:{_unit(2)}|{_TIME})){_END}", re.IGNORECASE)
_NAMED = re.compile(
    r"\b(?:unit|units|unit of measure)\s*[:=]\s*(?P<unit>(?:(?![,.] )[^;]){1,40})", re.I
)
_AFTER = re.compile(rf"(?:[,;:]| [-–—|]) (?P<unit>{_unit(4)}|{_TIME})\s*[.)]?$", re.IGNORECASE)


def find_unit(text: str) -> str:
    """Return the unit named by a title or a line above a table, as printed; "" if none.

    >>> find_unit("Table 3: Exports by port (EUR million)")
    'EUR million'
    >>> find_unit("Amounts in thousands of euros, unless stated otherwise")
    'in thousands of euros'
    """
    if len(text) > LONGEST:
        return ""
    looks = (_WHOLE.match, _NAMED.search, _BRACKETED.search, _AFTER.search, _TOLD.search)
    return next((found["unit"].strip() for look in looks if (found := look(text))), "")


def unit_of_table(text: str, cells: Sequence[Cell], above: Iterable[str]) -> str:
    """Return the unit of a table's figures; "" where none is named.

    Args:
        text: of the table.
        cells: of the table, at their offsets in `text`.
        above: its caption and the lines above it, the nearest first.
    """
    width = max((cell.column + cell.column_span for cell in cells), default=0)
    for cell in cells:
        if cell.row > 1:
            break
        said = text[cell.start : cell.end]
        across = cell.column_span >= width > 1
        corner = cell.row == cell.column == 0 and cell.header and _WHOLE.fullmatch(said)
        if (across or corner) and (unit := find_unit(said)):
            return unit
    return next(filter(None, map(find_unit, above)), "")
