"""The stories of an evaluation and of a probe: what was asked, what was answered, on which axioms the key rests.

Reads the tables `evaluations`, `probes` and `attributions` where a ledger has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow.compute as pc

from lithograph.ledger.arrays import decoded
from lithograph.ledger.ask import short
from lithograph.ledger.columns import column_files, column_path, read_columns, rows_of
from lithograph.ledger.errors import NothingCalled, SeveralCalled
from lithograph.ledger.record import builds, key_of
from lithograph.ledger.story import Link, Story
from lithograph.ledger.trace.names import hexes
from lithograph.ledger.trace.places import Place, adapter_folder, run_folder
from lithograph.ledger.trace.said import SOME, axiom_stories, count, example_line, some_of
from lithograph.ledger.trace.uses import resting_on


def evaluation_story(place: Place, what: str) -> Story:
    """An evaluation by its urn, name or the start of its hash. Raises NothingCalled, SeveralCalled."""
    row = _evaluation_called(place, what)
    probes = _table(place, "probes", key_of(row["id"]))
    wrong = [_answer(p) for p in probes if not p["correct"]]
    right = len(probes) - len(wrong)
    measures = [f"{m['name']} {m['value']:.3f}" for m in row["measures"] or ()]
    children = [
        _scored(place, row),
        Story(f"{right} of {count(len(probes), 'answer')} right"),
        Story(f"{len(wrong)} wrong", "", some_of(wrong)),
        *_weighed(place, _table(place, "attributions", key_of(row["id"]))),
    ]
    detail = "\n".join([f"{row['kind']} on {short(row['dataset'] or '?')}", ", ".join(measures), short(row["id"])])
    kind = "adapter" if str(row["model"]).startswith("urn:litho:adapter:") else "model"
    return Story(f"evaluation {row['slug']}", detail, tuple(children), about=((kind, row["model"]),))


def probe_story(place: Place, what: str) -> Story:
    """A probe by its urn or the start of its hash: every model's answer to it. Raises NothingCalled, SeveralCalled."""
    found: dict[str, list[tuple[dict[str, Any], dict[str, Any]]]] = {}
    start = hexes(what)
    for row in _evaluations(place):
        for probe in _table(place, "probes", key_of(row["id"])):
            item = str(probe["item"])
            if item == what or (start and item.startswith("urn:litho:probe:") and key_of(item).startswith(start)):
                found.setdefault(item, []).append((row, probe))
    if len(found) != 1:
        raise (
            SeveralCalled("probe", what, len(found), [short(i) for i in sorted(found)[:3]])
            if found
            else NothingCalled("probe", what)
        )
    ((item, answers),) = found.items()
    return _probe(place, item, answers)


def evaluations_of(place: Place, model: str) -> list[Story]:
    """How an adapter or a base model was scored; nothing where it never was."""
    stories = []
    for row in _evaluations(place):
        if row["model"] == model:
            measures = ", ".join(f"{m['name']} {m['value']:.3f}" for m in row["measures"] or ())
            stories.append(Story(f"evaluation {row['slug']}, {count(row['items'], 'item')}", measures))
    return stories


def asked_about(place: Place, axiom: str) -> list[Story]:
    """How often each model was asked what rests on an axiom, and was right; nothing where none was."""
    stories = []
    for row in _evaluations(place):
        asked = [p for p in _table(place, "probes", key_of(row["id"])) if axiom in (p["axioms"] or ())]
        if asked:
            right = sum(bool(p["correct"]) for p in asked)
            title = f"evaluation {row['slug']}: {right} of {count(len(asked), 'answer')} on it right"
            stories.append(Story(title, f"of {short(row['model'])}", some_of([_answer(p) for p in asked])))
    return stories


def _probe(place: Place, item: str, answers: list[tuple[dict[str, Any], dict[str, Any]]]) -> Story:
    first = answers[0][1]
    axioms = list(dict.fromkeys(urn for _, probe in answers for urn in probe["axioms"] or ()))
    children: list[Story] = []
    for row, probe in answers:
        weights = [a for a in _table(place, "attributions", key_of(row["id"])) if a["item"] == item]
        told = _answer(probe)
        below = (_scored(place, row), *_weighed(place, weights))
        children.append(Story(f"evaluation {row['slug']}: {told.title.partition(': ')[2]}", told.detail, below))
    detail = f"{first['axis']}, {first['level']}, {first['register']}, depth {first['depth']}\nkey: {first['expected']}"
    rests = Story(f"rests on {count(len(axioms), 'axiom')}", "", tuple(_known_axioms(place, axioms)))
    about = tuple(("axiom", urn) for urn in axioms)
    return Story(short(item), detail, (rests, *children, *resting_on(place, axioms)), about=about)


def _answer(probe: Mapping[str, Any]) -> Story:
    """What was answered, and what should have been."""
    right = "right" if probe["correct"] else "wrong"
    detail = f"answered {probe['answer']!r}, key {probe['expected']!r}, score {probe['score']:.3f}"
    return Story(f"{short(probe['item'])}: {right}", detail)


def _scored(place: Place, row: Mapping[str, Any]) -> Story:
    """The model that was scored, and the run that made it."""
    run = next((r for r in _table(place, "runs", key_of(row["run"]))), None) if row["run"] else None
    if run is None:
        return Story(f"scored {short(row['model'])}")
    made = Story(f"run {run['slug']}", link=run_folder(place, run["slug"]))
    return Story(f"scored {short(row['model'])}", "", (made,), _weights(place, run, row))


def _weights(place: Place, run: Mapping[str, Any], row: Mapping[str, Any]) -> Link | None:
    return adapter_folder(place, run["slug"]) if run["adapter"] == row["model"] else None


def _weighed(place: Place, attributions: list[dict[str, Any]]) -> list[Story]:
    """The examples that weighed most in the answers, for or against."""
    ranked = sorted(attributions, key=lambda a: (-abs(a["score"]), a["example"], a["item"]))
    told = []
    for weight in ranked[:SOME]:
        title = f"{short(weight['example'])}: {weight['score']:+.3f} by {weight['method']}"
        told.append(Story(title, _said(place, weight["example"])))
    examples = len({weight["example"] for weight in ranked})
    return [Story(f"weighed by {count(examples, 'example')}", "", some_of(told, len(ranked)))] if told else []


def _said(place: Place, example: str) -> str:
    """What an example says, in the newest build that has it."""
    for build in reversed(builds(place.ledger)):
        rows = read_columns(place.ledger, "examples", key_of(str(build["id"])))
        for row in rows_of(rows.filter(pc.equal(decoded(rows["id"]), example)).slice(0, 1)):
            return example_line(place, build["dataset_name"], row)
    return ""


def _known_axioms(place: Place, urns: list[str]) -> Iterator[Story]:
    """The axioms as the newest build that has them wrote them."""
    keys = [key_of(str(build["id"])) for build in reversed(builds(place.ledger))]
    known = {key: set(read_columns(place.ledger, "axioms", key, ["axiom"])["axiom"].to_pylist()) for key in keys}
    for urn in urns:
        key = next((k for k in keys if urn in known[k]), keys[0])
        yield from axiom_stories(place, key, [urn])


def _evaluations(place: Place) -> list[dict[str, Any]]:
    keys = [path.stem for path in column_files(place.ledger, "evaluations")]
    return sorted((r for key in keys for r in _table(place, "evaluations", key)), key=lambda r: (r["slug"], r["id"]))


def _table(place: Place, name: str, key: str) -> list[dict[str, Any]]:
    """A table's rows; none where a ledger has no such table."""
    there = column_path(place.ledger, name, key).exists()
    return rows_of(read_columns(place.ledger, name, key)) if there else []


def _evaluation_called(place: Place, what: str) -> dict[str, Any]:
    rows = _evaluations(place)
    start = hexes(what)
    hits = [r for r in rows if what in (r["id"], r["slug"])]
    hits = hits or [r for r in rows if start and key_of(r["id"]).startswith(start)]
    if len(hits) > 1:
        raise SeveralCalled("evaluation", what, len(hits), [short(r["id"]) for r in hits[:3]])
    if not hits:
        raise NothingCalled("evaluation", what, [str(r["slug"]) for r in rows][:3])
    return hits[0]
