"""What words leave open though the claims do not: a riddle that two terms answer, a "no" that a namesake contradicts.

Two things of one name are two for the reasoner and one for the reader. Knows nothing about templates.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import numpy as np
from numpy.typing import NDArray

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import ClaimGraph, Ints, Kind, Truth
from lithograph.render.cast import Cast, Speech
from lithograph.render.questions import PREMISES
from lithograph.render.slots import wrong_options
from lithograph.scenes.declaration import IN_QUESTION, Coupling

Bools = NDArray[np.bool_]
Rows = NDArray[np.int64]


Doubt = Callable[[Speech, Cast], Bools]


def doubts_of(cast: Cast, form: str, roles: Collection[str] = ()) -> list[tuple[str, Doubt]]:
    """What a cast is asked before it is printed in a form: the reason for silence, and what finds where it holds.

    roles: what its templates speak of.
    """
    asked: list[tuple[str, Doubt]] = []
    if form in ("riddle", "cloze") and "riddle" in cast.scene.forms:
        asked.append(("a riddle with two answers", two_answers))
    if negative(cast):
        asked.append(("a denial that a namesake contradicts", opposed))
    if cast.scene.couplings[0].status in IN_QUESTION:
        asked.append(("a question that a namesake answers", answered))
    if "given" in roles:
        asked.append((f"more than {PREMISES} premises", too_many_premises))
    if "options" in roles:
        asked.append(("no wrong option with words of its own", alone))
    return asked


def answered(speech: Speech, cast: Cast) -> Bools:
    """Whether what is in question has the words of a claim of another status."""
    claims = cast.instances.claims
    return np.asarray(speech.doubtful()[claims.values[claims.offsets[:-1]]])


def too_many_premises(speech: Speech, cast: Cast) -> Bools:
    """Whether a proof starts from more axioms than a question can give."""
    return np.asarray(np.diff(cast.axioms.offsets) > PREMISES)


def alone(speech: Speech, cast: Cast) -> Bools:
    """Whether no wrong option is left that can be said."""
    return np.asarray(np.diff(wrong_options(speech, cast).offsets) == 0)


def negative(cast: Cast) -> bool:
    """Whether the scene denies: by a negated claim, or by two classes that exclude each other."""
    coupling = cast.scene.couplings[0]
    return coupling.negated or (coupling.relation == v.DISJOINT_WITH and len(cast.scene.couplings) == 1)


def two_answers(speech: Speech, cast: Cast) -> Bools:
    """Whether what an instance tells of its focus is told of something of another name in the same words.

    Looked for among the instances, and, where the scene is one claim, among all claims of its relation, so that a term
    that the scene has no place for counts as an answer too.
    """
    roles, scene = cast.instances.roles, cast.scene
    others = [column for name, column in sorted(roles.items()) if name != scene.focus]
    if not others or not len(cast):
        return np.zeros(len(cast), bool)
    told, answers = others, roles[scene.focus]
    if len(scene.couplings) == 1 and len(others) == 1:
        subjects, objects = _said_of(speech.graph, scene.couplings[0])
        told, answers = [np.concatenate((others[0], objects))], np.concatenate((answers, subjects))
    group = _numbered([_words(speech, column) for column in told])
    return _mixed(group, _words(speech, answers))[: len(cast)]


def opposed(speech: Speech, cast: Cast) -> Bools:
    """Whether a denial has the words of something that holds: no dog (of iron) is a pet, and every dog is a pet."""
    coupling, roles = cast.scene.couplings[0], cast.instances.roles
    ends = [roles[coupling.source], roles[coupling.target]]
    if coupling.relation_role in roles:
        ends.append(roles[str(coupling.relation_role)])
    graph = speech.graph
    holds = np.flatnonzero(_affirms(graph, coupling))
    columns = [graph.subject, graph.object, graph.relation][: len(ends)]
    n, m = len(cast), len(holds)
    named = [np.concatenate((end, c[holds], c[holds])) for end, c in zip(ends, columns, strict=True)]
    words = np.split(_words(speech, np.concatenate(named)), len(ends))  # numbered together: the ends are compared
    if len(ends) == 2:  # classes exclude each other: which is said first does not matter
        words[0][n + m :], words[1][n + m :] = words[1][n + m :].copy(), words[0][n + m :].copy()
    group = _numbered(words)
    return np.isin(group[:n], group[n:])


def _said_of(graph: ClaimGraph, coupling: Coupling) -> tuple[Ints, Ints]:
    """Subjects and objects of all asserted claims of a coupling's relation, but of deprecated subjects."""
    same = (graph.relation == graph.ontology.terms.id(coupling.relation or "")) & ~graph.negated
    same &= graph.truth == Truth.ASSERTED
    same &= (graph.kinds[graph.subject] & Kind.DEPRECATED) == 0
    return graph.subject[same], graph.object[same]


def _affirms(graph: ClaimGraph, coupling: Coupling) -> Bools:
    """The claims that a denial of the coupling's kind could contradict."""
    if coupling.negated:
        relation = graph.ontology.terms.id(coupling.relation) if coupling.relation else None
        holds = ~graph.negated & graph.holds
        return np.asarray(holds if relation is None else holds & (graph.relation == relation))
    kinds = [graph.ontology.terms.id(iri) for iri in (v.SUBCLASS_OF, v.EQUIVALENT_CLASS)]
    return np.asarray(np.isin(graph.relation, kinds) & ~graph.negated & graph.holds)


def _words(speech: Speech, ids: Ints) -> Rows:
    """For each term the number of what it is called, capitals and the last stop apart."""
    distinct, place = np.unique(ids, return_inverse=True)
    names = speech.lexicon.column(distinct, "name").tolist()
    numbers: dict[str, int] = {}
    numbered = [numbers.setdefault(name.casefold().strip(" .\n\t"), len(numbers)) for name in names]
    return np.array(numbered, np.int64)[place]


def _numbered(columns: list[Rows]) -> Rows:
    """One number a row: equal where all columns are equal."""
    _, inverse = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
    return np.asarray(inverse, np.int64).reshape(-1)


def _mixed(group: Rows, answers: Rows) -> Bools:
    """For each row whether its group holds two different answers."""
    lowest = np.full(int(group.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    highest = np.full(len(lowest), -1)
    np.minimum.at(lowest, group, answers)
    np.maximum.at(highest, group, answers)
    return np.asarray(lowest[group] != highest[group])
