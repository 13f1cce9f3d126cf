"""A verification into the ledger: one evaluation a model, a row a probe. Knows nothing about how models are asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa

from lithograph import __version__
from lithograph.ledger.evaluations import EvaluationRecord, record_evaluation
from lithograph.ledger.runs import record_run
from lithograph.ledger.schemas import TABLES
from lithograph.train.record import RunRecord
from lithograph.verify.verified import ADAPTER, Answers, Verified

MEASURES = {
    "accuracy": "accuracy", "macro F1": "macroF1", "recall of unknown": "recallOfUnknown",
    "recall of known": "recallOfKnown", "decided": "decided", "calibration error": "calibrationError",
}  # fmt: skip
"""A measure's name -> the `litho:Measure` that it is."""


def record_verified(
    ledger: Path, run: RunRecord | None, found: Verified, models: Mapping[str, str], asked: str
) -> list[str]:
    """Write down what the models answered that have a urn; the evaluations' urns. asked: urn of the set of probes."""
    run_urn = record_run(ledger, run.folder) if run is not None else None
    out = []
    for one in found.answers:
        if models.get(one.name):
            record = EvaluationRecord(
                slug=f"{found.about['model']} {one.name} on {found.part}", kind="probes", model=models[one.name],
                dataset=asked, measures=_measures(found, one), run=run_urn if one.name == ADAPTER else None,
                options={name: found.about[name] for name in ("part", "seed", "asked")}, code_version=__version__,
            )  # fmt: skip
            out.append(record_evaluation(ledger, record, answer_rows(found.probes, one.results[0])))
    return out


def _measures(found: Verified, one: Answers) -> dict[str, float]:
    whole = found.measures[one.name].whole
    values = {MEASURES[name]: round(held.value, 9) for name, held in whole.items() if np.isfinite(held.value)}
    if one.perplexity:
        values["perplexity"] = round(float(np.mean(one.perplexity)), 6)
    return values


def answer_rows(probes: pa.Table, result: pa.Table) -> pa.Table:
    """A model's answers as the ledger's table `probes`: the item is the probe, the worth the share of its key."""
    options, keys = probes["options"].to_pylist(), probes["answer"].to_pylist()
    said = result["answer"].to_pylist()
    return pa.table(
        {
            "item": probes["id"], "axis": probes["axis"], "depth": probes["depth"], "level": probes["level"],
            "register": probes["register"], "correct": result["correct"], "score": result["score"],
            "expected": [held[key] for held, key in zip(options, keys, strict=True)],
            "answer": [held[place] for held, place in zip(options, said, strict=True)],
            "axioms": [sorted(held or ()) for held in probes["axioms"].to_pylist()],
        }
    ).select(TABLES["probes"].names)  # fmt: skip
