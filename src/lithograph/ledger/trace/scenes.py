"""The stories of a scene, of a way of filling it, and of a template that words it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lithograph.ledger.arrays import decoded
from lithograph.ledger.ask import short
from lithograph.ledger.columns import read_columns, rows_of
from lithograph.ledger.record import builds, key_of
from lithograph.ledger.shape import template_urn
from lithograph.ledger.story import Story
from lithograph.ledger.trace.examples import instance_lines, scene_title
from lithograph.ledger.trace.names import instance_called, scene_called, template_called
from lithograph.ledger.trace.places import Place, template_file
from lithograph.ledger.trace.said import count, labels, named, some_of, spread, where
from lithograph.ledger.trace.uses import printed_in, through, uses

_MEASURES = ("resonance", "density", "deviation", "tension", "depth")


def instance_story(place: Place, what: str) -> Story:
    """A scene instance by its urn or the start of its hash. Raises NothingCalled, SeveralCalled."""
    key, row = instance_called(place.ledger, what)
    told = instance_lines(place, key, row["instance"])
    measures = ", ".join(f"{name} {row[name]:.3g}" for name in _MEASURES if row[name] is not None)
    detail = "\n".join(line for line in (told.detail, measures, f"by the word of {row['by']}") if line)
    rests = Story(f"rests on {count(len(told.children), 'axiom')}", "", told.children)

    def same(key: str) -> pa.Table:
        return where(read_columns(place.ledger, "instances", key, ["instance", "focus"]), "instance", row["instance"])

    title, children = f"{short(row['instance'])} of {told.title}", (rests, *through(place, same))
    return Story(title, detail, children, about=(("instance", row["instance"]),))


def scene_story(place: Place, what: str) -> Story:
    """A scene by its IRI, its label, or the end of its IRI. Raises NothingCalled, SeveralCalled."""
    key, row = scene_called(place.ledger, what)
    scene = row["iri"]
    instances = where(read_columns(place.ledger, "instances", key), "scene", scene)
    names = labels(place, key)
    filled = [
        Story(short(r["instance"]), ", ".join(f"{f['role']} = {named(f['node'], names)}" for f in r["roles"] or ()))
        for r in rows_of(instances.take(spread(instances.num_rows)))
    ]
    templates = rows_of(where(read_columns(place.ledger, "templates", key), "scene", scene))
    worded = [
        Story(
            f"{t['path']}:{t['line']}", f"{t['form']}, {t['register']}, {t['language']}", link=template_file(place, t)
        )
        for t in templates
    ]

    def mine(key: str) -> pa.Table:
        return where(read_columns(place.ledger, "instances", key, ["instance", "focus", "scene"]), "scene", scene)

    children = (
        Story(f"filled in {count(instances.num_rows, 'way')}", "", some_of(filled, instances.num_rows)),
        Story(f"worded by {count(len(worded), 'template')}", "", some_of(worded)),
        *_moves(place, key, scene),
        *through(place, mine),
    )
    detail = f"{scene}\ndeclared as sha256 {row['hash'][:12]}"
    return Story(scene_title(place, key, scene), detail, children, about=(("scene", scene),))


def _moves(place: Place, key: str, scene: str) -> list[Story]:
    """What the filter decided about a scene, counted in intents by reason. A count names a scene by its last part."""
    decisions = read_columns(place.ledger, "decisions", key)
    if not decisions.num_rows:
        return []
    names = pa.array([scene, scene.rsplit("#", 1)[-1].rsplit("/", 1)[-1]], pa.string())
    rows = rows_of(decisions.filter(pc.is_in(decoded(decisions["scene"]), names)))
    return moves_story(rows)


def moves_story(rows: list[dict[str, Any]]) -> list[Story]:
    """Decisions by move and reason, the most frequent first."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts[f"{row['move']}: {row['reason']}"] += row["count"]
    told = [Story(f"{n} {reason}") for reason, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]
    return [Story(f"decided {count(sum(counts.values()), 'time')}", "", some_of(told))] if told else []


def template_story(place: Place, what: str) -> Story:
    """A template by its id, its urn, or its file and line. Raises NothingCalled, SeveralCalled."""
    key, row = template_called(place.ledger, what)
    stories, ids = [], []
    for build in builds(place.ledger):
        examples = read_columns(place.ledger, "examples", key_of(str(build["id"])))
        mine = examples.filter(pc.equal(decoded(examples["template"]), row["id"]))
        if mine.num_rows:
            ids += mine["id"].to_pylist()
            stories.append(printed_in(place, build, 0, mine, mine))
    detail = f"{row['form']}, {row['register']}, {row['language']}, {row['id'].rpartition('@')[2]}\n{row['source']}"
    children = (Story(scene_title(place, key, row["scene"]), row["scene"] or ""), *stories)
    used = uses(place, pa.array(ids, pa.string())) if ids else [Story("no example is worded by it")]
    title, link = f"template {row['path']}:{row['line']}", template_file(place, row)
    return Story(title, detail, (*children, *used), link, (("template", template_urn(row["id"])),))
