"""Which axiom that went is which axiom that came, edited. Knows nothing about files, labels or words.

Only axioms of one kind about one thing are held against each other. The cost of an edit counts what was put for
something else (in thousandths of a term); of all ways to pair them that of the least total cost is taken, by the
Hungarian method (Kuhn 1955), and the same axioms always give the same pairs.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from lithograph.ontology.axioms import SYMMETRIC_KINDS, Axiom, Expression
from lithograph.ontology.terms import Term, is_iri, is_literal, literal_parts

TERM = 1000
"""The cost of one term put for another."""
MOST = 80
"""Axioms of one kind about one thing, above which none is paired: they are told as gone and come."""
_NEVER = 1 << 40
_FAMILIES = (("SomeValuesFrom", "AllValuesFrom"), ("MinCardinality", "MaxCardinality", "ExactCardinality"),
             ("IntersectionOf", "UnionOf"))  # fmt: skip
"""Constructs that an editor changes into each other, with their operands kept."""
_ALONE = frozenset({"Declaration"})
"""Kinds that are never edited: another declaration is another entity."""


def pairs(went: Iterable[Axiom], came: Iterable[Axiom]) -> list[tuple[Axiom, Axiom]]:
    """(old, new) of every axiom that was edited, sorted by the old one's text."""
    groups: dict[tuple[str, ...], tuple[list[Axiom], list[Axiom]]] = defaultdict(lambda: ([], []))
    for side, axioms in enumerate((went, came)):
        for axiom in axioms:
            if axiom.kind not in _ALONE:
                for key in _about(axiom):
                    groups[key][side].append(axiom)
    out: dict[str, tuple[Axiom, Axiom]] = {}
    taken: set[str] = set()
    for _, (old, new) in sorted(groups.items(), key=lambda item: item[0]):
        left = sorted((a for a in old if a.text not in out), key=lambda a: a.text)
        right = sorted((a for a in new if a.text not in taken), key=lambda a: a.text)
        if left and right and max(len(left), len(right)) <= MOST:
            for a, b in _matched(left, right):
                out[a.text] = (a, b)
                taken.add(b.text)
    return [out[text] for text in sorted(out)]


def _about(axiom: Axiom) -> Iterator[tuple[str, ...]]:
    """What an axiom is about: its subject; each named operand where its operands are a set."""
    if axiom.kind in SYMMETRIC_KINDS:
        yield from ((axiom.kind, term) for term in axiom.operands if isinstance(term, str))
    elif axiom.kind == "AnnotationAssertion":
        yield (axiom.kind, str(axiom.operands[1]), str(axiom.operands[0]))
    elif axiom.kind.endswith("Assertion"):
        yield (axiom.kind, str(axiom.operands[1]))
    else:
        yield (axiom.kind, str(axiom.operands[_subject(axiom)]))


def _subject(axiom: Axiom) -> int:
    """The place of what an axiom is about: the first name among its operands (the last of a chain's two)."""
    return next((i for i, operand in enumerate(axiom.operands) if isinstance(operand, str)), 0)


def _matched(left: Sequence[Axiom], right: Sequence[Axiom]) -> list[tuple[Axiom, Axiom]]:
    """The cheapest pairing of two lists; a pair that shares nothing but its subject is no edit."""
    costs = [[_edit(a, b) for b in right] for a in left]
    return [(left[i], right[j]) for i, j in assigned(costs) if costs[i][j] < _NEVER]


def _edit(old: Axiom, new: Axiom) -> int:
    """What it costs to make one axiom the other; _NEVER where it would be another axiom."""
    if old.kind in SYMMETRIC_KINDS:
        bare = len(old.operands) == len(new.operands) == 2 and all(map(_is_bare, (*old.operands, *new.operands)))
        if len(set(_leaves(old.operands)) & set(_leaves(new.operands))) < (1 if bare else 2):
            return _NEVER
    elif len(old.operands) == len(new.operands) == 2:
        place = 0 if old.kind == "ClassAssertion" else 1 - _subject(old)
        one, other = old.operands[place], new.operands[place]
        if _is_bare(one) and _is_bare(other):
            return _apart(one, other) if _alike(one, other) else _NEVER
        if not (set(_leaves(one)) & set(_leaves(other))):
            return _NEVER
    elif old.kind == "AnnotationAssertion":
        one, other = old.operands[2], new.operands[2]
        return _apart(one, other) if _alike(one, other) else _NEVER
    elif len(set(_leaves(old.operands)) & set(_leaves(new.operands))) < 2:
        return _NEVER
    return _apart((old.kind, *old.operands), (new.kind, *new.operands))


def _is_bare(expression: Expression) -> bool:
    return not isinstance(expression, tuple)


def _alike(one: Expression, other: Expression) -> bool:
    """Whether one bare operand may have been put for the other: names, or texts of one language or of one wording."""
    if not (isinstance(one, str) and isinstance(other, str)) or is_iri(one) != is_iri(other):
        return False
    if not (is_literal(one) and is_literal(other)):
        return True
    (text, language, _), (new_text, new_language, _) = literal_parts(one), literal_parts(other)
    return language == new_language or text == new_text


def _apart(one: Expression, other: Expression) -> int:
    """How far two expressions are apart, in thousandths of a term."""
    if one == other:
        return 0
    if isinstance(one, tuple) and isinstance(other, tuple):
        head = _heads(str(one[0]), str(other[0]))
        if head is None:
            return _size(one) + _size(other)
        if one[0] in SYMMETRIC_KINDS:
            return head + _apart_as_sets(one[1:], other[1:])
        rest = sum(_apart(a, b) for a, b in zip(one[1:], other[1:], strict=False))
        longer = one if len(one) > len(other) else other
        return head + rest + sum(map(_size, longer[min(len(one), len(other)) :]))
    if isinstance(one, tuple) or isinstance(other, tuple):
        return _size(one) + _size(other)
    if isinstance(one, str) and isinstance(other, str) and is_literal(one) and is_literal(other):
        (text, language, _), (new_text, new_language, _) = literal_parts(one), literal_parts(other)
        alike = difflib.SequenceMatcher(None, text[:400], new_text[:400], autojunk=False).ratio()
        return 1 + round(TERM * (1 - alike)) + (TERM if language != new_language else 0)
    return TERM


def _apart_as_sets(one: Sequence[Expression], other: Sequence[Expression]) -> int:
    left, right = [e for e in one if e not in other], [e for e in other if e not in one]
    if not left or not right or max(len(left), len(right)) > MOST:
        return sum(map(_size, left)) + sum(map(_size, right))
    costs = [[min(_apart(a, b), _size(a) + _size(b)) for b in right] for a in left]
    pairing = assigned(costs)
    alone = [left[i] for i in range(len(left)) if i not in {i for i, _ in pairing}]
    alone += [right[j] for j in range(len(right)) if j not in {j for _, j in pairing}]
    return sum(costs[i][j] for i, j in pairing) + sum(map(_size, alone))


def _heads(one: str, other: str) -> int | None:
    if one == other:
        return 0
    bare = [head.removeprefix("Object").removeprefix("Data") for head in (one, other)]
    return TERM if any(bare[0] in family and bare[1] in family for family in _FAMILIES) else None


def _size(expression: Expression) -> int:
    return TERM if not isinstance(expression, tuple) else TERM + sum(map(_size, expression[1:]))


def _leaves(expression: Expression | tuple[Expression, ...]) -> Iterator[Term]:
    if isinstance(expression, str):
        yield expression
    elif isinstance(expression, tuple):
        first = 1 if expression and isinstance(expression[0], str) and _is_head(expression[0]) else 0
        for part in expression[first:]:
            yield from _leaves(part)


def _is_head(word: str) -> bool:
    return word == "" or word.isalpha()


def assigned(costs: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """The pairs (row, column) of least total cost, as many as the shorter side has, sorted.

    >>> assigned([[4, 1], [2, 3]])
    [(0, 1), (1, 0)]
    """
    if len(costs) > len(costs[0]):
        return sorted((i, j) for j, i in assigned([list(column) for column in zip(*costs, strict=True)]))
    rows, columns = len(costs), len(costs[0])
    of_row, of_column, owner, way = [0] * (rows + 1), [0] * (columns + 1), [0] * (columns + 1), [0] * (columns + 1)
    for row in range(1, rows + 1):
        owner[0], column = row, 0
        least, seen = [_NEVER * 1024] * (columns + 1), [False] * (columns + 1)
        while True:
            seen[column], here, step, following = True, owner[column], _NEVER * 1024, 0
            for j in range(1, columns + 1):
                if not seen[j]:
                    rest = costs[here - 1][j - 1] - of_row[here] - of_column[j]
                    if rest < least[j]:
                        least[j], way[j] = rest, column
                    if least[j] < step:
                        step, following = least[j], j
            for j in range(columns + 1):
                if seen[j]:
                    of_row[owner[j]] += step
                    of_column[j] -= step
                else:
                    least[j] -= step
            column = following
            if owner[column] == 0:
                break
        while column:
            owner[column], column = owner[way[column]], way[column]
    return sorted((owner[j] - 1, j - 1) for j in range(1, columns + 1) if owner[j])
