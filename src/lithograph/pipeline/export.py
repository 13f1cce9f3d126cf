"""A pressed dataset as JSON Lines in the layouts that other trainers read. Knows nothing about ontologies or models.

Every record keeps `id`, `split`, `scene`, `axioms` and `nodes`: the way back to the ontology survives each layout.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from lithograph.core.errors import LithographError
from lithograph.select.choose import SPLITS

KEPT = ("id", "split", "scene", "axioms", "nodes")
"""The columns that stand in every record of every layout."""

Turn = Mapping[str, str]
Layout = Callable[[Sequence[Turn]], dict[str, Any]]

_SPEAKER = {"system": "system", "user": "human", "assistant": "gpt"}


class UnknownLayout(LithographError):
    """A layout that there is no writer for."""

    def __init__(self, name: str) -> None:
        super().__init__("export", f"'{name}' is no layout", cure=f"Give one of: {', '.join(LAYOUTS)}.")


class UnknownSplit(LithographError):
    """A split that no dataset has."""

    def __init__(self, name: str) -> None:
        super().__init__("export", f"'{name}' is no split", cure=f"Give one of: {', '.join(SPLITS)}.")


class NoShards(LithographError):
    """A dataset without a shard of the splits that were asked for."""

    def __init__(self, place: Path, splits: Sequence[str]) -> None:
        super().__init__(place, f"there is no shard of {' or '.join(splits)}", cure="Press it with: lithograph dataset")


class BrokenShard(LithographError):
    """A shard that is no Parquet file of examples."""

    def __init__(self, place: Path, problem: str) -> None:
        super().__init__(
            place, f"the shard cannot be read: {problem}", cure="Press it again: lithograph dataset --force"
        )


class NotWritten(LithographError):
    """A file that could not be written; what stood in its place stands."""

    def __init__(self, place: Path, problem: str) -> None:
        super().__init__(place, f"the export could not be written: {problem}",
                         facts="what stood there before still stands", cure="Give --out another file.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Export:
    """What was written: the file (None for a stream), the layout, and the records of each split."""

    file: Path | None
    layout: str
    rows: Mapping[str, int]


def as_messages(turns: Sequence[Turn]) -> dict[str, Any]:
    """OpenAI's layout: a list of role and content."""
    return {"messages": [{"role": turn["role"], "content": turn["content"]} for turn in turns]}


def as_alpaca(turns: Sequence[Turn]) -> dict[str, Any]:
    """Stanford Alpaca's layout: the last question and its answer; earlier turns as `history`, in pairs.

    A statement, which answers no question, has an empty instruction.
    """
    said = [turn for turn in turns if turn["role"] != "system"]
    question = said[-2]["content"] if len(said) > 1 else ""
    record: dict[str, Any] = {"instruction": question, "input": "", "output": said[-1]["content"]}
    earlier = [turn["content"] for turn in said[:-2]]
    if earlier:
        record["history"] = [list(pair) for pair in zip(earlier[::2], earlier[1::2], strict=True)]
    system = [turn["content"] for turn in turns if turn["role"] == "system"]
    return record | ({"system": "\n".join(system)} if system else {})


def as_sharegpt(turns: Sequence[Turn]) -> dict[str, Any]:
    """ShareGPT's layout: a list of from (system, human, gpt) and value."""
    return {"conversations": [{"from": _SPEAKER[turn["role"]], "value": turn["content"]} for turn in turns]}


LAYOUTS: Mapping[str, Layout] = {"messages": as_messages, "alpaca": as_alpaca, "sharegpt": as_sharegpt}


def export_dataset(folder: Path, layout: str, out: Path | IO[str], splits: Sequence[str] = SPLITS) -> Export:
    """Write the examples of a dataset's splits as JSON Lines, split by split, in the order of the shards.

    A file is written aside and renamed, so what stood there stands until the new one is whole. Shards are streamed:
    memory does not grow with the dataset. Raises UnknownLayout, UnknownSplit, NoShards, BrokenShard,
    NotWritten.
    """
    if layout not in LAYOUTS:
        raise UnknownLayout(layout)
    for split in splits:
        if split not in SPLITS:
            raise UnknownSplit(split)
    shards = {split: sorted((folder / "data").glob(f"{split}-*.parquet")) for split in splits}
    if not any(shards.values()):
        raise NoShards(folder, splits)
    if not isinstance(out, Path):
        return Export(None, layout, _write(shards, LAYOUTS[layout], out))
    aside = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("w", encoding="utf-8", newline="\n") as file:
            rows = _write(shards, LAYOUTS[layout], file)
        aside.replace(out)
    except OSError as error:
        raise NotWritten(out, error.strerror or str(error)) from error
    finally:
        if aside.exists():
            aside.unlink()
    return Export(out, layout, rows)


def _write(shards: Mapping[str, Sequence[Path]], layout: Layout, file: IO[str]) -> dict[str, int]:
    rows: Counter[str] = Counter()
    for split, paths in shards.items():
        rows[split] = 0
        for record in _records(paths, layout):
            file.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
            rows[split] += 1
    return dict(rows)


def _records(paths: Sequence[Path], layout: Layout) -> Iterator[dict[str, Any]]:
    for path in paths:
        for row in _rows(path):
            yield layout(row["messages"]) | {column: row[column] for column in KEPT}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with pq.ParquetFile(path) as shard:
            for batch in shard.iter_batches(batch_size=4096, columns=[*KEPT, "messages"]):
                yield from batch.to_pylist()
    except (pa.ArrowException, OSError) as error:
        raise BrokenShard(path, str(error)) from error
