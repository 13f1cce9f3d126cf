"""What fills the slots of a template: a column of words for each, over chosen instances of a cast.

Knows nothing about files; the hot loop over one template is `press`, the columns it asks for are made here.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lithograph.ontology.graph import ClaimGraph
from lithograph.render.cast import Cast, Speech, Strings, numbers_of, only
from lithograph.render.questions import claim_column, options, premises_among_others, word_of
from lithograph.render.templates import WRONG
from lithograph.render.voices import sayable
from lithograph.scenes.instances import Instances, Lists
from lithograph.select.choose import mix
from lithograph.speech.verbalise import phrases, sentences
from lithograph.speech.words import join_list, upper_first


def columns_for(
    speech: Speech, cast: Cast, rows: NDArray[np.int64], needs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], Strings]:
    """The columns that a template asks for, for chosen instances.

    Roles are columns of the lexicon; beside them a template can ask for `proof.text`, `chain.sign`, the number of a
    cardinality, lists of a role of many, and the phrases of a named coupling (docs/reference/templates.md).
    """
    return {need: _column(speech, cast, rows, *need) for need in needs}


def _column(speech: Speech, cast: Cast, rows: NDArray[np.int64], role: str, attribute: str) -> Strings:
    small = attribute[:1].lower() + attribute[1:]
    made = _special(speech, cast, rows, role, small)
    if made is None:
        return speech.lexicon.column(cast.instances.roles[role][rows], attribute)
    return made if small == attribute else _objects([upper_first(text) for text in made.tolist()])


def _special(speech: Speech, cast: Cast, rows: NDArray[np.int64], role: str, attribute: str) -> Strings | None:
    """A column that the lexicon cannot make from the role's fillers alone; None where it can."""
    instances, lexicon, graph = cast.instances, speech.lexicon, speech.graph
    numbers = numbers_of(cast.scene)
    if role in ("claim", "given", "evidence", "options") and role not in instances.roles:
        return _of_claim(speech, cast, rows, role, attribute)
    if role == "chain":
        return lexicon.signs(_sign_product(graph, instances, rows))
    if role in instances.lists:
        return _list(speech, instances.lists[role].take(rows), attribute)
    if role in instances.facts:
        return _facts(speech, instances.facts[role].take(rows), attribute)
    if attribute == "governed" and "relation" in instances.roles:
        return lexicon.governed(instances.roles[role][rows], instances.roles["relation"][rows])
    if role != "proof" and role not in numbers and attribute != "counted":
        return None
    claims = instances.claims.values[instances.claims.offsets[rows]]
    if role == "proof":
        return _objects([speech.proof(claim) for claim in claims.tolist()])
    if attribute == "counted":
        number = instances.roles[min(numbers)][rows]
        return lexicon.counted(instances.roles[role][rows], number, graph.quantifier[claims])
    if attribute == "exactly":
        return lexicon.cardinality(instances.roles[role][rows], graph.quantifier[claims])
    return _objects([str(n) for n in instances.roles[role][rows].tolist()])


def _of_claim(speech: Speech, cast: Cast, rows: NDArray[np.int64], role: str, attribute: str) -> Strings:
    """A column about the first claim of each instance: in words, denied, among its premises, among wrong options."""
    claims = cast.instances.claims
    first = claims.values[claims.offsets[rows]].tolist()
    if role == "claim":
        return _objects(claim_column(speech, first, attribute))
    if role == "evidence":
        return _objects([word_of(speech, row) for row in first])
    marks = mix(cast.hashes[rows], role)
    if role == "given":
        return _objects(premises_among_others(speech, first, marks))
    wrong = wrong_options(speech, cast).take(rows)
    return _objects([
        options(speech, claim, wrong.row(i).tolist(), mark, attribute)
        for i, (claim, mark) in enumerate(zip(first, marks.tolist(), strict=True))
    ])  # fmt: skip


def wrong_options(speech: Speech, cast: Cast) -> Lists:
    """The wrong options of each instance that have words of their own, and the relation of the right one."""
    lists, graph, claims = cast.instances.facts[WRONG], speech.graph, cast.instances.claims
    able = speech.lexicon.speakable(graph.object[lists.values]) & ~speech.doubtful()[lists.values]
    right = np.repeat(claims.values[claims.offsets[:-1]], np.diff(lists.offsets))
    return only(lists, able & (graph.relation[lists.values] == graph.relation[right]))


def _sign_product(graph: ClaimGraph, instances: Instances, rows: NDArray[np.int64]) -> NDArray[np.int8]:
    claims = instances.claims.take(rows)
    width = len(instances.scene.couplings)
    return np.asarray(graph.sign[claims.values].reshape(-1, width).prod(axis=1), np.int8)


def _list(speech: Speech, lists: Lists, attribute: str) -> Strings:
    """Lists in prose, of the fillers that have words."""
    lists = only(lists, speech.lexicon.speakable(lists.values))
    return speech.lexicon.lists(lists.values, lists.offsets, attribute)


def _facts(speech: Speech, lists: Lists, attribute: str) -> Strings:
    """The claims of a named coupling as verb phrases or sentences, one list a row."""
    graph, lexicon = speech.graph, speech.lexicon
    lists = only(lists, sayable(speech, lists.values))
    if attribute == "sentences":
        flat, join = sentences(graph, lexicon, lists.values), " ".join
    else:
        flat = phrases(graph, lexicon, lists.values)

        def join(parts: list[str]) -> str:  # type: ignore[misc]
            return join_list(parts, lexicon.language)

    ends = lists.offsets.tolist()
    return _objects([join(flat[a:b]) for a, b in itertools.pairwise(ends)])


def _objects(values: Sequence[str]) -> Strings:
    out = np.empty(len(values), object)
    out[:] = values
    return out


def gives_itself_away(prompts: Sequence[str], answers: Sequence[str]) -> list[bool]:
    """Whether a prompt already holds the words it asks for (riddles and clozes)."""
    asked, sought = _folded(prompts), _folded(answers)
    return [answer in prompt for prompt, answer in zip(asked, sought, strict=True)]


def _folded(texts: Sequence[str]) -> list[str]:
    """Texts without their capitals, all at once where nothing in them looks like the mark between them."""
    together = "\x1e".join(texts).casefold().split("\x1e")
    return together if len(together) == len(texts) else [text.casefold() for text in texts]
