"""Questions about chains of raising and lowering: what comes of them, what is cut when a thing is taken out, which two
ways pull against each other.

The keys are computed on the signed causal graph, by a graph rule and not by entailment: the sign of a chain is the
product of its signs, and what a removal cuts is what is no longer reached. So the questions say *in this model*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lithograph.ontology.graph import Kind, Quantifier, Truth
from lithograph.probes.draft import LESS, MORE, NO, YES, Draft, Option
from lithograph.probes.ground import Ground
from lithograph.probes.table import PARTS
from lithograph.reason.patterns import ClaimIndex
from lithograph.scenes.as_yaml import standard_scenes
from lithograph.scenes.matching import find_instances

LONGEST = 6
"""Links of a chain at most: so a chain's depth, the steps that put it together, is 5 at most."""
PATHS = 20_000
"""Chains that are looked at."""


Rows = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Links:
    """The signed claims that an axiom says, as a graph: start -> the ends that it acts on, ascending, with the claim.

    Between two things that both a raise and a lowering join no chain is asked about: its sign would not be one.
    """

    out: Mapping[int, tuple[tuple[int, int], ...]]

    def reached(self, start: int, without: int = -1) -> set[int]:
        """What a start acts on by any chain, with one node taken out."""
        found, todo = set[int](), [start]
        while todo:
            for end, _ in self.out.get(todo.pop(), ()):
                if end != without and end not in found and end != start:
                    found.add(end)
                    todo.append(end)
        return found

    def shortest(self, start: int, end: int, without: int = -1) -> tuple[int, ...]:
        """The claims of a shortest chain, of several the first; none where there is none."""
        came: dict[int, tuple[int, int]] = {}
        queue = [start]
        for node in queue:
            for far, row in self.out.get(node, ()):
                if far not in came and far not in (start, without):
                    came[far] = node, row
                    queue.append(far)
        rows: list[int] = []
        node = end
        while node in came and node != start:
            node, row = came[node]
            rows.append(row)
        return tuple(reversed(rows))


def links_of(ground: Ground) -> Links:
    """The signed claims between things that have words: of classes by `some`, of individuals; asserted, not negated."""
    graph = ground.graph
    keep = (graph.truth == Truth.ASSERTED) & ~graph.negated & (ground.sign != 0) & (graph.subject != graph.object)
    keep &= np.isin(graph.quantifier, [Quantifier.SOME, Quantifier.INDIVIDUAL]) & ground.sayable
    keep &= graph.kinds[graph.object] & (Kind.LITERAL | Kind.DEPRECATED | Kind.ANONYMOUS) == 0
    keep &= ~np.isin(graph.subject, ground.unspoken) & ~np.isin(graph.object, ground.unspoken)
    found: dict[int, dict[int, int]] = {}
    mixed: set[tuple[int, int]] = set()
    for row in keep.nonzero()[0].tolist():
        start, end = int(graph.subject[row]), int(graph.object[row])
        first = found.setdefault(start, {}).setdefault(end, row)
        if ground.sign[first] != ground.sign[row]:
            mixed.add((start, end))
    return Links({start: tuple(sorted((end, row) for end, row in ends.items() if (start, end) not in mixed))
                  for start, ends in sorted(found.items())})  # fmt: skip


def causal_drafts(ground: Ground, most: int) -> Iterator[Draft]:
    """The probes of chains, removals and opposite ways, `most` of each kind, split and part at most."""
    links = links_of(ground)
    yield from sign_drafts(ground, links, most)
    yield from removal_drafts(ground, links, most)
    yield from ways_drafts(ground, most)


# ---- the sign of a chain -------------------------------------------------------------------------------------------


def sign_drafts(ground: Ground, links: Links, most: int) -> Iterator[Draft]:
    """Does more of the start mean more or less of the end? Chains in pairs of one end, or one start, and two signs."""
    cells: dict[tuple[str, str], list[tuple[int, ...]]] = {}
    for rows in _chains(links):
        split, part = ground.split_of(rows), ground.part_of(rows)
        if split is None or part is None:
            ground.dropped["a chain's links are in both parts, or not in training"] += 1
        elif split != "transfer" or len(rows) > 1:
            cells.setdefault((split, part), []).append(rows)
    tally: Counter[int] = Counter()
    for (split, part), chains in sorted(cells.items()):
        made = 0
        for more, less in _contrasts(ground, chains):
            if made >= most:
                break
            if not _leaves_even(ground, tally, more, less):
                ground.dropped["a chain whose nodes would tell its sign"] += 2
                continue
            made += 2
            group = ground.group("sign " + " ".join(ground.urns[row] for row in (*more, *less)))
            yield _sign(ground, split, part, group, more, links)
            yield _sign(ground, split, part, group, less, links)


def _leaves_even(ground: Ground, tally: Counter[int], more: Rows, less: Rows) -> bool:
    """Whether every node still stands in as many raising chains as lowering ones, but for one; then they are counted.

    tally: of each node how many more raising chains it stands in.
    """
    graph = ground.graph
    change: Counter[int] = Counter()
    for rows, step in ((more, 1), (less, -1)):
        for node in {int(graph.subject[rows[0]]), *(int(graph.object[row]) for row in rows)}:
            change[node] += step
    if any(abs(tally[node] + step) > 1 for node, step in change.items()):
        return False
    for node, step in change.items():
        tally[node] += step
    return True


def _chains(links: Links) -> list[tuple[int, ...]]:
    """Chains that visit no node twice, the shorter first, PATHS at most."""
    found: list[tuple[int, ...]] = []
    level: list[tuple[Rows, Rows]] = [((start, end), (row,)) for start, ends in links.out.items() for end, row in ends]
    for _ in range(LONGEST):
        found += [rows for _, rows in level]
        if len(found) > PATHS:
            break
        level = [((*nodes, end), (*rows, row)) for nodes, rows in level
                 for end, row in links.out.get(nodes[-1], ()) if end not in nodes]  # fmt: skip
    return found[:PATHS]


def _contrasts(
    ground: Ground, chains: Sequence[tuple[int, ...]]
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:  # fmt: skip
    """Pairs of a raising and a lowering chain of one length, with one end where there is such, then with one start; the
    lengths by turns."""
    graph = ground.graph
    sign = {rows: int(np.prod(ground.sign[list(rows)])) for rows in chains}
    order = {rows: ground.mark(*(ground.urns[row] for row in rows)) for rows in chains}
    pairs: dict[int, list[tuple[Rows, Rows]]] = {}
    for length in sorted({len(rows) for rows in chains}):
        left = sorted((rows for rows in chains if len(rows) == length), key=lambda rows: (order[rows], rows))
        for column, link in ((graph.object, -1), (graph.subject, 0)):
            waiting: dict[tuple[int, int], list[Rows]] = {}
            for rows in left:
                end = int(column[rows[link]])
                mates = waiting.get((end, -sign[rows]), [])
                if mates:
                    mate = mates.pop(0)
                    pairs.setdefault(length, []).append((mate, rows) if sign[mate] > 0 else (rows, mate))
                else:
                    waiting.setdefault((end, sign[rows]), []).append(rows)
            left = [rows for alone in waiting.values() for rows in alone]
    for turn in range(max(map(len, pairs.values()), default=0)):
        yield from (of[turn] for _, of in sorted(pairs.items()) if turn < len(of))


def _sign(ground: Ground, split: str, part: str, group: str, rows: tuple[int, ...], links: Links) -> Draft:
    graph = ground.graph
    middles = tuple(int(graph.object[row]) for row in rows[:-1])
    start, end = int(graph.subject[rows[0]]), int(graph.object[rows[-1]])
    raises = int(np.prod(ground.sign[list(rows)])) > 0
    first_more = ground.mark("place", *(ground.urns[row] for row in rows)) % 2 == 0
    options = (Option(MORE), Option(LESS)) if first_more else (Option(LESS), Option(MORE))
    single = len(rows) == 1
    return Draft(
        "causality", "sign" if single else "chain", "choice", split, part, "atom" if single else "chain",
        len(rows) - 1, "asserted" if single else "computed", "proof" if single else "computed", group, options,
        [option.kind for option in options].index(MORE if raises else LESS), rows, (start, *middles, end),
        ground.axioms(rows), None, roles={"start": start, "end": end},
        lists={"middles": middles}, premises=rows if split == "transfer" else (),
    )  # fmt: skip


# ---- what a removal cuts -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cut:
    """A start, an end that it acts on, a node without which it does not, and a shortest chain between them."""

    start: int
    end: int
    node: int
    rows: tuple[int, ...]


def removal_drafts(ground: Ground, links: Links, most: int) -> Iterator[Draft]:
    """If a node is taken out, does the start still act on the end? Two cuts with their nodes exchanged make four
    questions of the same words, of which two are answered by yes and two by no.

    No text says what a removal does, so the questions are of the reasoning split wherever the links are told.
    """
    cells: dict[str, list[Cut]] = {}
    for cut in _cuts(links):
        split, part = ground.split_of(cut.rows), ground.part_of(cut.rows)
        if split in ("memory", "reasoning") and part is not None:
            cells.setdefault(part, []).append(cut)
    texts = ground.graph.ontology.terms.texts
    for part in PARTS:
        marks = {cut: ground.mark(part, *(ground.urns[row] for row in cut.rows), texts[cut.node], texts[cut.end])
                 for cut in cells.get(part, ())}  # fmt: skip
        left = sorted(marks, key=lambda cut: (marks[cut], cut.node))
        made = 0
        while left and made < most:
            one = left.pop(0)
            place = next((i for i, other in enumerate(left) if _exchangeable(ground, links, one, other, part)), None)
            if place is None:
                ground.dropped["no other removal to exchange a node with"] += 1
                continue
            other = left.pop(place)
            group = ground.group("removal " + " ".join(ground.urns[row] for row in (*one.rows, *other.rows)))
            for cut, node in ((one, one.node), (one, other.node), (other, other.node), (other, one.node)):
                yield _removal(ground, links, part, group, cut, node)
            made += 4


def _cuts(links: Links) -> list[Cut]:
    """What is cut by whose removal, over chains of two to five links."""
    found: list[Cut] = []
    for start in links.out:
        reached = links.reached(start)
        for node in sorted(reached):
            for end in sorted(reached - links.reached(start, node) - {node}):
                rows = links.shortest(start, end)
                if 2 <= len(rows) < LONGEST:
                    found.append(Cut(start, end, node, rows))
    return found


def _exchangeable(ground: Ground, links: Links, one: Cut, other: Cut, part: str) -> bool:
    """Whether each cut's node leaves the other's end reached, by a chain whose links are all in the part."""
    if {one.start, one.end, one.node} & {other.start, other.end, other.node}:
        return False
    for cut, node in ((one, other.node), (other, one.node)):
        rows = links.shortest(cut.start, cut.end, node)
        if not rows or ground.part_of(rows) != part or ground.split_of(rows) not in ("memory", "reasoning"):
            return False
    return True


def _removal(ground: Ground, links: Links, part: str, group: str, cut: Cut, node: int) -> Draft:
    rows = links.shortest(cut.start, cut.end, node)
    keys = rows or cut.rows
    options = (Option(YES), Option(NO))
    return Draft(
        "causality", "removal", "yes_no", "reasoning", part, "chain", len(keys) - 1, "computed", "computed", group,
        options, 0 if rows else 1, keys, (cut.start, cut.end, node), ground.axioms(keys), None,
        roles={"start": cut.start, "end": cut.end, "node": node},
    )  # fmt: skip


# ---- opposite ways -------------------------------------------------------------------------------------------------


def ways_drafts(ground: Ground, most: int) -> Iterator[Draft]:
    """Two chains with the same ends and opposite signs: along which does it go up, along which down?"""
    scene = next(scene for scene in standard_scenes() if scene.name == "OppositeWays")
    found = find_instances(ground.graph, scene, ClaimIndex.of(ground.graph), ground.unspoken)
    counts: dict[tuple[str, str], int] = {}
    for i in range(len(found)):
        gain, loss = (tuple(found.facts[name].row(i).tolist()) for name in ("gain", "loss"))
        rows = (*gain, *loss)
        first, second = (int(ground.graph.object[way[0]]) for way in (gain, loss))
        if min(len(gain), len(loss)) < 2 or first == second or not all(ground.sayable[row] for row in rows):
            ground.dropped["two ways without a node of its own for each"] += 1
            continue
        split, part = ground.split_of(rows), ground.part_of(rows)
        if split is None or part is None:
            ground.dropped["the links of two ways are in both parts, or not in training"] += 1
            continue
        counts[split, part] = counts.get((split, part), 0) + 2
        if counts[split, part] <= most:
            yield from _ways(ground, split, part, gain, loss)


def _ways(
    ground: Ground, split: str, part: str, gain: tuple[int, ...], loss: tuple[int, ...]
) -> Iterator[Draft]:  # fmt: skip
    graph, rows = ground.graph, (*gain, *loss)
    group = ground.group("ways " + " ".join(ground.urns[row] for row in rows))
    up, down = int(graph.object[gain[0]]), int(graph.object[loss[0]])
    cause, effect = int(graph.subject[gain[0]]), int(graph.object[gain[-1]])
    ways = sorted((up, down), key=lambda term: ground.mark(group, graph.ontology.terms.texts[term]))
    for kind, right in (("way_up", up), ("way_down", down)):
        yield Draft(
            "paradox", kind, "choice", split, part, "chain", max(len(gain), len(loss)) - 1, "computed", "computed",
            group, tuple(Option("way", (way,)) for way in ways), ways.index(right), rows, (cause, effect, up, down),
            ground.axioms(rows), None,
            roles={"cause": cause, "effect": effect, "first": ways[0], "second": ways[1]},
            premises=rows if split == "transfer" else (),
        )  # fmt: skip
