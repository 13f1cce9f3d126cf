"""One example of a million by its id, in milliseconds: an index beside the columns, and one row group read.

    ledger/index/examples/{hash of the build}.arrow   the first 8 bytes of each id as a number, sorted, and its place

The index is derived: made when a build is first asked for an example, made again where the columns are others since,
and done without where it cannot be written.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lithograph.ledger.columns import column_path, hashes_of, stored_row
from lithograph.ledger.errors import UnreadableColumns
from lithograph.ledger.packed import SPELLED, beginnings, short_hash

_STAMP = b"of"


def examples_called(ledger: Path, key: str, start: str, most: int = 3) -> tuple[int, list[dict[str, Any]]]:
    """(how many, the first rows) of the examples of a build whose hash begins with hexadecimal digits.

    Raises UnreadableColumns.
    """
    begins, places = _index(ledger, key)
    low, high = (np.uint64(int(start[:16].ljust(16, digit), 16)) for digit in "0f")
    found = places[np.searchsorted(begins, low, "left") : np.searchsorted(begins, high, "right")]
    rows = [example_at(ledger, key, place) for place in sorted(found.tolist())[: None if len(start) > 16 else most]]
    if len(start) > 16:  # the index tells the first 16 digits only
        rows = [row for row in rows if row["id"].rpartition(":")[2].startswith(start)]
        return len(rows), rows[:most]
    return len(found), rows


def example_at(ledger: Path, key: str, place: int) -> dict[str, Any]:
    """The row of an example by its place. Raises UnreadableColumns."""
    row = stored_row(column_path(ledger, "examples", key), place)
    if isinstance(row["instance"], int):
        behind = stored_row(column_path(ledger, "instances", key), row["instance"], ["instance"])
        row["instance"] = _spelled("instances.instance", behind["instance"])
    return row | {name: _spelled(f"examples.{name}", row[name]) for name in ("id", "content_hash")}


def _spelled(column: str, value: bytes | str) -> str:
    """An id from the bytes of its hash; one that an older program stored is spelled already."""
    if isinstance(value, bytes):
        return SPELLED[column].prefix + value.hex()
    return short_hash(value) if column == "examples.content_hash" else value


def _index(ledger: Path, key: str) -> tuple[NDArray[np.uint64], NDArray[np.uint32]]:
    columns, path = column_path(ledger, "examples", key), ledger / "index" / "examples" / f"{key}.arrow"
    try:
        state = columns.stat()
    except OSError as error:
        raise UnreadableColumns(columns, error.strerror or str(error)) from error
    stamp = f"{state.st_size} {state.st_mtime_ns}".encode()
    with suppress(OSError, pa.ArrowException, KeyError):
        with pa.memory_map(str(path)) as file:
            table = pa.ipc.open_file(file).read_all()
        if (table.schema.metadata or {}).get(_STAMP) == stamp:
            return table["begins"].chunk(0).to_numpy(), table["place"].chunk(0).to_numpy()
    hashes = hashes_of(ledger, "examples", key)
    begins = beginnings(hashes).byteswap()  # as numbers that are in the order of the digits
    places = np.argsort(begins, kind="stable").astype(np.uint32)
    begins = begins[places]
    table = pa.table({"begins": begins, "place": places}).replace_schema_metadata({_STAMP: stamp})
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".part")
        with pa.OSFile(str(aside), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table)
        aside.replace(path)
    return begins, places
