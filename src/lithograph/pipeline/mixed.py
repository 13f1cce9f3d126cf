"""What is wrong with budgets and weights: names that nothing has, weights that leave nothing, budgets that clash."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence

from lithograph.config import FILE_NAME, Config
from lithograph.core.errors import LithographError
from lithograph.scenes.declaration import LEVELS, Scene


class UnknownName(LithographError):
    """A weight or a budget for something that is not there."""

    def __init__(self, key: str, name: str, what: str, known: Sequence[str]) -> None:
        near = difflib.get_close_matches(name, known, 1)
        cure = f"Did you mean '{near[0]}'?" if near else "Remove it, or correct the name."
        shown = ", ".join(sorted(known)[:12]) + (", …" if len(known) > 12 else "")
        super().__init__(f"{FILE_NAME}, {key}", f"'{name}' is no {what}", facts=f"there are: {shown}", cure=cure)


class NothingWeighs(LithographError):
    """Weights that are all zero."""

    def __init__(self, key: str, what: str, count: int) -> None:
        super().__init__(f"{FILE_NAME}, {key}", f"the weight of every {what} is 0, so nothing would be printed",
                         facts=f"{count} of {count}", cure="Give one of them a weight above 0.")  # fmt: skip


class BudgetsClash(LithographError):
    """Budgets that cannot both be met."""

    def __init__(self, problem: str, cure: str) -> None:
        super().__init__(f"{FILE_NAME}, scene_budgets", problem, cure=cure)


def mixture_errors(config: Config, scenes: Sequence[Scene]) -> Iterator[LithographError]:
    """Every mistake in the budgets and weights of a project, in the order of the options."""
    names = [scene.name for scene in scenes]
    for name in config.scene_budgets:
        if name not in names:
            yield UnknownName("scene_budgets", name, "scene that is printed", names)
    for key, weights, what, known in (
        ("scene_weights", config.scene_weights, "scene that is printed", names),
        ("axis_weights", config.axis_weights, "axis of a scene", sorted({scene.axis for scene in scenes})),
        ("register_weights", config.register_weights, "register that is printed", config.registers),
        ("level_weights", config.level_weights, "level", LEVELS),
        ("language_weights", config.language_weights, "language that is printed", config.languages),
    ):
        yield from _weights(key, weights, what, known)
    yield from _clashes(config)


def _weights(key: str, weights: Mapping[str, float], what: str, known: Sequence[str]) -> Iterator[LithographError]:
    for name in weights:
        if name not in known:
            yield UnknownName(key, name, what, known)
    if known and all(weights.get(name, 1.0) == 0 for name in known):
        yield NothingWeighs(key, what, len(known))


def _clashes(config: Config) -> Iterator[LithographError]:
    counted = {name: budget for name, budget in config.scene_budgets.items() if budget >= 1}
    if config.budget >= 1 and sum(counted.values()) > config.budget:
        yield BudgetsClash(
            f"the budgets of {', '.join(sorted(counted))} come to {sum(counted.values()):g} examples, and all get "
            f"{config.budget:g}", "Raise `budget`, or lower them.")  # fmt: skip
    for name, budget in config.scene_budgets.items():
        if budget and config.scene_weights.get(name, 1.0) == 0:
            yield BudgetsClash(f"'{name}' has a budget of {budget:g} and a weight of 0",
                               "Take one of the two away.")  # fmt: skip
