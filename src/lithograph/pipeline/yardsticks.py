"""Benchmarks of others, put to an adapter beside its base by the same scorer, and written down. Nothing is trained on.

They say what training on an ontology did to what it is not about; the questions are those of `verify.external`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from lithograph import __version__
from lithograph.config import Config
from lithograph.core.activity import Listener, Notice, silent
from lithograph.core.identity import urn_of
from lithograph.pipeline.evaluated import record_verified
from lithograph.pipeline.runs_here import find_run
from lithograph.pipeline.verification import Asking, VerifyOptions, base_folder, side_by_side, threads
from lithograph.train.opened import open_base, open_run
from lithograph.train.record import write_json
from lithograph.verify.external import external_probes
from lithograph.verify.verified import ADAPTER, BASE, Verified, as_values, verified

MOST = 100
"""Questions of each benchmark that are asked, by default."""
PART = "external"


def benchmarks_folder(config: Config) -> Path:
    """Where the benchmarks lie: in `$LITHOGRAPH_DATA`, or in `shared/data` beside the project."""
    stated = os.environ.get("LITHOGRAPH_DATA")
    return (Path(stated) if stated else config.root.resolve().parent / "shared" / "data") / "benchmarks"


def verify_external(
    config: Config, run: str | None = None, options: VerifyOptions | None = None, *, model: str | None = None,
    listener: Listener = silent, clock: Callable[[], float] = time.perf_counter,
) -> Verified:  # fmt: skip
    """Put the benchmarks to a run's adapter and its base, or, without a run, to a base model; `options.probes` of each
    kind, MOST without. Raises NoBenchmark, UnknownRun, RunUnfinished.
    """
    options = options or VerifyOptions()
    most = options.probes or MOST
    probes = external_probes(benchmarks_folder(config), most, options.seed)
    record = find_run(config, run) if run else None
    with threads(options.threads or (record.threads if record else None)):
        if record:
            opened = open_run(record, online=config.allow_network, listener=listener)
        else:
            opened = open_base(model or config.train_model, online=config.allow_network, listener=listener)
        folder = record.folder / "verify" if record else base_folder(config, opened)
        asking = Asking(folder, options, listener, clock, clock())
        listener(
            Notice("verify", f"{probes.num_rows:,} questions of {len(set(probes['kind'].to_pylist()))} benchmarks")
        )
        answers = side_by_side(asking, opened, probes)
    asked = urn_of("probes", probes["id"].to_pylist())
    about = {"model": record.id if record else opened.base.name, "part": PART, "seed": options.seed, "context": 0,
             "probes": probes.num_rows, "most": most, "asked": asked, "program": __version__}  # fmt: skip
    found = verified(PART, probes, answers, options.seed, about)
    write_json(folder / f"{PART}.json", as_values(found))
    urns = {ADAPTER: opened.adapter or "", BASE: f"urn:litho:model:{opened.base.digest}"}
    record_verified(config.root / "ledger", record, found, urns, asked)
    return found
