"""The schemas of the ledger's tables: what each column holds. Knows nothing about files.

Tables of a build, of a run, of an evaluation, and the one-row tables that say which there are.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

WORD = pa.dictionary(pa.int32(), pa.string())
"""A string that occurs many times."""


def _schema(**columns: pa.DataType) -> pa.Schema:
    return pa.schema([pa.field(name, kind) for name, kind in columns.items()])


def _struct(**columns: pa.DataType) -> pa.StructType:
    return pa.struct([pa.field(name, kind) for name, kind in columns.items()])


_SOURCE = _struct(name=pa.string(), iri=pa.string(), sha256=pa.string(), syntax=pa.string(), licence=pa.string())
_SPLIT = _struct(role=pa.string(), id=pa.string(), rows=pa.int64())
_SHARD = _struct(file=pa.string(), sha256=pa.string(), rows=pa.int64())
_FACT = _struct(instance=pa.string(), scene=pa.string(), shown=pa.int32())
_MEASURE = _struct(name=pa.string(), value=pa.float64())
_FILE = _struct(file=pa.string(), sha256=pa.string(), bytes=pa.int64())
_ROLE = _struct(role=pa.string(), node=pa.string())

BUILD_TABLES: Mapping[str, pa.Schema] = {
    # every axiom of the ontology that was pressed, rendered or not
    "axioms": _schema(
        axiom=pa.string(),  # urn:litho:axiom:…
        annotated=pa.string(),  # urn:litho:annotated-axiom:…: moves when only an annotation on the axiom is edited
        kind=WORD,  # functional-style name
        text=pa.string(),  # functional-style text with full IRIs, annotations left out
        display=pa.string(),  # the same for reading: labels instead of IRIs
        nodes=pa.list_(pa.string()),  # IRIs that it mentions
        source=WORD,  # name of the file it stands in
        examples=pa.int64(),  # how many examples of the build stand on it
        silence=WORD,  # why none does
    ),
    # every named entity; `information` its information content, `delta` its Δ-code (none in a large graph)
    "nodes": _schema(
        iri=pa.string(), kind=WORD, label_en=pa.string(), label_ru=pa.string(), information=pa.float32(), delta=WORD
    ),
    # the scenes that were pressed, as declared
    "scenes": _schema(
        iri=pa.string(), axis=pa.string(), level=pa.string(), label=pa.string(), declaration=pa.string(),
        hash=pa.string(),
    ),
    # the templates that were used: id is path@hash, line the first line of the paraphrase in the file
    "templates": _schema(
        id=pa.string(), path=pa.string(), line=pa.int32(), scene=pa.string(), form=pa.string(), register=pa.string(),
        language=pa.string(), source=pa.string(),
    ),
    # ways of filling a scene's roles; `axioms` is what the instance rests on, `by` whose word its status is; then its
    # measures: `tension_exact` is false where the tension is an upper bound, `depth` the memory depth
    "instances": _schema(
        instance=pa.string(), scene=WORD, roles=pa.list_(_ROLE), axioms=pa.list_(pa.string()), focus=pa.string(),
        by=WORD, resonance=pa.float32(), density=pa.float32(), deviation=pa.float32(), tension=pa.float32(),
        tension_exact=pa.bool_(), depth=pa.int16(),
    ),
    # one row per printed example; its text stands in the dataset's shard, not here
    "examples": _schema(
        id=pa.string(), content_hash=pa.string(), split=WORD, instance=WORD, template=WORD, form=WORD, language=WORD,
        register=WORD, truth=WORD, depth=pa.int16(), shard=WORD, row=pa.int32(),
    ),
    # what the filter decided, with reason and numbers: about an instance where one is named, otherwise counted; what
    # `target` names speaks in its place; `count` is in intents, wordings of an instance in a form of a language
    "decisions": _schema(
        candidate=pa.string(), scene=WORD, move=WORD, reason=WORD, outcome=WORD, language=WORD, form=WORD,
        register=WORD, count=pa.int64(), target=pa.string(), resonance=pa.float32(), threshold=pa.float32(),
        deviation=pa.float32(),
    ),
}  # fmt: skip
"""Tables that a build hands in. Row order is kept as handed in."""

RUN_TABLES: Mapping[str, pa.Schema] = {
    # one row per example and step, in order of step: the loss (mean over its `tokens` learned tokens, in nats, before
    # the step was taken) hangs here, never on the example; `micro` is the micro-batch within the step
    "steps": _schema(
        step=pa.int32(), micro=pa.int16(), example=WORD, loss=pa.float32(), tokens=pa.int32(), lr=pa.float64()
    ),
    # what a run was shown that its dataset's build did not print: the base's own answers, sentences of a control
    "unprinted": _schema(example=pa.string()),
    # the files of its weights: of checkpoints, and of the adapter (no step); `file` is relative to the run's folder
    "checkpoints": _schema(step=pa.int32(), file=pa.string(), sha256=pa.string(), bytes=pa.int64()),
}
"""Tables of a training run; the run's own row is `runs`."""

EVALUATION_TABLES: Mapping[str, pa.Schema] = {
    # one row per question that was put: `item` is a probe or an example, `score` what the answer was worth by the
    # evaluation's own measure, `axioms` what the key rests on
    "probes": _schema(
        item=pa.string(), axis=WORD, depth=pa.int16(), level=WORD, register=WORD, expected=WORD, answer=pa.string(),
        correct=pa.bool_(), score=pa.float32(), axioms=pa.list_(pa.string()),
    ),
    # how much a training example weighed in an answer; `method` says how that was found out
    "attributions": _schema(item=WORD, example=WORD, score=pa.float32(), method=WORD),
}  # fmt: skip
"""Tables of an evaluation; its own row is `evaluations`."""

RECORD_TABLES: Mapping[str, pa.Schema] = {
    "builds": _schema(
        id=pa.string(), slug=pa.string(), dataset_name=pa.string(), dataset=pa.string(), ontology=pa.string(),
        ontology_iri=pa.string(), ontology_version=pa.string(), missing_imports=pa.list_(pa.string()),
        previous=pa.string(), sources=pa.list_(_SOURCE), recipe=pa.string(), recipe_hash=pa.string(),
        code_version=pa.string(), splits=pa.list_(_SPLIT), shards=pa.list_(_SHARD),
    ),
    "runs": _schema(
        id=pa.string(), slug=pa.string(), status=pa.string(), dataset=pa.string(), splits=pa.list_(_SPLIT),
        model=pa.string(), model_name=pa.string(), model_licence=pa.string(), adapter=pa.string(),
        options=pa.string(), seed=pa.int64(), versions=pa.string(), facts=pa.list_(_FACT),
        loss_before=pa.float64(), loss_after=pa.float64(), code_version=pa.string(),
        # of an update: the adapter it continues, the examples that adapter had seen and the dataset no longer has, and
        # which share of all that was shown was shown again
        parent=pa.string(), retracted=pa.list_(pa.string()), replayed=pa.float64(),
    ),
    # one scoring of one model: `model` is an adapter or a base model, `dataset` a split or a set of probes
    "evaluations": _schema(
        id=pa.string(), slug=pa.string(), kind=pa.string(), model=pa.string(), run=pa.string(), dataset=pa.string(),
        measures=pa.list_(_MEASURE), items=pa.int64(), options=pa.string(), code_version=pa.string(),
    ),
    # files that were handed out: `of` is the dataset, run or adapter that they show
    "exports": _schema(
        id=pa.string(), format=pa.string(), of=pa.string(), files=pa.list_(_FILE), code_version=pa.string()
    ),
    # when and where, kept apart from what: `sequence` counts the activities of this ledger, first is 1
    "times": _schema(
        activity=pa.string(), sequence=pa.int64(), started=pa.string(), ended=pa.string(), platform=pa.string(),
        first_of=pa.string(),
    ),
}  # fmt: skip
"""One-row tables: a build, a run, an evaluation, an export, and the times of each."""

OWN_ROWS = ("builds", "runs", "evaluations", "exports")
"""The table of each kind of activity: a row that is there says that all of its other tables are."""

TABLES: Mapping[str, pa.Schema] = {**BUILD_TABLES, **RUN_TABLES, **EVALUATION_TABLES, **RECORD_TABLES}
