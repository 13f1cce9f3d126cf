"""The functional-style syntax of OWL 2 (https://www.w3.org/TR/owl2-syntax/), read to written axioms.

Forgiving: a prefix that everyone knows need not be declared, and that is said. Knows nothing about RDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from lithograph.ontology.structural import AXIOMS, Written, typed_literal
from lithograph.ontology.written import SyntaxProblem, WrittenOntology

_TOKEN = re.compile(
    r"""(?P<space>(?:\s+|\#[^\n]*)+)
    |(?P<open>\()|(?P<close>\))
    |(?P<iri><[^>\n]*>)
    |(?P<string>"(?:[^"\\]|\\.)*")(?:@(?P<language>[A-Za-z0-9-]+)|\^\^(?P<datatype><[^>\n]*>|[^\s()"<>]+))?
    |(?P<name>[^\s()"<>]+)""",
    re.VERBOSE | re.DOTALL,
)
_PREFIX = re.compile(r"(?:\s|#[^\n]*\n)*Prefix\s*\(\s*([^\s=(]*?):?\s*=\s*<([^>\n]*)>\s*\)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def read_functional(text: str, base: str) -> WrittenOntology:
    """Read a document. Raises SyntaxProblem."""
    out = WrittenOntology()
    place = 0
    while found := _PREFIX.match(text, place):
        name, iri = found.groups()
        if out.prefixes.get(name, iri) != iri:
            out.mended.append(f"the prefix {name}: is declared twice, the last one counts")
        out.prefixes[name] = iri
        place = found.end()
    reader = _Reader(text, place, base, out)
    reader.document()
    return out


class _Reader:
    """A recursive reader over the tokens of one document."""

    def __init__(self, text: str, place: int, base: str, out: WrittenOntology) -> None:
        self.text, self.base, self.out = text, base, out
        self._tokens = self._scan(place)
        self._ahead: re.Match[str] | None = None
        self._counted = (0, 1)

    def _scan(self, place: int) -> Iterator[re.Match[str]]:
        while place < len(self.text):
            found = _TOKEN.match(self.text, place)
            if found is None:
                raise SyntaxProblem(self._line(place), f"{self.text[place : place + 20]!r} is not understood")
            place = found.end()
            if found.lastgroup != "space":
                yield found

    def _line(self, place: int) -> int:
        """The line of a place, counted from the one asked for before: a count from the start is quadratic."""
        before, line = self._counted if self._counted[0] <= place else (0, 1)
        line += self.text.count("\n", before, place)
        self._counted = place, line
        return line

    def _peek(self) -> re.Match[str] | None:
        if self._ahead is None:
            self._ahead = next(self._tokens, None)
        return self._ahead

    def _next(self) -> re.Match[str]:
        found = self._peek()
        if found is None:
            raise SyntaxProblem(self._line(len(self.text)), "the document ends before its last ')'")
        self._ahead = None
        return found

    def document(self) -> None:
        """`Ontology( [IRI [version IRI]] imports annotations axioms )`."""
        head = self._next()
        if head.group() != "Ontology":
            raise SyntaxProblem(self._line(head.start()), f"'Ontology(' is due, not {head.group()!r}")
        self._open("Ontology")
        names = []
        while (found := self._peek()) and found.lastgroup in ("iri", "name") and not self._is_call(found):
            names.append(str(self._atom(self._next())))
        self.out.iri, self.out.version_iri = ([*names, None, None])[:2]
        while (found := self._peek()) is not None and found.lastgroup != "close":
            line = self._line(found.start())
            item = self.item()
            if not isinstance(item, tuple):
                raise SyntaxProblem(line, f"an axiom is due, not {item}")
            self.out.take(item, line, AXIOMS)
        self._next()

    def _is_call(self, found: re.Match[str]) -> bool:
        after = _TOKEN.match(self.text, found.end())
        if after is not None and after.lastgroup == "space":
            after = _TOKEN.match(self.text, after.end())
        return after is not None and after.lastgroup == "open"

    def _open(self, head: str) -> None:
        found = self._next()
        if found.lastgroup != "open":
            raise SyntaxProblem(self._line(found.start()), f"'(' is due after {head}")

    def item(self) -> Written:
        """A call with its operands, a bare list, or an atom."""
        found = self._next()
        if found.lastgroup == "open":
            return self._operands("")
        if found.lastgroup == "close":
            raise SyntaxProblem(self._line(found.start()), "')' stands where something is due")
        ahead = self._peek()
        call = found.lastgroup == "name" and ":" not in found.group()
        if call and ahead is not None and ahead.lastgroup == "open":
            self._next()
            return self._operands(found.group())
        return self._atom(found)

    def _operands(self, head: str) -> tuple[Written, ...]:
        operands: list[Written] = [head]
        while (found := self._peek()) is None or found.lastgroup != "close":
            operands.append(self.item())
        self._next()
        return tuple(operands)

    def _atom(self, found: re.Match[str]) -> Written:
        text = found.group()
        if found.lastgroup == "iri":
            return self._iri(text[1:-1])
        if found.group("string"):
            lexical = _ESCAPED.sub(r"\1", found.group("string")[1:-1])
            datatype = found.group("datatype")
            if datatype:
                datatype = self._iri(datatype[1:-1]) if datatype[0] == "<" else self._name(datatype, found)
            return typed_literal(lexical, found.group("language"), datatype)
        if text.startswith("_:"):
            return text
        return int(text) if text.isdecimal() else self._name(text, found)

    def _name(self, name: str, found: re.Match[str]) -> str:
        return self.out.expanded(name, self._line(found.start()))

    def _iri(self, iri: str) -> str:
        return iri if _SCHEME.match(iri) or iri.startswith("_:") else urljoin(self.base, iri)
