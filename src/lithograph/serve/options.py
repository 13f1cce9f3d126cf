"""What a server is started with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """Where to listen, and the bounds of a query; the defaults are those of the command line."""

    host: str = "127.0.0.1"
    port: int = 7878
    seconds: float = 30.0
    rows: int = 100_000
    megabytes: int = 2048
    workers: int = 2
    waiting: int = 8
