"""Which instances of a scene a language can say, and why it cannot say the others. Knows nothing about templates."""

from __future__ import annotations

import numpy as np

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import Ints
from lithograph.ontology.terms import is_literal, literal_parts
from lithograph.render.cast import Bools, Speech, Voice, numbers_of, only
from lithograph.render.tautology import telling
from lithograph.render.templates import WRONG
from lithograph.scenes.instances import Instances
from lithograph.select.choose import Hashes, first_of_each
from lithograph.select.decisions import MERGE, SILENCE

NO_WORDS, NO_NEWS, SAME_WORDS = range(1, 4)


def voice_of(speech: Speech, instances: Instances, hashes: Hashes) -> Voice:
    """Which instances a language can say: those with words for every filler that tell something with these words.

    Of those with the same words one is said, and the others are merged into it.
    """
    n, language = len(instances), speech.lexicon.language
    able = speakable_roles(speech, instances)
    keep = np.logical_and.reduce([np.ones(n, bool), *able.values()])
    if instances.facts or instances.lists:
        keep &= _has_words(speech, instances)
    news = keep & telling(speech.lexicon, instances, speech.hollow())
    reason = np.select([~keep, ~news], [NO_WORDS, NO_NEWS], 0).astype(np.uint8)
    target = np.full(n, -1)
    if not instances.lists:
        rows = np.flatnonzero(news)
        words = [_same_words(speech, instances.roles[name][rows]) if name in able else instances.roles[name][rows]
                 for name in sorted(instances.roles)]  # fmt: skip
        first = rows[first_of_each(words, hashes[rows])]
        reason[rows[first != rows]] = SAME_WORDS
        target[rows] = np.where(first != rows, first, -1)
    return Voice(reason == 0, reason, target, ~foreign(speech, instances),
                 ("", f"no words in {language}", "nothing but names", "the same words as another"),
                 ("", SILENCE, SILENCE, MERGE))  # fmt: skip


def foreign(speech: Speech, instances: Instances) -> Bools:
    """Which instances hold a text in another language: they are not meant to be said in this one."""
    graph, out = speech.graph, np.zeros(len(instances), bool)
    numbers = numbers_of(instances.scene)
    for role in instances.scene.roles:
        if role.kind == "literal" and role.name in instances.roles and role.name not in numbers:
            distinct, place = np.unique(instances.roles[role.name], return_inverse=True)
            texts = [graph.ontology.terms.texts[i] for i in distinct.tolist()]
            tags = [literal_parts(text)[1] if is_literal(text) else None for text in texts]
            elsewhere = [tag is not None and tag.split("-")[0] != speech.lexicon.language for tag in tags]
            out |= np.array(elsewhere, bool)[place]
    return out


def speakable_roles(speech: Speech, instances: Instances) -> dict[str, Bools]:
    """Role -> whether its filler has words, for the roles that are filled by a term."""
    numbers = numbers_of(instances.scene)
    return {name: speech.lexicon.speakable(column) for name, column in sorted(instances.roles.items())
            if name not in numbers}  # fmt: skip


def _has_words(speech: Speech, instances: Instances) -> Bools:
    """Which instances have something to say in their lists: in one of them, in all of a tableau's, and of what a graph
    rule tells every claim: a path with a gap is none, and of fewer clues something else is the answer."""
    scene = instances.scene
    couplings = {c.target: c.name for c in scene.couplings if c.name in instances.facts}
    each: list[Bools] = []
    for role, lists in instances.lists.items():
        if role in couplings:
            lists = instances.facts[str(couplings[role])]
            able = sayable(speech, lists.values, wrong=couplings[role] == WRONG)
        else:
            able = speech.lexicon.speakable(lists.values)
        each.append(np.diff(only(lists, able).offsets) > 0)
    if not scene.computed:
        return np.asarray((np.logical_and if scene.level == "tableau" else np.logical_or).reduce(each))
    whole = [np.diff(only(lists, sayable(speech, lists.values)).offsets) == np.diff(lists.offsets)
             for lists in instances.facts.values()]  # fmt: skip
    return np.asarray(np.logical_and.reduce(whole))


def sayable(speech: Speech, claims: Ints, *, wrong: bool = False) -> Bools:
    """Which claims have words: their object, and their relation unless every language has words for it anyway. wrong:
    they are wrong options, whose relation is that of the right one."""
    graph, ids = speech.graph, speech.graph.ontology.terms
    known = np.isin(graph.relation[claims], [ids.id(v.SUBCLASS_OF), ids.id(v.TYPE)]) | wrong
    able = speech.lexicon.speakable(graph.object[claims])
    return np.asarray(able & (known | speech.lexicon.speakable(graph.relation[claims])))


def _same_words(speech: Speech, ids: Ints) -> Ints:
    """For each term the number of its name: equal where two terms are called the same."""
    distinct, place = np.unique(ids, return_inverse=True)
    names = speech.lexicon.column(distinct, "name").tolist()
    number: dict[str, int] = {}
    numbers = [number.setdefault(name, len(number)) for name in names]
    return np.array(numbers, np.int32)[place] if numbers else ids
