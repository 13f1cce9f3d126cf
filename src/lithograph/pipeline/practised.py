"""What the last build asked beside one claim: an instance of practice, told as one story. Nothing is written.

Read from the dataset that is there, since practice is made when everything else is printed. No filter meets it, so
there is nothing here that was silent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lithograph.ontology.graph import Truth
from lithograph.ontology.manchester import manchester
from lithograph.pipeline.axiom_rows import shown_name
from lithograph.pipeline.forme import Forme
from lithograph.probes.practice import STATED, instance_of
from lithograph.render.templates import PRACTICE
from lithograph.speech.lexicon import Lexicon
from lithograph.speech.verbalise import sentences

COLUMNS = ("prompt", "completion", "form", "language", "truth", "scene", "instance", "nodes", "axioms", "template",
           "claims")  # fmt: skip
"""What is read of a question."""


def practice_story(forme: Forme, dataset: Path, instance: str, scene: str | None = None) -> str | None:
    """The claim that an instance of practice is about, what it rests on, and every question with its answer.

    dataset: the folder of a build; scene: name of the one whose questions alone are told. None where the build has no
    such instance.
    """
    rows = [row for row in _asked(dataset, instance) if scene in (None, _name(row["scene"]))]
    return "\n".join(_told(forme, instance, rows)) if rows else None


def _asked(dataset: Path, instance: str) -> list[dict[str, Any]]:
    """The questions of an instance, those about what holds first. Practice is the last shard of the train split."""
    shards = sorted((dataset / "data").glob("train-*.parquet"))
    if not shards:
        return []
    table = pq.read_table(shards[-1], columns=list(COLUMNS), filters=pc.field("instance") == instance)
    rows = [row for row in table.to_pylist() if row["template"].startswith(f"{PRACTICE}/")]
    return sorted(rows, key=lambda row: (row["language"], row["truth"] not in STATED, row["form"], row["prompt"]))


def _told(forme: Forme, instance: str, rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    claim = next((claim for row in rows for claim in row["claims"] if instance_of(claim) == instance), None)
    if claim is not None:
        yield f"practice: {_said(forme, claim)}"
    elif rows[0]["truth"] == "computed":
        yield f"practice: {_about(forme, rows[0]['nodes'])}"
    else:
        yield "practice: what follows from sentences that are given with the question"
    yield f"  {instance}"
    yield from (f"  rests on {axiom}" for axiom in _axioms(forme, {axiom for row in rows for axiom in row["axioms"]}))
    yield f"  {len(rows)} questions of the train split, {sum(row['truth'] in STATED for row in rows)} about what holds"
    for row in rows:
        yield f"  asked    {row['language']} {row['form']}, {row['truth']}, {_name(row['scene'])}, {row['template']}"
        yield f"    user: {_inner(row['prompt'])}"
        yield f"    assistant: {_inner(row['completion'])}"


def _said(forme: Forme, claim: str) -> str:
    """A claim in words, and its status; its urn where the ontology does not say it any more."""
    graph, names = forme.stone.graph, forme.held.names.urns
    row = next((row for row, name in enumerate(names) if name == claim), None)
    if row is None:
        return f"{claim}, which the ontology does not say any more"
    (sentence,) = sentences(graph, _lexicon(forme), np.array([row], np.int32))
    return f"{sentence} ({Truth(int(graph.truth[row])).name.lower()})"


def _about(forme: Forme, nodes: Sequence[str]) -> str:
    """What no one claim says: the terms that a rule computes something of."""
    named = [shown_name(forme.stone.ontology, _lexicon(forme), node) for node in nodes]
    return f"what a stated rule computes of {', '.join(named)}"


def _axioms(forme: Forme, wanted: Set[str]) -> Iterator[str]:
    """Axioms by their urns as they read, in the order of the ontology; those that it has no more by their urns."""
    ontology, lexicon = forme.stone.ontology, _lexicon(forme)
    rows = {axiom: row for row, axiom in enumerate(ontology.axiom_ids()) if axiom in wanted}
    for row in rows.values():
        yield manchester(ontology.axiom(row), lambda term: shown_name(ontology, lexicon, term))
    yield from sorted(wanted - rows.keys())


def _lexicon(forme: Forme) -> Lexicon:
    return next(iter(forme.types.speech.values())).lexicon


def _name(scene: str) -> str:
    return scene.rsplit("#", 1)[-1]


def _inner(text: str) -> str:
    """A text of several lines, its later ones indented below the first."""
    return text.replace("\n", "\n      ")
