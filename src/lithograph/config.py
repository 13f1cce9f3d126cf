"""A project's options: one flat TOML file into frozen values. Knows nothing about what the options do.

The reference of all keys is docs/reference/configuration.md, made from `REFERENCE` and the defaults below.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from lithograph.core.errors import LithographError
from lithograph.scenes.declaration import FORMS

FILE_NAME = "lithograph.toml"
LANGUAGES = ("en", "ru")
"""The languages there is a grammar for."""

REFERENCE: dict[str, str] = {
    "ontology": "the root ontology file, relative to the project",
    "dataset": "the name of the dataset under datasets/",
    "templates": "the folder of templates; without it, those that come with the program",
    "scenes": "further scene files in YAML",
    "scenes_off": "names of scenes that are not printed",
    "languages": "the languages to print in",
    "registers": "the registers to print in, in order of preference",
    "wordings": "how many paraphrases of a form to print for one instance",
    "forms": "the forms to print; empty for all that a scene has",
    "depth": "the greatest height of a proof",
    "per_depth": "the most questions with premises or options for each depth of proof and scene",
    "lemmas": "the most claims that take more than the closure's rules to prove; 0 for none",
    "candidates": "the most claims in question of each kind: near the truth, refuted or unknown; 0 for none",
    "per_scene": "the most instances of one scene; above it the most resonant stay",
    "budget": "the most examples, or below 1 the share of what could be printed; 0 for no bound",
    "scene_budgets": "the same for single scenes: name -> examples or share",
    "scene_weights": "how much of a budget a scene gets beside the others: name -> weight, 1 where none is given",
    "axis_weights": "how much of a budget the scenes of an axis get: axis -> weight, 1 where none is given",
    "register_weights": "how much of a scene's budget a register gets: register -> weight; 0 switches it off",
    "level_weights": "how much of a budget the scenes of a level get: atom, star, chain, tableau -> weight",
    "language_weights": "how much of a scene's budget a language gets: language -> weight",
    "deviation": "how many robust deviations of density an instance may lie off its scene before it grows by a hop",
    "held_out_percent": "share of what follows, of each depth, that no example states: what reasoning is verified by",
    "transfer_percent": "share of the classes that no example speaks of, a branch: what transfer is verified by",
    "probes": "the most probes of one axis, split, part and language; 0 for none",
    "practice": "questions in the manner of probes to train on, about so many of each axis and language; 0 for none",
    "valid_percent": "share of the examples that go to the validation split",
    "test_percent": "share of the examples that go to the test split",
    "shard_instances": "instances to a shard: the unit of work and of memory",
    "seed": "a number that moves every choice made by hash",
    "oracle": "'required': HermiT decides what needs a DL reasoner, first that nothing contradicts; or 'off'",
    "oracle_seconds": "how many seconds the oracle may take",
    "imports": "'warn': an import found nowhere is counted; 'error': it is refused",
    "allow_network": "whether imports may be fetched",
    "train_minutes": "wall-clock budget of a training run; turned into steps once, before the first",
    "train_steps": "steps of a training run; 0 to go by train_minutes",
    "train_tokens": "instead of steps or minutes, how many tokens a training run reads; 0 for none",
    "train_exposures": "how often each chosen fact is seen at least",
    "train_languages": "the languages to train on",
    "train_scenes": "the scenes to train on; empty for all",
    "train_model": "the base model: a name, a folder or a hub id",
    "train_rank": "rank of the LoRA",
    "train_targets": "linear modules that get a LoRA, such as q_proj and v_proj; empty for all",
    "train_layers": "which layers get a LoRA: 'all' or 'top:10'",
    "train_lr": "learning rate",
    "train_batch": "examples to a step",
    "train_max_length": "examples of more tokens are left out",
    "train_checkpoint_steps": "a checkpoint is written after so many steps, and at least once a minute",
    "train_seed": "seed of a training run: its order and its first weights",
    "train_facts_seed": "another number chooses other facts of equal weight",
    "train_balance": "whether yes, no and 'cannot be known' are to come equally often",
    "train_curriculum": "'none', or by 'depth' or 'level': what is deeper or larger joins later in the run",
    "train_deepest": "the greatest height of a proof in what is shown in training",
    "train_own_answers": "the share of what is shown that is the base's own answers to neutral prompts",
    "train_practice": "the share of what is shown of a fact that is practice: questions in the manner of probes",
    "train_loss_over": "the mean of a step's loss: over 'tokens', or over 'examples', each of eight to sixteen tokens",
    "train_patience": "so many looks at the valid split without a better loss end the run; 0 for never",
    "train_valid_steps": "steps from one look at the valid split to the next",
    "train_add_terms": "so many of the ontology's commonest terms become tokens of their own",
    "train_answers": "'right', or 'shuffled' for a control that learns the form and not the content",
    "train_scratch": "a tokenizer and a small model of their own instead of a base model",
    "train_scratch_vocabulary": "tokens of a tokenizer from scratch, at most",
    "train_scratch_width": "width of a model from scratch",
    "train_scratch_layers": "layers of a model from scratch",
    "train_scene_weights": "shares of what is shown: scene -> weight, 1 where none is given; 0 leaves out",
    "train_axis_weights": "shares of what is shown: axis -> weight",
    "train_level_weights": "shares of what is shown: atom, star, chain, tableau -> weight",
    "train_register_weights": "shares of what is shown of a fact: register -> weight",
    "train_language_weights": "shares of what is shown of a fact: language -> weight",
    "train_replay": "of an update, the share of what is shown that the adapter has learned before and that still holds",
    "train_threads": "threads to compute with; 0 for as many as torch takes. Fewer are faster beside other work",
}


@dataclass(frozen=True, slots=True)
class Config:
    """The resolved options of a project. `root` is where relative paths start; it is no part of the recipe."""

    root: Path
    ontology: str = "ontology/world/world.ttl"
    dataset: str = "world"
    templates: str = "templates"
    scenes: tuple[str, ...] = ()
    scenes_off: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en", "ru")
    registers: tuple[str, ...] = ("plain", "technical", "terse", "childlike", "bodily", "poetic")
    wordings: int = 2
    forms: tuple[str, ...] = ()
    depth: int = 16
    per_depth: int = 200
    lemmas: int = 1000
    candidates: int = 24
    per_scene: int = 20_000
    budget: float = 0.0
    scene_budgets: Mapping[str, float] = field(default_factory=dict)
    scene_weights: Mapping[str, float] = field(default_factory=dict)
    axis_weights: Mapping[str, float] = field(default_factory=dict)
    register_weights: Mapping[str, float] = field(default_factory=dict)
    level_weights: Mapping[str, float] = field(default_factory=dict)
    language_weights: Mapping[str, float] = field(default_factory=dict)
    deviation: float = 3.5
    held_out_percent: float = 10.0
    transfer_percent: float = 5.0
    probes: int = 40
    practice: int = 160
    valid_percent: int = 5
    test_percent: int = 5
    shard_instances: int = 20_000
    seed: int = 0
    oracle: str = "required"
    oracle_seconds: int = 600
    imports: str = "warn"
    allow_network: bool = False
    train_minutes: float = 10.0
    train_steps: int = 0
    train_tokens: int = 0
    train_exposures: int = 40
    train_languages: tuple[str, ...] = ("en",)
    train_scenes: tuple[str, ...] = ()
    train_model: str = "smollm2-135m-instruct"
    train_rank: int = 8
    train_targets: tuple[str, ...] = ()
    train_layers: str = "all"
    train_lr: float = 1e-3
    train_batch: int = 8
    train_max_length: int = 512
    train_checkpoint_steps: int = 20
    train_seed: int = 0
    train_facts_seed: int = 0
    train_balance: bool = True
    train_curriculum: str = "none"
    train_deepest: int = 16
    train_own_answers: float = 0.15
    train_practice: float = 0.6
    train_loss_over: str = "examples"
    train_patience: int = 0
    train_valid_steps: int = 50
    train_add_terms: int = 0
    train_answers: str = "right"
    train_scratch: bool = False
    train_scratch_vocabulary: int = 4096
    train_scratch_width: int = 192
    train_scratch_layers: int = 6
    train_scene_weights: Mapping[str, float] = field(default_factory=dict)
    train_axis_weights: Mapping[str, float] = field(default_factory=dict)
    train_level_weights: Mapping[str, float] = field(default_factory=dict)
    train_register_weights: Mapping[str, float] = field(default_factory=dict)
    train_language_weights: Mapping[str, float] = field(default_factory=dict)
    train_replay: float = 0.3
    train_threads: int = 0

    def recipe(self) -> dict[str, Any]:
        """The options that decide what a dataset says: no paths, no training, nothing about how it is worked."""
        left_out = {"root", "ontology", "dataset", "templates", "scenes", "allow_network", "imports",
                    "oracle_seconds"}  # fmt: skip
        options = {k: v for k, v in asdict(self).items() if k not in left_out and not k.startswith("train_")}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in options.items()}


RENAMED = {"consistency": "oracle", "consistency_seconds": "oracle_seconds"}
"""Keys of earlier versions -> what they are called now."""


class UnknownKey(LithographError):
    """A key that no option has."""

    def __init__(self, place: Path, key: str) -> None:
        near = [RENAMED[key]] if key in RENAMED else difflib.get_close_matches(key, REFERENCE, 1)
        cure = f"Did you mean '{near[0]}'?" if near else "Remove it; all keys: docs/reference/configuration.md."
        super().__init__(place, f"unknown key '{key}'", cure=cure)


class BadValue(LithographError):
    """A value of the wrong type or outside its range."""

    def __init__(self, place: Path, key: str, value: object, wanted: str) -> None:
        shown = json.dumps(value, ensure_ascii=False, default=str)
        meaning = REFERENCE.get(key.partition(".")[0], "an option")
        super().__init__(place, f"'{key}' cannot be {shown}", facts=f"it is {meaning}", cure=f"Give {wanted}.")


class BadToml(LithographError):
    """A configuration file that is no TOML."""

    def __init__(self, place: Path, problem: str) -> None:
        super().__init__(place, f"this is not TOML: {problem}", cure="Write one `key = value` a line.")


class UnreadableToml(LithographError):
    """A configuration file that cannot be opened."""

    def __init__(self, place: Path, problem: str) -> None:
        super().__init__(place, f"cannot be opened: {problem}", cure="Mend its permissions, or what is in its way.")


class NoProject(LithographError):
    """A project's folder that is not there."""

    def __init__(self, place: Path) -> None:
        super().__init__(place, "there is no such folder", cure="Make a project with: lithograph init DIR")


def load_config(root: Path, **overrides: object) -> Config:
    """The options of the project at `root`: defaults, then lithograph.toml, then overrides that are not None.

    Raises UnknownKey, BadValue, BadToml, UnreadableToml, NoProject.
    """
    path = root / FILE_NAME
    table: dict[str, Any] = {}
    if not root.is_dir():
        raise NoProject(root)
    if path.exists():
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadToml(path, str(error)) from None
        except OSError as error:
            raise UnreadableToml(path, error.strerror or str(error)) from None
    config = _apply(Config(root), table, path)
    return _apply(config, {k: v for k, v in overrides.items() if v is not None}, Path("command line"))


def _apply(config: Config, table: Mapping[str, Any], place: Path) -> Config:
    defaults = {f.name: getattr(config, f.name) for f in fields(config)}
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in REFERENCE:
            raise UnknownKey(place, key)
        values[key] = _fitting(key, value, defaults[key], place)
    return replace(config, **values)


_CHOICES = {"oracle": ("required", "off"), "imports": ("warn", "error"), "train_answers": ("right", "shuffled"),
            "train_curriculum": ("none", "depth", "level"), "train_loss_over": ("tokens", "examples")}  # fmt: skip
_EACH = {"languages": LANGUAGES, "train_languages": LANGUAGES, "forms": FORMS}
"""Keys whose values are lists of words, each one of these."""
_NOT_EMPTY = ("languages", "train_languages", "registers")
_WRITTEN = {"dataset": (re.compile(r"(?!\.)[^/\\\x00]+"), "the name of a folder, without a path"),
            "train_layers": (re.compile(r"all|top:[1-9][0-9]*"), "'all' or 'top:' with a number")}  # fmt: skip
_LEAST = {
    "wordings": 1, "depth": 0, "per_depth": 0, "lemmas": 0, "candidates": 0,
    "per_scene": 1, "probes": 0, "practice": 0, "valid_percent": 0, "test_percent": 0, "shard_instances": 1,
    "oracle_seconds": 1, "train_steps": 0, "train_exposures": 1, "train_rank": 1, "train_batch": 1,
    "train_threads": 0, "train_tokens": 0, "train_max_length": 16, "train_checkpoint_steps": 1, "train_patience": 0,
    "train_valid_steps": 1, "train_add_terms": 0, "train_scratch_vocabulary": 300, "train_scratch_width": 32,
    "train_scratch_layers": 1,
}  # fmt: skip


def _fitting(key: str, value: Any, default: Any, place: Path) -> Any:
    if isinstance(default, dict):
        return _numbers(key, value, place)
    if isinstance(default, tuple):
        if not isinstance(value, list | tuple) or not all(isinstance(v, str) for v in value):
            raise BadValue(place, key, value, "a list of strings")
        value = tuple(value)
    if isinstance(default, bool) != isinstance(value, bool):
        raise BadValue(place, key, value, "true or false" if isinstance(default, bool) else "a number")
    if isinstance(default, float) and isinstance(value, int):
        value = float(value)
    if not isinstance(value, type(default)):
        raise BadValue(place, key, value, {"str": "a string", "int": "a whole number"}.get(type(default).__name__,
                                                                                         "a number"))  # fmt: skip
    _spelled(key, value, place)
    if key in _LEAST and value < _LEAST[key]:
        raise BadValue(place, key, value, f"{_LEAST[key]} or more")
    if key in ("valid_percent", "test_percent") and value > 40:
        raise BadValue(place, key, value, "at most 40")
    if key in ("held_out_percent", "transfer_percent") and not 0 <= value <= 50:
        raise BadValue(place, key, value, "a number from 0 to 50")
    if key == "budget" and not 0 <= value < float("inf"):
        raise BadValue(place, key, value, "a number of examples, a share below 1, or 0 for no bound")
    if key in ("train_replay", "train_own_answers", "train_practice") and not 0 <= value < 1:
        raise BadValue(place, key, value, "a share from 0 to below 1")
    if key in ("train_minutes", "train_lr", "deviation") and not 0 < value < float("inf"):
        raise BadValue(place, key, value, "a number above 0")
    return value


def _numbers(key: str, value: Any, place: Path) -> dict[str, float]:
    """A table of names and numbers, by name. Raises BadValue for a number that no weight or budget can be."""
    if not isinstance(value, dict):
        raise BadValue(place, key, value, "a table such as {plain = 2.0}")
    for name, number in value.items():
        if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number < float("inf"):
            raise BadValue(place, f"{key}.{name}", number, "a number of 0 or more")
    return {name: float(number) for name, number in sorted(value.items())}


def _spelled(key: str, value: Any, place: Path) -> None:
    """Refuse words that no option knows. Raises BadValue."""
    if key in _EACH and set(value) - set(_EACH[key]):
        raise BadValue(place, key, value, f"one or more of: {', '.join(_EACH[key])}")
    if key in _NOT_EMPTY and not value:
        raise BadValue(place, key, value, f"one or more of: {', '.join(_EACH[key])}" if key in _EACH else "one or more")
    if key in _CHOICES and value not in _CHOICES[key]:
        raise BadValue(place, key, value, " or ".join(f"'{c}'" for c in _CHOICES[key]))
    if key in _WRITTEN and not _WRITTEN[key][0].fullmatch(value):
        raise BadValue(place, key, value, _WRITTEN[key][1])


def as_toml(config: Config) -> str:
    """Every option with its value, as lithograph.toml. Read again it gives the same options."""
    lines = ["# Every option, as it was when this was written. Their meaning: docs/reference/configuration.md."]
    tables = []
    for field_ in fields(config):
        value = getattr(config, field_.name)
        if isinstance(value, Mapping):
            rows = [f"{_toml(name)} = {number!r}" for name, number in sorted(value.items())]
            tables += ["", f"[{field_.name}]", *rows] if rows else []
        elif field_.name != "root":
            lines.append(f"{field_.name} = {_toml(value)}")
    return "\n".join([*lines, *tables]) + "\n"


def _toml(value: object) -> str:
    """A value in TOML; a JSON string is a TOML string, but for DEL, which must be escaped."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
