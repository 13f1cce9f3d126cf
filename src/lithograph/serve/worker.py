"""A process that answers one query after the other, and can be killed at any time.

    python -m lithograph.serve.worker LEDGER SECONDS ROWS MEGABYTES

It reads messages from its input and writes replies to its output: JSON and bytes, each with its length before it.
`prepare` brings the view up to date and puts a named query's values in, which may take long and is not limited;
`answer` works on a query. It ends when its input does. Should the server be gone while a query runs, an alarm ends it.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pyoxigraph import QueryTriples

from lithograph.core.errors import LithographError
from lithograph.ledger.ask import Scope, answer_of, filled_in
from lithograph.ledger.errors import FailedSparql
from lithograph.ledger.named import find_named
from lithograph.ledger.view import View, open_view, state_of
from lithograph.serve.errors import NothingFits, status_of
from lithograph.serve.negotiation import SOLUTIONS, TRIPLES, choose
from lithograph.serve.results import written

GRACE = 2.0
"""Seconds over the limit after which a worker ends itself; the server has killed it by then if it is there."""

LENGTH = 8
"""Bytes of the length before a frame."""

Reply = tuple[dict[str, Any], bytes]


@dataclass(slots=True)
class Worker:
    """The view that is open, and when it has to be opened again."""

    ledger: Path
    seconds: float
    rows: int
    megabytes: int
    view: View | None = None
    state: tuple[dict[str, str], str] | None = None

    def prepare(self, message: Mapping[str, Any]) -> Reply:
        """The view as the columns are now; of a named query, its text."""
        if "name" not in message:
            self._refresh()
            return {"status": 200}, b""
        stamps = state_of(self.ledger)[0]
        self.view, text = filled_in(self.ledger, find_named(message["name"]), message["given"])
        self.state = stamps, state_of(self.ledger)[1]
        return {"status": 200, "text": text}, b""

    def _refresh(self) -> View:
        state = state_of(self.ledger)
        if self.view is None or state != self.state:
            self.view = open_view(self.ledger)
            self.state = state[0], state_of(self.ledger)[1]  # columns may have been written meanwhile: seen next time
        return self.view

    def answer(self, message: Mapping[str, Any]) -> Reply:
        """The answer to a query in the best format; status, media type and whether it was cut, and the bytes."""
        view = self.view or self._refresh()
        scope = Scope(message["base"], tuple(message["default_graphs"]), tuple(message["named_graphs"]))
        found = answer_of(view, message["text"], message["place"], scope)
        formats = TRIPLES if isinstance(found, QueryTriples) else SOLUTIONS
        chosen = choose(message["accept"], formats)
        if chosen is None:
            raise NothingFits(message["accept"], [f.media for f in formats])
        try:
            body, cut = written(found, chosen[0].key, self.rows)
        except (RuntimeError, OSError, ValueError) as error:  # an answer is worked out while it is read
            raise FailedSparql(message["place"], str(error)) from error
        return {"status": 200, "media": chosen[1], "cut": cut}, body

    def reply(self, message: Mapping[str, Any]) -> Reply:
        """What is answered to a message; an error becomes its status and its line."""
        try:
            if message["do"] == "prepare":
                return self.prepare(message)
            self._bound(True)
            return self.answer(message)
        except LithographError as error:
            return {"status": status_of(error)}, str(error).encode()
        except MemoryError:
            os._exit(1)  # as when the store itself finds none
        finally:
            self._bound(False)

    def _bound(self, on: bool) -> None:
        """Set or lift the bounds of time and memory. Where the system has none the server's kill is the only one."""
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, self.seconds + GRACE if on else 0)
        with suppress(ImportError, ValueError, OSError):
            import resource

            _, hard = resource.getrlimit(resource.RLIMIT_DATA)
            resource.setrlimit(resource.RLIMIT_DATA, (self.megabytes << 20 if on else hard, hard))


def read_message(source: BinaryIO) -> dict[str, Any] | None:
    """The next message, None at the end."""
    head = source.read(LENGTH)
    if len(head) < LENGTH:
        return None
    message: dict[str, Any] = json.loads(source.read(int.from_bytes(head, "big")))
    return message


def framed(content: bytes) -> bytes:
    """Bytes with their length before them: a message is one frame, a reply two (JSON, then the answer)."""
    return len(content).to_bytes(LENGTH, "big") + content


def main() -> None:
    """Answer until the input ends."""
    ledger, seconds, rows, megabytes = sys.argv[1:]
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed goes to the terminal
    if hasattr(signal, "SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to handle
    worker = Worker(Path(ledger), float(seconds), int(rows), int(megabytes))
    while (message := read_message(sys.stdin.buffer)) is not None:
        said, body = worker.reply(message)
        replies.write(framed(json.dumps(said).encode()))
        replies.write(framed(body))
        replies.flush()


if __name__ == "__main__":
    main()
