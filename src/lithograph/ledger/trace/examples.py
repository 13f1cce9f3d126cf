"""The story of an example: what it says, by which template, of which scene, on which axioms, and who learned it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pyarrow as pa

from lithograph.ledger.ask import short
from lithograph.ledger.columns import read_columns, rows_of
from lithograph.ledger.errors import EmptyLedger
from lithograph.ledger.record import builds, key_of
from lithograph.ledger.resolve import example_called
from lithograph.ledger.saying import example_saying
from lithograph.ledger.story import Story
from lithograph.ledger.trace.places import Place, dataset_card, shard_file, template_file
from lithograph.ledger.trace.said import axiom_stories, labels, named, printed, sentence, where
from lithograph.ledger.trace.uses import uses

_BECAUSE = {
    "asserted": "its axioms say so",
    "entailed": "it follows from its axioms",
    "refuted": "its axioms exclude it",
    "unknown": "its axioms settle it neither way",
    "computed": "a stated rule gives it in this model, along this chain",
}


def random_example(place: Place, choose: Callable[[int], int]) -> str:
    """An example of the newest build whose dataset is at hand, or else of the newest."""
    newest = list(reversed(builds(place.ledger)))
    for build in sorted(newest, key=lambda b: not (place.datasets / str(b["dataset_name"])).is_dir()):
        ids = read_columns(place.ledger, "examples", key_of(str(build["id"])), ["id"])
        if ids.num_rows:
            return str(ids.column("id")[choose(ids.num_rows)].as_py())
    raise EmptyLedger(place.ledger, "example", "dataset")


def example_story(place: Place, what: str) -> Story:
    """An example by its urn or the start of its hash. Raises NothingCalled, SeveralCalled."""
    key, row = example_called(place.ledger, what)
    build = next(b for b in builds(place.ledger) if key_of(str(b["id"])) == key)
    name = build["dataset_name"]
    found = printed(place, name, row)
    said = sentence(found) if found else f"(its text stands in {name}/{row['shard']}, not found)"
    children = (
        template_line(place, key, row["template"]),
        instance_lines(place, key, row["instance"]),
        _reasons(row, found, _word(place, key, row["instance"])),
        Story(f"build {build['slug']}: row {row['row']} of {row['shard']}", link=dataset_card(place, name)),
        *uses(place, pa.array([row["id"]])),
    )
    title = f"{short(row['id'])}, {row['split']} of {name}"
    return Story(title, said, children, shard_file(place, name, row["shard"]), (("example", row["id"]),))


def sentence_story(place: Place, what: str) -> Story:
    """An example by what it says."""
    example, count = example_saying(place.ledger, what, place.datasets)
    story = example_story(place, example)
    return replace(story, title=f"{story.title}, one of {count} that say this") if count > 1 else story


def template_line(place: Place, key: str, template: str | None) -> Story:
    """A template: its file and line, and its text."""
    rows = rows_of(where(read_columns(place.ledger, "templates", key), "id", template)) if template else []
    if not rows:
        return Story(f"template {template}")
    t = rows[0]
    detail = f"{t['form']}, {t['register']}, {t['language']}\n{t['source']}"
    return Story(f"template {t['path']}:{t['line']}", detail, link=template_file(place, t))


def instance_lines(place: Place, key: str, instance: str) -> Story:
    """A scene instance: its scene, who plays which role, and the axioms it rests on."""
    rows = rows_of(where(read_columns(place.ledger, "instances", key), "instance", instance))
    if not rows:
        return Story(f"scene instance {short(instance)}")
    names = labels(place, key)
    roles = "\n".join(f"{r['role']} = {named(r['node'], names)}" for r in rows[0]["roles"] or ())
    children = tuple(axiom_stories(place, key, rows[0]["axioms"] or []))
    return Story(scene_title(place, key, rows[0]["scene"]), roles, children)


def scene_title(place: Place, key: str, scene: str) -> str:
    """A scene with its axis and level."""
    rows = rows_of(where(read_columns(place.ledger, "scenes", key), "iri", scene))
    row = rows[0] if rows else {}
    return f"scene {row.get('label') or short(scene)} ({row.get('axis')}, {row.get('level')})"


def _word(place: Place, key: str, instance: str) -> str:
    """Whose word the status of an instance's claim is, where it is neither an axiom's nor the rules'."""
    rows = rows_of(where(read_columns(place.ledger, "instances", key), "instance", instance))
    by = str(rows[0].get("by") or "") if rows else ""
    return "" if by in ("an axiom", "the rules") or by.startswith("the graph rule") else by


def _reasons(row: dict[str, Any], found: dict[str, Any] | None, word: str) -> Story:
    detail = [f"by the word of {word}"] if word else []
    thought = str((found or {}).get("thought") or "")
    if found and thought and thought not in sentence(found):  # said already where it is a layer of the answer
        detail.append(thought)
    for decision in (found or {}).get("decisions") or ():
        detail.append(f"{decision['move']}: {decision['reason']}")
    height = f", by a proof of height {row['depth']}" if row["depth"] else ""
    title = f"{row['truth']}: {_BECAUSE.get(row['truth'], 'as the build found')}{height}"
    return Story(title, "\n".join(detail))
