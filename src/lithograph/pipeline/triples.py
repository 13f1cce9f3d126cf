"""The plain baseline: the axioms that a run taught, each as one sentence, as a dataset of its own.

What would a sensible person do with an ontology who has no press? Verbalise each axiom (DeepOnto, He et al. 2023, does
so for class expressions) and train on the sentences. The folder `datasets/NAME.triples` holds exactly the axioms behind
a run's facts, in the grammar of the press itself, with articles and plurals right, each asked for in three ways. The
same trainer, for as many tokens, then says what scenes, forms and proofs add to the bare sentences.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lithograph.config import Config
from lithograph.core import vocabulary as v
from lithograph.core.activity import Listener, Notice, StageReport, silent
from lithograph.core.errors import LithographError
from lithograph.core.identity import canonical_json, file_sha256, sha256_hex, urn
from lithograph.ontology.axioms import Axiom
from lithograph.ontology.graph import ClaimGraph, Kind
from lithograph.ontology.load import load
from lithograph.ontology.manchester import mentioned
from lithograph.ontology.project import project
from lithograph.pipeline.learn import learn
from lithograph.pipeline.stone import ontology_path
from lithograph.speech.axioms import axiom_sentence
from lithograph.speech.lexicon import Lexicon
from lithograph.train.record import RunRecord, read_record

SUFFIX = ".triples"
SCENE = f"{v.LITHO}PlainSentence"
PROMPTS: Mapping[str, tuple[str, ...]] = {
    "en": ("Tell me something about {}.", "What do you know about {}?", "State one fact about {}."),
    "ru": ("Что известно: {}?", "Назови один факт: {}.", "{}: что об этом можно сказать?"),
}
"""Ways to ask for a sentence about its subject; English with its article, Russian in the nominative."""
_NAMED_SECOND = ("ObjectPropertyAssertion", "DataPropertyAssertion", "NegativeObjectPropertyAssertion",
                 "NegativeDataPropertyAssertion", "ClassAssertion")  # fmt: skip
"""Axioms whose first operand is no subject but a property or a class."""
_PROPERTY = int(Kind.OBJECT_PROPERTY | Kind.DATA_PROPERTY | Kind.ANNOTATION_PROPERTY)
MESSAGES = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))


class NoSuchRun(LithographError):
    """A run that is not there, or has not chosen its facts yet."""

    def __init__(self, place: Path) -> None:
        super().__init__(place, "there is no run with facts here", cure="Train one with: lithograph train")


class NothingSaid(LithographError):
    """None of a run's axioms can be said."""

    def __init__(self, run: Path, axioms: int) -> None:
        super().__init__(run, f"none of the {axioms} axioms behind its facts can be said in its languages",
                         cure="Take a run on the dataset of this project's ontology.")  # fmt: skip


def run_of(config: Config, run: str) -> RunRecord:
    """A run by name or folder. Raises NoSuchRun."""
    named = config.root / "runs" / run
    record = read_record(named if named.is_dir() else Path(run))
    if record is None or not record.facts:
        raise NoSuchRun(named)
    return record


def learn_plain(config: Config, run: str, *, listener: Listener = silent) -> RunRecord:
    """The baseline of a run: its axioms as plain sentences, for as many tokens, with today's other options."""
    taught = run_of(config, run)
    folder = press_triples(config, taught, listener=listener)
    listener(Notice("train", f"the {folder.name} of {taught.id}, for the same {taught.tokens:,} tokens"))
    same = replace(config, train_tokens=taught.tokens, train_steps=0, train_scenes=(),
                   train_languages=tuple(taught.options["languages"]), train_scene_weights={}, train_axis_weights={},
                   train_level_weights={}, train_register_weights={}, train_language_weights={})  # fmt: skip
    return learn(same, dataset=str(folder), listener=listener)


def press_triples(config: Config, record: RunRecord, *, listener: Listener = silent) -> Path:
    """Write `datasets/NAME.triples` for a run's facts; its folder, which appears whole. Raises NothingSaid."""
    wanted = frozenset(axiom for fact in record.facts if not fact.get("replayed") for axiom in fact["axioms"])
    missing = "error" if config.imports == "error" else "warn"
    loaded = load(ontology_path(config), allow_network=config.allow_network, missing=missing,  # type: ignore[arg-type]
                  listener=listener)  # fmt: skip
    graph = project(loaded)
    rows = list(sentence_rows(graph, wanted, record.options["languages"]))
    if not rows:
        raise NothingSaid(record.folder, len(wanted))
    folder = config.root / "datasets" / f"{record.dataset['name'].removesuffix(SUFFIX)}{SUFFIX}"
    _write(folder, rows, record)
    said = len({row["axioms"][0] for row in rows})
    dropped = {"an axiom without words": len(wanted) - said} if said < len(wanted) else {}
    listener(StageReport("triples", len(wanted), said, dropped, 0.0))
    return folder


def sentence_rows(graph: ClaimGraph, wanted: frozenset[str], languages: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The rows of the dataset: of each wanted axiom that has words, in order of id, one row a prompt and language."""
    ontology = graph.ontology
    places = sorted((name, row) for row, name in enumerate(ontology.axiom_ids()) if name in wanted)
    for language in languages:
        lexicon = Lexicon.of(ontology, graph.kinds, language)
        for name, row in places:
            axiom = ontology.axiom(row)
            subject = subject_of(axiom)
            nodes = [ontology.terms.id(term) for term in mentioned(axiom)]
            ids = np.array([node for node in nodes if node >= 0], np.int32)
            if subject is None or not len(ids) or not lexicon.speakable(ids).all():
                continue
            called = _called(graph, lexicon, subject)
            sentence = axiom_sentence(axiom, lexicon)
            for prompt in PROMPTS[language]:
                yield _row(name, subject, list(mentioned(axiom)), prompt.format(called), sentence, language)


def subject_of(axiom: Axiom) -> str | None:
    """What an axiom's sentence begins with: its first named entity, of an assertion the individual."""
    named = mentioned(axiom)
    if axiom.kind in _NAMED_SECOND and len(named) > 1:
        return named[1]
    return named[0] if named else None


def _called(graph: ClaimGraph, lexicon: Lexicon, term: str) -> str:
    ids = np.array([graph.ontology.terms.id(term)], np.int32)
    relation = bool(graph.kinds[ids[0]] & _PROPERTY)
    return str(lexicon.column(ids, "name" if relation or lexicon.language != "en" else "a")[0])


def _row(axiom: str, subject: str, nodes: list[str], prompt: str, sentence: str, language: str) -> dict[str, Any]:
    content = sha256_hex(canonical_json([prompt, sentence]))
    return {
        "id": urn("example", f"{axiom}\n{language}\n{prompt}"), "content_hash": content, "split": "train",
        "messages": [{"role": "user", "content": prompt}, {"role": "assistant", "content": sentence}],
        "prompt": prompt, "completion": sentence, "form": "statement", "axis": "taxonomy", "register": "plain",
        "level": "atom", "language": language, "truth": "asserted", "depth": 0, "scene": SCENE,
        "instance": urn("instance", f"{SCENE}\n{axiom}"), "focus": subject, "nodes": nodes, "axioms": [axiom],
        "weight": 1.0, "claims": [],
    }  # fmt: skip


def _write(folder: Path, rows: Sequence[Mapping[str, Any]], record: RunRecord) -> None:
    types = {"messages": MESSAGES, "nodes": pa.list_(pa.string()), "axioms": pa.list_(pa.string()),
             "claims": pa.list_(pa.string()), "depth": pa.int16(), "weight": pa.float32()}  # fmt: skip
    table = pa.table({name: pa.array([row[name] for row in rows], types.get(name, pa.string())) for name in rows[0]})
    aside = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    (aside / "data").mkdir(parents=True)
    shard = aside / "data" / "train-00000-of-00001.parquet"
    pq.write_table(table, shard, compression="zstd")
    sha256 = file_sha256(shard)
    report = {
        "name": folder.name, "dataset": urn("dataset", sha256), "rows": len(rows),
        "of": {"run": record.id, "dataset": record.dataset["id"], "digest": record.dataset["digest"]},
        "sources": list(record.dataset.get("sources") or ()),
        "shards": [{"file": f"data/{shard.name}", "sha256": sha256, "rows": len(rows)}],
    }  # fmt: skip
    (aside / "build.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    aside.rename(folder)
