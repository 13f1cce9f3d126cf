"""Questions of two answers, made of two true claims: which of two things completes the one, which the other.

A is to B as C is to what; what settles this paradox; what a symbol stands for; which value is on record. The objects
of the two claims are the options of both questions, and that each does not fit the other's subject has been judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import Kind, Quantifier, Truth
from lithograph.probes.draft import Draft, Option
from lithograph.probes.ground import Ground
from lithograph.probes.status import Judged, ends, placed
from lithograph.probes.swaps import Swap, crossed
from lithograph.reason.judged import ClaimKey, known_keys
from lithograph.reason.patterns import ClaimIndex
from lithograph.scenes.as_yaml import standard_scenes
from lithograph.scenes.matching import find_instances

RELATIONS = (("resolver", "paradox", "resolvedBy"), ("meaning", "symbol", "symbolises"),
             ("counterpart", "analogy", "analogousTo"))  # fmt: skip
"""Kind of question, its axis, and the relation of the vocabulary that it asks about."""
ANALOGY, VALUE = "analogy", "value"
LOOK = 24
"""How many partners of a claim are looked at."""


def picks_of(ground: Ground, most: int) -> list[Swap]:
    """The pairs of claims to be judged, `most` of each kind, split and part; `style` is the kind."""
    known = known_keys(ground.graph)
    out: list[Swap] = []
    for kind, axis, rows, sources in _offered(ground):
        cells: dict[tuple[str, str], list[int]] = {}
        for i, row in enumerate(rows):
            behind = [row, *((sources[i],) if sources else ())]
            split, part = ground.split_of(behind), ground.part_of(behind)
            if split is not None and part is not None and split != "transfer" and ground.role[row] == 0:
                cells.setdefault((split, part), []).append(i)
        for (split, part), places in sorted(cells.items()):
            out += _paired(ground, (kind, axis, split, part), places, rows, sources, known, most)
    return out


def _offered(ground: Ground) -> Iterator[tuple[str, str, list[int], list[int]]]:
    """Kinds with their axis, their true claims, and of an analogy the claims that these answer to."""
    graph, ids = ground.graph, ground.graph.ontology.terms
    said = (graph.truth == Truth.ASSERTED) & ~graph.negated & ground.sayable
    for kind, axis, name in RELATIONS:
        relation = ids.id(v.LITHO + name)
        yield kind, axis, np.flatnonzero(said & (graph.relation == relation)).tolist(), []
    literal = (graph.kinds[graph.object] & Kind.LITERAL) > 0
    data = (graph.kinds[graph.relation] & Kind.DATA_PROPERTY) > 0
    values = said & literal & data & (graph.quantifier == Quantifier.INDIVIDUAL)
    yield VALUE, "quantity", np.flatnonzero(values).tolist(), []
    scene = next(scene for scene in standard_scenes() if scene.name == "Mapping")
    found = find_instances(graph, scene, ClaimIndex.of(graph), ground.unspoken)
    pairs = {}
    for i in range(len(found)):
        kept, answered = found.facts["kept"].row(i).tolist(), found.facts["counterparts"].row(i).tolist()
        pairs.update({row: source for source, row in zip(kept, answered, strict=True)
                      if ground.sayable[row] and ground.sayable[source]})  # fmt: skip
    yield ANALOGY, "analogy", sorted(pairs), [pairs[row] for row in sorted(pairs)]


def _paired(
    ground: Ground, cell: tuple[str, str, str, str], places: Sequence[int], rows: Sequence[int],
    sources: Sequence[int], known: set[ClaimKey], most: int,
) -> list[Swap]:  # fmt: skip
    kind, axis, split, part = cell
    place_of = {rows[i]: i for i in places}
    left = ground.by_hash(place_of, " ".join(cell))
    out: list[Swap] = []
    while left and len(out) < most:
        row = left.pop(0)
        key = ground.key(row)
        for other in left[:LOOK]:
            mate = ground.key(other)
            keys = crossed(key, mate)
            alike = kind != VALUE or mate.relation == key.relation
            fresh = not any(k in known for k in keys)  # in question elsewhere: another probe's
            if alike and fresh and len({key.subject, key.object, mate.subject, mate.object}) == 4:
                source = (sources[place_of[row]], sources[place_of[other]]) if sources else ()
                out.append(Swap(kind, axis, split, part, (row, other), keys, source))
                left.remove(other)
                break
    return out


def pick_drafts(ground: Ground, judged: Iterable[Judged]) -> Iterator[Draft]:
    """Two questions of each judged pair."""
    for one in judged:
        group = ground.group(one.swap.name(ground))
        for place, (row, wrong) in enumerate(zip(one.swap.rows, one.made, strict=True)):
            yield _pick(ground, one.swap, group, place, row, wrong)


def _pick(ground: Ground, swap: Swap, group: str, place: int, row: int, wrong: int) -> Draft:
    graph = ground.graph
    order = placed(ground, row, [wrong], group)
    subject, obj = ends(ground, row)
    roles = {"subject": subject}
    if swap.source:
        source = swap.source[place]
        roles |= {"left": int(graph.subject[source]), "leftPart": int(graph.object[source])}
    named = swap.style != VALUE
    options = tuple(Option("term", (int(graph.object[r]),)) if named else Option("claim", (r,)) for r in order)
    computed = bool(swap.source)
    keys = (row, *((swap.source[place],) if swap.source else ()))
    depth = max(int(graph.depth[r]) for r in keys) + computed
    truth = "computed" if computed else Truth(int(graph.truth[row])).name.lower()
    nodes = (*roles.values(), *((obj,) if named else ()))
    return Draft(swap.axis, swap.style, "choice", swap.split, swap.part, "star" if computed else "atom", depth, truth,
                 "computed" if computed else "proof", group, options, order.index(row), keys, nodes,
                 ground.axioms(keys), None if computed else ground.proof(row), row, roles)  # fmt: skip
