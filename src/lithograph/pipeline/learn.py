"""Dataset to adapter: a run by the training room, recorded in the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from lithograph.config import Config
from lithograph.core.activity import Listener, silent
from lithograph.ledger.arrays import decoded
from lithograph.ledger.ask import Ledger
from lithograph.ledger.columns import read_columns
from lithograph.ledger.record import key_of
from lithograph.pipeline.find import dataset_folder
from lithograph.pipeline.lineage import NotBuiltHere, build_of
from lithograph.probes.table import PARTS, NoProbes, read_probes
from lithograph.train.choice import focus_of
from lithograph.train.corpus import open_corpus
from lithograph.train.errors import RunInterrupted
from lithograph.train.mixture import Mixture
from lithograph.train.options import TrainOptions
from lithograph.train.record import RunRecord
from lithograph.train.run import train, utc_now
from lithograph.train.update import Update


def train_options(config: Config) -> TrainOptions:
    """The training options of a project."""
    return TrainOptions(
        model=config.train_model, languages=config.train_languages, scenes=config.train_scenes,
        exposures=config.train_exposures, minutes=config.train_minutes, steps=config.train_steps or None,
        tokens=config.train_tokens or None, rank=config.train_rank, alpha=2 * config.train_rank,
        layers=config.train_layers, targets=config.train_targets, lr=config.train_lr, batch=config.train_batch,
        seed=config.train_seed, facts_seed=config.train_facts_seed,
        threads=config.train_threads or None, online=config.allow_network,
        max_length=config.train_max_length, checkpoint_steps=config.train_checkpoint_steps,
        mixture=Mixture(scene=config.train_scene_weights, axis=config.train_axis_weights,
                        level=config.train_level_weights, register=config.train_register_weights,
                        language=config.train_language_weights),
        balance=config.train_balance, curriculum=config.train_curriculum, answers=config.train_answers,
        deepest=config.train_deepest,
        own_answers=0.0 if config.train_scratch else config.train_own_answers, practice=config.train_practice,
        loss_over=config.train_loss_over,
        patience=config.train_patience,
        valid_steps=config.train_valid_steps, add_terms=config.train_add_terms, scratch=config.train_scratch,
        scratch_vocabulary=config.train_scratch_vocabulary, scratch_width=config.train_scratch_width,
        scratch_layers=config.train_scratch_layers,
    )  # fmt: skip


def premises_asked(dataset: Path) -> tuple[frozenset[str], ...]:
    """The axioms behind each group of reasoning probes of a dataset, each set once, sorted: what a run is to teach
    first.

    A probe says nothing about a model that was never taught its premises, and the probes of a swap are asked together
    (`verify.choosing.taught_only`). None where the dataset has no probes.
    """
    groups: dict[str, set[str]] = defaultdict(set)
    for part in PARTS:
        try:
            probes = read_probes(dataset, part)
        except NoProbes:
            continue
        asked = probes.filter(pc.equal(probes["probe_split"], "reasoning")).select(["group", "id", "axioms"])
        for row in asked.to_pylist():
            groups[row["group"] or row["id"]].update(row["axioms"])
    return focus_of(groups.values())


def labels_spoken(config: Config, dataset: Path) -> tuple[str, ...]:
    """The names that the training examples' focus nodes have in the languages of the run, sorted: what may become a
    token. None where the ledger does not know the build."""
    ledger = config.root / "ledger"
    try:
        build = build_of(ledger, open_corpus(dataset).dataset_id)
    except NotBuiltHere:
        return ()
    files = sorted((dataset / "data").glob("train-*.parquet"))
    focus = {iri for file in files if "focus" in pq.read_schema(file).names
             for iri in pq.read_table(file, columns=["focus"])["focus"].unique().to_pylist()}  # fmt: skip
    columns = [f"label_{language}" for language in config.train_languages]
    nodes = read_columns(ledger, "nodes", key_of(str(build["id"])), ["iri", *columns])
    rows = zip(*(decoded(nodes[name]).to_pylist() for name in ("iri", *columns)), strict=True)
    return tuple(sorted({label for iri, *labels in rows if iri in focus for label in labels if label}))


def learn(config: Config, *, dataset: str | None = None, update: Update | None = None, listener: Listener = silent,
          now: Callable[[], str] = utc_now) -> RunRecord:  # fmt: skip
    """Train on a dataset, or go on with the run of the same configuration; record what was done, finished or not.

    With `update` the run continues an earlier adapter (`lithograph.pipeline.update` works it out). The facts that state
    the premises of the dataset's reasoning probes come first.
    """
    folder = dataset_folder(config, dataset)
    runs = config.root / "runs"
    ledger = Ledger(config.root / "ledger")
    try:
        record = train(folder, runs, train_options(config), update=update, listener=listener, now=now,
                       focus=() if update else premises_asked(folder),
                       labels=labels_spoken(config, folder) if config.train_add_terms else ())  # fmt: skip
    except RunInterrupted as stopped:
        if (Path(stopped.place) / "run.json").exists():
            ledger.record_run(Path(stopped.place))
        raise
    ledger.record_run(record.folder)
    return record
