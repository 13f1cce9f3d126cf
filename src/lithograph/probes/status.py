"""Questions about single claims: does it hold, does it not, can it not be known; which of these holds; which way round.

Made of swaps whose every claim has been judged, so that each answer has a proof or a certificate. Knows nothing about
words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import Truth
from lithograph.probes.draft import NO, OPEN, YES, Draft, Option
from lithograph.probes.ground import Ground
from lithograph.probes.swaps import FLIPPED, REASONED, Swap, axis_of
from lithograph.reason.judged import ClaimKey

ANSWERS = (YES, NO, OPEN)
ANSWER_OF = {Truth.ASSERTED: YES, Truth.ENTAILED: YES, Truth.REFUTED: NO, Truth.UNKNOWN: OPEN}
KIND_OF = {v.SUBCLASS_OF: "isa", v.TYPE: "instance"}
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Judged:
    """A swap with the rows of what it gives, which stand in the ground's graph with their evidence."""

    swap: Swap
    made: tuple[int, ...]


def judged_swaps(ground: Ground, swaps: Iterable[Swap], rows: Mapping[ClaimKey, int]) -> list[Judged]:
    """The swaps of which everything was decided, and nothing holds after all; the others are counted by reason.

    rows: of each judged claim its row. What of a swap training states, or yields in one step, is no new question.
    """
    out: list[Judged] = []
    for swap in swaps:
        made = tuple(rows.get(key, -1) for key in swap.keys)
        reason = _why_not(ground, swap, made)
        if reason:
            ground.dropped[reason] += 1
        else:
            out.append(Judged(swap, made))
    return out


def _why_not(ground: Ground, swap: Swap, made: Sequence[int]) -> str:
    if any(row < 0 for row in made):
        return "a swap cannot be certified, or holds after all"
    if not all(ground.sayable[row] for row in (*made, *swap.rows)):
        return "a swap has no words"
    if swap.split == "memory":
        return ""
    if any(ground.stated.says(ground.urns[row]) for row in made):
        return "a swap is stated in training"
    return "a training text yields what a swap gives in one step" if any(yielded(ground, row) for row in made) else ""


def yielded(ground: Ground, row: int) -> bool:
    """Whether one training text gives what refutes a claim in one step, or everything that its refutation starts from.

    One step: A is an X, and no X is a D; or D is a Y, and no A is a Y; or no A is a D.
    """
    graph = ground.graph
    if graph.truth[row] != Truth.REFUTED:
        return False
    if any(ground.stated.covers(needed) for needed in denials_in_one_step(ground, row)):
        return True
    leaves = ground.axioms([row])
    by_axiom = [[ground.urns[r] for r in ground.rows_of_axiom(axiom)] for axiom in leaves]
    return bool(by_axiom) and ground.stated.covers(by_axiom)


def denials_in_one_step(ground: Ground, row: int) -> Iterator[list[list[str]]]:
    """The sets of claims that exclude in one step that a subject is what it is asked to be."""
    key = ground.key(row)
    if ground.graph.ontology.terms.texts[key.relation] not in KIND_OF:
        return
    graph = ground.graph
    for apart in ground.apart(key.subject, key.object):
        ends = int(graph.subject[apart]), int(graph.object[apart])
        for mine, other in (ends, ends[::-1]):
            if mine in ground.above(key.subject) and other in ground.above(key.object):
                needed = [[ground.urns[apart]]]
                if mine != key.subject:
                    needed.append(ground.urns_between(key.subject, mine))
                if other != key.object:
                    needed.append(ground.urns_between(key.object, other))
                if len(needed) < 3:  # with both it takes two steps
                    yield needed


# ---- drafts --------------------------------------------------------------------------------------------------------


def status_drafts(ground: Ground, judged: Sequence[Judged]) -> Iterator[Draft]:
    """The probes of swaps and flips: of a status swap four questions, and two choices of three; of others choices.

    Of the swaps of an axis whose both outcomes are unknown every second one is about the axis `unknown`.
    """
    turns: dict[tuple[str, str, str], int] = {}
    for one in judged:
        swap = one.swap
        axis = swap.axis
        if swap.style == REASONED and all(ground.graph.truth[row] == Truth.UNKNOWN for row in one.made):
            cell = axis, swap.split, swap.part
            turns[cell] = turns.get(cell, 0) + 1
            axis = UNKNOWN if turns[cell] % 2 else axis
        group = ground.group(swap.name(ground))
        if swap.style == REASONED:
            rows = [*swap.rows, *one.made]
            yield from (_asked(ground, swap, axis, group, row, rows) for row in rows)
        if swap.style == FLIPPED:
            yield _direction(ground, one, group)
            if swap.split != "memory":
                rows = [*swap.rows, *one.made]
                yield from (_asked(ground, swap, axis, group, row, rows) for row in rows)
        elif axis != UNKNOWN:
            yield from (_which(ground, one, group, row) for row in swap.rows)


def _asked(ground: Ground, swap: Swap, axis: str, group: str, row: int, rows: Sequence[int]) -> Draft:
    """Does it hold? The options are cut down later, to the answers that the ontology has."""
    truth = Truth(int(ground.graph.truth[row]))
    near = swap.rows[0] if row not in swap.rows else row
    depth = int(ground.graph.depth[row if truth is not Truth.UNKNOWN else near])
    given = tuple(rows) if swap.split == "transfer" else ()
    # of what cannot be known one says what is known of the same subject instead
    same = [true for true in swap.rows if ground.graph.subject[true] == ground.graph.subject[row]]
    thought = row if truth is not Truth.UNKNOWN else same[0] if same else swap.rows[0]
    return Draft(axis, kind_of(ground, row), "yes_no", swap.split, swap.part, "chain" if depth else "atom", depth,
                 truth.name.lower(), "certificate" if truth is Truth.UNKNOWN else "proof", group,
                 tuple(Option(answer) for answer in ANSWERS), ANSWERS.index(ANSWER_OF[truth]), (row,),
                 ends(ground, row), ground.axioms([row]), ground.proof(row), row, premises=given, beside=tuple(rows),
                 thought=(thought,))  # fmt: skip


def _which(ground: Ground, one: Judged, group: str, right: int) -> Draft:
    """Which of these follows: one true claim among what the swap gives; which is true, where that is refuted."""
    graph, swap = ground.graph, one.swap
    wrong = list(one.made)
    kind = "true" if all(graph.truth[row] == Truth.REFUTED for row in wrong) else "follows"
    rows = placed(ground, right, wrong, group)
    depth = int(graph.depth[right])
    return Draft(swap.axis, kind, "choice", swap.split, swap.part, "chain" if depth else "atom", depth,
                 Truth(int(graph.truth[right])).name.lower(), "proof", group,
                 tuple(Option("claim", (row,)) for row in rows), rows.index(right), (right,), ends(ground, right),
                 ground.axioms([right]), ground.proof(right),
                 premises=(*swap.rows, *one.made) if swap.split == "transfer" else ())  # fmt: skip


def _direction(ground: Ground, one: Judged, group: str) -> Draft:
    """Which way round a causal claim goes."""
    graph, right = ground.graph, one.swap.rows[0]
    rows, depth = placed(ground, right, one.made, group), int(graph.depth[right])
    first, second = sorted(ends(ground, right), key=lambda term: ground.mark(group, graph.ontology.terms.texts[term]))
    return Draft("causality", "direction", "choice", one.swap.split, one.swap.part, "chain" if depth else "atom", depth,
                 Truth(int(graph.truth[right])).name.lower(), "proof", group,
                 tuple(Option("claim", (row,)) for row in rows), rows.index(right), (right,), ends(ground, right),
                 ground.axioms([right]), ground.proof(right), roles={"first": first, "second": second},
                 premises=(right,) if one.swap.split == "transfer" else ())  # fmt: skip


def told_drafts(ground: Ground, most: int) -> Iterator[Draft]:
    """Questions of the memory split: claims in question that training answers, each beside a true claim of its subject
    and one of its object's, that training states too; and what is said to exclude each other.
    """
    graph = ground.graph
    true = _told(ground)
    counts: dict[tuple[str, str, str], int] = {}
    used: set[int] = set()
    asked = graph.truth >= Truth.REFUTED
    asked &= (graph.truth <= Truth.UNKNOWN) & ground.sayable
    disjoint = ground.graph.holds & ~graph.negated & ground.sayable
    disjoint &= graph.relation == graph.ontology.terms.id(v.DISJOINT_WITH)
    rows = (asked | disjoint).nonzero()[0].tolist()
    rows = [row for row in rows if ground.stated.says(ground.urns[row])]
    for row in ground.by_hash(rows, "told"):
        part = ground.part_of([row])
        beside = _beside(ground, row, true, part, used) if part else None
        if part is None or beside is None:
            ground.dropped["no true claim stands beside what training answers"] += 1
            continue
        truth = "unknown" if graph.truth[row] == Truth.UNKNOWN else "refuted"
        axis = axis_of(ground, beside[0])
        axis = UNKNOWN if truth == UNKNOWN else axis
        cell = axis, truth, part
        counts[cell] = counts.get(cell, 0) + 1
        if counts[cell] > most:
            continue
        used.update(beside)
        group = ground.group("told " + ground.urns[row])
        swap = Swap(REASONED, axis, "memory", part, beside, ())
        yield from (_asked(ground, swap, axis, group, r, beside) for r in beside)
        yield _excluded(ground, swap, group, row) if disjoint[row] else _asked(ground, swap, axis, group, row, beside)


def _excluded(ground: Ground, swap: Swap, group: str, row: int) -> Draft:
    """Is one of two kinds that exclude each other a kind of the other? An axiom or a proof of the exclusion says no."""
    depth, key = int(ground.graph.depth[row]), ground.key(row)
    return Draft(swap.axis, "excluded", "yes_no", "memory", swap.part, "chain" if depth else "atom", depth, "refuted",
                 "proof", group, tuple(Option(answer) for answer in ANSWERS), ANSWERS.index(NO), (row,),
                 ends(ground, row), ground.axioms([row]), ground.proof(row), row,
                 {"sub": key.subject, "super": key.object})  # fmt: skip


def _told(ground: Ground) -> dict[tuple[int, int, str], list[int]]:
    """True claims that training states, by end (0 subject, 1 object), term and part."""
    out: dict[tuple[int, int, str], list[int]] = {}
    for row in ground.askable.nonzero()[0].tolist():
        part = ground.part_of([row])
        if part is not None and ground.role[row] == 0 and ground.stated.says(ground.urns[row]):
            out.setdefault((0, int(ground.graph.subject[row]), part), []).append(row)
            out.setdefault((1, int(ground.graph.object[row]), part), []).append(row)
    return out


def _beside(
    ground: Ground, row: int, true: Mapping[tuple[int, int, str], list[int]], part: str, used: Set[int]
) -> tuple[int, ...] | None:
    """A stated claim about the subject, where there is one with the same relation, and one that has the object for its
    object, or else is about it: so both words stand in a true claim too."""
    graph, key = ground.graph, ground.key(row)
    schema = graph.ontology.terms.texts[key.relation] == v.DISJOINT_WITH
    relation = graph.ontology.terms.id(v.SUBCLASS_OF) if schema else key.relation

    def first(end: int, term: int, but: int) -> int | None:
        found = [r for r in true.get((end, term, part), ()) if int(graph.relation[r]) == relation and r != but]
        found = [r for r in found if r not in used]
        return ground.by_hash(found, ground.urns[row])[0] if found else None

    mine = first(0, key.subject, -1)
    if mine is None:
        return None
    its = first(1, key.object, mine)
    its = first(0, key.object, mine) if its is None else its
    return (mine,) if its is None else (mine, its)


def kind_of(ground: Ground, row: int) -> str:
    """What is asked about a claim: isa, instance, cause, or has."""
    relation = ground.graph.ontology.terms.texts[int(ground.graph.relation[row])]
    return KIND_OF.get(relation) or ("cause" if axis_of(ground, row) == "causality" else "has")


def ends(ground: Ground, row: int) -> tuple[int, int]:
    """Subject and object of a claim."""
    return int(ground.graph.subject[row]), int(ground.graph.object[row])


def placed(ground: Ground, right: int, wrong: Sequence[int], salt: str) -> list[int]:
    """Rows with the right one at a place that follows from its hash, the others in the order of theirs."""
    out = ground.by_hash(wrong, salt)
    out.insert(ground.mark("place", salt, ground.urns[right]) % (len(out) + 1), right)
    return out
