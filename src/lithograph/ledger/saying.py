"""From a sentence to the example that says it: for a reader who has the words and no id.

Reads the datasets' shards, newest build first. Knows nothing about stories.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lithograph.ledger.ask import short
from lithograph.ledger.errors import NothingCalled, SeveralCalled
from lithograph.ledger.record import builds

FEWEST_WORDS = 3
"""A text of fewer words is a name, not a sentence."""


def example_saying(ledger: Path, text: str, datasets: Path) -> tuple[str, int]:
    """(id of the first example that says it, how many do): a whole prompt or answer, or else a part of one only.

    Letters in whatever case. Raises NothingCalled, and SeveralCalled where several examples hold it as a part.
    """
    wanted = " ".join(text.split()).casefold()
    if len(wanted.split()) < FEWEST_WORDS:
        raise NothingCalled("sentence", text)
    rows: list[dict[str, Any]] = [dict(build) for build in reversed(builds(ledger))]
    for build in rows:
        table = _texts(datasets / str(build["dataset_name"]), [str(s["file"]) for s in build["shards"] or ()])
        whole = _either(table, lambda column: pc.equal(column, wanted))
        if whole.num_rows:
            return str(whole["id"][0]), whole.num_rows
        part = _either(table, lambda column: pc.match_substring(column, wanted))
        if part.num_rows > 1:
            some = [f"{short(row['id'])} {row['completion']}" for row in part.slice(0, 3).to_pylist()]
            raise SeveralCalled("sentence", text, part.num_rows, some)
        if part.num_rows:
            return str(part["id"][0]), 1
    raise NothingCalled("sentence", text)


def _texts(folder: Path, shards: list[str]) -> pa.Table:
    """id, prompt and completion of a build's examples as far as its shards are there, in small letters."""
    paths = [folder / shard for shard in shards if (folder / shard).is_file()]
    parts = [pq.read_table(path, columns=["id", "prompt", "completion"]) for path in paths]
    table = pa.concat_tables(parts) if parts else pa.table({n: pa.array([], pa.string()) for n in _NAMES})
    return pa.table({"id": table["id"], **{name: pc.utf8_lower(table[name]) for name in _NAMES[1:]}})


_NAMES = ("id", "prompt", "completion")


def _either(table: pa.Table, fits: Any) -> pa.Table:
    masks = [pc.fill_null(fits(table[name]), False) for name in _NAMES[1:]]
    return table.filter(pc.or_(*masks))
