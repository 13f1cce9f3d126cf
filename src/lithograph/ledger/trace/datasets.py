"""The stories of a build with its dataset, of a version of the ontology, and of a file of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lithograph.ledger.arrays import decoded
from lithograph.ledger.ask import short
from lithograph.ledger.columns import read_columns, rows_of
from lithograph.ledger.errors import NothingCalled, SeveralCalled
from lithograph.ledger.record import builds, key_of
from lithograph.ledger.resolve import build_called
from lithograph.ledger.shape import source_urn
from lithograph.ledger.story import Story
from lithograph.ledger.trace.names import hexes, source_called
from lithograph.ledger.trace.places import Place, dataset_card, shard_file, source_file
from lithograph.ledger.trace.runs import source_story
from lithograph.ledger.trace.said import axiom_stories, count, example_line, some_of, spread
from lithograph.ledger.trace.scenes import moves_story
from lithograph.ledger.trace.uses import resting_on, trained_on


def build_story(place: Place, what: str) -> Story:
    """A build or its dataset, by urn, name, the start of a hash, or `latest`. Raises NothingCalled."""
    build = build_called(place.ledger, what)
    key, name = key_of(str(build["id"])), build["dataset_name"]
    axioms = read_columns(place.ledger, "axioms", key)
    examples = read_columns(place.ledger, "examples", key)
    splits = ", ".join(f"{s['rows']} {s['role']}" for s in _ordered(build["splits"]))
    detail = "\n".join([
        f"{count(examples.num_rows, 'example')} ({splits})", f"{short(build['dataset'])}, {short(build['id'])}",
        f"recipe {build['recipe_hash'][:12]}, program {build['code_version']}",
    ])  # fmt: skip
    shards = tuple(
        Story(f"{s['file']}, {count(s['rows'], 'example')}", f"sha256 {s['sha256']}",
              link=shard_file(place, name, s["file"])) for s in build["shards"] or ()
    )  # fmt: skip
    some = tuple(
        Story(f"{short(r['id'])}, {r['split']}", example_line(place, name, r), link=shard_file(place, name, r["shard"]))
        for r in rows_of(examples.take(spread(examples.num_rows)))
    )
    children = (
        Story(_version(build), _named_by(build), tuple(source_story(place, s) for s in build["sources"])),
        _axioms_told(axioms),
        Story(f"printed in {count(len(shards), 'shard')}", "", shards),
        *((Story("some examples", "", some),) if some else ()),
        *moves_story(rows_of(read_columns(place.ledger, "decisions", key, ["move", "reason", "count"]))),
        *trained_on(place, build["dataset"]),
    )
    title, about = f"dataset {name}, build {build['slug']}", (("dataset", build["dataset"]),)
    return Story(title, detail, children, dataset_card(place, name), about)


def _ordered(splits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(splits, key=lambda s: ("train", "valid", "test").index(s["role"]))


def _version(build: Mapping[str, Any]) -> str:
    return f"ontology {str(build['ontology_version'])[:12]} of {build['ontology_iri'] or 'no IRI'}"


def _named_by(build: Mapping[str, Any]) -> str:
    lines = [short(build["ontology"])]
    lines += [f"revises {short(build['previous'])}"] if build["previous"] else []
    lines += [f"imports {iri}, which was not found" for iri in build["missing_imports"] or ()]
    return "\n".join(lines)


def _axioms_told(axioms: pa.Table) -> Story:
    """How many axioms stand behind examples, and why the others do not."""
    silent = axioms.filter(pc.is_valid(decoded(axioms["silence"])))
    counts = pc.value_counts(decoded(silent["silence"])).to_pylist() if silent.num_rows else []
    reasons = [Story(f"{c['counts']} behind no example: {c['values']}") for c in
               sorted(counts, key=lambda c: (-c["counts"], c["values"]))]  # fmt: skip
    return Story(f"pressed from {count(axioms.num_rows, 'axiom')}", "", some_of(reasons))


def ontology_story(place: Place, what: str) -> Story:
    """A version of the ontology by its urn, version, or the start of either's hash; or the newest by the IRI.

    Raises NothingCalled, SeveralCalled.
    """
    pressed = _pressed_from(place, what)
    build = pressed[-1]
    key = key_of(str(build["id"]))
    axioms = read_columns(place.ledger, "axioms", key)
    kinds = pc.value_counts(decoded(axioms["kind"])).to_pylist() if axioms.num_rows else []
    told = [Story(f"{k['counts']} {k['values']}") for k in sorted(kinds, key=lambda k: (-k["counts"], k["values"]))]
    children = [
        Story(f"read from {count(len(build['sources']), 'file')}", "",
              tuple(source_story(place, s) for s in build["sources"])),
        Story(f"holds {count(axioms.num_rows, 'axiom')}", "", some_of(told)),
        *_change(place, build, key),
    ]  # fmt: skip
    for b in pressed:
        link = dataset_card(place, b["dataset_name"])
        runs = tuple(trained_on(place, str(b["dataset"])))
        children.append(Story(f"pressed into dataset {b['dataset_name']}, build {b['slug']}", "", runs, link))
    return Story(_version(build), _named_by(build), tuple(children), about=(("ontology", str(build["ontology"])),))


def _pressed_from(place: Place, what: str) -> list[dict[str, Any]]:
    """The builds of the one version that is meant, the oldest first."""
    rows: list[dict[str, Any]] = [dict(b) for b in builds(place.ledger)]
    start = hexes(what)
    hits = [b for b in rows if what in (b["ontology"], b["ontology_version"]) or (start and
            (key_of(b["ontology"]).startswith(start) or str(b["ontology_version"]).startswith(start)))]  # fmt: skip
    versions = sorted({b["ontology"] for b in hits})
    if len(versions) > 1:
        raise SeveralCalled("ontology", what, len(versions), [short(v) for v in versions[:3]])
    named = [b["ontology"] for b in rows if b["ontology_iri"] == what]
    wanted = versions[0] if versions else named[-1] if named else None
    if wanted is None:
        raise NothingCalled("ontology", what, sorted({str(b["ontology_version"])[:12] for b in rows})[:3])
    return [b for b in rows if b["ontology"] == wanted]


def _change(place: Place, build: Mapping[str, Any], key: str) -> list[Story]:
    """What came and what went since the version before, where that was pressed too."""
    before = [b for b in builds(place.ledger) if build["previous"] and b["ontology"] == build["previous"]]
    if not before:
        return []
    old = key_of(str(before[-1]["id"]))
    was, now = (set(read_columns(place.ledger, "axioms", k, ["axiom"])["axiom"].to_pylist()) for k in (old, key))
    told = []
    for word, urns, where in (("came", now - was, key), ("went", was - now, old)):
        if urns:
            stories = axiom_stories(place, where, sorted(urns)[:5])
            told.append(Story(f"{count(len(urns), 'axiom')} {word}", "", some_of(stories, len(urns))))
    return [Story(f"since {short(build['previous'])}", "", tuple(told))]


def source_of_ontology(place: Place, what: str) -> Story:
    """A file of the ontology by its path or name. Raises NothingCalled, SeveralCalled."""
    key, source = source_called(place.ledger, what)
    axioms = read_columns(place.ledger, "axioms", key)
    files = {str(s["name"]) for s in rows_of(read_columns(place.ledger, "builds", key))[0]["sources"]}
    names = pa.array([source["name"], source["name"].rsplit("/", 1)[-1]], pa.string())
    mine = axioms if len(files) == 1 else axioms.filter(pc.is_in(decoded(axioms["source"]), names))
    urns = mine["axiom"].to_pylist()
    said = mine.filter(pc.greater(mine["examples"], 0))["axiom"].to_pylist()
    shown = axiom_stories(place, key, [(said or urns)[i] for i in spread(len(said or urns)).to_pylist()])
    detail = "\n".join([
        f"describes {source['iri'] or 'no IRI'}, {source['syntax'] or 'syntax unknown'}",
        f"licence: {source['licence'] or 'none stated'}", f"sha256 {source['sha256']}",
    ])  # fmt: skip
    holds = Story(f"{count(len(urns), 'axiom')}, {len(said)} behind examples", "",
                  some_of(shown, len(urns)))  # fmt: skip
    title, link = f"file {source['name']}", source_file(place, source["name"])
    return Story(title, detail, (holds, *resting_on(place, urns)), link, (("source", source_urn(source)),))
