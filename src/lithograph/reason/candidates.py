"""Claims near the truth that do not hold, or might: what a question can be asked about. Their status is not known here.

From claims that an axiom says, chosen by hash, each kind makes a few others by one small change:

    sibling     another kind of the same kind in the place of the filler: a cat is a dog
    direction   a relation read backwards: a wheel has as part a bicycle
    quantifier  `some` for `only`, `only` for `some`
    hop         one step too far: the filler's own filler, the superclass's sibling
    plausible   what a sibling has and nobody said of this one; a superclass turned round: every vehicle is a bicycle

What the closure holds already is left out. Whether the rest is refuted, unknown or entailed after all, `statuses` says.
"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.graph import ClaimGraph, Ints, Kind, Quantifier, Truth
from lithograph.ontology.terms import Terms
from lithograph.reason.closure import Closure
from lithograph.reason.evidence import Evidence
from lithograph.reason.judged import ClaimKey, known_keys, with_claims

KINDS = ("sibling", "direction", "quantifier", "hop", "plausible")
VARIANTS = 3
"""Candidates of one kind from one claim: so many make the wrong options of one question."""

Statuses = Callable[[Sequence[Axiom]], Sequence[Evidence]]
Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim in question: what it says in OWL, its columns, its kind (one of KINDS), the true claim it is near to."""

    axiom: Axiom
    claim: ClaimKey
    kind: str
    near: int


@dataclass(frozen=True, slots=True)
class Adjacent:
    """Pairs of terms, looked up by the first."""

    keys: Ints
    values: Ints

    @classmethod
    def of(cls, keys: Ints, values: Ints) -> Adjacent:
        """Pairs, sorted."""
        order = np.lexsort((values, keys))
        return cls(keys[order], values[order])

    def __call__(self, key: int) -> Ints:
        """The second of each pair whose first is a term, ascending."""
        low, high = np.searchsorted(self.keys, key, "left"), np.searchsorted(self.keys, key, "right")
        return self.values[low:high]

    def of_all(self, keys: Ints) -> Ints:
        """The same of several terms, each once."""
        found = [self(key) for key in keys.tolist()]
        return np.unique(np.concatenate(found)).astype(np.int32) if found else np.empty(0, np.int32)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around the asserted claims of a graph.

    above and below: a class or an individual -> the classes that an axiom puts it in; a class -> what is put in it.
    claims: subject -> rows of asserted claims of relations; reach: subject -> their objects. marks: a hash of each
    term. usable: of each term, whether it is a class or an individual that can be spoken of.
    """

    graph: ClaimGraph
    above: Adjacent
    below: Adjacent
    claims: Adjacent
    reach: Adjacent
    marks: Hashes
    usable: NDArray[np.bool_]

    def siblings(self, term: int) -> Ints:
        """What is directly in the same class as a term, and of its sort: classes of a class, members of a member."""
        found = self.below.of_all(self.above(term))
        same = (self.graph.kinds[found] & Kind.CLASS) == (self.graph.kinds[term] & Kind.CLASS)
        others: Ints = found[same & (found != term)]
        return others


def candidates(graph: ClaimGraph, most: int, *, seed: int = 0, unsatisfiable: Ints | None = None) -> list[Candidate]:
    """At most `most` candidates of each kind, each claim once, in the order of KINDS, then of the hash of the claim
    that they are near to. No claim of the graph is among them.

    unsatisfiable: classes that can have no member; nothing is asked about them.
    """
    if most < 1:
        return []
    near = surroundings(graph, seed, np.empty(0, np.int32) if unsatisfiable is None else unsatisfiable)
    sources = list(_in_turn(near))
    taken = {key._replace(quantifier=0) for key in _negated(graph)}
    known = known_keys(graph)
    out: list[Candidate] = []
    for kind in KINDS:
        found: list[Candidate] = []
        for row in sources:
            fresh = [key for key in _variants(near, kind, row) if _askable(near, key) and key not in known]
            fresh = [key for key in dict.fromkeys(fresh) if key._replace(quantifier=0) not in taken]
            for key in fresh[: min(VARIANTS, most - len(found))]:
                known.add(key)
                found.append(Candidate(axiom_of(graph.ontology.terms, key), key, kind, row))
            if len(found) >= most:
                break
        out += found
    return out


def judged(
    closure: Closure, most: int, statuses: Statuses, unsatisfiable: Ints | None = None, *, seed: int = 0
) -> tuple[Closure, dict[str, Counter[str]], Counter[str]]:
    """The closure with candidates of which the status could be computed, and can be shown.

    Also: kind -> status -> how many, and of those left out, reason -> how many. unsatisfiable: classes that can have no
    member, beside those that the rules find.
    """
    bad = closure.unsatisfiable if unsatisfiable is None else np.union1d(closure.unsatisfiable, unsatisfiable)
    asked = candidates(closure.graph, most, seed=seed, unsatisfiable=bad.astype(np.int32))
    found = statuses([candidate.axiom for candidate in asked]) if asked else []
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    left_out: Counter[str] = Counter()
    kept: list[tuple[ClaimKey, Evidence]] = []
    for candidate, evidence in zip(asked, found, strict=True):
        reason = why_not(evidence)
        if reason or evidence.truth is None:
            left_out[reason] += 1
        else:
            kept.append((candidate.claim, evidence))
            counts[candidate.kind][evidence.truth.name.lower()] += 1
    return with_claims(closure, kept), {kind: n for kind, n in counts.items() if n}, left_out


def why_not(evidence: Evidence) -> str:
    """Why a judged claim is not asked about; empty where it is."""
    if evidence.truth is None:
        return f"undecided: {evidence.why or evidence.by}"
    if evidence.truth is Truth.ASSERTED:
        return "said by an axiom"
    if evidence.truth is not Truth.UNKNOWN and evidence.proof is None:
        return f"{evidence.truth.name.lower()} without a proof that can be shown"
    return ""


def axiom_of(terms: Terms, key: ClaimKey) -> Axiom:
    """What a candidate's claim means in OWL."""
    subject, relation, obj = (terms.texts[i] for i in key[:3])
    if relation == v.SUBCLASS_OF:
        return Axiom("SubClassOf", (subject, obj))
    if relation == v.TYPE:
        return Axiom("ClassAssertion", (obj, subject))
    if key.quantifier == Quantifier.INDIVIDUAL:
        return Axiom("ObjectPropertyAssertion", (relation, subject, obj))
    restriction = "ObjectSomeValuesFrom" if key.quantifier == Quantifier.SOME else "ObjectAllValuesFrom"
    return Axiom("SubClassOf", (subject, (restriction, relation, obj)))


# ---- what stands around --------------------------------------------------------------------------------------------


def surroundings(graph: ClaimGraph, seed: int, unsatisfiable: Ints) -> Surroundings:
    """Look around in a graph. seed moves which claims are chosen."""
    ids = graph.ontology.terms
    said = (graph.truth == Truth.ASSERTED) & ~graph.negated
    put = said & (((graph.relation == ids.id(v.SUBCLASS_OF)) & (graph.quantifier == Quantifier.SCHEMA))
                  | ((graph.relation == ids.id(v.TYPE)) & (graph.quantifier == Quantifier.INDIVIDUAL)))  # fmt: skip
    kinds = graph.kinds
    usable = (kinds & (Kind.CLASS | Kind.INDIVIDUAL) > 0) & (kinds & (Kind.DEPRECATED | Kind.ANONYMOUS) == 0)
    usable &= kinds & (Kind.LITERAL | Kind.DATATYPE) == 0
    usable[[ids.id(v.THING), ids.id(v.NOTHING), *unsatisfiable.tolist()]] = False
    usable[ids.starting_with(v.LITHO)] = False
    put &= usable[graph.subject] & usable[graph.object]
    related = said & _relates(graph) & usable[graph.subject] & usable[graph.object]
    rows, members = np.flatnonzero(related).astype(np.int32), np.flatnonzero(put)
    return Surroundings(
        graph, Adjacent.of(graph.subject[members], graph.object[members]),
        Adjacent.of(graph.object[members], graph.subject[members]), Adjacent.of(graph.subject[rows], rows),
        Adjacent.of(graph.subject[rows], graph.object[rows]), _marks(ids.texts, seed), usable,
    )  # fmt: skip


RELATIONS_OF_OURS = tuple(v.LITHO + name for name in ("hasPart", "partOf", "opposes", "relatedTo"))
"""Relations of the vocabulary that are about the world; the others have scenes of their own."""


def _relates(graph: ClaimGraph) -> NDArray[np.bool_]:
    """Which claims say by an object property without a sign how two things of one sort are related."""
    ids, kinds = graph.ontology.terms, graph.kinds
    plain = (kinds & (Kind.OBJECT_PROPERTY | Kind.DATA_PROPERTY)) != Kind.DATA_PROPERTY
    ours = ids.starting_with(v.LITHO)
    plain[[i for i in range(ours.start, ours.stop) if ids.texts[i] not in RELATIONS_OF_OURS]] = False
    plain[[ids.id(iri) for iri in (v.SUBCLASS_OF, v.TYPE, v.SAME_AS, v.DIFFERENT_FROM)]] = False
    classes = ((kinds[graph.subject] & kinds[graph.object]) & Kind.CLASS) > 0
    members = ((kinds[graph.subject] & kinds[graph.object]) & Kind.INDIVIDUAL) > 0
    quantified = np.isin(graph.quantifier, [Quantifier.SOME, Quantifier.ONLY])
    fits = (quantified & classes) | ((graph.quantifier == Quantifier.INDIVIDUAL) & members)
    return np.asarray(fits & plain[graph.relation] & (graph.sign == 0))


def _marks(texts: Sequence[str], seed: int) -> Hashes:
    """64 bits of the hash of each term and the seed."""
    salt = f"{seed}\n".encode()
    raw = b"".join(hashlib.sha256(salt + text.encode()).digest()[:8] for text in texts)
    return np.frombuffer(raw, ">u8").astype(np.uint64)


def _mixed(one: Hashes, other: Hashes) -> Hashes:
    with np.errstate(over="ignore"):
        z = (one ^ (other * np.uint64(0x9E3779B97F4A7C15))) * np.uint64(0xBF58476D1CE4E5B9)
        return np.asarray(z ^ (z >> np.uint64(31)))


def _by_hash(near: Surroundings, terms: Ints, row: int) -> list[int]:
    """Terms in an order that depends on what they are and on the claim that they are near to."""
    graph = near.graph
    salt = near.marks[graph.subject[row]] ^ (near.marks[graph.relation[row]] >> np.uint64(1))
    return [int(i) for i in terms[np.argsort(_mixed(near.marks[terms], salt), kind="stable")]]


def _in_turn(near: Surroundings) -> Iterator[int]:
    """The claims that candidates are made from, by hash; classes, members and relations of each sort by turns."""
    graph, ids = near.graph, near.graph.ontology.terms
    rows = np.flatnonzero((graph.truth == Truth.ASSERTED) & ~graph.negated)
    rows = rows[near.usable[graph.subject[rows]] & near.usable[graph.object[rows]]]
    order = _mixed(_mixed(near.marks[graph.subject[rows]], near.marks[graph.relation[rows]]),
                   near.marks[graph.object[rows]])  # fmt: skip
    rows = rows[np.argsort(order, kind="stable")]
    relates = np.isin(rows, near.claims.values)
    shapes = [
        rows[(graph.relation[rows] == ids.id(v.SUBCLASS_OF)) & (graph.quantifier[rows] == Quantifier.SCHEMA)],
        rows[(graph.relation[rows] == ids.id(v.TYPE)) & (graph.quantifier[rows] == Quantifier.INDIVIDUAL)],
        *(rows[relates & (graph.quantifier[rows] == q)] for q in (Quantifier.SOME, Quantifier.ONLY,
                                                                  Quantifier.INDIVIDUAL)),
    ]  # fmt: skip
    for turn in itertools.zip_longest(*(shape.tolist() for shape in shapes)):
        yield from (int(row) for row in turn if row is not None)


def _negated(graph: ClaimGraph) -> Iterable[ClaimKey]:
    """The claims that the ontology denies: they are asked about already."""
    for row in np.flatnonzero(graph.negated).tolist():
        yield ClaimKey(int(graph.subject[row]), int(graph.relation[row]), int(graph.object[row]), 0)


# ---- the kinds -----------------------------------------------------------------------------------------------------


def _askable(near: Surroundings, key: ClaimKey) -> bool:
    """Whether a claim is about two things that can be spoken of."""
    return key.subject != key.object and bool(near.usable[key.subject] and near.usable[key.object])


def _variants(near: Surroundings, kind: str, row: int) -> Iterator[ClaimKey]:
    """The candidates of a kind that one asserted claim gives, in the order of their hash."""
    graph = near.graph
    said = ClaimKey(int(graph.subject[row]), int(graph.relation[row]), int(graph.object[row]),
                    int(graph.quantifier[row]))  # fmt: skip
    put = graph.ontology.terms.texts[said.relation] in (v.SUBCLASS_OF, v.TYPE)
    if kind == "sibling":
        of_subject = put and said.quantifier == Quantifier.SCHEMA
        yield from _with_objects(near, said, near.siblings(said.subject if of_subject else said.object), row)
    elif kind == "direction" and not put:
        yield said._replace(subject=said.object, object=said.subject)
    elif kind == "quantifier" and said.quantifier in _OTHER:
        yield said._replace(quantifier=_OTHER[said.quantifier])
    elif kind == "hop":
        yield from _with_objects(near, said, _one_hop_off(near, said, put), row)
    elif kind == "plausible":
        yield from _plausible(near, said, put, row)


_OTHER: dict[int, int] = {Quantifier.SOME: Quantifier.ONLY, Quantifier.ONLY: Quantifier.SOME}


def _with_objects(near: Surroundings, said: ClaimKey, objects: Ints, row: int) -> Iterator[ClaimKey]:
    for thing in _by_hash(near, objects, row):
        yield said._replace(object=thing)


def _one_hop_off(near: Surroundings, said: ClaimKey, put: bool) -> Ints:
    """Of a class the siblings of its superclass; of what is put in a class those of the class above; of a relation what
    its filler is related to, of the filler's sort.
    """
    if put and said.quantifier == Quantifier.SCHEMA:
        return near.siblings(said.object)
    if put:
        found = [near.siblings(above) for above in near.above(said.object).tolist()]
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.int32)
    reached = np.unique(near.reach(said.object))
    sort = Kind.INDIVIDUAL if said.quantifier == Quantifier.INDIVIDUAL else Kind.CLASS
    return reached[(near.graph.kinds[reached] & sort) > 0]


def _plausible(near: Surroundings, said: ClaimKey, put: bool, row: int) -> Iterator[ClaimKey]:
    """A superclass turned round; what a sibling of the subject has by a relation that nobody says of the subject."""
    graph = near.graph
    if put:
        if said.quantifier == Quantifier.SCHEMA:
            yield said._replace(subject=said.object, object=said.subject)
        return
    own = set(graph.relation[near.claims(said.subject)].tolist())
    for sibling in _by_hash(near, near.siblings(said.subject), row):
        for other in near.claims(sibling).tolist():
            quantifier, relation = int(graph.quantifier[other]), int(graph.relation[other])
            if relation not in own and quantifier == said.quantifier:
                yield ClaimKey(said.subject, relation, int(graph.object[other]), quantifier)
