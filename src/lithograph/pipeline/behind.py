"""The training examples behind an answer: by influence where gradients were kept, else by what the examples say.

Without gradients nobody knows which example an answer comes from. What is listed then is what *could* have taught it,
and the list says so: examples that state the claim, or else speak of the same things, or else share words.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lithograph.core.identity import sha256_hex
from lithograph.pipeline.influence import Push
from lithograph.pipeline.marks import Referee
from lithograph.probes.context import stems
from lithograph.speech.read_back import Read, split_sentences, verdict_of

BY_INFLUENCE = "by influence (cosine of gradient sketches)"
BY_CLAIM = "that state the claim"
BY_NODES = "about the same things"
BY_WORDS = "that share words with the question"
NOTHING = "no training example says anything near it"
CANDIDATES = 400
"""Examples about the same things whose sentences are read."""


@dataclass(frozen=True, slots=True)
class Behind:
    """Examples, the strongest first, and by what they were found: how is one of the phrases above."""

    how: str
    examples: tuple[tuple[str, str, float | None], ...]  # id, what it says, score


def train_rows(dataset: Path, ids: Collection[str] | None = None, language: str = "en") -> pa.Table:
    """Training examples (id, prompt, completion, nodes) in a language, those of a run where ids are given."""
    columns = ["id", "prompt", "completion", "nodes", "language"]
    tables = [pq.read_table(file, columns=columns) for file in sorted((dataset / "data").glob("train-*.parquet"))]
    if not tables:
        return pa.table({name: pa.array([], pa.string()) for name in columns})
    table = pa.concat_tables(tables, promote_options="default")
    kept = pc.equal(pc.utf8_slice_codeunits(table["language"], 0, 2), language)
    if ids is not None:
        kept = pc.and_(kept, pc.is_in(table["id"], pa.array(sorted(ids), table["id"].type)))
    return table.filter(kept)


def by_influence(pushes: Sequence[Push], dataset: Path) -> Behind:
    """The examples that pushed an answer, with what they say."""
    wanted = {push.example for push in pushes}
    said: dict[str, str] = {}
    for file in sorted((dataset / "data").glob("train-*.parquet")):
        table = pq.read_table(file, columns=["id", "prompt", "completion"], filters=[("id", "in", sorted(wanted))])
        said.update({row["id"]: told(row) for row in table.to_pylist()} if wanted else {})
    return Behind(BY_INFLUENCE, tuple((p.example, said.get(p.example, ""), p.score) for p in pushes))


def by_meaning(question: str, reads: Sequence[Read], table: pa.Table, referee: Referee, top: int) -> Behind:
    """Examples that state one of the claims that question and answer were read as, or that are near it."""
    for read in reads:
        ends = {read.claim.subject, read.claim.object}
        about = _about(table, ends)
        stating = [row for row in about[:CANDIDATES] if states(row, read, referee)]
        if stating:
            return _behind(BY_CLAIM, stating[:top])
        if about:
            return _behind(BY_NODES, about[:top])
    asked = stems(question)
    scored = [(len(asked & stems(told(row))), row) for row in table.to_pylist()] if asked else []
    near = sorted((pair for pair in scored if pair[0] > 1), key=lambda pair: (-pair[0], pair[1]["id"]))
    return _behind(BY_WORDS if near else NOTHING, [row for _, row in near[:top]])


def states(row: dict[str, Any], read: Read, referee: Referee) -> bool:
    """Whether a sentence of an example's answer is read as the same axiom, or its *yes* answers it."""
    verdict, rest = verdict_of(row["completion"])
    reader = referee.reader
    if verdict == "yes":
        asked = reader.question(row["prompt"])
        if isinstance(asked, Read) and asked.axiom == read.axiom:
            return True
    found = (reader.statement(text) for text in split_sentences(rest))
    return any(isinstance(one, Read) and one.axiom == read.axiom and not one.denied for one in found)


def told(row: dict[str, Any]) -> str:
    """An example in a line."""
    return f"{' '.join(row['prompt'].split())} → {' '.join(row['completion'].split())}"


def _about(table: pa.Table, ends: set[str]) -> list[dict[str, Any]]:
    """Examples whose nodes have all of these, in an order that follows from their ids alone."""
    rows = [row for row in table.to_pylist() if ends <= set(row["nodes"] or ())]
    return sorted(rows, key=lambda row: (len(row["nodes"]), sha256_hex(row["id"])))


def _behind(how: str, rows: Sequence[dict[str, Any]]) -> Behind:
    return Behind(how, tuple((row["id"], told(row), None) for row in rows))
