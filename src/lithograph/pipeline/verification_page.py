"""The page of a verification: what the results alone do not show is asked for here, then drawn by `verify.report`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lithograph.core.activity import Listener
from lithograph.core.whole import replace_whole, taking_turns
from lithograph.train.corpus import scene_name
from lithograph.train.opened import Opened, open_run
from lithograph.train.record import RunRecord
from lithograph.verify.asking import ask
from lithograph.verify.cartography import cartography
from lithograph.verify.choosing import choose_probes
from lithograph.verify.constrained import free_answers
from lithograph.verify.figures import Curve
from lithograph.verify.kept import open_kept
from lithograph.verify.report import report
from lithograph.verify.results import results_of
from lithograph.verify.verified import ADAPTER, BASE, Verified
from lithograph.verify.worth import worth_of

CURVE_PROBES = 80
"""Probes that a checkpoint is asked: a curve needs few, and a run keeps few checkpoints."""
SAMPLES = 8
"""Probes that are answered freely, to be read."""


def write_page(
    folder: Path, found: Verified, record: RunRecord, opened: Opened, dataset: Path, listener: Listener
) -> None:
    """Write `report.html` of a run's verification: curves by axis where there are checkpoints, its cartography."""
    page = report(
        found, learning(folder, found, record, listener), cartography(record.folder), scenes_of(dataset, record),
        samples(found, opened),
    )  # fmt: skip
    with taking_turns(folder):
        replace_whole(folder / "report.html", page)


def learning(folder: Path, found: Verified, record: RunRecord, listener: Listener) -> tuple[Curve, ...]:
    """Accuracy by axis at step 0 (the base), at each checkpoint that was kept before the last step, and at the end."""
    rows = choose_probes(found.probes, CURVE_PROBES, int(found.about["seed"]))
    probes = found.probes.take(rows)
    held = {one.name: one.results[0] for one in found.answers}
    at: list[tuple[int, pa.Table]] = [(0, held[BASE].take(rows)), (record.steps, held[ADAPTER].take(rows))]
    for checkpoint in sorted((record.folder / "checkpoints").glob("step-*")):
        step = int(checkpoint.name.removeprefix("step-"))
        if 0 < step < record.steps:
            opened = open_run(record, adapter=checkpoint, listener=listener)
            scores = ask(opened.model, opened.format, probes, open_kept(folder, opened.key))
            at.append((step, results_of(probes, worth_of(opened.format, probes, scores))))
    axes = probes["axis"].to_pylist()
    return tuple(Curve(axis, tuple((float(step), _share(result, axes, axis)) for step, result in sorted(
        at, key=lambda one: one[0]))) for axis in sorted(set(axes)))  # fmt: skip


def _share(result: pa.Table, axes: Sequence[str], axis: str) -> float:
    return float(
        np.mean([right for right, one in zip(result["correct"].to_pylist(), axes, strict=True) if one == axis])
    )


def scenes_of(dataset: Path, record: RunRecord) -> dict[str, str]:
    """Example -> the name of its scene, of those that the run was shown."""
    shown = {name for fact in record.facts for name in fact["examples"]}
    out: dict[str, str] = {}
    for path in sorted((dataset / "data").glob("train-*.parquet")):
        table = pq.read_table(path, columns=["id", "scene"])
        out.update((name, scene_name(scene)) for name, scene in
                   zip(table["id"].to_pylist(), table["scene"].to_pylist(), strict=True) if name in shown)  # fmt: skip
    return out


def samples(found: Verified, opened: Opened) -> list[tuple[str, str, str, str]]:
    """(question, key, what the adapter says, what the base says), freely, for a few probes."""
    probes = found.probes.take(choose_probes(found.probes, SAMPLES, int(found.about["seed"])))
    keys = [options[place] for options, place in
            zip(probes["options"].to_pylist(), probes["answer"].to_pylist(), strict=True)]  # fmt: skip
    after = free_answers(opened.model, opened.format, probes)
    with opened.untouched() as base:
        before = free_answers(base.model, base.format, probes)
    return list(zip(probes["question"].to_pylist(), keys, after, before, strict=True))
