"""What a user can choose about a training run. Knows nothing about models or data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from .errors import BadOption

NOT_IDENTITY = ("model", "threads", "online")
"""Options that do not make another run: the model counts by its hash; the first call's threads are kept on resume."""


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """One run's choices. Units: minutes of wall clock, steps of `batch` examples, lengths in tokens.

    steps: None lets a short calibration turn `minutes` into steps, once. scenes: names or IRIs, empty for all.
    exposures: how often each chosen fact is shown at least. layers: "all" or "top:K". targets: names of linear modules,
    empty for all of them. system: the system message put before a conversation that has none; None leaves it to the
    chat template (SmolLM2's own costs 21 tokens; the empty message costs 5). sketches: keep
    what each example pulled at (`sketches`).
    """

    model: str = "smollm2-135m-instruct"
    languages: tuple[str, ...] = ("en",)
    scenes: tuple[str, ...] = ()
    exposures: int = 20
    minutes: float = 10.0
    steps: int | None = None
    rank: int = 8
    alpha: int = 16
    dropout: float = 0.0
    layers: str = "all"
    targets: tuple[str, ...] = ()
    lr: float = 1e-3
    warmup: float = 0.05
    weight_decay: float = 0.0
    clip: float = 1.0
    batch: int = 8
    micro_batch: int | None = None
    max_length: int = 512
    seed: int = 0
    system: str | None = ""
    checkpoint_steps: int = 20
    sketches: bool = True
    samples: int = 6
    answer_tokens: int = 48
    loss_examples: int = 48
    device: str = "auto"
    threads: int | None = None
    online: bool = False

    @property
    def top_layers(self) -> int | None:
        """K of "top:K", None for all layers."""
        return None if self.layers == "all" else int(self.layers.removeprefix("top:"))

    def identity(self) -> Mapping[str, object]:
        """The options that make a run what it is, as JSON values."""
        chosen = {name: value for name, value in asdict(self).items() if name not in NOT_IDENTITY}
        if self.steps is not None:
            chosen.pop("minutes")
        return chosen


_POSITIVE = ("exposures", "rank", "alpha", "batch", "max_length", "checkpoint_steps", "answer_tokens", "minutes", "lr",
             "clip")  # fmt: skip


def check_options(options: TrainOptions, replay: float = 0.0) -> None:
    """Raise BadOption for the first value that cannot be used; `replay` is an update's share of it."""
    if not 0 <= replay < 1:
        raise BadOption("replay", replay, "a share from 0 to below 1")
    for name in _POSITIVE:
        if not getattr(options, name) > 0:
            raise BadOption(name, getattr(options, name), "a number above 0")
    for name in ("steps", "threads", "micro_batch"):
        value = getattr(options, name)
        if value is not None and value < 1:
            raise BadOption(name, value, "a whole number from 1, or leave it out")
    for name in ("samples", "loss_examples", "seed", "weight_decay"):
        if getattr(options, name) < 0:
            raise BadOption(name, getattr(options, name), "0 or more")
    for name in ("dropout", "warmup"):
        if not 0 <= getattr(options, name) < 1:
            raise BadOption(name, getattr(options, name), "a share from 0 to below 1")
    kind, _, number = options.layers.partition(":")
    if options.layers != "all" and not (kind == "top" and number.isdecimal() and int(number) > 0):
        raise BadOption("layers", options.layers, '"all" or "top:K", as in "top:10"')
    if options.device not in ("auto", "cpu"):
        raise BadOption("device", options.device, '"auto" or "cpu"')
    if not options.languages:
        raise BadOption("languages", options.languages, 'at least one, as in ("en",)')
