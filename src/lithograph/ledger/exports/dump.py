"""The whole view as RDF, steps of every run included, streamed out of the store. Knows no file names."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import IO, cast

from pyoxigraph import RdfFormat

from lithograph.core.vocabulary import PREFIXES
from lithograph.ledger.columns import column_files
from lithograph.ledger.errors import EmptyLedger
from lithograph.ledger.schemas import OWN_ROWS
from lithograph.ledger.view import expand_steps, open_view, run_urns

FORMATS: Mapping[str, RdfFormat] = {"trig": RdfFormat.TRIG, "nquads": RdfFormat.N_QUADS}
"""The formats that hold named graphs; a run's steps stand in the graph `<run>/steps`."""


def dump(ledger: Path, form: str, out: IO[bytes]) -> int:
    """Write the view in one of FORMATS, its steps expanded; how many statements. Raises EmptyLedger.

    Memory does not grow with the ledger. The same columns give the same bytes.
    """
    if not any(column_files(ledger, table) for table in OWN_ROWS):
        raise EmptyLedger(ledger, "build", "dataset")
    view = open_view(ledger)
    for run in run_urns(ledger):
        view = expand_steps(ledger, run)
    if form == "trig":
        ordered = _OrderedPrefixes(out)
        view.store.dump(cast(IO[bytes], ordered), FORMATS[form], prefixes=PREFIXES)
        ordered.flush()
    else:
        view.store.dump(out, FORMATS[form])
    return len(view.store)


class _OrderedPrefixes(io.RawIOBase):
    """Passes bytes on, the lines `@prefix …` at the beginning in order: the store writes them in any."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._head: bytes | None = b""

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        if self._head is None:
            self._out.write(data)
            return len(data)
        self._head += data
        *lines, _ = self._head.split(b"\n")
        if any(not line.startswith(b"@prefix") for line in lines):
            self.flush()
        return len(data)

    def flush(self) -> None:
        if self._head is not None:
            lines = self._head.splitlines(keepends=True)
            count = next((i for i, line in enumerate(lines) if not line.startswith(b"@prefix")), len(lines))
            self._out.write(b"".join([*sorted(lines[:count]), *lines[count:]]))
            self._head = None
