"""Names for anonymous individuals that do not depend on the order or syntax of the file.

An individual is named after what is said of it: colours are refined over the axioms it occurs in until they split no
further (a colour is a hash of those axioms). Individuals that stay alike and are joined to each other are told apart
by individualisation and refinement (the search behind canonical graph labelling), within a work cap; alike and
apart, they are interchangeable and only numbered. Knows nothing about files.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lithograph.core.identity import sha256_hex
from lithograph.ontology.axioms import Axiom, Expression
from lithograph.ontology.terms import Term, is_anonymous

KNOT_CAP = 40
"""Larger knots of look-alikes are numbered as they come: the exact search could take exponential time."""
LEAF_CAP = 200

Uses = Mapping[Term, Sequence[int]]
Colours = dict[Term, str]


def anonymous_in(axiom: Axiom) -> set[Term]:
    """The anonymous individuals of an axiom and its annotations."""
    return set(_anonymous([*axiom.operands, *(v for _, v in axiom.annotations)]))


def _anonymous(expressions: Iterable[Expression]) -> Iterable[Term]:
    for e in expressions:
        if isinstance(e, tuple):
            yield from _anonymous(e[1:])
        elif isinstance(e, str) and is_anonymous(e):
            yield e


def renamed(axiom: Axiom, names: Mapping[Term, Term]) -> Axiom:
    """The axiom with its anonymous individuals renamed."""

    def rename(e: Expression) -> Expression:
        if isinstance(e, tuple):
            return (e[0], *map(rename, e[1:]))
        return names.get(e, e) if isinstance(e, str) else e

    notes = tuple(sorted((p, names.get(v, v)) for p, v in axiom.annotations))
    return Axiom(axiom.kind, tuple(map(rename, axiom.operands)), notes)


def stable_names(axioms: Sequence[Axiom]) -> dict[Term, Term]:
    """Anonymous individual to its stable name; `axioms` are all that mention one."""
    members = [sorted(anonymous_in(axiom)) for axiom in axioms]
    uses: dict[Term, list[int]] = defaultdict(list)
    for i, found in enumerate(members):
        for node in found:
            uses[node].append(i)
    colours = _refined(axioms, members, uses, dict.fromkeys(uses, ""))
    if len(set(colours.values())) < len(colours):
        colours = _told_apart(axioms, members, uses, colours)
    return {node: f"_:{colour[:24]}" for node, colour in colours.items()}


def _text(axiom: Axiom, names: Mapping[Term, Term]) -> str:
    axiom = renamed(axiom, names)
    return "\n".join([axiom.text, *(f"{p} {v}" for p, v in axiom.annotations)])


def _refined(axioms: Sequence[Axiom], members: Sequence[Sequence[Term]], uses: Uses, colours: Colours) -> Colours:
    """Refine colours by the axioms the nodes occur in until the partition is stable."""
    parts = -1
    while True:
        said: dict[Term, list[str]] = {node: [] for node in uses}
        for axiom, found in zip(axioms, members, strict=True):
            names = {n: f"_:{colours[n]}" for n in found}
            for node in found:
                if node in said:
                    said[node].append(_text(axiom, {**names, node: "_:self"}))
        colours = {**colours, **{n: sha256_hex("\n".join([colours[n], *sorted(t)])) for n, t in said.items()}}
        before, parts = parts, len({colours[n] for n in uses})
        if parts in (before, len(uses)):
            return colours


def _told_apart(axioms: Sequence[Axiom], members: Sequence[Sequence[Term]], uses: Uses, colours: Colours) -> Colours:
    """Give different colours to nodes that share one."""
    count = Counter(colours.values())
    alike = sorted(n for n, c in colours.items() if count[c] > 1)
    results: list[tuple[str, dict[Term, str]]] = []
    for knot in _knots(alike, members, uses):
        entangled = len({colours[n] for n in knot}) < len(knot)
        chosen = {n: colours[n] for n in knot}
        certificate = "\n".join(sorted(chosen.values()))
        if entangled and len(knot) <= KNOT_CAP:
            certificate, chosen = _Search(axioms, members, uses, knot).best(colours)
        elif entangled:
            chosen = {n: sha256_hex(f"{c}\n{i}") for i, (n, c) in enumerate(chosen.items())}
        results.append((certificate, chosen))
    out = dict(colours)
    for number, (_, chosen) in enumerate(sorted(results, key=lambda r: r[0])):
        out.update({n: sha256_hex(f"{c}\n{number}") for n, c in chosen.items()})
    return out


def _knots(alike: list[Term], members: Sequence[Sequence[Term]], uses: Uses) -> list[list[Term]]:
    """Look-alikes, grouped by the axioms that join them."""
    left = set(alike)
    knots = []
    for start in alike:
        if start not in left:
            continue
        left.discard(start)
        knot, todo = [], [start]
        while todo:
            node = todo.pop()
            knot.append(node)
            for i in uses[node]:
                joined = [other for other in members[i] if other in left]
                left.difference_update(joined)
                todo.extend(joined)
        knots.append(sorted(knot))
    return knots


@dataclass(slots=True)
class _Search:
    """The least certificate over the ways of telling a knot's nodes apart."""

    axioms: Sequence[Axiom]
    members: Sequence[Sequence[Term]]
    uses: Uses
    knot: list[Term]
    leaves: int = 0

    def best(self, colours: Colours) -> tuple[str, dict[Term, str]]:
        """(certificate, colours of the knot): the same for isomorphic knots."""
        touched = sorted({i for n in self.knot for i in self.uses[n]})
        axioms, members = [self.axioms[i] for i in touched], [self.members[i] for i in touched]
        return self._descend(axioms, members, {n: self.uses[n] for n in self.knot}, colours)

    def _descend(
        self, axioms: Sequence[Axiom], members: Sequence[Sequence[Term]], uses: Uses, colours: Colours
    ) -> tuple[str, dict[Term, str]]:
        count = Counter(colours[n] for n in self.knot)
        twins = min((c for c, k in count.items() if k > 1), default=None)
        if twins is None:
            self.leaves += 1
            texts = (_text(a, {n: f"_:{colours[n]}" for n in found}) for a, found in zip(axioms, members, strict=True))
            return "\n".join(sorted(texts)), {n: colours[n] for n in self.knot}
        found: list[tuple[str, dict[Term, str]]] = []
        for node in self.knot:
            if colours[node] == twins and (not found or self.leaves < LEAF_CAP):
                marked = {**colours, node: sha256_hex(f"{twins}\n*")}
                found.append(self._descend(axioms, members, uses, _refined(axioms, members, uses, marked)))
        return min(found, key=lambda f: f[0])
