"""Structural strings read back to axioms: the inverse of `axioms.structural_string`. Knows nothing about documents.

A structural string is what the ledger keeps of an axiom: full IRIs, literals with N-Triples escapes, no prefixes.
"""

from __future__ import annotations

import re

from lithograph.ontology.axioms import Axiom, Expression

_TOKEN = re.compile(
    r"""\s*(?:(?P<close>\))
    |(?P<call>[A-Za-z]*)\(
    |<(?P<iri>[^>]*)>
    |(?P<literal>"(?:[^"\\]|\\.)*")(?:(?P<language>@[^\s()]+)|\^\^<(?P<datatype>[^>]*)>)?
    |(?P<number>\d+)(?=[\s)])
    |(?P<anonymous>_:[^\s()]+))""",
    re.VERBOSE | re.DOTALL,
)


def read_structural(text: str) -> Axiom:
    """The axiom that a structural string stands for, without annotations. Raises ValueError.

    >>> read_structural("SubClassOf(<http://e/A> ObjectMinCardinality(2 <http://e/r>))").operands[1]
    ('ObjectMinCardinality', 2, 'http://e/r')
    """
    stack: list[list[Expression]] = [[]]
    place = 0
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise ValueError(f"no structural string: {text[place : place + 40]!r}")
        place = found.end()
        if found["close"]:
            if len(stack) < 2:
                raise ValueError(f"one ')' too many: {text[:40]!r}")
            done = tuple(stack.pop())
            stack[-1].append(done)
        elif found["call"] is not None:
            stack.append([found["call"]])
        else:
            stack[-1].append(_leaf(found))
    whole = stack[0][0] if len(stack) == 1 and len(stack[0]) == 1 else None
    if not isinstance(whole, tuple):
        raise ValueError(f"no axiom: {text[:40]!r}")
    return Axiom(str(whole[0]), whole[1:])


def _leaf(found: re.Match[str]) -> Expression:
    if found["number"]:
        return int(found["number"])
    if found["iri"] is not None:
        return found["iri"]
    if found["anonymous"]:
        return found["anonymous"]
    return found["literal"] + (found["language"] or (f"^^{found['datatype']}" if found["datatype"] else ""))
