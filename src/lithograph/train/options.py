"""What a user can choose about a training run. Knows nothing about models or data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from .errors import BadOption
from .mixture import Mixture

NOT_IDENTITY = ("model", "threads", "online")
"""Options that do not make another run: the model counts by its hash; the first call's threads are kept on resume."""


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """One run's choices. Units: minutes of wall clock, steps of `batch` examples, lengths in tokens.

    steps: None lets a short calibration turn `minutes` into steps, once. scenes: names or IRIs, empty for all.
    exposures: how often each chosen fact is shown at least. layers: "all" or "top:K". targets: names of linear modules,
    empty for all of them. system: the system message put before a conversation that has none; None leaves it to the
    chat template (SmolLM2's own costs 21 tokens; the empty message costs 5). practice: the share of what is shown of a
    fact that is practice, where there is some (`practice`). loss_over: a step's loss is the mean over learned tokens or
    over examples; there a portrait weighs no more than a short answer (`learner.loss_weights`). sketches: keep what
    each example pulled at (`sketches`). deepest: the greatest height of a proof in what is shown. seed: of order
    and first weights; facts_seed: of which facts are learned.
    """

    model: str = "smollm2-135m-instruct"
    languages: tuple[str, ...] = ("en",)
    scenes: tuple[str, ...] = ()
    exposures: int = 20
    minutes: float = 10.0
    steps: int | None = None
    tokens: int | None = None
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
    mixture: Mixture = field(default_factory=Mixture)
    balance: bool = True
    curriculum: str = "none"
    deepest: int = 16
    own_answers: float = 0.0
    practice: float = 0.0
    loss_over: str = "tokens"
    patience: int = 0
    valid_steps: int = 50
    add_terms: int = 0
    answers: str = "right"
    scratch: bool = False
    scratch_vocabulary: int = 4096
    scratch_width: int = 192
    scratch_layers: int = 6
    seed: int = 0
    facts_seed: int = 0
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
        if self.steps is not None or self.tokens is not None:
            chosen.pop("minutes")
        if not self.scratch:
            chosen = {name: value for name, value in chosen.items() if not name.startswith("scratch")}
        return chosen


_POSITIVE = ("exposures", "rank", "alpha", "batch", "max_length", "checkpoint_steps", "answer_tokens", "minutes", "lr",
             "clip", "valid_steps", "scratch_layers")  # fmt: skip
_WORDS = {
    "curriculum": ("none", "depth", "level"),
    "answers": ("right", "shuffled"),
    "loss_over": ("tokens", "examples"),
    "device": ("auto", "cpu"),
}
LEAST_VOCABULARY = 300
"""256 bytes, the marks of the turns, and something to merge."""


def check_options(options: TrainOptions, replay: float = 0.0) -> None:
    """Raise BadOption for the first value that cannot be used; `replay` is an update's share of it."""
    if not 0 <= replay < 1:
        raise BadOption("replay", replay, "a share from 0 to below 1")
    for name in _POSITIVE:
        if not getattr(options, name) > 0:
            raise BadOption(name, getattr(options, name), "a number above 0")
    for name in ("steps", "tokens", "threads", "micro_batch"):
        value = getattr(options, name)
        if value is not None and value < 1:
            raise BadOption(name, value, "a whole number from 1, or leave it out")
    for name in ("samples", "loss_examples", "seed", "facts_seed", "weight_decay", "patience", "add_terms", "deepest"):
        if getattr(options, name) < 0:
            raise BadOption(name, getattr(options, name), "0 or more")
    for name in ("dropout", "warmup", "own_answers", "practice"):
        if not 0 <= getattr(options, name) < 1:
            raise BadOption(name, getattr(options, name), "a share from 0 to below 1")
    kind, _, number = options.layers.partition(":")
    if options.layers != "all" and not (kind == "top" and number.isdecimal() and int(number) > 0):
        raise BadOption("layers", options.layers, '"all" or "top:K", as in "top:10"')
    for name, words in _WORDS.items():
        if getattr(options, name) not in words:
            raise BadOption(name, getattr(options, name), " or ".join(f'"{word}"' for word in words))
    if not options.languages:
        raise BadOption("languages", options.languages, 'at least one, as in ("en",)')
    if options.steps is not None and options.tokens is not None:
        raise BadOption("tokens", options.tokens, "either steps or tokens")
    if replay + options.own_answers >= 1:
        raise BadOption("own_answers", options.own_answers, f"less than {1 - replay:g}: the rest is replay")
    if options.add_terms and (options.layers != "all" or options.scratch):
        raise BadOption("add_terms", options.add_terms,
                        '0, or layers "all" and a base model: a new token changes what every layer sees')  # fmt: skip
    if options.scratch:
        _check_scratch(options)


def _check_scratch(options: TrainOptions) -> None:
    if options.scratch_vocabulary < LEAST_VOCABULARY:
        raise BadOption("scratch_vocabulary", options.scratch_vocabulary, f"{LEAST_VOCABULARY} or more")
    if options.scratch_width < 32 or options.scratch_width % 32:
        raise BadOption("scratch_width", options.scratch_width, "a multiple of 32")
