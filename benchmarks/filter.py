"""What the filter costs: measures, thresholds, substitutes, links and settling, within one press of a large graph.

    python benchmarks/filter.py --out docs/benchmarks

A graph of a million triples (`univ_bench`) is loaded, closed, matched and pressed as a build does, by one worker. Every
function of the filter is timed where it is called, in CPU seconds of this process; what is left of the press is the
rest. Near-duplicates are given apart, per text that has a neighbour to be compared with and per example. Once without
a budget, once with one of half of what could be printed, which sets thresholds and seeks substitutes.
"""

from __future__ import annotations

import gc
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock

import univ_bench
from machine import arguments, machine, write_down

from lithograph.config import Config
from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.pipeline import casting, forme
from lithograph.pipeline.stone import Question, Stone
from lithograph.reason.closure import close
from lithograph.render import filter as moves
from lithograph.render import repeats, settle, shards
from lithograph.select import calibration

TIMED = {
    "calibration": [(calibration.Calibration, "of"), (calibration.Calibration, "content"),
                    (calibration.Calibration, "weights")],
    "measures": [(casting, "measured"), (forme.Ground, "of")],
    "growth": [(casting, "grown")],
    "substitutes": [(casting, "_substitutes")],
    "thresholds": [(forme, "_thresholds"), (moves, "_resonant")],
    "registers": [(moves, "wanted"), (moves, "assigned"), (moves, "secondary")],
    "links and shared claims": [(forme, "contained"), (forme, "shared_claims"), (casting, "claims_hash")],
    "near-duplicates": [(repeats, "near_duplicates")],
    "groups": [(repeats, "says_the_same"), (repeats, "flag"), (settle, "says_the_same"), (settle, "flag")],
    "settle": [(settle, "settle")],
}  # fmt: skip
"""What is timed, by what it is for: (where its name is looked up, the name)."""


class Watch:
    """CPU seconds by purpose, nested calls counted once, where they belong first."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.texts = 0
        self._inside: list[str] = []

    def timed(self, purpose: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            if purpose == "near-duplicates":
                self.texts += len(args[0])
            start = time.process_time()
            self._inside.append(purpose)
            try:
                return function(*args, **kwargs)
            finally:
                spent = time.process_time() - start
                self._inside.pop()
                self.seconds[purpose] += spent  # type: ignore[assignment]
                if self._inside:
                    self.seconds[self._inside[-1]] -= spent  # type: ignore[assignment]

        return watched


def pressed(stone: Stone, config: Config) -> dict[str, Any]:
    """One press in this process, with what each part of the filter took of it."""
    gc.collect()
    watch = Watch()
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        for purpose, places in TIMED.items():
            for where, name in places:
                own = vars(where)[name]
                function = own.__func__ if isinstance(own, classmethod) else own
                made: Any = watch.timed(purpose, function)
                stack.enter_context(
                    mock.patch.object(where, name, classmethod(made) if isinstance(own, classmethod) else made)
                )
        start = time.process_time()
        ready = forme.lock_up(config, stone)
        size = config.shard_instances
        pieces = shards.press_pieces(ready.types, Path(folder), size, 1, lambda number, of, piece: None)
        settled = settle.settle(ready.types, pieces, Path(folder), size)
        whole = time.process_time() - start
    near = watch.seconds.pop("near-duplicates")
    spent = sum(watch.seconds.values())
    return {
        "examples": len(settled.marks), "cpu seconds of the press": round(whole, 2),
        "of the filter": {name: round(s, 2) for name, s in sorted(watch.seconds.items())},
        "filter in all": round(spent, 2), "filter as a share of the rest": round(spent / (whole - spent - near), 3),
        "near-duplicates": round(near, 2), "texts compared": watch.texts,
        "microseconds a text compared": round(near / max(watch.texts, 1) * 1e6, 2),
        "microseconds an example": round(near / len(settled.marks) * 1e6, 2),
    }  # fmt: skip


def measure(triples: int, seed: int, per_scene: int) -> dict[str, Any]:
    begun = machine()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "univ.nt"
        univ_bench.write(file, triples, seed)
        start = time.process_time()
        graph = close(project(load(file)), depth=1).graph
        loaded = time.process_time() - start
        closure = close(project(load(file)), depth=1)
        stone = Stone(file, closure.graph.ontology, closure, Question(lambda: None))
        assert stone.ontology.version  # made once for every build, and no part of the filter
        found = {}
        for name, budget in (("without a budget", 0.0), ("with a budget of one half", 0.5)):
            config = Config(Path(folder), languages=("en",), per_scene=per_scene, oracle="off", budget=budget)
            found[name] = pressed(stone, config)
    return {
        "machine": begun, "triples": triples, "seed": seed, "claims": len(graph),
        "most instances of a scene": per_scene, "cpu seconds to load and close": round(loaded, 2), **found,
    }  # fmt: skip


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--per-scene", type=int, default=100_000)
    given = parser.parse_args()
    write_down(measure(given.triples, given.seed, given.per_scene), given.out, "filter", given.date)


if __name__ == "__main__":
    main()
