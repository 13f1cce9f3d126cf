"""The story behind one thing: an example down to its axioms, or an entity or axiom up to the adapters that saw it.

Reads columns and the dataset's shards, needs no view. Knows nothing about terminals.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lithograph.core.errors import LithographError
from lithograph.ledger.ask import Ledger, short
from lithograph.ledger.columns import column_files, decoded, read_columns, rows_of
from lithograph.ledger.errors import EmptyLedger, NothingCalled, SeveralCalled, UnreadableColumns
from lithograph.ledger.record import builds, key_of
from lithograph.ledger.resolve import axioms_called, example_called, node_called, run_row_called
from lithograph.ledger.saying import example_saying
from lithograph.ledger.story import Story, render

__all__ = ["Story", "render", "trace"]

SOME = 5
"""How many of many are shown."""

LONG = 300
"""Characters of an axiom's functional text that are shown: disjointness can run over pages."""

_BECAUSE = {
    "asserted": "its axioms say so",
    "entailed": "it follows from its axioms",
    "refuted": "its axioms exclude it",
    "unknown": "its axioms settle it neither way",
    "computed": "a stated rule gives it in this model, along this chain",
}

_SAYS_LITTLE = frozenset({"Declaration", "AnnotationAssertion"})
"""Axioms that are shown after the others."""


def trace(
    ledger: Ledger, what: str, *, datasets: Path, runs: Path, choose: Callable[[int], int] = random.randrange
) -> Story:
    """The story of an example (urn, start of its hash, what it says, `random`), an entity (IRI, prefixed name, label),
    an axiom (urn or words of it), a run or an adapter. datasets, runs: the project's folders, for texts of examples.

    Raises NothingCalled or SeveralCalled where the name is nobody's or several things'.
    """
    path = ledger.path
    if not builds(path):
        raise EmptyLedger(path, "build", "dataset")
    if what == "random":
        return _of_example(path, _random(path, datasets, choose), datasets)
    kind = what.split(":")[2] if what.startswith("urn:litho:") and what.count(":") >= 3 else None
    stories: dict[str, Callable[[], Story]] = {
        "example": lambda: _of_example(path, what, datasets),
        "run": lambda: _of_run(path, run_row_called(path, what), datasets, runs),
        "adapter": lambda: _of_run(path, _run_of_adapter(path, what), datasets, runs),
        "node": lambda: _of_node(path, node_called(path, what), datasets),
        "sentence": lambda: _of_sentence(path, what, datasets),
        "axiom": lambda: _of_axiom(path, what, datasets),
    }
    if kind in stories:
        return stories[kind]()
    return _first_told(what, list(stories.values()))


def _first_told(what: str, stories: Sequence[Callable[[], Story]]) -> Story:
    """The first reading of the name that somebody answers to; a name of several things is said to be one at the end."""
    several: LithographError | None = None
    nearest: list[str] = []
    for story in stories:
        try:
            return story()
        except SeveralCalled as error:
            several = several or error
        except NothingCalled as error:
            nearest += [str(error)] if "nearest" in str(error) else []
        except EmptyLedger:
            continue  # no run yet: the name may still be another thing's
    if several is not None:
        raise several
    near = nearest[0].split("nearest: ", 1)[1].rsplit(")", 1)[0].split(", ") if nearest else []
    raise NothingCalled("thing", what, near)


def _random(ledger: Path, datasets: Path, choose: Callable[[int], int]) -> str:
    """An example of the newest build whose dataset is at hand, or else of the newest."""
    newest = list(reversed(builds(ledger)))
    for build in sorted(newest, key=lambda b: not (datasets / str(b["dataset_name"])).is_dir()):
        ids = read_columns(ledger, "examples", key_of(str(build["id"])), ["id"])
        if ids.num_rows:
            return str(ids.column("id")[choose(ids.num_rows)].as_py())
    raise EmptyLedger(ledger, "example", "dataset")


def _run_of_adapter(ledger: Path, what: str) -> dict[str, Any]:
    start = what.rsplit(":", 1)[-1]
    rows = [rows_of(read_columns(ledger, "runs", p.stem))[0] for p in column_files(ledger, "runs")]
    hits = [r for r in rows if start and (r["adapter"] or "").removeprefix("urn:litho:adapter:").startswith(start)]
    if not hits or len(start) < 4:
        raise NothingCalled("adapter", what)
    return hits[0]


# ── examples ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _of_example(ledger: Path, what: str, datasets: Path) -> Story:
    key, row = example_called(ledger, what)
    build = next(b for b in builds(ledger) if key_of(str(b["id"])) == key)
    printed = _printed(datasets / str(build["dataset_name"]), row)
    labels = _labels(ledger, key)
    said = _sentence(printed) if printed else f"(its text stands in {build['dataset_name']}/{row['shard']}, not found)"
    children = [
        _template(ledger, key, row["template"]),
        _instance(ledger, key, row["instance"], labels),
        _reasons(row, printed, _word(ledger, key, row["instance"])),
        *_uses(ledger, pa.array([row["id"]])),
    ]
    title = f"{short(row['id'])}, {row['split']} of {build['dataset_name']}"
    return Story(title, said, tuple(children))


def _of_sentence(ledger: Path, what: str, datasets: Path) -> Story:
    example, count = example_saying(ledger, what, datasets)
    story = _of_example(ledger, example, datasets)
    return replace(story, title=f"{story.title}, one of {count} that say this") if count > 1 else story


def _printed(folder: Path, row: dict[str, Any]) -> dict[str, Any] | None:
    """The dataset's row of an example, where the shard is there and still holds it."""
    shard = folder / str(row["shard"])
    if not shard.is_file():
        return None
    try:
        found = rows_of(pq.read_table(shard, filters=[("id", "=", row["id"])]))
    except (pa.ArrowInvalid, OSError) as error:
        raise UnreadableColumns(shard, str(error).split("\n", 1)[0]) from error
    return found[0] if found else None


def _sentence(printed: dict[str, Any]) -> str:
    """What the example says: its turns, each on its own line."""
    turns = printed.get("messages")
    if turns:
        return "\n".join(f"{turn['role']}: {turn['content']}" for turn in turns)
    return "\n".join(str(printed[name]) for name in ("prompt", "completion") if printed.get(name))


def _template(ledger: Path, key: str, template: str | None) -> Story:
    table = read_columns(ledger, "templates", key)
    rows = rows_of(table.filter(pc.equal(table["id"], template))) if template else []
    if not rows:
        return Story(f"template {template}")
    t = rows[0]
    return Story(f"template {t['path']}:{t['line']}", f"{t['form']}, {t['register']}, {t['language']}\n{t['source']}")


def _instance(ledger: Path, key: str, instance: str, labels: dict[str, str]) -> Story:
    table = read_columns(ledger, "instances", key)
    row = rows_of(table.filter(pc.equal(table["instance"], instance)))
    if not row:
        return Story(f"scene instance {short(instance)}")
    scenes = {s["iri"]: s for s in rows_of(read_columns(ledger, "scenes", key))}
    scene = scenes.get(row[0]["scene"], {})
    roles = "\n".join(f"{r['role']} = {_named(r['node'], labels)}" for r in row[0]["roles"] or ())
    title = f"scene {scene.get('label') or row[0]['scene']} ({scene.get('axis')}, {scene.get('level')})"
    return Story(title, roles, tuple(_axioms(ledger, key, row[0]["axioms"] or [])))


def _axioms(ledger: Path, key: str, urns: Sequence[str]) -> list[Story]:
    table = read_columns(ledger, "axioms", key)
    files = _files(ledger, key)
    rows = rows_of(table.filter(pc.is_in(table["axiom"], pa.array(urns, pa.string()))))
    by_urn = {r["axiom"]: r for r in rows}
    return [_axiom(by_urn[u], files) if u in by_urn else Story(f"axiom {short(u)}") for u in urns]


def _axiom(row: dict[str, Any], files: str) -> Story:
    where = f"in {row['source'] or files}"
    text = row["text"] if len(row["text"]) <= LONG else f"{row['text'][:LONG]}…"
    return Story(f"axiom {row['display'] or text}", f"{text}\n{where}, {short(row['axiom'])}")


def _files(ledger: Path, key: str) -> str:
    """What is said of an axiom's place where the build did not name its file."""
    names = [s["name"] for s in rows_of(read_columns(ledger, "builds", key))[0]["sources"]]
    return names[0] if len(names) == 1 else f"one of the {len(names)} files of {names[0]}" if names else "the ontology"


def _word(ledger: Path, key: str, instance: str) -> str:
    """Whose word the status of an instance's claim is, where it is neither an axiom's nor the rules'."""
    table = read_columns(ledger, "instances", key)
    rows = rows_of(table.filter(pc.equal(table["instance"], instance)))
    by = str(rows[0].get("by") or "") if rows else ""
    return "" if by in ("an axiom", "the rules") or by.startswith("the graph rule") else by


def _reasons(row: dict[str, Any], printed: dict[str, Any] | None, word: str) -> Story:
    detail = [f"by the word of {word}"] if word else []
    thought = str((printed or {}).get("thought") or "")
    if printed and thought and thought not in _sentence(printed):  # said already where it is a layer of the answer
        detail.append(thought)
    for decision in (printed or {}).get("decisions") or ():
        detail.append(f"{decision['move']}: {decision['reason']}")
    height = f", by a proof of height {row['depth']}" if row["depth"] else ""
    title = f"{row['truth']}: {_BECAUSE.get(row['truth'], 'as the build found')}{height}"
    return Story(title, "\n".join(detail))


def _named(node: str | None, labels: dict[str, str]) -> str:
    if node is None:
        return "(nobody)"
    return f"{labels[node]} <{short(node)}>" if node in labels else short(node)


def _labels(ledger: Path, key: str) -> dict[str, str]:
    table = read_columns(ledger, "nodes", key, ["iri", "label_en", "label_ru"])
    names = pc.coalesce(table["label_en"], table["label_ru"]).to_pylist()
    return {iri: name for iri, name in zip(table["iri"].to_pylist(), names, strict=True) if name}


# ── entities and axioms ──────────────────────────────────────────────────────────────────────────────────────────────


def _of_node(ledger: Path, iri: str, datasets: Path) -> Story:
    found: dict[str, dict[str, Any]] = {}
    label, kind, files = "", "", ""
    for build in builds(ledger):
        key = key_of(str(build["id"]))
        nodes = read_columns(ledger, "nodes", key)
        for node in rows_of(nodes.filter(pc.equal(nodes["iri"], iri))):
            label, kind = node["label_en"] or node["label_ru"] or label, node["kind"] or kind
        axioms = read_columns(ledger, "axioms", key)
        keys = pc.list_parent_indices(axioms["nodes"].combine_chunks())
        hits = keys.filter(pc.equal(pc.list_flatten(axioms["nodes"]).combine_chunks(), iri))
        rows = rows_of(axioms.take(pc.unique(hits)))
        found |= {r["axiom"]: r for r in sorted(rows, key=lambda r: r["kind"] in _SAYS_LITTLE)}
        files = _files(ledger, key)
    shown = tuple(_axiom(r, files) for r in list(found.values())[:SOME])
    more = Story(f"and {len(found) - SOME} more") if len(found) > SOME else None
    axiom_story = Story(f"mentioned by {_count(len(found), 'axiom')}", "", shown + ((more,) if more else ()))
    return Story(
        f"{label or short(iri)} ({kind})", iri, (axiom_story, *_examples_of(ledger, list(found), datasets, iri))
    )


def _of_axiom(ledger: Path, what: str, datasets: Path) -> Story:
    urns = axioms_called(ledger, what)
    stories = []
    for urn in urns[:SOME]:
        held, story = [], Story(f"axiom {short(urn)}")
        for build in builds(ledger):
            key = key_of(str(build["id"]))
            if urn in read_columns(ledger, "axioms", key, ["axiom"])["axiom"].to_pylist():
                held.append(str(build["slug"]))
                story = _axioms(ledger, key, [urn])[0]
        detail = f"{story.detail}\nstands in the ontology of {', '.join(held)}"
        stories.append(Story(story.title, detail, tuple(_examples_of(ledger, [urn], datasets))))
    if len(urns) == 1:
        return stories[0]
    more = (Story(f"and {len(urns) - SOME} more"),) if len(urns) > SOME else ()
    return Story(f"{what!r} fits {_count(len(urns), 'axiom')}", "", tuple(stories) + more)


def _examples_of(ledger: Path, axioms: Sequence[str], datasets: Path, about: str | None = None) -> list[Story]:
    """The examples that rest on any of the axioms, with a few of them, and the runs that used them.

    Those whose focus is `about` are shown first.
    """
    wanted = pa.array(axioms, pa.string())
    stories, ids = [], []
    for build in builds(ledger):
        key = key_of(str(build["id"]))
        instances = read_columns(ledger, "instances", key, ["instance", "axioms", "focus"])
        if not instances.num_rows:
            continue
        lists = instances["axioms"].combine_chunks()
        hits = pc.list_parent_indices(lists).filter(pc.is_in(pc.list_flatten(lists), wanted))
        some = pc.unique(instances["instance"].combine_chunks().take(hits))
        examples = read_columns(ledger, "examples", key)
        examples = examples.filter(pc.is_in(decoded(examples["instance"]), some))
        if not examples.num_rows:
            continue
        ids.append(examples["id"].combine_chunks())
        inner = instances["instance"].filter(pc.equal(instances["focus"], about or "")).combine_chunks()
        shown = examples.filter(pc.is_in(decoded(examples["instance"]), inner)) if about else examples
        stories.append(_printed_in(build, len(some), examples, shown if shown.num_rows else examples, datasets))
    known = pa.concat_arrays([pa.array(i.to_pylist(), pa.string()) for i in ids]) if ids else pa.array([], pa.string())
    return [*stories, *_uses(ledger, known)] if stories else [Story("no example rests on it")]


def _printed_in(build: Any, instances: int, examples: pa.Table, some: pa.Table, datasets: Path) -> Story:
    splits = Counter(decoded(examples["split"]).to_pylist())
    counts = ", ".join(f"{splits[role]} {role}" for role in ("train", "valid", "test") if splits[role])
    title = f"{build['slug']}: {_count(examples.num_rows, 'example')}" + (f" ({counts})" if counts else "")
    shown = []
    spread = sorted({i * some.num_rows // SOME for i in range(SOME)} if some.num_rows else ())
    for row in rows_of(some.take(pa.array(spread, pa.int64()))):
        printed = _printed(datasets / str(build["dataset_name"]), row)
        last = _sentence(printed).replace("\n", " / ") if printed else row["shard"]
        shown.append(Story(f"{short(row['id'])}, {row['split']}", last))
    return Story(title, f"through {_count(instances, 'scene instance')}", tuple(shown))


# ── runs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _uses(ledger: Path, examples: pa.Array) -> list[Story]:
    """For each run that used any of the examples: how often, at which steps, with which losses, into which adapter."""
    stories = []
    for path in column_files(ledger, "runs"):
        run = rows_of(read_columns(ledger, "runs", path.stem))[0]
        steps = read_columns(ledger, "steps", path.stem)
        used = steps.filter(pc.is_in(decoded(steps["example"]), examples.cast(pa.string())))
        if not used.num_rows:
            continue
        count, index = len(pc.unique(decoded(used["example"]))), used["step"].to_pylist()
        what = _count(count, "example") + f" used {_count(used.num_rows, 'time')}" if len(examples) > 1 else (
            f"used {_count(used.num_rows, 'time')}")  # fmt: skip
        losses = used["loss"].to_pylist()
        pairs = list(zip(index, losses, strict=True))
        shown = pairs if len(pairs) <= SOME else [*pairs[: SOME - 1], pairs[-1]]
        told = ", ".join(f"step {s}: {x:.3f}" for s, x in shown)
        loss = f"losses {told}" if len(examples) == 1 else f"loss {losses[0]:.3f} at first, {losses[-1]:.3f} at last"
        made = (Story(short(run["adapter"])),) if run["adapter"] else ()
        span = f"steps {min(index)} to {max(index)}" if max(index) > min(index) else f"step {index[0]}"
        stories.append(Story(f"run {run['slug']}: {what}, {span}", loss, made))
    return stories or [Story("no run has used it yet")]


def _of_run(ledger: Path, run: dict[str, Any], datasets: Path, runs: Path) -> Story:
    steps = read_columns(ledger, "steps", key_of(run["id"]))
    seen = pc.unique(decoded(steps["example"])) if steps.num_rows else pa.array([], pa.string())
    lines = [f"{run['status']}, {_count(_last(steps), 'step')}, {_count(len(seen), 'example')} seen"]
    if run["loss_before"] is not None and run["loss_after"] is not None:
        lines.append(f"test loss {run['loss_before']:.3f} before, {run['loss_after']:.3f} after")
    if (runs / run["slug"]).is_dir():
        lines.append(f"runs/{run['slug']}")
    children = [Story(f"tuned from {run['model_name'] or short(run['model'] or '?')}")]
    if run["adapter"]:
        children.insert(0, Story(short(run["adapter"])))
    if run["facts"]:
        children.append(Story(f"{_count(len(run['facts']), 'chosen fact')}"))
    for build in reversed(builds(ledger)):
        if build["dataset"] == run["dataset"]:
            children.append(_taught(ledger, build, steps, datasets))
            break
    return Story(f"run {run['slug']}", "\n".join(lines), tuple(children))


def _last(steps: pa.Table) -> int:
    return int(pc.max(steps["step"]).as_py()) if steps.num_rows else 0


def _taught(ledger: Path, build: Any, steps: pa.Table, datasets: Path) -> Story:
    """The build behind a run, and the examples it was still most wrong about."""
    key = key_of(str(build["id"]))
    final = dict(zip(decoded(steps["example"]).to_pylist(), steps["loss"].to_pylist(), strict=True))  # the last stays
    examples = read_columns(ledger, "examples", key)
    hardest = []
    for urn in sorted(final, key=lambda e: (-final[e], e))[:SOME]:
        for row in rows_of(examples.filter(pc.equal(examples["id"], urn)).slice(0, 1)):
            printed = _printed(datasets / str(build["dataset_name"]), row)
            said = _sentence(printed).replace("\n", " / ") if printed else row["shard"]
            axioms = _instance(ledger, key, row["instance"], {}).children
            hardest.append(Story(f"{short(urn)}, last loss {final[urn]:.3f}", said, axioms))
    sources = "\n".join(f"{s['name']} ({s['licence'] or 'no licence stated'})" for s in build["sources"])
    title = f"dataset {build['dataset_name']}, build {build['slug']}, ontology {str(build['ontology_version'])[:12]}"
    return Story(title, sources, (Story("still hardest", "", tuple(hardest)),) if hardest else ())


def _count(n: int, noun: str) -> str:
    """`1 example`, `2 examples`."""
    return f"{n} {noun}" + ("" if n == 1 else "s")
