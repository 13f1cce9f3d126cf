"""SPARQL text: what may be asked, where it goes wrong, and how values are put in. Knows nothing about stores.

A parameter is written `$name` in a query (a variable is written `?name`), and becomes an RDF term that the RDF
library itself has written, never a piece of text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lithograph.core.vocabulary import PREFIXES
from lithograph.ledger.errors import BadSparql, RefusedSparql

_TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n]*)
  | (?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
  | (?P<string>'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''|\"\"\"(?:(?:"|"")?(?:[^"\\]|\\.))*\"\"\"
      |'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*")
  | (?P<parameter>\$[A-Za-z_][A-Za-z0-9_]*)
  | (?P<variable>\?[A-Za-z_][\w]*)
  | (?P<name>(?:[A-Za-z][\w.\-]*)?:(?:[\w:%\-]|\\.|\.(?=[\w:%\-]))*)
  | (?P<blank>_:[\w.\-]+)
  | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
  | (?P<word>[A-Za-z]+)
  | (?P<space>\s+)
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
_ERROR = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a query and where it begins (line and column count from 1)."""

    kind: str
    text: str
    line: int
    column: int


def tokens(query: str) -> Iterator[Token]:
    """The pieces of a query in order; together they are the query."""
    line, column = 1, 1
    for match in _TOKEN.finditer(query):
        piece = match.group()
        yield Token(match.lastgroup or "other", piece, line, column)
        breaks = piece.count("\n")
        line, column = line + breaks, len(piece) - piece.rfind("\n") if breaks else column + len(piece)


def substituted(query: str, terms: Mapping[str, str]) -> str:
    """The query with each `$name` of `terms` replaced by its term; not so within a text, an IRI or a comment."""
    return "".join(
        terms[t.text[1:]] if t.kind == "parameter" and t.text[1:] in terms else t.text for t in tokens(query)
    )


def parameters_in(query: str) -> set[str]:
    """The names written `$name` in a query."""
    return {t.text[1:] for t in tokens(query) if t.kind == "parameter"}


def refuse_unsafe(query: str, place: str) -> None:
    """Raise RefusedSparql on an update or a SERVICE, BadSparql on an undeclared prefix or an empty query."""
    declared, form = set(PREFIXES), None
    sequence = [t for t in tokens(query) if t.kind not in ("comment", "space")]
    if not sequence:
        raise BadSparql(place, 1, 1, "it is empty")
    for before, token in zip([None, *sequence], sequence, strict=False):
        word = token.text.upper() if token.kind == "word" else ""
        if before is not None and before.text.upper() == "PREFIX" and token.kind == "name":
            declared.add(token.text.split(":", 1)[0])
            continue
        if word == "SERVICE" or (form is None and word in _UPDATES):
            raise RefusedSparql(place, token.line, token.column, word)
        if word in _FORMS:
            form = form or word
        if token.kind == "name" and form is not None:
            prefix = token.text.split(":", 1)[0]
            if prefix not in declared:
                known = ", ".join(sorted(declared))
                raise BadSparql(place, token.line, token.column, f"prefix {prefix!r} is not declared; known: {known}",
                                f"Add PREFIX {prefix}: <…> before the query.")  # fmt: skip


def syntax_error(error: SyntaxError, query: str, place: str) -> BadSparql:
    """The library's error with its line and column, in one short line."""
    match = _ERROR.match(str(error))
    if not match:
        return BadSparql(place, 1, 1, str(error))
    line, column = int(match.group(1)), int(match.group(2))
    lines = query.split("\n")
    rest = lines[line - 1][column - 1 :].strip() if line <= len(lines) else ""
    near = f"at {rest[:24]!r}" if rest else "at the end"
    wanted = " ".join(match.group(3).split())
    readable = wanted if "\\u" not in wanted and "[" not in wanted and len(wanted) < 90 else ""
    said = re.search(r"(The SELECT contains [^,\[]+\w)", wanted)
    return BadSparql(place, line, column, f"{near}: {said.group(1) if said else readable}".rstrip(": "))
