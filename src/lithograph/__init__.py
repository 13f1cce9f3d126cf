"""Lithograph, the ontology press: an OWL ontology in, training examples with proofs and provenance out.

    import lithograph as litho

    stone = litho.load("ontology/world/world.ttl")        # an ontology, its claims, what follows from them
    litho.scenes(stone)                                   # scene → instances found
    litho.prove("pizza.owl", "Pizza SubClassOf Food")     # its status, with a proof
    build = litho.press("my-project")                     # datasets/NAME/, recorded in ledger/
    run = litho.train("my-project", minutes=3)            # runs/ID/adapter/
    litho.verify("my-project")                            # probes of what follows, beside the base
    litho.query("my-project", "provenance").rows          # from the adapter back to the axioms

A project is a folder with `lithograph.toml`; every keyword that is an option of it overrides the file.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from peft import PeftModel
    from transformers import PreTrainedTokenizerBase

    from lithograph.config import Config
    from lithograph.core.activity import Listener
    from lithograph.ledger.ask import Ledger, Result
    from lithograph.pipeline.build import Build
    from lithograph.pipeline.explain import Proved
    from lithograph.pipeline.reason import Reasoned
    from lithograph.pipeline.stone import Stone
    from lithograph.train.record import RunRecord
    from lithograph.verify.verified import Verified

__all__ = [
    "adapter",
    "ledger",
    "load",
    "press",
    "preview",
    "prove",
    "query",
    "reason",
    "scenes",
    "trace",
    "train",
    "verify",
]


class _Surface(ModuleType):
    """This package: some of its functions are called as rooms are, and a room that is imported must not hide them."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in __all__ and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Surface


def load(path: str | Path, *, depth: int = 16, listener: Listener | None = None) -> Stone:
    """Load an ontology with its imports, in any syntax, and close it: `.ontology`, `.graph`, `.closure`.

    Raises LithographError, in one line, for a file that cannot be read or an ontology that is inconsistent.
    """
    from lithograph.config import Config
    from lithograph.core.activity import silent
    from lithograph.pipeline.stone import prepare

    return prepare(Config(Path(path).parent, depth=depth), listener or silent, Path(path))


def scenes(stone: Stone) -> Mapping[str, int]:
    """The scenes that a loaded ontology is pressed through, and how many instances each has."""
    from lithograph.config import Config
    from lithograph.pipeline.scenes import counted

    return counted(Config(stone.path.parent), stone)


def preview(
    project: str | Path = ".",
    count: int = 12,
    *,
    ontology: str | Path | None = None,
    listener: Listener | None = None,
    **options: object,
) -> str:
    """`count` examples spread over the scenes, and how many instances each scene has, as text; nothing is written."""
    from lithograph.config import load_config
    from lithograph.core.activity import silent
    from lithograph.pipeline.preview import preview_examples

    path = Path(ontology) if ontology else None
    return preview_examples(load_config(Path(project), **options), count, ontology=path, listener=listener or silent)


def press(
    project: str | Path = ".",
    *,
    ontology: str | Path | None = None,
    out: str | Path | None = None,
    workers: int = 0,
    listener: Listener | None = None,
    **options: object,
) -> Build:
    """Press a project's ontology (or any other) into a dataset; `.folder`, `.examples`, `.report`."""
    from lithograph.config import load_config
    from lithograph.core.activity import silent
    from lithograph.pipeline import build

    path = Path(ontology) if ontology else None
    config = load_config(Path(project), **options)
    return build.press(config, ontology=path, out=Path(out) if out else None, workers=workers,
                       listener=listener or silent)  # fmt: skip


def train(
    project: str | Path = ".",
    *,
    dataset: str | None = None,
    update: str | None = None,
    minutes: float | None = None,
    steps: int | None = None,
    listener: Listener | None = None,
    **options: object,
) -> RunRecord:
    """Train a LoRA on a project's dataset; resumes an unfinished run of the same configuration.

    `update` names an adapter (as `lithograph train --update` does) that is continued on what is new or changed since;
    where nothing is, its own run is given back.
    """
    from lithograph.config import load_config
    from lithograph.core.activity import silent
    from lithograph.pipeline.learn import learn
    from lithograph.pipeline.update import update_adapter

    config = load_config(Path(project), train_minutes=minutes, train_steps=steps, **options)
    if update is not None:
        return update_adapter(config, update, dataset=dataset, listener=listener or silent)
    return learn(config, dataset=dataset, listener=listener or silent)


def verify(
    project: str | Path = ".",
    *,
    run: str = "latest",
    part: str = "dev",
    minutes: float = 10.0,
    probes: int | None = None,
    listener: Listener | None = None,
    **options: object,
) -> Verified:
    """Put probes to a run's adapter, beside its base, the base with the scene in context, and the majority answer.

    As many of the part (`dev` or `test`) as `minutes` allow, or `probes`; what is scored already is not asked again.
    `lithograph.verify.report.brief` shows what was found in a notebook, `found.measures` has it as numbers.
    """
    from lithograph.config import load_config
    from lithograph.core.activity import silent
    from lithograph.pipeline.verification import VerifyOptions, verify_run

    config = load_config(Path(project), **options)
    wish = VerifyOptions(part, minutes, probes, threads=config.train_threads or None)
    return verify_run(config, run, wish, listener=listener or silent)


def prove(ontology: str | Path, /, *claim: str, listener: Listener | None = None, **options: object) -> Proved:
    """The status of a claim about an ontology file, or about that of a project folder, with its proof.

    `prove("pizza.owl", "Margherita SubClassOf Food").status`; three words are subject, relation and object.
    Raises LithographError for a claim that cannot be read and an ontology that contradicts itself.
    """
    from lithograph.core.activity import silent
    from lithograph.pipeline import prove as room

    config, file = _asked(ontology, options)
    return room.prove(config, *claim, ontology=file, listener=listener or silent)


def reason(ontology: str | Path, /, *, listener: Listener | None = None, **options: object) -> Reasoned:
    """What a reasoner finds in an ontology file, or in that of a project folder: profile, contradictions, what follows.

    Raises LithographError for a file that cannot be read.
    """
    from lithograph.core.activity import silent
    from lithograph.pipeline.reason import reason_about

    config, file = _asked(ontology, options)
    return reason_about(config, file, listener or silent)


def _asked(ontology: str | Path, options: dict[str, object]) -> tuple[Config, Path | None]:
    """The options of a project folder, or those beside a file, and the file."""
    from lithograph.config import load_config

    path = Path(ontology)
    return (load_config(path, **options), None) if path.is_dir() else (load_config(path.parent, **options), path)


def adapter(run: RunRecord) -> tuple[PeftModel, PreTrainedTokenizerBase]:
    """The base model of a finished run with its adapter on, for use, and the tokenizer it is asked with.

    Terms that became tokens are in both. Of a run from scratch the whole model. Raises RunUnfinished, AdapterGone,
    OtherBase.
    """
    from lithograph.train.opened import open_run

    opened = open_run(run, device="cpu")
    return opened.model, opened.format.tokenizer


def ledger(project: str | Path = ".") -> Ledger:
    """The ledger of a project."""
    from lithograph.ledger.ask import Ledger

    return Ledger(Path(project) / "ledger")


def query(project: str | Path, sparql_or_name: str, /, *, source: str = "auto", **parameters: object) -> Result:
    """Ask a project's ledger: SPARQL 1.1, or a named query with its parameters; `.columns`, `.rows`.

    source: "view" or "columns" where a named query is to be answered from there; the answer is the same.
    """
    return ledger(project).query(sparql_or_name, source=source, **parameters)


def trace(project: str | Path, what: str) -> str:
    """The story behind an example, an entity, an axiom or a run, as Markdown."""
    from lithograph.ledger.trace import render
    from lithograph.ledger.trace import trace as story

    root = Path(project)
    return render(story(ledger(root), what, datasets=root / "datasets", runs=root / "runs"), "md")
