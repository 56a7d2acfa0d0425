"""Patterns of what chat models write around their statements: thoughts, sources, lists, code."""

import re

_THOUGHTS = "think|thinking|thoughts?|reasoning|reflection|scratchpad"
_OPENED = rf"<\|?(?:begin_of_)?(?:{_THOUGHTS})\|?>|◁(?:{_THOUGHTS})▷|\[(?:THINK|THINKING)\]"
_CLOSED = rf"<\|?(?:/|end_of_)(?:{_THOUGHTS})\|?>|◁/(?:{_THOUGHTS})▷|\[/(?:THINK|THINKING)\]"
THOUGHT = re.compile(rf"(?:{_OPENED}).*?(?:{_CLOSED}|$)", re.DOTALL)
THOUGHT_CLOSED = re.compile(_CLOSED)  # what stands before one that was not opened is thought, too
CITED_AS = (  # words within a marker, as in "[Source 1]", "[citation:1]" and "[ID: 1]"
    r"(?:passages?|sources?|citations?|cite|refs?|references?|id|docs?|documents?|chunks?)"
)
SOURCES_LINE = re.compile(
    r"\W*(?:(?:sources?|references|citations?)\W*:|(?:sources?|references)\W*$)(?P<listed>.*)",
    re.IGNORECASE,
)
LIST_SIGN = re.compile(r"^(?:[-*+•–‣·▪]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+(?=\S)")
HEADING = re.compile(r"^#{1,6}\s")
FENCE = re.compile(r"^(?:```|~~~)")
TABLE_ROW = re.compile(r"^\|.*\|$")
TABLE_RULE = re.compile(r"^\|[\s:|-]+\|$")
FIRST_INLINE = re.compile(r":\s(?=\(?1[.)]\s)")  # "four highlights: 1. Exports rose. 2. …"
NEXT_INLINE = re.compile(r"\s(?=\(?(\d{1,2})[.)]\s)")
