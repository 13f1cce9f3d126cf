"""A look at what a build would print: examples and counts, nothing written."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from lithograph.config import Config
from lithograph.core.activity import Listener, silent
from lithograph.pipeline.asked import ready
from lithograph.pipeline.forme import lock_up
from lithograph.render.shards import press_table

PER_SCENE = 60
"""Instances of a scene that a preview presses: enough to choose from, few enough to be quick."""


def preview_examples(config: Config, count: int, *, ontology: Path | None = None, listener: Listener = silent) -> str:
    """`count` examples spread over the scenes by their ids, and how many instances each scene has."""
    forme = lock_up(config, ready(config, listener, ontology), listener)
    casts = forme.types.casts
    if not forme.printable:
        return "no scene matches"
    tables = [press_table(forme.types, [(i, np.arange(min(len(cast), PER_SCENE)))]) for i, cast in enumerate(casts)]
    chosen: list[dict[str, object]] = []
    queues = [_by_id(table) for table in tables]
    while len(chosen) < count and any(queues):
        for queue in queues:
            if queue and len(chosen) < count:
                chosen.append(queue.pop(0))
    lines = [_shown(row) for row in chosen]
    counts = [f"{cast.scene.name:<24}{len(cast):>8,} instances" for cast in casts]
    return "\n\n".join([*lines, "\n".join(counts)])


def _by_id(table: pa.Table) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = table.select(
        ["id", "scene", "form", "register", "language", "truth", "messages"]
    ).to_pylist()
    return sorted(rows, key=lambda row: str(row["id"]))


def _shown(row: dict[str, object]) -> str:
    scene = str(row["scene"]).rsplit("#", 1)[-1]
    head = f"── {scene} · {row['form']} · {row['register']} · {row['language']} · {row['truth']}"
    messages: list[dict[str, str]] = row["messages"]  # type: ignore[assignment]
    return "\n".join([head, *(f"{m['role']}: {m['content']}" for m in messages)])
