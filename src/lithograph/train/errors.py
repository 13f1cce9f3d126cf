"""What can be refused before, during and after training, one named error each. Knows nothing about torch."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from ..core.errors import LithographError


class BadOption(LithographError):
    """A training option whose value cannot be used."""

    def __init__(self, name: str, value: object, need: str) -> None:
        super().__init__(f"option {name}", f"{value!r} cannot be used", cure=f"Give {need}.")


class DatasetMissing(LithographError):
    """The folder is no dataset."""

    def __init__(self, folder: object, problem: str) -> None:
        super().__init__(folder, problem, cure="Press one with: lithograph dataset (or make dataset).")


class DatasetBroken(LithographError):
    """A data file that cannot be read, or lacks a column."""

    def __init__(self, file: object, problem: str, facts: str = "") -> None:
        super().__init__(file, problem, facts=facts, cure="Press the dataset again with: lithograph dataset --force.")


class NothingToTrain(LithographError):
    """The wishes leave no training example."""

    def __init__(self, folder: object, wish: str, there: Iterable[str]) -> None:
        names = sorted(there)
        facts = "there are: " + (", ".join(names[:12]) if names else "none") + (" …" if len(names) > 12 else "")
        super().__init__(folder, f"no training example fits {wish}", facts=facts, cure="Widen the wish or press more.")


class UnknownScene(LithographError):
    """A scene was named that no training example comes from."""

    def __init__(self, folder: object, scene: str, there: Iterable[str]) -> None:
        names = sorted(there)
        near = get_close_matches(scene, names, n=1, cutoff=0.5)
        cure = f"Did you mean {near[0]}?" if near else "List them with: lithograph scene list."
        super().__init__(folder, f"no training example of scene {scene!r}", facts="there are: " + ", ".join(names[:12]),
                         cure=cure)  # fmt: skip


class UnknownWeight(LithographError):
    """A weight for a scene, axis, level, register or language that no training example has."""

    def __init__(self, folder: object, facet: str, name: str, there: Iterable[str]) -> None:
        names = sorted(one for one in there if "/" not in one)
        near = get_close_matches(name, names, n=1, cutoff=0.5)
        cure = f"Did you mean {near[0]}?" if near else f"Give a {facet} that the dataset has."
        super().__init__(folder, f"a weight is given for {facet} {name!r}, which no training example has",
                         facts="there are: " + (", ".join(names[:12]) or "none"), cure=cure)  # fmt: skip


class BudgetTooSmall(LithographError):
    """The steps do not reach the stated exposures of even one fact."""

    def __init__(self, steps: int, batch: int, exposures: int) -> None:
        super().__init__("train", f"{steps} steps do not show one fact {exposures} times",
                         facts=f"{steps} × batch {batch} = {steps * batch} examples",
                         cure="Raise --minutes or --steps, or lower the exposures.")  # fmt: skip


class ModelMissing(LithographError):
    """No model where one was expected."""

    def __init__(self, place: object, problem: str, *, facts: str = "", cure: str) -> None:
        super().__init__(place, problem, facts=facts, cure=cure)


class NoChatTemplate(LithographError):
    """The tokenizer cannot lay out a conversation."""

    def __init__(self, place: object) -> None:
        super().__init__(place, "the tokenizer has no chat template",
                         cure="Take an instruct model, or add chat_template.jinja to the folder.")  # fmt: skip


class NoExactBoundary(LithographError):
    """The chat template or the tokenizer blurs where an answer begins, so the loss could not be kept to it."""

    def __init__(self, place: object, why: str) -> None:
        super().__init__(place, "the place where an answer begins cannot be told exactly", facts=why,
                         cure="Use a model whose chat template only appends.")  # fmt: skip


class NoTerms(LithographError):
    """Terms are to become tokens, and there are none that could."""

    def __init__(self, place: object) -> None:
        cure = "Press the dataset in this project, so that its labels are known, or give 0."
        super().__init__("option add_terms", f"no term of {place} is cut into pieces by the tokenizer", cure=cure)


class EmptySplit(LithographError):
    """A split that is needed and has no example."""

    def __init__(self, folder: object, split: str, why: str) -> None:
        super().__init__(folder, f"the {split} split has no example that fits", facts=why,
                         cure="Press more, or leave the option out.")  # fmt: skip


class TooLittleMemory(LithographError):
    """The run would need more memory than there is."""

    def __init__(self, need: int, there: int) -> None:
        super().__init__("train", f"about {need / 2**20:,.0f} MiB of memory are needed",
                         facts=f"{there / 2**20:,.0f} MiB are free",
                         cure="Lower train_batch or max_length, or take a smaller model.")  # fmt: skip


class UnknownTarget(LithographError):
    """LoRA was asked onto modules that the model does not have."""

    def __init__(self, names: Iterable[str], there: Iterable[str]) -> None:
        super().__init__("option targets", f"the model has no linear module {', '.join(sorted(names))}",
                         facts="there are: " + ", ".join(sorted(there)), cure="Name some of these.")  # fmt: skip


class OtherBase(LithographError):
    """An adapter is to be continued on a model that it was not trained on."""

    def __init__(self, adapter: object, base: str, wish: str) -> None:
        super().__init__(adapter, "the adapter belongs to another base model",
                         facts=f"not to {wish} but to sha256 {base[:12]}…",
                         cure="Give the model it was trained on with --model or train_model.")  # fmt: skip


class OtherModel(LithographError):
    """An adapter is to be opened on a model that it does not fit."""

    def __init__(self, adapter: object, base: str) -> None:
        super().__init__(adapter, "the adapter does not fit this model", facts=f"it was trained on {base}",
                         cure="Open it on the model it was trained on.")  # fmt: skip


class OtherShape(LithographError):
    """An adapter is to be continued with options that give it another shape."""

    def __init__(self, adapter: object, name: str, there: object, wish: object) -> None:
        super().__init__(adapter, f"the adapter has another {name}", facts=f"{there}, and the options say {wish}",
                         cure="Set the options it was trained with, or train anew without --update.")  # fmt: skip


class AdapterBroken(LithographError):
    """An adapter's folder that cannot be read."""

    def __init__(self, folder: object, problem: str) -> None:
        super().__init__(folder, "the adapter cannot be read", facts=problem, cure="Train it again.")


class LossNotFinite(LithographError):
    """The loss became NaN or infinite."""

    def __init__(self, run: object, step: int, examples: Iterable[str], stands: int) -> None:
        super().__init__(run, f"the loss is not a finite number at step {step}",
                         facts=f"examples {', '.join(examples)}; the checkpoint of step {stands} stands",
                         cure="Lower the learning rate, or look at these examples with: lithograph trace.")  # fmt: skip


class RunBusy(LithographError):
    """Another process trains this very run."""

    def __init__(self, run: object, pid: str) -> None:
        super().__init__(run, "this run is being trained by another process", facts=f"pid {pid or 'unknown'}",
                         cure="Wait for it to end, or stop it and run the same command again.")  # fmt: skip


class RunBroken(LithographError):
    """The run folder holds something that cannot be read."""

    def __init__(self, file: object, problem: str) -> None:
        super().__init__(file, problem, cure="Delete the run's folder and train again.")


class RunInterrupted(LithographError):
    """The user or the system stopped the run; everything up to this step is kept."""

    exit_code = 130

    def __init__(self, run: object, step: int, steps: int) -> None:
        super().__init__(run, f"stopped at step {step} of {steps or '?'}, nothing is lost",
                         cure="Run the same command again to go on.")  # fmt: skip


class DiskFull(LithographError):
    """No room to write."""

    def __init__(self, run: object, facts: str) -> None:
        super().__init__(run, "the disk is full", facts=facts,
                         cure="Make room and run the same command again: the last checkpoint stands.")  # fmt: skip
