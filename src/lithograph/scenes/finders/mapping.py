"""Structure mapping: two regions of the graph between which relations carry over, and where that breaks.

An analogy keeps relations, not attributes: what is related to the one corresponds to what is related in the same way to
the other, one to one (Gentner, "Structure-mapping", Cognitive Science 1983). Pairs are those that the ontology calls
analogous, and where it names none, classes in different places of the taxonomy that have each other's Δ-code best.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Ints, Kind, Quantifier, Truth
from lithograph.scenes.declaration import Scene
from lithograph.scenes.instances import Instances, Lists
from lithograph.scenes.measures.delta import DeltaCodes, analogues, delta_codes
from lithograph.scenes.measures.information import descendants, information_content, nodes_of

Rows = NDArray[np.int64]
LEAST = 500_000
"""The similarity of Δ-codes, in millionths, from which two classes that nobody calls analogous are taken for such."""
FEWEST = 3
"""Claims that a class makes at least to be looked at."""
MOST = 4_000
"""Classes whose analogue is sought; beyond, those of lower IRI are."""
KEPT, BROKEN = 3, 2
"""Relations that are told to carry over, and to break, at most."""


def find_mappings(graph: ClaimGraph, scene: Scene, unspoken: Ints) -> Instances:
    """The instances of the scene: roles `left` and `right`; facts `kept`, claims of the left that carry over, with
    their `counterparts` on the right in the same order, and `breaks`, claims of the left of whose relation nothing is
    stated of the right.
    """
    claims = Told(graph, unspoken)
    dropped: dict[str, int] = {}
    found: list[tuple[int, int, list[int], list[int], list[int], int]] = []
    declared = set(_declared(graph))
    for left, right, row in [*_declared(graph), *_alike(graph, claims, declared, dropped)]:
        kept, counterparts = _carried(graph, claims(left), claims(right))
        if kept:
            found.append(
                (left, right, kept, counterparts, _breaks(graph, claims(left), claims.stated(right), kept), row)
            )
    found.sort(key=lambda instance: instance[:2])
    return _instances(graph, scene, found, dropped)


class Told:
    """The asserted claims of a node that relate it to something: rows in order of relation and object."""

    def __init__(self, graph: ClaimGraph, unspoken: Ints) -> None:
        ids, kinds = graph.ontology.terms, graph.kinds
        keep = (graph.truth == Truth.ASSERTED) & ~graph.negated
        keep &= np.isin(graph.quantifier, [Quantifier.SOME, Quantifier.INDIVIDUAL])
        keep &= kinds[graph.object] & (Kind.LITERAL | Kind.DEPRECATED | Kind.ANONYMOUS) == 0
        keep &= graph.relation != ids.id(v.TYPE)
        ours = ids.starting_with(v.LITHO)
        spoken = [ids.id(v.LITHO + n) for n in ("hasPart", "partOf", "increases", "decreases", "causes", "opposes")]
        keep &= ~((graph.relation >= ours.start) & (graph.relation < ours.stop)) | np.isin(graph.relation, spoken)
        keep &= ~np.isin(graph.subject, unspoken) & ~np.isin(graph.object, unspoken)
        rows = np.flatnonzero(keep)
        self._rows = rows[np.lexsort((graph.object[rows], graph.quantifier[rows], graph.relation[rows],
                                      graph.subject[rows]))]  # fmt: skip
        self._subjects = graph.subject[self._rows]
        stated = np.flatnonzero(graph.holds)
        self._stated = stated[np.argsort(graph.subject[stated], kind="stable")]
        self._about = graph.subject[self._stated]
        self._relations = graph.relation

    def __call__(self, node: int) -> list[int]:
        low, high = np.searchsorted(self._subjects, [node, node + 1])
        rows: list[int] = self._rows[low:high].tolist()
        return rows

    def stated(self, node: int) -> set[int]:
        """The relations of all claims about a node that hold."""
        low, high = np.searchsorted(self._about, [node, node + 1])
        return set(self._relations[self._stated[low:high]].tolist())

    def nodes(self) -> tuple[Ints, NDArray[np.int64]]:
        """The nodes that make claims, and how many."""
        nodes, counts = np.unique(self._subjects, return_counts=True)
        return nodes, counts


def _declared(graph: ClaimGraph) -> list[tuple[int, int, int]]:
    """(left, right, row) of every asserted claim that two are analogous."""
    same = (graph.relation == graph.ontology.terms.id(v.LITHO + "analogousTo")) & (graph.truth == Truth.ASSERTED)
    return [(int(graph.subject[row]), int(graph.object[row]), row) for row in np.flatnonzero(same).tolist()]


def _alike(
    graph: ClaimGraph, claims: Told, declared: set[tuple[int, int, int]], dropped: dict[str, int]
) -> Iterator[tuple[int, int, int]]:
    """(left, right, −1) of classes that are each other's best analogue, of different kinds, named by nobody."""
    nodes, counts = claims.nodes()
    named = {node for left, right, _ in declared for node in (left, right)}
    pool = nodes[(counts >= FEWEST) & (graph.kinds[nodes] & (Kind.CLASS | Kind.DEPRECATED) == Kind.CLASS)]
    pool = np.array([node for node in pool.tolist() if node not in named], np.int32)
    if len(pool) > MOST:
        dropped[f"no analogue sought: more than {MOST:,} classes"] = len(pool) - MOST
        pool = pool[:MOST]
    if len(pool) < 2:
        return
    codes = delta_codes(graph)
    content = information_content(descendants(graph), int(nodes_of(graph).sum()))
    best = {int(n): a for n, a in zip(pool, analogues(codes, pool, pool, content=content, least=LEAST), strict=True)}
    for left, found in best.items():
        back = best.get(found.node) if found else None
        if found and left < found.node and back and back.node == left and _apart(codes, left, found.node):
            yield left, found.node, -1


def _apart(codes: DeltaCodes, left: int, right: int) -> bool:
    """Whether neither falls under the other, and no axiom puts both under the same class."""
    graph = codes.graph
    under = (graph.relation == graph.ontology.terms.id(v.SUBCLASS_OF)) & graph.holds
    one, other = (set(graph.object[under & (graph.subject == node)].tolist()) for node in (left, right))
    said = under & (graph.truth == Truth.ASSERTED)
    shared = {*graph.object[said & (graph.subject == left)].tolist()} & {
        *graph.object[said & (graph.subject == right)].tolist()}  # fmt: skip
    return left not in other and right not in one and not shared


def _carried(graph: ClaimGraph, left: list[int], right: list[int]) -> tuple[list[int], list[int]]:
    """Claims of the left and of the right with one relation and quantifier, their objects mapped one to one."""
    forth: dict[int, int] = {}
    kept: list[int] = []
    counterparts: list[int] = []
    for row in left:
        for other in right:
            same = all(c[row] == c[other] for c in (graph.relation, graph.quantifier))
            x, y = int(graph.object[row]), int(graph.object[other])
            fresh = x not in forth and y not in forth.values() and x != y
            if same and fresh and other not in counterparts and len(kept) < KEPT:
                forth[x] = y
                kept.append(row)
                counterparts.append(other)
                break
    return kept, counterparts


def _breaks(graph: ClaimGraph, left: list[int], stated: set[int], kept: list[int]) -> list[int]:
    """Claims of the left of whose relation, or of one below it, no claim of the right holds; stated: its relations."""
    out: list[int] = []
    for row in left:
        relation = int(graph.relation[row])
        below = graph.narrower.get(relation, np.array([relation], np.int32)).tolist()
        new = relation not in (graph.relation[r] for r in out)
        if row not in kept and new and stated.isdisjoint(below) and len(out) < BROKEN:
            out.append(row)
    return out


def _instances(
    graph: ClaimGraph, scene: Scene, found: list[tuple[int, int, list[int], list[int], list[int], int]],
    dropped: dict[str, int],
) -> Instances:  # fmt: skip
    def lists(rows: list[list[int]]) -> Lists:
        offsets = np.append(0, np.cumsum([len(row) for row in rows], dtype=np.int64))
        return Lists(offsets, np.array([value for row in rows for value in row], np.int32))

    facts = {"kept": lists([f[2] for f in found]), "counterparts": lists([f[3] for f in found]),
             "breaks": lists([f[4] for f in found])}  # fmt: skip
    roles = {name: np.array([f[i] for f in found], np.int32) for i, name in enumerate(("left", "right"))}
    named = (("leftParts", "kept"), ("rightParts", "counterparts"), ("broken", "breaks"))
    fillers = {role: Lists(facts[fact].offsets, graph.object[facts[fact].values].astype(np.int32))
               for role, fact in named}  # fmt: skip
    claims = lists([[*([f[5]] if f[5] >= 0 else []), *f[2], *f[3], *f[4]] for f in found])
    return Instances(scene, roles, fillers, facts, claims, dict(sorted(dropped.items())))
