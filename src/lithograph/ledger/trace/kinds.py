"""From a name to the story of what it names: one row for each kind of thing that can be traced."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from lithograph.core.errors import LithographError
from lithograph.ledger.errors import EmptyLedger, NothingCalled, SeveralCalled
from lithograph.ledger.record import key_of
from lithograph.ledger.story import Story
from lithograph.ledger.trace.datasets import build_story, ontology_story, source_of_ontology
from lithograph.ledger.trace.entities import axiom_of_words, entity_story
from lithograph.ledger.trace.examples import example_story, sentence_story
from lithograph.ledger.trace.places import Place
from lithograph.ledger.trace.results import evaluation_story, probe_story
from lithograph.ledger.trace.runs import adapter_story, run_story
from lithograph.ledger.trace.scenes import instance_story, scene_story, template_story


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: the word before its hash in a urn, and its story by a name.

    The story raises NothingCalled, SeveralCalled or EmptyLedger where the name is none of this kind.
    """

    name: str
    story: Callable[[Place, str], Story]


KINDS: tuple[Kind, ...] = (
    Kind("example", example_story),
    Kind("run", run_story),
    Kind("adapter", adapter_story),
    Kind("evaluation", evaluation_story),
    Kind("probe", probe_story),
    Kind("instance", instance_story),
    Kind("ontology", ontology_story),
    Kind("build", build_story),
    Kind("dataset", build_story),
    Kind("source", source_of_ontology),
    Kind("template", template_story),
    Kind("node", entity_story),
    Kind("scene", scene_story),
    Kind("sentence", sentence_story),
    Kind("axiom", axiom_of_words),
)
"""In the order in which a name is read; one that fits two kinds is the first's. Write `axiom:NAME` to say which.
A hash that fits two is refused: nobody means the first."""

_HASH = re.compile(r"[0-9a-f]{4,64}")
_URN = re.compile(r"(?:urn:litho:)?([a-z-]+):(.+)")


def story_of(place: Place, what: str) -> Story:
    """The story of what a name stands for. Raises NothingCalled, with what is near, or SeveralCalled."""
    said = _URN.fullmatch(what)
    for kind in KINDS:
        if said and said[1] == kind.name:
            return kind.story(place, what if what.startswith("urn:") else said[2])
    return _of_hash(place, what) if _HASH.fullmatch(what) else _first_told(place, what, KINDS)


def _of_hash(place: Place, what: str) -> Story:
    """The one thing whose hash starts so, or that is called so: the start of a hash can be a word, too."""
    found: dict[tuple[tuple[str, str], ...], Story] = {}
    for kind in KINDS:
        with suppress(NothingCalled, EmptyLedger):
            story = kind.story(place, what)
            if kind.name != "adapter" or key_of(story.about[0][1]).startswith(what):  # not by the hash of its run
                found.setdefault(story.about, story)
    if len(found) > 1:
        raise SeveralCalled("thing", what, len(found), [story.title for story in found.values()])
    return next(iter(found.values())) if found else _first_told(place, what, KINDS)


def _first_told(place: Place, what: str, kinds: Sequence[Kind]) -> Story:
    """The first reading of the name that somebody answers to; a name of several things is said to be one at the end."""
    several: LithographError | None = None
    near: list[str] = []
    for kind in kinds:
        try:
            return kind.story(place, what)
        except SeveralCalled as error:
            several = several or error
        except NothingCalled as error:
            near += [name for name in error.near if name not in near]
        except EmptyLedger:
            continue  # no run yet: the name may still be another thing's
    if several is not None:
        raise several
    raise NothingCalled("thing", what, difflib.get_close_matches(what, near, n=5, cutoff=0.4))
