"""Dataset to adapter: a run by the training room, recorded in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lithograph.config import Config
from lithograph.core.activity import Listener, silent
from lithograph.ledger.ask import Ledger
from lithograph.pipeline.find import dataset_folder
from lithograph.train.errors import RunInterrupted
from lithograph.train.options import TrainOptions
from lithograph.train.record import RunRecord
from lithograph.train.run import train, utc_now
from lithograph.train.update import Update


def train_options(config: Config) -> TrainOptions:
    """The training options of a project."""
    return TrainOptions(
        model=config.train_model, languages=config.train_languages, scenes=config.train_scenes,
        exposures=config.train_exposures, minutes=config.train_minutes, steps=config.train_steps or None,
        rank=config.train_rank, alpha=2 * config.train_rank, layers=config.train_layers, lr=config.train_lr,
        batch=config.train_batch, seed=config.train_seed, threads=config.train_threads or None,
        online=config.allow_network,
    )  # fmt: skip


def learn(config: Config, *, dataset: str | None = None, update: Update | None = None, listener: Listener = silent,
          now: Callable[[], str] = utc_now) -> RunRecord:  # fmt: skip
    """Train on a dataset, or go on with the run of the same configuration; record what was done, finished or not.

    With `update` the run continues an earlier adapter (`lithograph.pipeline.update` works it out).
    """
    folder = dataset_folder(config, dataset)
    runs = config.root / "runs"
    ledger = Ledger(config.root / "ledger")
    try:
        record = train(folder, runs, train_options(config), update=update, listener=listener, now=now)
    except RunInterrupted as stopped:
        if (Path(stopped.place) / "run.json").exists():
            ledger.record_run(Path(stopped.place))
        raise
    ledger.record_run(record.folder)
    return record
