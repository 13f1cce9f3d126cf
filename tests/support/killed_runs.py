"""Training in processes that die where they are told to, forked from one that has loaded torch already.

Started as a script it reads one order a line (JSON), forks a child that trains, and answers with how the child ended
and how many events of each kind it had. An order's `kill` is null, or a kind of event and the number to die at:

    file   before the n-th time that Python opens a file to write it, renames, removes or makes one within the project
    part   in the middle of the n-th file's writing: half of its bytes are there
    time   after so many seconds, wherever that is
"""

from __future__ import annotations

import functools
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Kill = tuple[str, float] | None
CLOCK = "2026-01-01T00:00:00+00:00"


@contextmanager
def press_of_children() -> Iterator[Callable[..., dict[str, Any]]]:
    """A function `train(root, update, kill)` that does it in a child of a warm process; how it ended."""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
    server = subprocess.Popen([sys.executable, "-W", "ignore", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True, env=environment)  # fmt: skip
    assert server.stdin and server.stdout

    def train(root: Path, update: str | None, kill: Kill = None) -> dict[str, Any]:
        assert server.stdin and server.stdout
        server.stdin.write(json.dumps({"root": str(root), "update": update, "kill": kill}) + "\n")
        server.stdin.flush()
        answer = server.stdout.readline()
        assert answer, "the server has died"
        return dict(json.loads(answer))

    try:
        yield train
    finally:
        server.stdin.close()
        server.wait(timeout=60)
        server.stdout.close()


class Deathly:
    """Counts events of two kinds and kills its own process at the one that was asked for."""

    def __init__(self, root: Path, kill: Kill) -> None:
        self.root, self.counts = str(root), {"file": 0, "part": 0}
        self.kind, self.at = kill or ("never", 0)

    def count(self, kind: str) -> bool:
        """Whether this is the event to die at."""
        self.counts[kind] += 1
        return self.kind == kind and self.counts[kind] == self.at

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """An audit hook (PEP 578): the event is about to happen."""
        writes = event == "open" and isinstance(arguments[1], str) and any(c in arguments[1] for c in "wax+")
        if writes or event in ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "shutil.rmtree"):
            inside = isinstance(arguments[0], str | os.PathLike) and str(arguments[0]).startswith(self.root)
            if inside and self.count("file"):
                die()

    def half(self, write: Callable[..., Any], place: int) -> Callable[..., Any]:
        """A way of writing the file that its argument number `place` names, which may die half-way."""

        @functools.wraps(write)
        def writing(*arguments: Any, **named: Any) -> Any:
            done = write(*arguments, **named)
            if str(arguments[place]).startswith(self.root) and self.count("part"):
                halve(Path(str(arguments[place])))
            return done

        return writing


def halve(path: Path) -> None:
    """Leave half of a file, and die."""
    os.truncate(path, path.stat().st_size // 2)
    die()


def die() -> None:
    """As `kill -9` does it: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


def serve() -> None:
    """Read orders, fork, answer."""
    _warm()
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            os._exit(_child(order, writing))
        os.close(writing)
        kind, at = order["kill"] or ("never", 0)
        if kind == "time" and not select.select([reading], [], [], at)[0]:
            os.kill(child, signal.SIGKILL)
        with os.fdopen(reading) as said:
            told = said.read()
        _, status = os.waitpid(child, 0)
        answer = {"killed": os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
                  "code": os.waitstatus_to_exitcode(status)} | (json.loads(told) if told else {})  # fmt: skip
        print(json.dumps(answer), flush=True)


def _warm() -> None:
    """Load all that a run needs, and compute nothing: threads do not survive a fork."""
    import accelerate  # noqa: F401
    import peft  # noqa: F401
    import pyarrow.compute  # noqa: F401
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: F401
    from transformers.models.llama import modeling_llama  # noqa: F401

    from lithograph.pipeline import update  # noqa: F401
    from lithograph.train import loop, steps

    torch.set_num_threads(1)
    loop.CHECKPOINT_SECONDS = 0.0  # a checkpoint after every step
    steps.PART_STEPS = 4


def _child(order: dict[str, Any], writing: int) -> int:
    import traceback

    root = Path(order["root"])
    deathly = Deathly(root, order["kill"])
    began = time.monotonic()
    try:
        _hook(deathly)
        _train(root, order["update"])
    except BaseException:
        traceback.print_exc()
        return 1
    told = deathly.counts | {"time": time.monotonic() - began}
    os.write(writing, json.dumps(told).encode())
    return 0


def _hook(deathly: Deathly) -> None:
    import pyarrow.parquet as pq

    sys.addaudithook(deathly.hear)
    Path.write_bytes = deathly.half(Path.write_bytes, 0)  # type: ignore[method-assign]
    Path.write_text = deathly.half(Path.write_text, 0)  # type: ignore[method-assign]
    pq.write_table = deathly.half(pq.write_table, 1)
    whole = pq.ParquetWriter

    class Writer(whole):  # type: ignore[misc, valid-type]
        def __init__(self, where: Any, *arguments: Any, **named: Any) -> None:
            self.target = Path(str(where))
            super().__init__(where, *arguments, **named)

        def close(self) -> None:
            was_open = self.is_open
            super().close()
            if was_open and str(self.target).startswith(deathly.root) and deathly.count("part"):
                halve(self.target)

    pq.ParquetWriter = Writer


def _train(root: Path, update: str | None) -> None:
    from dataclasses import replace

    from lithograph.config import load_config
    from lithograph.pipeline import learn as learn_module
    from lithograph.pipeline.update import update_adapter

    whole = learn_module.train_options
    few = {"samples": 2, "answer_tokens": 2, "loss_examples": 4}
    learn_module.train_options = lambda config: replace(whole(config), **few)
    config = load_config(root)
    if update is None:
        learn_module.learn(config, now=lambda: CLOCK)
    else:
        update_adapter(config, update, now=lambda: CLOCK)


if __name__ == "__main__":
    serve()
