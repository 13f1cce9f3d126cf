"""The shape of the PROV-O view: which triples a build's or a run's columns stand for. Knows nothing about the store.

    adapter ─wasGeneratedBy→ run ─used→ split ─hadMember→ example ─wasDerivedFrom→ scene instance
                                                                    ─hadMember→ axiom ─mentions→ node

Every file of columns gives its triples by itself, so files can be added to a view one by one. Nothing is a blank
node. An example is content-addressed and several builds may print it, so generation hangs on the build's dataset and
derivation on the example; a loss hangs on a record of (run, example) or (run, step, example).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lithograph.core.identity import urn
from lithograph.core.vocabulary import LITHO
from lithograph.ledger.arrays import decoded
from lithograph.ledger.columns import read_columns, rows_of
from lithograph.ledger.turtle import batches, iri, join, named, number, optional, pairs, quoted, statements, text

Chunks = Iterator[memoryview]


def build_chunks(ledger: Path, key: str) -> Chunks:
    """Everything that a build's columns say, as Turtle."""
    build = rows_of(read_columns(ledger, "builds", key))[0]
    times = rows_of(read_columns(ledger, "times", key))
    yield _utf8(_build_lines(build, times[0] if times else {}))
    sources = {s["name"].rsplit("/", 1)[-1]: source_urn(s) for s in build["sources"]}
    sources |= {s["name"]: source_urn(s) for s in build["sources"]}
    splits = {s["role"]: s["id"] for s in build["splits"]}
    yield from _axioms(read_columns(ledger, "axioms", key), build["ontology"], sources)
    yield from _nodes(read_columns(ledger, "nodes", key))
    yield from _scenes(read_columns(ledger, "scenes", key))
    yield from _templates(read_columns(ledger, "templates", key))
    yield from _instances(read_columns(ledger, "instances", key))
    yield from _examples(read_columns(ledger, "examples", key), splits)
    yield from _decisions(read_columns(ledger, "decisions", key), build["id"])


def _utf8(lines: Iterator[str]) -> memoryview:
    return memoryview("".join(f"{line} .\n" for line in lines).encode())


def _nameless(build: dict[str, Any]) -> str:
    """What the versions of an ontology without an IRI have in common: the name of its root file."""
    return urn("nameless", build["sources"][0]["name"] if build["sources"] else build["dataset_name"])


def source_urn(source: dict[str, Any]) -> str:
    """A source file is its bytes under its name: two equal files under two names may bear two licences."""
    return urn("source", f"{source['name']}\n{source['sha256']}")


def template_urn(template_id: str) -> str:
    """The urn of a template's id (path@hash)."""
    return urn("template", template_id)


def resource(value: str) -> str:
    """A licence or another reference: an IRI where it looks like one, otherwise a text."""
    return named(value) if ":" in value and " " not in value.strip() else quoted(value)


def _build_lines(build: dict[str, Any], times: dict[str, Any]) -> Iterator[str]:
    me, onto, recipe = named(build["id"]), named(build["ontology"]), f"<urn:litho:recipe:{build['recipe_hash']}>"
    dataset, agent = named(build["dataset"]), software(build["code_version"])
    yield f"{me} a prov:Activity, litho:Build ; litho:slug {quoted(build['slug'])} ; prov:used {onto}, {recipe}"
    yield f"{me} prov:qualifiedAssociation {named(build['id'] + '/association')}"
    yield f"{named(build['id'] + '/association')} a prov:Association ; prov:agent {agent} ; prov:hadPlan {recipe}"
    yield f"{recipe} a prov:Entity, prov:Plan, litho:Recipe ; litho:json {quoted(build['recipe'])}"
    yield f"{agent} a prov:SoftwareAgent ; rdfs:label {quoted('lithograph ' + build['code_version'])}"
    yield from times_lines(me, times)
    yield f"{onto} a prov:Entity, prov:Collection, litho:OntologyVersion"
    yield f"{onto} litho:version {quoted(build['ontology_version'])}"
    yield f"{onto} litho:describes {named(build['ontology_iri'] or _nameless(build))}"
    if build["previous"]:
        yield f"{onto} prov:wasRevisionOf {named(build['previous'])}"
    for missing in build["missing_imports"] or ():
        yield f"{onto} litho:missingImport {named(missing)}"
    for source in build["sources"]:
        yield from _source(onto, source)
    yield f"{dataset} a prov:Entity, prov:Collection, mls:Dataset ; rdfs:label {quoted(build['dataset_name'])}"
    yield f"{dataset} prov:wasDerivedFrom {onto}"
    first = times.get("first_of") == build["dataset"]
    yield f"{dataset} prov:wasGeneratedBy {me}" if first else f"{me} litho:reproduced {dataset}"
    for split in build["splits"]:
        yield f"{dataset} prov:hadMember {named(split['id'])}"
        yield f"{named(split['id'])} a prov:Entity, prov:Collection, litho:Split ; litho:role {quoted(split['role'])}"
        yield f"{named(split['id'])} litho:rows {split['rows']}"
    for shard in build["shards"]:
        there = f"<urn:litho:shard:{shard['sha256']}>"
        yield f"{dataset} dct:hasPart {there}"
        yield f"{there} a prov:Entity, litho:Shard ; litho:file {quoted(shard['file'])} ; litho:rows {shard['rows']}"


def _source(onto: str, source: dict[str, Any]) -> Iterator[str]:
    me = named(source_urn(source))
    yield f"{onto} prov:hadPrimarySource {me}"
    yield f"{me} a prov:Entity, litho:SourceFile ; litho:file {quoted(source['name'])}"
    yield f"{me} litho:sha256 {quoted(source['sha256'])} ; dct:format {quoted(source['syntax'] or '')}"
    if source["iri"]:
        yield f"{me} litho:describes {named(source['iri'])}"
    if source["licence"]:
        yield f"{me} dct:license {resource(source['licence'])}"


def times_lines(me: str, times: dict[str, Any]) -> Iterator[str]:
    if times.get("sequence"):
        yield f"{me} litho:sequence {times['sequence']}"
    for key, predicate in (("started", "prov:startedAtTime"), ("ended", "prov:endedAtTime")):
        if times.get(key):
            yield f"{me} {predicate} {quoted(times[key])}^^xsd:dateTime"


def software(version: str) -> str:
    """The program in one version, as a term."""
    return named(f"urn:litho:software:{version}")


def _axioms(table: pa.Table, ontology: str, sources: dict[str, str]) -> Chunks:
    for b in batches(table):
        me = iri(b["axiom"])
        yield statements(
            me,
            " a prov:Entity, litho:Axiom ; litho:kind ",
            text(b["kind"]),
            " ; litho:text ",
            text(b["text"]),
            optional(" ; litho:display ", text(b["display"])),
            optional(" ; litho:silentBecause ", text(b["silence"])),
            " .\n",
        )
        yield statements(named(ontology), " prov:hadMember ", me, " .\n")
        files = pc.take(
            pa.array([sources.get(name or "") for name in b["source"].dictionary.to_pylist()], pa.string()),
            b["source"].indices,
        )
        yield statements(me, " prov:hadPrimarySource ", iri(files), " .\n")
        keys, nodes = pairs(me, b["nodes"])
        yield statements(keys, " litho:mentions ", iri(nodes), " .\n")


def _nodes(table: pa.Table) -> Chunks:
    for b in batches(table):
        me = iri(b["iri"])
        yield statements(me, " litho:kind ", text(b["kind"]), " .\n")
        yield statements(me, " litho:informationContent ", number(b["information"]), " .\n")
        yield statements(me, " litho:deltaCode ", text(b["delta"]), " .\n")
        for language in ("en", "ru"):
            yield statements(me, " rdfs:label ", text(b[f"label_{language}"]), f"@{language} .\n")


def _scenes(table: pa.Table) -> Chunks:
    for b in batches(table):
        yield statements(
            iri(b["iri"]),
            " a prov:Entity, litho:Scene ; litho:axisName ",
            text(b["axis"]),
            " ; litho:levelName ",
            text(b["level"]),
            optional(" ; rdfs:label ", text(b["label"])),
            optional(" ; litho:sha256 ", text(b["hash"])),
            " .\n",
        )


def _templates(table: pa.Table) -> Chunks:
    for b in batches(table):
        me = pa.array([named(template_urn(t)) for t in b["id"].to_pylist()], pa.string())
        yield statements(
            me,
            " a prov:Entity, litho:Template ; litho:file ",
            text(b["path"]),
            optional(" ; litho:line ", number(b["line"])),
            optional(" ; litho:printsScene ", iri(b["scene"])),
            optional(" ; litho:formName ", text(b["form"])),
            optional(" ; litho:registerName ", text(b["register"])),
            optional(" ; dct:language ", text(b["language"])),
            " .\n",
        )


def _instances(table: pa.Table) -> Chunks:
    for b in batches(table):
        me = iri(b["instance"])
        yield statements(
            me,
            " a prov:Entity, prov:Collection, litho:SceneInstance",
            optional(" ; litho:scene ", iri(b["scene"])),
            optional(" ; litho:focus ", iri(b["focus"])),
            optional(" ; litho:resonance ", number(b["resonance"])),
            optional(" ; litho:density ", number(b["density"])),
            optional(" ; litho:densityDeviation ", number(b["deviation"])),
            optional(" ; litho:tension ", number(b["tension"])),
            optional(" ; litho:memoryDepth ", number(b["depth"])),
            " .\n",
        )
        keys, axioms = pairs(me, b["axioms"])
        yield statements(keys, " prov:hadMember ", iri(axioms), " .\n")
        keys, roles = pairs(me, b["roles"])
        yield statements(keys, " litho:filler ", iri(pc.struct_field(roles, "node")), " .\n")


def _examples(table: pa.Table, splits: dict[str, str]) -> Chunks:
    for b in batches(table):
        me = iri(b["id"])
        words = b["template"].dictionary.to_pylist()
        templates = pa.array([named(template_urn(t)) if t else None for t in words], pa.string())
        yield statements(
            me,
            " a prov:Entity, litho:Example ; prov:wasDerivedFrom ",
            iri(b["instance"]),
            " ; litho:contentHash ",
            text(b["content_hash"]),
            optional(" ; litho:template ", pc.take(templates, b["template"].indices)),
            optional(" ; litho:truth ", text(b["truth"])),
            optional(" ; litho:depth ", number(b["depth"])),
            " .\n",
        )
        roles = b["split"].dictionary.to_pylist()
        ids = pa.array([named(splits[r]) if r in splits else None for r in roles], pa.string())
        yield statements(pc.take(ids, b["split"].indices), " prov:hadMember ", me, " .\n")


def _decisions(table: pa.Table, build: str) -> Chunks:
    row = 0
    for b in batches(table):
        n = len(b["move"])
        me = join(f"<{build}/decision/", pa.array(range(row, row + n), pa.int64()).cast(pa.string()), ">")
        row += n
        yield statements(
            me,
            " a prov:Entity, litho:Decision ; prov:wasGeneratedBy ",
            named(build),
            " ; litho:move ",
            text(b["move"]),
            optional(" ; litho:reason ", text(b["reason"])),
            optional(" ; litho:aboutScene ", iri(b["scene"])),
            optional(" ; litho:candidate ", text(b["candidate"])),
            optional(" ; litho:count ", number(b["count"])),
            optional(" ; litho:outcome ", text(b["outcome"])),
            optional(" ; litho:target ", text(b["target"])),
            optional(" ; litho:threshold ", number(b["threshold"])),
            " .\n",
        )


def run_chunks(ledger: Path, key: str) -> Chunks:
    """What a run's columns say, its steps only summed: one record per example that the run saw."""
    run = rows_of(read_columns(ledger, "runs", key))[0]
    times = rows_of(read_columns(ledger, "times", key))
    yield _utf8(_run_lines(run, times[0] if times else {}))
    yield from _losses(read_columns(ledger, "steps", key), run["id"])


def _run_lines(run: dict[str, Any], times: dict[str, Any]) -> Iterator[str]:
    me = named(run["id"])
    yield f"{me} a prov:Activity, mls:Run, litho:Run ; litho:slug {quoted(run['slug'])}"
    yield f"{me} litho:runStatus {quoted(run['status'] or '')}"
    if run["code_version"]:
        agent, link = software(run["code_version"]), named(run["id"] + "/association")
        yield f"{me} prov:qualifiedAssociation {link}"
        yield f"{link} a prov:Association ; prov:agent {agent}"
        yield f"{agent} a prov:SoftwareAgent ; rdfs:label {quoted('lithograph ' + run['code_version'])}"
    yield from times_lines(me, times)
    trained = [s["id"] for s in run["splits"] if s["role"] == "train"]
    for split in trained:
        yield f"{me} prov:used {named(split)}"
    if run["model"]:
        yield f"{me} prov:used {named(run['model'])}"
        label = quoted(run["model_name"] or run["model"])
        yield f"{named(run['model'])} a prov:Entity, fair4ml:MLModel ; rdfs:label {label}"
        if run["model_licence"]:
            yield f"{named(run['model'])} dct:license {resource(run['model_licence'])}"
    for name, value in sorted(json.loads(run["options"] or "{}").items()):
        if isinstance(value, str | int | float | bool):
            yield from _setting(run["id"], name, value)
    for fact in run["facts"] or ():
        yield f"{me} litho:chose {named(fact['instance'])}"
    if run.get("parent"):
        yield f"{me} prov:used {named(run['parent'])}"
    for example in run.get("retracted") or ():
        yield f"{me} litho:retracted {named(example)}"
    if run.get("replayed") is not None:
        yield f'{me} litho:replayedShare "{run["replayed"]!r}"^^xsd:double'
    if run["adapter"]:
        yield from _adapter(run, times, trained)


def _setting(run: str, name: str, value: str | int | float | bool) -> Iterator[str]:
    setting = named(f"{run}/setting/{name}")
    shown = quoted(value) if isinstance(value, str) else json.dumps(value)
    if isinstance(value, float):
        shown = f'"{value!r}"^^xsd:double'
    yield f"{named(run)} mls:hasInput {setting}"
    yield f"{setting} a mls:HyperParameterSetting ; mls:specifiedBy {named(LITHO + name)} ; mls:hasValue {shown}"


def _adapter(run: dict[str, Any], times: dict[str, Any], trained: list[str]) -> Iterator[str]:
    me, adapter = named(run["id"]), named(run["adapter"])
    yield f"{adapter} a prov:Entity, fair4ml:MLModel, litho:Adapter ; rdfs:label {quoted(run['slug'])}"
    yield f"{me} mls:hasOutput {adapter}"
    if times.get("first_of") == run["adapter"]:
        yield f"{adapter} prov:wasGeneratedBy {me}"
    else:
        yield f"{me} litho:reproduced {adapter}"
    if run["model"]:
        yield f"{adapter} fair4ml:fineTunedFrom {named(run['model'])}"
    if run.get("parent") and run["parent"] != run["adapter"]:
        yield f"{adapter} fair4ml:fineTunedFrom {named(run['parent'])} ; prov:wasDerivedFrom {named(run['parent'])}"
    for split in trained:
        yield f"{adapter} fair4ml:trainedOn {named(split)} ; prov:wasDerivedFrom {named(split)}"
    for key, name in (("loss_before", "testLossBefore"), ("loss_after", "testLossAfter")):
        if run[key] is not None:
            yield f'{adapter} litho:{name} "{run[key]!r}"^^xsd:double'


def _losses(steps: pa.Table, run: str) -> Chunks:
    if not steps.num_rows:
        return
    plain = pa.table({"step": steps["step"], "example": decoded(steps["example"]), "loss": steps["loss"]})
    ordered = plain.sort_by([("example", "ascending"), ("step", "ascending")])
    seen = ordered.group_by("example", use_threads=False).aggregate(
        [("loss", "first"), ("loss", "last"), ("step", "first"), ("step", "count")]
    )
    for b in batches(seen):
        me = loss_record(run, b["example"])
        yield statements(
            me,
            " a prov:Entity, litho:LossRecord ; litho:inRun ",
            named(run),
            " ; litho:ofExample ",
            iri(b["example"]),
            " ; litho:firstLoss ",
            number(b["loss_first"]),
            " ; litho:finalLoss ",
            number(b["loss_last"]),
            " ; litho:firstStep ",
            number(b["step_first"]),
            " ; litho:exposures ",
            number(b["step_count"]),
            " .\n",
        )


def loss_record(run: str, examples: pa.Array) -> pa.Array:
    """The term of a run's record about an example: `<run/example/hash>`."""
    return iri(join(f"{run}/example/", pc.replace_substring_regex(examples.cast(pa.string()), "^.*:", "")))


def step_chunks(ledger: Path, key: str) -> Chunks:
    """A run's steps, for its own named graph: each step with the examples it used, each use with its loss."""
    run = rows_of(read_columns(ledger, "runs", key))[0]["id"]
    table = read_columns(ledger, "steps", key)
    if not table.num_rows:
        return
    tokens = pc.fill_null(table["tokens"], 1)
    weighed = pa.table({
        "step": table["step"], "tokens": tokens, "lr": table["lr"],
        "sum": pc.multiply(table["loss"].cast(pa.float64()), tokens.cast(pa.float64())),
    })  # fmt: skip
    sums = weighed.group_by("step", use_threads=False).aggregate([("sum", "sum"), ("tokens", "sum"), ("lr", "first")])
    sums = sums.append_column("loss", pc.divide(sums["sum_sum"], sums["tokens_sum"].cast(pa.float64())))
    for b in batches(sums):
        index = number(b["step"])
        yield statements(
            f"<{run}/step/",
            index,
            f"> a prov:Activity, litho:Step ; litho:ofRun <{run}> ; litho:index ",
            index,
            " ; litho:loss ",
            number(b["loss"]),
            optional(" ; litho:learningRate ", number(b["lr_first"])),
            optional(" ; litho:tokens ", number(b["tokens_sum"])),
            " .\n",
        )
    for b in batches(table):
        step = join(f"<{run}/step/", number(b["step"]), ">")
        yield statements(step, " prov:used ", iri(b["example"]), " .\n")
        plain = pc.take(b["example"].dictionary, b["example"].indices)
        use = iri(join(f"{run}/step/", number(b["step"]), "/", pc.replace_substring_regex(plain, "^.*:", "")))
        yield statements(
            use, " a prov:Usage, litho:Use ; prov:entity ", iri(plain), " ; litho:loss ", number(b["loss"]), " .\n"
        )
        yield statements(step, " prov:qualifiedUsage ", use, " .\n")


def steps_graph(run: str) -> str:
    """The IRI of the named graph that a run's steps are expanded into."""
    return f"{run}/steps"
