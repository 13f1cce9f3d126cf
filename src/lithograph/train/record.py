"""What a run is and how far it has come, as `run.json`. Knows nothing about how it is done."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.identity import canonical_json, sha256_hex
from .batches import Plan
from .choice import Focus
from .corpus import Corpus
from .errors import RunBroken
from .model import BaseModel
from .options import TrainOptions
from .update import Update

if TYPE_CHECKING:
    from .materials import Materials
    from .own_answers import OwnAnswers

FORMAT = 1
PLANNED, TRAINING, INTERRUPTED, TRAINED, FINISHED, FAILED = (
    "planned",
    "training",
    "interrupted",
    "trained",
    "finished",
    "failed",
)
_PACKAGES = ("lithograph", "torch", "transformers", "peft", "accelerate", "tokenizers", "safetensors", "pyarrow")


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A training run. All mappings hold JSON values; what only the clock decides is in `times` and `calibration`.

    status: planned → training → (interrupted | failed → training) → trained → finished. system: the system message in
    use. facts: the chosen facts, each with instance, scene, shown, axioms, examples, and `replayed` where it was only
    shown again. result: as in before_after.json. update: the earlier adapter that was continued, and what was new,
    changed and retracted since (`Update.as_json`, and `replayed`, the share that was replay); None for a fresh one.
    choice: how the facts were chosen and what came of it (`choice_told`). stopped: the last step of a run that its
    valid loss ended, else None.
    """

    id: str
    folder: Path
    status: str
    options: Mapping[str, Any]
    dataset: Mapping[str, Any]
    model: Mapping[str, Any]
    versions: Mapping[str, str]
    platform: Mapping[str, Any]
    threads: int
    device: str
    dtype: str
    system: str | None
    steps: int = 0
    tokens: int = 0
    calibration: Mapping[str, Any] | None = None
    facts: tuple[Mapping[str, Any], ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)
    times: Mapping[str, str] = field(default_factory=dict)
    result: Mapping[str, Any] = field(default_factory=dict)
    update: Mapping[str, Any] | None = None
    choice: Mapping[str, Any] = field(default_factory=dict)
    stopped: int | None = None

    @property
    def adapter(self) -> Path:
        """Where the adapter lies once the run is finished; of a run from scratch the model."""
        return self.folder / ("model" if self.options.get("scratch") else "adapter")

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to do."""
        return self.status == FINISHED


def run_id(corpus: Corpus, base: BaseModel, options: TrainOptions, update: Update | None = None, *, focus: Focus = (),
           labels: Collection[str] = ()) -> str:  # fmt: skip
    """A readable slug and the hash of what decides the outcome: dataset, model, options, what is continued, what the
    facts are to be about, what may become a token."""
    what: dict[str, object] = {"dataset": corpus.digest, "model": base.digest, "options": options.identity()}
    if update is not None:
        what["update"] = update.identity()
    if focus:
        what["focus"] = sha256_hex(canonical_json([sorted(one) for one in focus]))
    if options.add_terms:
        what["labels"] = sha256_hex(canonical_json(sorted(labels)))
    slug = "".join(c if c.isalnum() else "-" for c in f"{corpus.name}-{base.name}".lower()).strip("-")
    return f"{slug}-{sha256_hex(canonical_json(what))[:10]}"


def versions_here() -> dict[str, str]:
    """The versions of what computes."""
    return {name: version(name) for name in _PACKAGES}


def platform_here() -> dict[str, Any]:
    """The machine, as far as it can change a float."""
    return {"system": platform.system(), "machine": platform.machine(), "python": platform.python_version(),
            "processors": os.cpu_count() or 1}  # fmt: skip


def fact_list(plan: Plan) -> tuple[Mapping[str, Any], ...]:
    """The chosen facts in the order of choice."""
    return tuple(
        {
            "instance": fact.instance,
            "scene": fact.scene,
            "shown": plan.shown[fact.instance],
            "axioms": sorted(
                {axiom for row in fact.rows if row in plan.examples for axiom in plan.examples[row].axioms}
            ),
            "examples": [plan.examples[row].id for row in fact.rows if row in plan.examples],
        }
        | ({"replayed": True} if fact.instance in plan.replayed else {})
        | ({"reading": True} if fact.reading else {})
        for fact in plan.facts
    )


def choice_told(plan: Plan, materials: Materials, own: OwnAnswers | None) -> dict[str, Any]:
    """What the plan came to, as JSON values.

    answers: how often a question with this answer is shown. focus: how many axioms and sets of axioms came first, which
    axioms the facts state, how many sets they state whole. own_answers: how often one is shown, how many there are,
    the hash of all, and that of what the base holds likely there. terms: what became a token. shuffled: how many
    examples were still told an answer like their own.
    """
    told: dict[str, Any] = {"answers": dict(plan.answers)}
    if plan.covered:
        told["focus"] = asdict(plan.covered)
    if own:
        told["own_answers"] = {
            "shown": plan.own_answers,
            "answers": len(own.shown),
            "sha256": own.sha256,
            "likely": own.likely,
        }
    if materials.terms:
        told["terms"] = [one.text[1:] for one in materials.terms]
    if materials.told_right is not None:
        told["shuffled"] = {"examples": materials.reading.table.num_rows, "told_alike": materials.told_right}
    return dict(json_values(told))


def read_record(folder: Path) -> RunRecord | None:
    """The run in a folder, or None where there is none. Raises RunBroken."""
    file = folder / "run.json"
    if not file.is_file():
        return None
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        if held.pop("format") != FORMAT:
            raise RunBroken(file, "it was written by another version of lithograph")
        held["facts"] = tuple(held["facts"])
        names = {one.name for one in fields(RunRecord)}
        return RunRecord(folder=folder, **{key: value for key, value in held.items() if key in names})
    except (ValueError, KeyError, TypeError) as error:
        raise RunBroken(file, "the run's record cannot be read") from error


def write_record(record: RunRecord) -> None:
    """Write `run.json` aside, then rename."""
    held = {"format": FORMAT} | {key: value for key, value in asdict(record).items() if key != "folder"}
    write_json(record.folder / "run.json", held)


def json_values(value: object) -> Any:
    """The value as JSON would give it back (tuples become lists)."""
    return json.loads(json.dumps(value))


def write_json(file: Path, value: object) -> None:
    """JSON a person can read, written aside, then renamed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    aside.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    aside.replace(file)
