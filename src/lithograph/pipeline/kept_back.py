"""What a build keeps out of training: chosen with the words of its languages at hand, before anything is rendered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lithograph.config import Config
from lithograph.ontology.graph import ClaimGraph, Kind
from lithograph.reason.closure import Closure
from lithograph.render.cast import Speech
from lithograph.select.canonical import Canonical
from lithograph.select.held_out import HeldOut, hold_out, nothing_held_out
from lithograph.select.withheld import plain

FORMS = {"en": ("name", "plural"), "ru": ("nom", "gen", "dat", "acc", "ins", "loc", "plural", "gen_plural")}
"""The forms in which a text of a language can name a term."""
NAMED = Kind.CLASS | Kind.INDIVIDUAL | Kind.OBJECT_PROPERTY | Kind.DATA_PROPERTY


def held_out(config: Config, closure: Closure, names: Canonical, speech: Mapping[str, Speech]) -> HeldOut:
    """What the options keep out of training.

    Asked about is what has words in every language that has words for anything, and says something in them.
    """
    graph = closure.graph
    if config.held_out_percent <= 0 and config.transfer_percent <= 0:
        return nothing_held_out(graph, names)
    called = [_called(graph, one) for one in speech.values()] if config.transfer_percent > 0 else []
    return hold_out(graph, names, closure.evidence, percent=config.held_out_percent,
                    transfer_percent=config.transfer_percent, seed=config.seed, askable=_askable(graph, speech),
                    called=called)  # fmt: skip


def _askable(graph: ClaimGraph, speech: Mapping[str, Speech]) -> NDArray[np.bool_]:
    out, any_words = np.ones(len(graph), bool), False
    for one in speech.values():
        able = one.lexicon.speakable(graph.subject) & one.lexicon.speakable(graph.object) & ~one.hollow()
        able &= ~one.doubtful()
        if able.any():
            out, any_words = out & able, True
    return out & any_words


def _called(graph: ClaimGraph, speech: Speech) -> Sequence[str]:
    """Of each term what it is called in small letters; empty where it has no words."""
    ids = np.flatnonzero((graph.kinds & np.uint16(NAMED)) > 0).astype(np.int32)
    out = [""] * len(graph.kinds)
    words = speech.lexicon.column(ids, "name").tolist()
    for term, word, able in zip(ids.tolist(), words, speech.lexicon.speakable(ids).tolist(), strict=True):
        out[term] = plain(word).strip() if able else ""
    return out


def reserved_names(held: HeldOut, speech: Mapping[str, Speech]) -> dict[str, list[str]]:
    """Language -> what a text of it can call a reserved term, in any form, as `plain` writes it; sorted."""
    out: dict[str, list[str]] = {}
    for language, one in speech.items():
        terms = np.array([one.lexicon.terms.id(term) for term in held.branch], np.int32)
        terms = terms[one.lexicon.speakable(terms)] if len(terms) else terms
        forms = FORMS[language] if len(terms) else ()
        words = {plain(str(word)).strip() for form in forms for word in one.lexicon.column(terms, form).tolist()}
        if words - {""}:
            out[language] = sorted(words - {""})
    return out
