"""A few warm worker processes; one that does not answer in time is killed and another takes its place.

At most `workers` queries run and `waiting` wait; more are refused. Time is counted from when a query begins to run, not
while it waits or while the view is brought up to date. Knows nothing about HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lithograph.serve.errors import Ending, TooBusy, TookTooLong, WorkerGone
from lithograph.serve.options import Options
from lithograph.serve.worker import LENGTH, framed

_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


@dataclass(frozen=True, slots=True)
class Job:
    """A query to be answered: of one's own (`text`), or a named one (`name` and `given`)."""

    text: str = ""
    name: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    base: str | None = None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    accept: str | None = None

    @property
    def place(self) -> str:
        """How an error calls it."""
        return f"query {self.name}" if self.name else "query"


@dataclass(frozen=True, slots=True)
class Done:
    """A worker's reply: an answer of a media type, or with another status than 200 the line of an error."""

    status: int
    body: bytes
    media: str = "text/plain"
    cut: bool = False


class Pool:
    """The workers; used within one event loop, from `start` to `close`."""

    def __init__(self, ledger: Path, options: Options) -> None:
        self._ledger, self._options = ledger, options
        self._idle: asyncio.Queue[asyncio.subprocess.Process | None] = asyncio.Queue()
        self._all: set[asyncio.subprocess.Process] = set()
        self._let_in = 0
        self._closed = False

    async def start(self) -> None:
        """Start all workers, and wait until each has the view open. Raises WorkerGone."""
        processes = [await self._spawn() for _ in range(self._options.workers)]
        try:
            await asyncio.gather(*(_exchange(process, {"do": "prepare"}) for process in processes))
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            await self.close()
            raise WorkerGone(self._options.megabytes) from error
        for process in processes:
            self._idle.put_nowait(process)

    async def close(self) -> None:
        """Kill all workers, whatever they do; who waits for one is told."""
        self._closed = True
        self._idle.put_nowait(None)
        for process in list(self._all):
            await self._end(process)

    async def ask(self, job: Job) -> Done:
        """The answer of the next idle worker. Raises TooBusy, TookTooLong, WorkerGone, Ending."""
        options = self._options
        if self._let_in >= options.workers + options.waiting:
            raise TooBusy(options.workers, self._let_in - options.workers)
        self._let_in += 1
        try:
            process = await self._idle.get()
            if process is None or self._closed:
                self._idle.put_nowait(None)  # for the next who waits
                raise Ending
            whole = False
            try:
                done = await self._answered(process, job)
                whole = True
                return done
            finally:
                await (self._idle.put(process) if whole else self._replace(process))
        finally:
            self._let_in -= 1

    async def _answered(self, process: asyncio.subprocess.Process, job: Job) -> Done:
        message: dict[str, Any] = {"do": "prepare"}
        if job.name:
            message |= {"name": job.name, "given": dict(job.given)}
        try:
            said, body = await _exchange(process, message)
            if said["status"] != 200:
                return Done(said["status"], body)
            message = {
                "do": "answer", "text": said.get("text", job.text), "place": job.place, "base": job.base,
                "default_graphs": job.default_graphs, "named_graphs": job.named_graphs, "accept": job.accept,
            }  # fmt: skip
            said, body = await asyncio.wait_for(_exchange(process, message), self._options.seconds)
        except TimeoutError as error:
            raise TookTooLong(self._options.seconds) from error
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            if self._closed:
                raise Ending from error
            raise WorkerGone(self._options.megabytes) from error
        return Done(said["status"], body, said.get("media", "text/plain"), said.get("cut", False))

    async def _spawn(self) -> asyncio.subprocess.Process:
        o = self._options
        words = (str(self._ledger), str(o.seconds), str(o.rows), str(o.megabytes))
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "lithograph.serve.worker", *words,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._all.add(process)
        return process

    async def _replace(self, process: asyncio.subprocess.Process) -> None:
        await self._end(process)
        if not self._closed:
            self._idle.put_nowait(await self._spawn())

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        """Kill it and wait until it is gone. Not by its own `kill`, which may reap it before the event loop does."""
        self._all.discard(process)
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, _KILL)
        await process.wait()


async def _exchange(process: asyncio.subprocess.Process, message: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Send a message and read both frames of the reply."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(framed(json.dumps(message).encode()))
    await process.stdin.drain()
    said: dict[str, Any] = json.loads(await _frame(process.stdout))
    return said, await _frame(process.stdout)


async def _frame(source: asyncio.StreamReader) -> bytes:
    return await source.readexactly(int.from_bytes(await source.readexactly(LENGTH), "big"))
