"""After an edit: what an adapter is to learn next, and the run that teaches it. The decision is made from columns.

A text is known by the hash of what it says, so an example that was only filed otherwise (a template that moved) is
nothing new. In terms of the dataset D that the adapter was trained on and of the dataset as it is now:

    new        in the train split now, its text not in D's, its scene instance not in D's either
    changed    the same, but D's had the instance: other words for a known fact
    kept       seen by the adapter or those it continues, and its text still in the train split: what replay draws from
    retracted  seen, in D, and neither its id nor its text in the dataset now

An update may not have reached all that was new to it; what it did not show is taken up by the next.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lithograph.config import Config
from lithograph.core.activity import Listener, Notice, silent
from lithograph.core.errors import LithographError
from lithograph.core.identity import file_sha256
from lithograph.ledger.ask import Ledger
from lithograph.ledger.resolve import adapter_called
from lithograph.ledger.runs import WEIGHTS
from lithograph.pipeline.find import dataset_folder
from lithograph.pipeline.learn import learn, train_options
from lithograph.pipeline.lineage import Printed, build_of, chain_of, makers, printed, runs_by_age, seen_by
from lithograph.train.corpus import open_corpus, read_training_rows
from lithograph.train.errors import NothingToTrain
from lithograph.train.record import RunRecord, read_record
from lithograph.train.run import utc_now
from lithograph.train.update import Update


class AdapterGone(LithographError):
    """An adapter that the ledger knows, whose weights are not where its run left them."""

    def __init__(self, folder: Path, problem: str) -> None:
        super().__init__(folder, problem, cure="Give its folder, or run its training again.")


class UnknownAdapter(LithographError):
    """An adapter folder whose weights no recorded run made: what it has seen cannot be told."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "the ledger does not know what this adapter has seen",
                         cure="Give an adapter that was trained in this project.")  # fmt: skip


class OtherDataset(LithographError):
    """An update with a dataset that is no later state of the one the adapter learned."""

    def __init__(self, folder: Path, here: object, there: object) -> None:
        super().__init__(folder, "the adapter was trained on another dataset", facts=f"{there}, not {here}",
                         cure="Name the same dataset with --dataset, or train anew without --update.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parent:
    """The adapter to continue: the row of the run that made it, the folder of its weights, the folder of the run."""

    row: Mapping[str, Any]
    adapter: Path
    run: Path


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs for an adapter, as ids of examples, sorted (see the head of the module)."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    kept: tuple[str, ...]
    retracted: tuple[str, ...]


def update_adapter(config: Config, adapter: str, *, dataset: str | None = None, listener: Listener = silent,
                   now: Callable[[], str] = utc_now) -> RunRecord:  # fmt: skip
    """Continue an adapter on what is new or changed since; where nothing is, say so and give back its own run.

    adapter: a urn, the start of a hash, a run's name, `latest`, or a folder.
    """
    parent, update = plan_update(config, adapter, dataset)
    if update is None:
        listener(Notice("train", f"{parent.row['slug']}: nothing is new or changed since, nothing to do"))
        return _record_of(parent)
    listener(Notice("train", f"continuing {update.run}: {len(update.new)} examples are new, {len(update.changed)} say "
                             f"a known fact in other words, {len(update.retracted)} that it saw are gone"))  # fmt: skip
    try:
        return learn(config, dataset=dataset, update=update, listener=listener, now=now)
    except NothingToTrain as nothing:
        listener(Notice("train", f"{nothing}; nothing to do"))
        return _record_of(parent)


def _record_of(parent: Parent) -> RunRecord:
    record = read_record(parent.run)
    if record is None:
        raise AdapterGone(parent.run, "the adapter's run.json is gone")
    return record


def plan_update(config: Config, adapter: str, dataset: str | None = None) -> tuple[Parent, Update | None]:
    """The adapter that is meant, and what it is to learn next; None where nothing is new to it.

    Raises what keeps the two datasets from being compared, and what is wrong with the adapter's name or folder.
    """
    folder = dataset_folder(config, dataset)
    ledger = config.root / "ledger"
    parent = find_parent(config, adapter)
    corpus, options = open_corpus(folder), train_options(config)
    now = build_of(ledger, corpus.dataset_id)
    chain = chain_of(parent.row, makers(runs_by_age(ledger)))
    before = build_of(ledger, parent.row["dataset"])
    if all(now[name] != before[name] or now[name] is None for name in ("dataset_name", "ontology_iri")):
        raise OtherDataset(folder, now["dataset_name"], before["dataset_name"])
    usable = read_training_rows(corpus, options.languages, options.scenes)["id"].to_pylist()
    found = difference(ledger, chain, printed(ledger, now), frozenset(usable))
    if not found.new and not found.changed:
        return parent, None
    update = Update(
        parent.row["adapter"], parent.row["slug"], parent.adapter, str(parent.row["model"]).rsplit(":", 1)[-1],
        found.new, found.changed, found.kept, found.retracted, config.train_replay,
    )  # fmt: skip
    return parent, update


def find_parent(config: Config, adapter: str) -> Parent:
    """The adapter by name or folder. Raises UnknownAdapter, AdapterGone, and what the ledger says of a wrong name."""
    ledger = config.root / "ledger"
    given = Path(adapter)
    weights = next((given / part for part in (WEIGHTS, Path(WEIGHTS).name) if (given / part).is_file()), None)
    if weights is None:
        row = makers(runs_by_age(ledger))[adapter_called(ledger, adapter)]
        run = config.root / "runs" / row["slug"]
        if not (run / WEIGHTS).is_file():
            raise AdapterGone(run / WEIGHTS, "the adapter's weights are gone")
        if f"urn:litho:adapter:{file_sha256(run / WEIGHTS)}" != row["adapter"]:
            raise AdapterGone(run / WEIGHTS, "the adapter's weights are not those that were recorded")
        return Parent(row, (run / WEIGHTS).parent, run)
    run = weights.parent.parent
    urn = f"urn:litho:adapter:{file_sha256(weights)}"
    if urn not in makers(runs_by_age(ledger)) and (run / "run.json").is_file() and run.parent == config.root / "runs":
        Ledger(ledger).record_run(run)  # it was trained by the room itself, or killed before it was recorded
    known = makers(runs_by_age(ledger)).get(urn)
    if known is None:
        raise UnknownAdapter(given)
    return Parent(known, weights.parent, config.root / "runs" / known["slug"])


def difference(ledger: Path, chain: Sequence[Mapping[str, Any]], now: Printed, usable: frozenset[str]) -> Difference:
    """What a dataset holds that is new, changed, kept or retracted for the adapter at the head of a chain of updates.

    usable: ids of the train split that a run of today's options may learn from. Raises NotBuiltHere.
    """
    known: set[str] = set()  # texts of its dataset that it need not be told of again
    shown: dict[str, str] = {}  # examples that it or one before it was shown -> hash of the text
    for age, run in enumerate(reversed(chain)):
        then = printed(ledger, build_of(ledger, run["dataset"]))
        texts = then.hash_of()
        mine = {name: texts[name] for name in seen_by(ledger, run) if name in texts}
        train = {text for text, split in zip(texts.values(), then.splits.to_pylist(), strict=True) if split == "train"}
        known = (known & train) | set(mine.values()) if age else train
        shown |= mine
    told = {fact for text, fact in zip(texts.values(), then.instances.to_pylist(), strict=True) if text in known}
    here = now.hash_of()
    rows = zip(here, here.values(), now.instances.to_pylist(), strict=True)
    fresh = [(name, instance) for name, text, instance in rows if name in usable and text not in known]
    changed = {name for name, instance in fresh if instance in told}
    seen_texts, texts_here = set(shown.values()), set(here.values())
    return Difference(
        new=tuple(sorted(name for name, _ in fresh if name not in changed)),
        changed=tuple(sorted(changed)),
        kept=tuple(sorted(name for name, text in here.items() if name in usable and text in seen_texts)),
        retracted=tuple(sorted(name for name, text in shown.items()
                               if name in texts and name not in here and text not in texts_here)),
    )  # fmt: skip
