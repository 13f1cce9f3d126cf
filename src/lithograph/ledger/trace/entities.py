"""The stories of an entity and of an axiom: where they stand, what rests on them, and who learned it."""

from __future__ import annotations

from typing import Any

import pyarrow.compute as pc

from lithograph.ledger.arrays import decoded
from lithograph.ledger.ask import short
from lithograph.ledger.columns import read_columns, rows_of
from lithograph.ledger.record import builds, key_of
from lithograph.ledger.resolve import axioms_called, node_called
from lithograph.ledger.story import Story
from lithograph.ledger.trace.examples import scene_title
from lithograph.ledger.trace.places import Place
from lithograph.ledger.trace.results import asked_about
from lithograph.ledger.trace.said import SOME, axiom_stories, axiom_story, count, labels, lists_holding, named, some_of
from lithograph.ledger.trace.uses import resting_on

_SAYS_LITTLE = frozenset({"Declaration", "AnnotationAssertion"})
"""Axioms that are shown after the others."""


def entity_story(place: Place, what: str) -> Story:
    """An entity by its IRI, a prefixed name, a label. Raises NothingCalled, SeveralCalled."""
    iri = node_called(place.ledger, what)
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    scenes: dict[str, int] = {}
    label, kind = "", ""
    for build in builds(place.ledger):
        key = key_of(str(build["id"]))
        nodes = read_columns(place.ledger, "nodes", key)
        for node in rows_of(nodes.filter(pc.equal(nodes["iri"], iri))):
            label, kind = labels(place, key).get(iri, label), node["kind"] or kind
        rows = rows_of(lists_holding(read_columns(place.ledger, "axioms", key), "nodes", [iri]))
        found |= {r["axiom"]: (key, r) for r in sorted(rows, key=lambda r: r["kind"] in _SAYS_LITTLE)}
        scenes |= _scenes_about(place, key, iri)
    shown = [axiom_story(place, row, key) for key, row in list(found.values())[:SOME]]
    children = (
        Story(f"mentioned by {count(len(found), 'axiom')}", "", some_of(shown, len(found))),
        *_focus_of(scenes),
        *resting_on(place, list(found), iri),
    )
    title = f"{label or short(iri)} ({kind})"
    return Story(title, iri, children, about=(("node", iri),))


def _scenes_about(place: Place, key: str, iri: str) -> dict[str, int]:
    """How many instances of each scene have the entity as their focus."""
    instances = read_columns(place.ledger, "instances", key, ["scene", "focus"])
    mine = instances.filter(pc.equal(instances["focus"], iri))
    counts = pc.value_counts(decoded(mine["scene"])).to_pylist() if mine.num_rows else []
    return {scene_title(place, key, c["values"]): c["counts"] for c in counts}


def _focus_of(scenes: dict[str, int]) -> list[Story]:
    if not scenes:
        return []
    ordered = sorted(scenes.items(), key=lambda item: (-item[1], item[0]))
    told = [Story(f"{title}: {count(n, 'scene instance')}") for title, n in ordered]
    return [Story(f"the focus of {count(len(scenes), 'scene')}", "", some_of(told))]


def axiom_of_words(place: Place, what: str) -> Story:
    """An axiom by its urn or words of it; several where the words fit several. Raises NothingCalled, SeveralCalled."""
    urns = axioms_called(place.ledger, what)
    stories = [_axiom(place, urn) for urn in urns[:SOME]]
    if len(urns) == 1:
        return stories[0]
    about = tuple(("axiom", urn) for urn in urns)
    return Story(f"{what!r} fits {count(len(urns), 'axiom')}", "", some_of(stories, len(urns)), about=about)


def _axiom(place: Place, urn: str) -> Story:
    held, silences, story, mentions = [], [], Story(f"axiom {short(urn)}"), []
    for build in builds(place.ledger):
        key = key_of(str(build["id"]))
        table = read_columns(place.ledger, "axioms", key)
        for row in rows_of(table.filter(pc.equal(table["axiom"], urn))):
            held.append(str(build["slug"]))
            silences += [f"behind no example of {build['slug']}: {row['silence']}"] if row["silence"] else []
            names = labels(place, key)
            mentions = [Story(named(iri, names)) for iri in row["nodes"] or ()]
            story = axiom_stories(place, key, [urn])[0]
    detail = "\n".join([story.detail, f"stands in the ontology of {', '.join(held)}", *silences])
    about = Story(f"mentions {count(len(mentions), 'entity')}", "", some_of(mentions))
    return Story(
        story.title, detail, (about, *resting_on(place, [urn]), *asked_about(place, urn)), story.link, (("axiom", urn),)
    )
