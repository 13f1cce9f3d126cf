"""The shape of the view for what comes after a training: checkpoints, evaluations, attributions, exports.

    measure ─wasGeneratedBy→ evaluation ─used→ adapter, split or probes
    probe result ─wasGeneratedBy→ evaluation; ─onExample→ probe or example; ─restsOn→ axiom

As `shape`: every file of columns gives its triples by itself, and nothing is a blank node.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lithograph.core.vocabulary import LITHO
from lithograph.ledger.columns import read_columns, rows_of
from lithograph.ledger.shape import Chunks, software, times_lines
from lithograph.ledger.turtle import batches, iri, join, named, number, optional, pairs, quoted, statements, text


def checkpoint_chunks(ledger: Path, key: str) -> Chunks:
    """The checkpoints of a run, each with its files."""
    run = rows_of(read_columns(ledger, "runs", key, ["id"]))[0]["id"]
    lines = []
    for row in rows_of(read_columns(ledger, "checkpoints", key)):
        if row["step"] is None:
            continue  # a file of the adapter: the adapter's urn is its hash
        me = named(f"{run}/checkpoint/{row['step']}")
        lines.append(f"{me} a prov:Entity, litho:Checkpoint ; prov:wasGeneratedBy {named(run)}")
        lines.append(f"{me} litho:atStep {row['step']}")
        lines += _file(me, f"{run}/file/{row['sha256']}", row)
    yield _utf8(lines)


def evaluation_chunks(ledger: Path, key: str) -> Chunks:
    """Everything that an evaluation's columns say."""
    row = rows_of(read_columns(ledger, "evaluations", key))[0]
    times = rows_of(read_columns(ledger, "times", key))
    yield _utf8(_evaluation(row, times[0] if times else {}))
    yield from _probes(read_columns(ledger, "probes", key), row["id"])
    yield from _attributions(read_columns(ledger, "attributions", key), row)


def export_chunks(ledger: Path, key: str) -> Chunks:
    """An export and its files."""
    row = rows_of(read_columns(ledger, "exports", key))[0]
    me = named(row["id"])
    lines = [f"{me} a prov:Entity, litho:Export ; dct:format {quoted(row['format'])}"]
    lines.append(f"{me} litho:exportOf {named(row['of'])}")
    if not row["of"].startswith("urn:litho:run:"):
        lines.append(f"{me} prov:wasDerivedFrom {named(row['of'])}")  # a run is an activity: nothing derives from it
    for place, file in enumerate(row["files"]):
        lines += _file(me, f"{row['id']}/file/{place}", file)
    yield _utf8(lines)


def _utf8(lines: list[str] | Iterator[str]) -> memoryview:
    return memoryview("".join(f"{line} .\n" for line in lines).encode())


def _file(whole: str, urn: str, file: dict[str, Any]) -> Iterator[str]:
    part = named(urn)
    yield f"{whole} dct:hasPart {part}"
    yield f"{part} a prov:Entity ; litho:keptFile {quoted(file['file'])} ; litho:keptHash {quoted(file['sha256'])}"


def _evaluation(row: dict[str, Any], times: dict[str, Any]) -> Iterator[str]:
    me = named(row["id"])
    yield f"{me} a prov:Activity, litho:Evaluation ; rdfs:label {quoted(row['slug'])}"
    yield f"{me} litho:evaluationKind {quoted(row['kind'])} ; litho:items {row['items']}"
    yield f"{me} prov:used {named(row['model'])}, {named(row['dataset'])} ; litho:scored {named(row['model'])}"
    if row["run"]:
        yield f"{me} prov:wasInformedBy {named(row['run'])}"
    if row["code_version"]:
        agent, link = software(row["code_version"]), named(row["id"] + "/association")
        yield f"{me} prov:qualifiedAssociation {link}"
        yield f"{link} a prov:Association ; prov:agent {agent}"
        yield f"{agent} a prov:SoftwareAgent ; rdfs:label {quoted('lithograph ' + row['code_version'])}"
    yield from times_lines(me, times)
    for measure in row["measures"]:
        value = named(f"{row['id']}/measure/{measure['name']}")
        yield f"{value} a prov:Entity, mls:ModelEvaluation, fair4ml:MLModelEvaluation ; prov:wasGeneratedBy {me}"
        yield f"{value} fair4ml:evaluatedMLModel {named(row['model'])}"
        yield f"{value} fair4ml:evaluationDataset {named(row['dataset'])}"
        number = f'"{measure["value"]!r}"^^xsd:double'
        yield f"{value} mls:specifiedBy {named(LITHO + measure['name'])} ; mls:hasValue {number}"


def _probes(table: pa.Table, evaluation: str) -> Chunks:
    for b in batches(table):
        me = _of_item(f"{evaluation}/item/", b["item"])
        item = iri(b["item"])
        yield statements(
            me,
            f" a prov:Entity, litho:ProbeResult ; prov:wasGeneratedBy <{evaluation}>"
            f" ; litho:ofEvaluation <{evaluation}> ; litho:onExample ",
            item,
            optional(" ; litho:correct ", b["correct"].cast(pa.string())),
            optional(" ; litho:expected ", text(b["expected"])),
            optional(" ; litho:answer ", text(b["answer"])),
            optional(" ; litho:worth ", number(b["score"])),
            optional(" ; litho:testsAxis ", text(b["axis"])),
            optional(" ; litho:testsLevel ", text(b["level"])),
            optional(" ; litho:testsRegister ", text(b["register"])),
            optional(" ; litho:testsDepth ", number(b["depth"])),
            " .\n",
        )
        probe = pc.if_else(pc.starts_with(b["item"], "urn:litho:probe:"), item, pa.scalar(None, pa.string()))
        yield statements(probe, " a prov:Entity, litho:Probe .\n")
        keys, axioms = pairs(me, b["axioms"])
        yield statements(keys, " litho:restsOn ", iri(axioms), " .\n")


def _of_item(start: str, items: pa.Array) -> pa.Array:
    return iri(join(start, pc.replace_substring_regex(items.cast(pa.string()), "^.*:", "")))


def _attributions(table: pa.Table, evaluation: dict[str, Any]) -> Chunks:
    row = 0
    for b in batches(table):
        n = len(b["score"])
        me = join(f"<{evaluation['id']}/attribution/", pa.array(range(row, row + n), pa.int64()).cast(pa.string()), ">")
        row += n
        yield statements(
            me,
            f" a prov:Entity, litho:Attribution ; prov:wasGeneratedBy <{evaluation['id']}> ; litho:adapter ",
            named(evaluation["model"]),
            " ; litho:query ",
            iri(b["item"]),
            " ; litho:example ",
            iri(b["example"]),
            " ; litho:score ",
            number(b["score"]),
            optional(" ; litho:method ", text(b["method"])),
            " .\n",
        )
