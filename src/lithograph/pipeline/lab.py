"""One scene, one adapter, many side by side: trained, put together, taken apart, and asked the same questions.

Each adapter is a run like any other (`runs/ID/`), so what was trained once is not trained again, and a lab that was
stopped goes on. What the lab itself finds lies in `runs/lab-ID/`: scores, losses, `lab.json`, `report.html`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from lithograph.config import Config
from lithograph.core.activity import Listener, Notice, StageReport, silent
from lithograph.core.errors import LithographError
from lithograph.core.identity import canonical_json, sha256_hex
from lithograph.pipeline.evaluated import record_verified
from lithograph.pipeline.lab_items import Item, items_of
from lithograph.pipeline.learn import learn
from lithograph.pipeline.runs_here import taught
from lithograph.probes.table import read_probes
from lithograph.train.opened import Opened, adapter_urn, open_base
from lithograph.train.record import RunRecord, write_json
from lithograph.verify.asking import Progressed, ask
from lithograph.verify.choosing import choose_probes, taught_only
from lithograph.verify.compose import BASE, load_together, merge, wearing
from lithograph.verify.kept import open_kept
from lithograph.verify.lab import Cell, Removal, Span, accuracies, cells, mean_span, removal
from lithograph.verify.recall import Sample, losses_on, said, sample_of_run
from lithograph.verify.results import results_of
from lithograph.verify.statistics import Interval
from lithograph.verify.subspaces import Standing, standing, updates_of
from lithograph.verify.verified import ADAPTER, Answers, verified
from lithograph.verify.verified import BASE as BASE_NAME
from lithograph.verify.worth import worth_of

WAYS = ("stack", "merge", "train")
"""How adapters are put together: acting at once; made into one by adding; one adapter trained on all their scenes."""


@dataclass(frozen=True, slots=True)
class LabOptions:
    """minutes: of training for each adapter, where the project gives no steps; probes: how many are asked; samples:
    examples of each adapter whose loss is followed; way: one of WAYS; replaced: names of scenes, old -> new."""

    part: str = "dev"
    minutes: float = 3.0
    steps: int | None = None
    probes: int = 240
    samples: int = 16
    way: str = "stack"
    replaced: tuple[tuple[str, str], ...] = ()
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """One adapter of the lab: the item it was trained for, its run, the examples that are followed, the mean and
    greatest tension of what it was shown."""

    item: Item
    record: RunRecord
    sample: Sample
    shown: int
    tension: tuple[float, float]

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return self.item.name


@dataclass(frozen=True, slots=True)
class Outfit:
    """Adapters that act together under one name; `names` are those of the model."""

    title: str
    names: tuple[str, ...]
    key: str


@dataclass(frozen=True, slots=True)
class Lab:
    """What was found. cells: member -> axis -> cell. own: member -> outfit -> loss per token on the member's examples
    and how much lower it is than the base's. stages: outfits in the order of growth -> accuracy by axis. removals:
    member -> what became of it. standings: member -> where its update lies. answers: (question, member, who -> what).
    """

    folder: Path
    members: tuple[Member, ...]
    base: Mapping[str, Interval]
    cells: Mapping[str, Mapping[str, Cell]]
    own: Mapping[str, Mapping[str, Span]]
    stages: Mapping[str, Mapping[str, Interval]]
    removals: Mapping[str, Removal]
    standings: Mapping[str, Standing]
    answers: tuple[tuple[str, str, Mapping[str, str]], ...]
    way: str


class TooFewAdapters(LithographError):
    """A lab of one."""

    def __init__(self, count: int) -> None:
        super().__init__("lab", f"{count} adapter is nothing to set side by side" if count else "no scene is named",
                         cure="Name two scenes or scene files at least: lithograph scene list shows them.")  # fmt: skip


def lab(
    config: Config, wishes: Sequence[str], options: LabOptions | None = None, *, dataset: str | None = None,
    listener: Listener = silent, clock: Callable[[], float] = time.perf_counter,
) -> Lab:  # fmt: skip
    """Train an adapter for each wish (a scene, scenes joined by +, or a YAML file of scenes), set them side by side.

    Raises TooFewAdapters, UnknownScene, NoProbes, and what training raises; what is trained already stands.
    """
    options, began = options or LabOptions(), clock()
    if len(wishes) < 2:
        raise TooFewAdapters(len(wishes))
    items, config, where = items_of(config, wishes, [new for _, new in options.replaced], dataset, listener)
    asked = read_probes(where, options.part)
    members = [_trained(config, item, where, options, listener) for item in items]
    probes = _probes(config, asked, members, where, options)
    folder = config.root / "runs" / f"lab-{_name(members, probes, options)}"
    folder.mkdir(parents=True, exist_ok=True)
    inside, extra = members[: len(wishes)], {new.name: new for new in members[len(wishes) :]}
    opened = open_base(str(members[0].record.options["model"]), system=members[0].record.system,
                       online=config.allow_network, listener=listener)  # fmt: skip
    together = load_together(opened.model, {_tag(m): m.record.adapter for m in members})
    outfits = _outfits(config, where, together, inside, extra, options, listener)
    bench = _Bench(folder, opened, together, probes, listener, clock, Progressed(listener, len(outfits) * len(probes)))
    results = {one.title: bench.answers(one) for one in outfits}
    losses = {m.name: {one.title: bench.losses(one, m.sample) for one in outfits} for m in members}
    found = _found(folder, inside, members, probes, outfits, results, losses, bench.say(inside), options)
    _record(config, found, probes, results)
    write_json(folder / "lab.json", as_values(found))
    listener(StageReport("lab", len(members), len(outfits), {}, clock() - began))
    return found


# ---- adapters -------------------------------------------------------------------------------------------------------


def _trained(config: Config, item: Item, where: Path, options: LabOptions, listener: Listener) -> Member:
    """The adapter of an item: trained, or found trained."""
    listener(Notice("lab", f"{item.name}: one adapter for {', '.join(item.scenes)}"))
    own = replace(config, train_scenes=item.scenes, train_minutes=options.minutes,
                  train_steps=options.steps or config.train_steps)  # fmt: skip
    record = learn(own, dataset=str(where), listener=listener)
    examples = taught(config, record, where).examples
    there = examples["tension"].to_pylist() if "tension" in examples.column_names else []
    tension = [value for value in there if value is not None]
    sample = sample_of_run(record, where, options.samples, options.seed)
    return Member(item, record, sample, examples.num_rows,
                  (float(np.mean(tension)), float(np.max(tension))) if tension else (0.0, 0.0))  # fmt: skip


def _tag(member: Member) -> str:
    """A name that PEFT takes: no dot in it."""
    return "".join(letter if letter.isalnum() else "_" for letter in member.name)


def _urns(members: Sequence[Member]) -> list[str]:
    return sorted(adapter_urn(m.record.adapter) for m in members)


def _outfits(
    config: Config, where: Path, together: Any, inside: Sequence[Member], extra: Mapping[str, Member],
    options: LabOptions, listener: Listener,
) -> list[Outfit]:  # fmt: skip
    """The base, each alone, one more at a time, all but one, and one in the place of another."""
    sets: dict[str, list[Member]] = {m.name: [m] for m in inside}
    for count in range(2, len(inside) + 1):
        sets[f"+ {inside[count - 1].name}"] = list(inside[:count])
    if len(inside) > 2:
        sets |= {f"without {m.name}": [one for one in inside if one is not m] for m in inside}
    for old, new in options.replaced:
        sets[f"{new} for {old}"] = [extra[new] if m.name == old else m for m in inside]
    out = [Outfit(BASE, (), BASE)]
    for title, group in sets.items():
        out.append(_outfit(config, where, together, title, group, options, listener))
    return out


def _outfit(
    config: Config, where: Path, together: Any, title: str, group: Sequence[Member], options: LabOptions,
    listener: Listener,
) -> Outfit:  # fmt: skip
    names = tuple(_tag(m) for m in group)
    if len(group) == 1 or options.way == "stack":
        return Outfit(title, names, "\n".join(_urns(group)))
    made = f"{options.way}_{sha256_hex(canonical_json(_urns(group)))[:12]}"
    if options.way == "merge":
        if made not in together.peft_config:
            merge(together, names, made)
        return Outfit(title, (made,), "\n".join(_urns(group)))
    scenes = tuple(dict.fromkeys(scene for m in group for scene in m.item.scenes))
    own = replace(config, train_scenes=scenes, train_minutes=options.minutes * len(group),
                  train_steps=(options.steps or config.train_steps) * len(group))  # fmt: skip
    listener(Notice("lab", f"{title}: one adapter for {', '.join(scenes)}"))
    record = learn(own, dataset=str(where), listener=listener)
    if made not in together.peft_config:
        together.load_adapter(record.adapter, adapter_name=made)
    return Outfit(title, (made,), adapter_urn(record.adapter))


# ---- questions ------------------------------------------------------------------------------------------------------


def _probes(config: Config, asked: pa.Table, members: Sequence[Member], where: Path, options: LabOptions) -> pa.Table:
    """The same probes for all: those that one of them could answer from what it was shown."""
    stated, axioms = frozenset[str](), frozenset[str]()
    for member in members:
        told = taught(config, member.record, where)
        stated, axioms = stated | (told.stated or frozenset()), axioms | told.axioms
    fit = taught_only(asked, stated, axioms, config.train_languages)
    return fit.take(choose_probes(fit, options.probes, options.seed))


def _name(members: Sequence[Member], probes: pa.Table, options: LabOptions) -> str:
    what = [_urns(members), [m.name for m in members], probes["id"].to_pylist(), options.way, options.part,
            options.samples, [list(pair) for pair in options.replaced]]  # fmt: skip
    return sha256_hex(canonical_json(what))[:12]


@dataclass(frozen=True, slots=True)
class _Bench:
    """Where outfits are asked; what was asked before is kept."""

    folder: Path
    opened: Opened
    together: Any
    probes: pa.Table
    listener: Listener
    clock: Callable[[], float]
    progress: Progressed

    def _key(self, outfit: Outfit) -> str:
        return self.opened.base_key if outfit.key == BASE else f"{self.opened.base_key}\n{outfit.key}"

    def answers(self, outfit: Outfit) -> pa.Table:
        """What it answers to the probes."""
        with wearing(self.together, outfit.names) as worn:
            scores = ask(worn, self.opened.format, self.probes, open_kept(self.folder, self._key(outfit)),
                         progress=self.progress, note=outfit.title)  # fmt: skip
        return results_of(self.probes, worth_of(self.opened.format, self.probes, scores))

    def losses(self, outfit: Outfit, sample: Sample) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Its loss per token on each example of a sample."""
        path = self.folder / "losses" / f"{sha256_hex(self._key(outfit))[:16]}.json"
        held = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
        if any(name not in held for name in sample.ids):
            with wearing(self.together, outfit.names) as worn:
                held |= dict(zip(sample.ids, losses_on(worn, self.opened.format, sample), strict=True))
            path.parent.mkdir(exist_ok=True)
            write_json(path, held)
        return np.array([held[name] for name in sample.ids])

    def say(self, members: Sequence[Member]) -> tuple[tuple[str, str, Mapping[str, str]], ...]:
        """What the base, the adapter that was told, another, and all together say to a question of each member."""
        out = []
        for place, member in enumerate(members):
            other = members[(place + 1) % len(members)]
            wear = {BASE_NAME: (), member.name: (_tag(member),), other.name: (_tag(other),),
                    "all": tuple(_tag(m) for m in members)}  # fmt: skip
            question, expected = member.sample.questions[0]
            heard = {"expected": expected}
            for who, names in wear.items():
                with wearing(self.together, names) as worn:
                    heard[who] = said(worn, self.opened.format, question)
            out.append((question, member.name, heard))
        return tuple(out)


# ---- findings -------------------------------------------------------------------------------------------------------


def _found(
    folder: Path, inside: Sequence[Member], members: Sequence[Member], probes: pa.Table, outfits: Sequence[Outfit],
    results: Mapping[str, pa.Table], losses: Mapping[str, Mapping[str, Any]], answers: Any, options: LabOptions,
) -> Lab:  # fmt: skip
    last = f"+ {inside[-1].name}"
    own = {m.name: {one.title: mean_span(losses[m.name][BASE] - losses[m.name][one.title], m.sample.facts, options.seed)
                    for one in outfits} for m in members}  # fmt: skip
    removals = {m.name: removal(losses[m.name][BASE], losses[m.name][last], losses[m.name][f"without {m.name}"],
                                m.sample.facts, options.seed)
                for m in inside if f"without {m.name}" in results}  # fmt: skip
    updates = {m.name: updates_of(m.record.adapter) for m in members}
    standings = {m.name: standing(updates[m.name], [updates[o.name] for o in inside if o is not m]) for m in members}
    growth = [inside[0].name, *(one.title for one in outfits if one.title.startswith("+ "))]
    return Lab(
        folder, tuple(members), accuracies(probes, results[BASE], options.seed),
        cells(probes, results[BASE], {m.name: results[m.name] for m in inside}, options.seed), own,
        {title: accuracies(probes, results[title], options.seed)
         for title in [*growth, *(t for t in results if t.startswith("without ") or " for " in t)]},
        removals, standings, answers, options.way,
    )  # fmt: skip


def _record(config: Config, found: Lab, probes: pa.Table, results: Mapping[str, pa.Table]) -> None:
    """Each adapter's answers into the ledger, as one evaluation."""
    asked = f"urn:litho:probes:{sha256_hex(canonical_json(probes['id'].to_pylist()))}"
    for member in found.members:
        if member.name in results:
            about = {"model": member.record.id, "part": "lab", "seed": 0, "asked": asked}
            one = verified("lab", probes, [Answers(ADAPTER, (results[member.name],))], 0, about)
            record_verified(config.root / "ledger", member.record, one,
                            {ADAPTER: adapter_urn(member.record.adapter)}, asked)  # fmt: skip


def as_values(found: Lab) -> dict[str, Any]:
    """All of it as JSON values."""

    def span(one: Span | Interval) -> dict[str, float | None]:
        return {name: round(value, 6) if np.isfinite(value) else None
                for name, value in (("value", one.value), ("low", one.low), ("high", one.high))}  # fmt: skip

    return {
        "way": found.way,
        "adapters": [{"name": m.name, "scenes": list(m.item.scenes), "run": m.record.id, "examples": m.shown,
                      "steps": m.record.steps, "tension": {"mean": m.tension[0], "greatest": m.tension[1]}}
                     for m in found.members],
        "base": {axis: span(one) for axis, one in found.base.items()},
        "axes": {name: {axis: {"accuracy": span(c.accuracy), "gain": span(c.gain), "p": round(c.p, 6),
                               "corrected p": round(c.corrected, 6), "chance": round(c.chance, 6), "won": c.won}
                        for axis, c in by.items()} for name, by in found.cells.items()},
        "own examples": {name: {title: span(one) for title, one in by.items()} for name, by in found.own.items()},
        "stages": {title: {axis: span(one) for axis, one in by.items()} for title, by in found.stages.items()},
        "removals": {name: {"learned": span(one.learned), "lost": span(one.lost), "left": span(one.left),
                            "gone": one.gone} for name, one in found.removals.items()},
        "updates": {name: {"norm": round(one.norm, 6), "effective rank": round(one.effective_rank, 4),
                           "outside": round(one.outside, 6), "outside by chance": round(one.by_chance, 6),
                           "angles": [round(angle, 3) for angle in one.angles]}
                    for name, one in found.standings.items()},
        "answers": [{"question": question, "asked of": name, "said": dict(heard)}
                    for question, name, heard in found.answers],
    }  # fmt: skip
