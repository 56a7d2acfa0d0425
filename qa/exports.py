"""A conversation as a file: Markdown, HTML or JSON, every statement with its footnote."""

import json
import re
from collections.abc import Sequence
from typing import Any

from jinja2 import Environment

from qa.answer import Citation
from qa.footnotes import as_markdown as answer_as_markdown
from qa.footnotes import escaped, place_of
from qa.history import Exchange

_MARK = re.compile(r"(?<!\\)\[\^(\d+)\]")  # of one answer; in a conversation all differ
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{{ title }}</title>
<style>:root { color-scheme: light dark } body { font: 17px/1.6 Georgia, serif; max-width: 44rem;
margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere } blockquote { margin: .2rem 0 }
small, cite { opacity: .8 }</style></head><body><main><h1>{{ title }}</h1>
{% for e in exchanges %}{% set q = loop.index %}
<section><h2>{{ e.question }}</h2>
{% if not e.answer %}<p>{{ e.error or "Not answered yet." }}</p>
{% else %}{% if e.answer.fallback %}<p><small>{{ e.answer.fallback }}</small></p>{% endif %}
<p>{% for s in e.answer.statements %}{{ s.text }}{% for n in s.citations %}\
<sup><a href="#q{{ q }}-{{ n }}">[{{ n }}]</a></sup>{% endfor %}\
{% if s.verdict != "verified" %} <small>(unverified{% if s.reason %}: {{ s.reason }}{% endif %})\
</small>{% endif %} {% else %}{{ e.answer.answer }}{% endfor %}</p>
{% if e.answer.stopped %}<p><small>Stopped here.</small></p>{% endif %}
<ol>{% for c in e.answer.citations %}<li id="q{{ q }}-{{ c.n }}"><blockquote>{{ c.quote }}\
</blockquote><cite>{{ c|place }}</cite></li>{% endfor %}</ol>{% endif %}</section>
{% endfor %}</main></body></html>
"""


def place(citation: Citation) -> str:
    """Return where a citation stands, to the character."""
    return f"{place_of(citation)}, {citation.doc}, characters {citation.start}-{citation.end}"


def as_markdown(title: str, exchanges: Sequence[Exchange]) -> str:
    """Return a conversation as Markdown with footnotes."""
    parts = [f"# {escaped(title)}"]
    for q, exchange in enumerate(exchanges, 1):
        if exchange.answer:
            told = _MARK.sub(rf"[^{q}-\1]", answer_as_markdown(exchange.answer)).strip()
        else:
            said = exchange.error or "Not answered yet."
            told = f"{escaped(exchange.question)}\n\n{escaped(said)}"
        parts.append(f"## {told}")
    return "\n\n".join(parts) + "\n"


def as_html(title: str, exchanges: Sequence[Exchange]) -> str:
    """Return a conversation as a page that loads nothing."""
    environment = Environment(autoescape=True)
    environment.filters["place"] = place
    return environment.from_string(_PAGE).render(title=title, exchanges=exchanges)


def as_json(title: str, exchanges: Sequence[Exchange]) -> str:
    """Return a conversation as JSON: contract results, each with what a person thought of it."""
    kept: list[dict[str, Any]] = [
        {
            "question": e.question,
            "documents": list(e.docs),
            "result": e.answer.to_json() if e.answer else None,
            "error": e.error,
            "feedback": None if e.good is None else {"good": e.good, "reason": e.reason},
        }
        for e in exchanges
    ]
    return json.dumps({"title": title, "exchanges": kept}, ensure_ascii=False, indent=1)
