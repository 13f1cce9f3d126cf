"""Pairs of true claims whose ends are swapped: A–B and C–D hold, A–D and C–B do not.

All four questions of a swap are made of the same words, so that no bag of words can tell the answers apart. A flip is
one claim read backwards. Whether what a swap gives does not hold is not known here: `keys` are put to the engine.
Knows nothing about words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from heapq import merge
from itertools import groupby

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import Quantifier, Truth
from lithograph.probes.ground import OPEN, REASONING, TRANSFER, Ground
from lithograph.reason.judged import ClaimKey

LOOK = 48
"""How many partners of a claim are looked at."""
PARTNERS = 5
"""With how many others a claim is swapped for practice, where a conclusion that is asked about starts from it."""
REASONED, PICKED, FLIPPED = "status", "choice", "flip"


@dataclass(frozen=True, slots=True)
class Swap:
    """One or two true claims, and the claims that come of swapping their objects, or of turning the one round.

    style: `status` asks about each of the four, `choice` for the one that holds, `flip` for the direction. axis, split,
    part: of the probes that are made of it. source: for an analogy, of each true claim the claim that it answers to.
    """

    style: str
    axis: str
    split: str
    part: str
    rows: tuple[int, ...]
    keys: tuple[ClaimKey, ...]
    source: tuple[int, ...] = ()

    def name(self, ground: Ground) -> str:
        """What the swap is of, for the ids of probes: the urns of its true claims."""
        return " ".join([self.style, self.axis, *(ground.urns[row] for row in (*self.rows, *self.source))])


def crossed(one: ClaimKey, other: ClaimKey) -> tuple[ClaimKey, ClaimKey]:
    """Two claims with their objects exchanged.

    >>> crossed(ClaimKey(1, 9, 2, 1), ClaimKey(3, 9, 4, 1))
    (ClaimKey(subject=1, relation=9, object=4, quantifier=1), ClaimKey(subject=3, relation=9, object=2, quantifier=1))
    """
    return one._replace(object=other.object), other._replace(object=one.object)


def swaps_of(ground: Ground, most: int) -> list[Swap]:
    """The swaps and flips to be judged, `most` of each style, axis, split and part, in an order of their own.

    What a swap gives that is known to hold already is no swap; a claim stands in one swap of a cell at most, and what a
    swap of one part gives is not given by another part's. Reasoning comes first; memory then asks before all else for
    what those conclusions start from, so that a model that is taught the ground of the one is asked for both.
    """
    known = _holding(ground)
    taken: dict[ClaimKey, str] = {}
    cells = dict(_cells(ground, PICKED))
    out: list[Swap] = []
    for cell in (cell for cell in cells if cell[2] != "memory"):
        out += _of_cell(ground, cell, cells[cell], known, taken, most)
    first = grounds_of(ground, out)
    for cell in (cell for cell in cells if cell[2] == "memory"):
        out += _of_cell(ground, cell, cells[cell], known, taken, most, first)
    return out


def practice_swaps(ground: Ground, most: int, asked: Iterable[ClaimKey], first: Set[int]) -> list[Swap]:
    """Swaps and flips of what training states, `most` of each style and axis; of the claims `first` and what follows
    from them all, with several partners each: with one alone, that one would be learned by heart.

    asked: what the swaps of probes give, which no practice asks about.
    """
    known = _holding(ground)
    taken = dict.fromkeys(asked, "of a probe")
    said = frozenset(ground.axioms(sorted(first)))
    out: list[Swap] = []
    for cell, rows in _cells(ground, REASONED):
        if cell[2] == "memory":
            near = [row for row in rows if said.issuperset(ground.axioms([row]))]
            for again in range(PARTNERS if cell[0] == REASONED else 1):
                rest = near if again else rows
                out += _of_cell(ground, cell, rest, known | taken.keys(), taken, max(most, len(near)), frozenset(near))
    return out


def grounds_of(ground: Ground, swaps: Iterable[Swap]) -> frozenset[int]:
    """The claims that the axioms say which the true claims of these swaps follow from."""
    axioms = ground.axioms([row for swap in swaps if swap.split == "reasoning" for row in swap.rows])
    return frozenset(row for axiom in axioms for row in ground.rows_of_axiom(axiom))


def axis_of(ground: Ground, row: int) -> str:
    """The axis of a plain claim: causality where it is signed or says what acts on what, definition where it rests on
    one, taxonomy of what falls under what, else composition."""
    graph, ids = ground.graph, ground.graph.ontology.terms
    relation = int(graph.relation[row])
    acts = graph.narrower.get(ids.id(v.LITHO + "causes"))
    if ground.sign[row] or (acts is not None and relation in acts):
        return "causality"
    kinds = {graph.ontology.axiom(axiom).kind for axiom in ground.axioms([row])}
    if "EquivalentClasses" in kinds:
        return "definition"
    return "taxonomy" if ids.texts[relation] in (v.SUBCLASS_OF, v.TYPE) else "composition"


Cell = tuple[str, str, str, str]


def _cells(ground: Ground, of_memory: str) -> Iterator[tuple[Cell, list[int]]]:
    """Claims by style, axis, split and part, each cell's in the order of their hash; `of_memory`: how what is stated is
    asked for."""
    cells: dict[Cell, list[int]] = {}
    graph = ground.graph
    for row in ground.askable.nonzero()[0].tolist():
        split, part = _split_of_claim(ground, row), ground.part_of([row])
        if split is None or part is None:
            continue
        axis = axis_of(ground, row)
        styles = (of_memory,) if split == "memory" else (REASONED,)
        forward = axis == "causality" and graph.relation[row] != graph.object[row]
        for style in (*styles, *((FLIPPED,) if forward else ())):
            cells.setdefault((style, axis, split, part), []).append(row)
    for cell in sorted(cells):
        yield cell, ground.by_hash(cells[cell], " ".join(cell))


def _split_of_claim(ground: Ground, row: int) -> str | None:
    """The split of a question about one claim: of the reserved branch only what has to be derived from what is given.

    A held-out claim that training states after all, or that follows in one step from one text, is no probe; counted.
    """
    role, entailed = int(ground.role[row]), ground.graph.truth[row] == Truth.ENTAILED
    if role == TRANSFER:
        return "transfer" if entailed else None
    if role == OPEN:
        return "memory" if ground.stated.says(ground.urns[row]) else None
    if not entailed:
        return None
    if ground.stated.says(ground.urns[row]):
        ground.dropped["a held-out claim is stated in training"] += 1
        return None
    premises = [int(p) for p in ground.graph.premises[row] if p >= 0]
    if premises and ground.stated.together(ground.urns[p] for p in premises):
        ground.dropped["a training text yields a held-out claim in one step"] += 1
        return None
    return "reasoning" if role == REASONING else None


def _holding(ground: Ground) -> set[ClaimKey]:
    graph = ground.graph
    rows = (graph.holds & ~graph.negated).nonzero()[0]
    columns = (graph.subject, graph.relation, graph.object, graph.quantifier)
    return {ClaimKey(*key) for key in zip(*(column[rows].tolist() for column in columns), strict=True)}


def _of_cell(
    ground: Ground, cell: Cell, rows: Sequence[int], known: set[ClaimKey], taken: dict[ClaimKey, str], most: int,
    first: Set[int] = frozenset(),
) -> list[Swap]:  # fmt: skip
    """The swaps of a cell: of the claims `first`, then of others, of each depth by turns."""
    ordered = sorted(_by_depth(ground, rows), key=lambda row: row not in first)
    make = _flips if cell[0] == FLIPPED else _swaps
    return make(ground, cell, ordered, known, taken, most)


def _flips(
    ground: Ground, cell: Cell, rows: Sequence[int], known: set[ClaimKey], taken: dict[ClaimKey, str], most: int
) -> list[Swap]:  # fmt: skip
    _, axis, split, part = cell
    out: list[Swap] = []
    for row in rows:
        key = ground.key(row)
        back = key._replace(subject=key.object, object=key.subject)
        if back not in known and taken.setdefault(back, part) == part:
            out.append(Swap(FLIPPED, axis, split, part, (row,), (back,)))
        if len(out) == most:
            break
    return out


def _swaps(
    ground: Ground, cell: Cell, rows: Sequence[int], known: set[ClaimKey], taken: dict[ClaimKey, str], most: int
) -> list[Swap]:  # fmt: skip
    """Of each claim the first fitting partner: of its relation, quantifier and depth, then of any depth.

    By turns one whose swaps the classes of their ends exclude, and one whose swaps they do not.
    """
    style, axis, split, part = cell
    out = list[Swap]()
    used: set[int] = set()
    mates = _Mates(ground, rows)
    for row in rows:
        if row in used:
            continue
        partner = _partner(ground, row, (r for r in mates.of(row) if r not in used), known, bool(len(out) % 2))
        if partner is None:
            continue
        keys = crossed(ground.key(row), ground.key(partner))
        if any(taken.get(key, part) != part for key in keys):
            continue
        taken.update(dict.fromkeys(keys, part))
        used |= {row, partner}
        out.append(Swap(style, axis, split, part, (row, partner), keys))
        if len(out) == most:
            break
    if not out:
        ground.dropped[f"no two claims of the {cell[2]} split can be swapped ({axis}, {part})"] += len(rows)
    return out


def _by_depth(ground: Ground, rows: Sequence[int]) -> list[int]:
    """Claims so that each depth comes by turns, within a depth and relation in their order: no depth crowds another."""
    turns: dict[tuple[int, int], int] = {}
    graph, keyed = ground.graph, list[tuple[int, int, int]]()
    for place, row in enumerate(rows):
        stratum = int(graph.depth[row]), int(graph.relation[row])
        turns[stratum] = turns.get(stratum, 0) + 1
        keyed.append((turns[stratum], place, row))
    return [row for _, _, row in sorted(keyed)]


class _Mates:
    """Which of some claims have the relation and quantifier of one: by how near they are in depth, then in their order.

    Made once for all that look for a partner: each looks at few.
    """

    def __init__(self, ground: Ground, rows: Sequence[int]) -> None:
        self._graph = ground.graph
        self._alike: dict[tuple[int, int], dict[int, list[tuple[int, int]]]] = {}
        for place, row in enumerate(rows):
            by_depth = self._alike.setdefault(self._kind(row), {})
            by_depth.setdefault(int(self._graph.depth[row]), []).append((place, row))

    def _kind(self, row: int) -> tuple[int, int]:
        return int(self._graph.relation[row]), int(self._graph.quantifier[row])

    def of(self, row: int) -> Iterator[int]:
        """The others, the most fitting first."""
        by_depth, depth = self._alike[self._kind(row)], int(self._graph.depth[row])
        for _, alike in groupby(sorted(by_depth, key=lambda d: abs(d - depth)), key=lambda d: abs(d - depth)):
            yield from (other for _, other in merge(*(by_depth[d] for d in alike)) if other != row)


def _partner(ground: Ground, row: int, mates: Iterable[int], known: set[ClaimKey], excluded: bool) -> int | None:
    key = ground.key(row)
    fallback: int | None = None
    seen = 0
    for other in mates:
        mate = ground.key(other)
        ends = {key.subject, key.object, mate.subject, mate.object}
        if len(ends) < 4 or any(k in known for k in crossed(key, mate)):
            continue
        fits = _excluded(ground, key, mate) == excluded
        if fits or key.quantifier in (Quantifier.SOME,):
            return other
        fallback = other if fallback is None else fallback
        seen += 1
        if seen == LOOK:
            break
    return fallback


def _excluded(ground: Ground, one: ClaimKey, other: ClaimKey) -> bool:
    """Whether the classes of the ends exclude what both swaps say, as far as the closure sees."""
    return bool(ground.apart(one.subject, other.object)) and bool(ground.apart(other.subject, one.object))
