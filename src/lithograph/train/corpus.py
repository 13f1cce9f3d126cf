"""A pressed dataset as training reads it: files, hashes, rows. Knows nothing about tokens or models."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..core.identity import canonical_json, file_sha256, sha256_hex
from .errors import DatasetBroken, DatasetMissing, NothingToTrain, UnknownScene

SPLITS = ("train", "valid", "test")
COLUMNS = ("id", "messages", "scene", "instance", "language", "weight", "axioms")
TRAITS = {"axis": pa.string(), "register": pa.string(), "level": pa.string(), "form": pa.string(),
          "truth": pa.string(), "depth": pa.int16(), "template": pa.string()}  # fmt: skip
"""What mixtures, answers and the order of learning go by; null where a dataset does not say it."""

Message = Mapping[str, str]  # role, content


@dataclass(frozen=True, slots=True)
class Corpus:
    """A dataset folder: `data/{split}-*.parquet` beside `build.json`. digest: hex SHA-256 over all data files.

    sources: name, sha256 and licence of each file of the ontology, as far as the build report states them.
    """

    folder: Path
    name: str
    dataset_id: str
    digest: str
    split_hashes: Mapping[str, str]
    sources: tuple[Mapping[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """One row as far as training needs it. The last message is the assistant's."""

    id: str
    scene: str
    instance: str
    language: str
    weight: float
    axioms: tuple[str, ...]
    messages: tuple[Message, ...]


def open_corpus(folder: Path) -> Corpus:
    """The dataset in a folder. Raises DatasetMissing where there is none."""
    if not folder.is_dir():
        raise DatasetMissing(folder, "there is no dataset here")
    build: dict[str, Any] = {}
    if (folder / "build.json").is_file():
        try:
            build = json.loads((folder / "build.json").read_text(encoding="utf-8"))
        except ValueError as error:
            raise DatasetBroken(folder / "build.json", f"the build report is not JSON: {error}") from error
    if not _files(folder, "train"):
        raise DatasetMissing(folder, "no data/train-*.parquet here")
    hashes = {}
    for split in SPLITS:
        shards = [(file.name, file_sha256(file)) for file in _files(folder, split)]
        if shards:
            hashes[split] = sha256_hex(canonical_json(shards))
    digest = sha256_hex(canonical_json(hashes))
    named = build.get("id") or build.get("dataset")
    dataset_id = named if isinstance(named, str) and named else f"urn:litho:dataset:{digest}"
    return Corpus(folder, folder.resolve().name, dataset_id, digest, hashes, _sources(build))


def _sources(build: Mapping[str, Any]) -> tuple[Mapping[str, str | None], ...]:
    stated = build.get("sources")
    rows = stated if isinstance(stated, list) else []
    return tuple({key: row.get(key) for key in ("name", "sha256", "licence")} for row in rows if isinstance(row, dict))


def _files(folder: Path, split: str) -> list[Path]:
    return sorted((folder / "data").glob(f"{split}-*.parquet"))


def read_split(corpus: Corpus, split: str, languages: Sequence[str], scenes: Sequence[str] = ()) -> pa.Table:
    """The rows of a split in these languages (`en` takes `en-GB` too) and scenes (IRI or its last part), in file order.

    A split without files or fitting rows is an empty table. Weight 0 or below is left out.
    """
    tables = []
    for file in _files(corpus.folder, split):
        try:
            there = pq.read_schema(file).names
            missing = [name for name in COLUMNS if name not in there]
            if missing:
                raise DatasetBroken(file, f"the column {missing[0]!r} is missing", f"columns: {', '.join(there)}")
            held = pq.read_table(file, columns=[*COLUMNS, *(name for name in TRAITS if name in there)])
            tables.append(_with_traits(held))
        except pa.ArrowException as error:
            raise DatasetBroken(file, "the file cannot be read as Parquet", str(error)) from error
    if not tables:
        return pa.table({name: pa.array([], pa.string()) for name in (*COLUMNS, *TRAITS)})
    table = pa.concat_tables(tables, promote_options="default")
    keep = pc.and_(_fits_language(table["language"], languages), pc.greater(table["weight"], 0))
    if scenes:
        keep = pc.and_(keep, pc.is_in(table["scene"], pa.array(_scenes_named(table, scenes), table["scene"].type)))
    return table.filter(keep)


def _with_traits(table: pa.Table) -> pa.Table:
    """The table with every trait, in one order and type."""
    columns = {name: table[name] for name in COLUMNS}
    for name, kind in TRAITS.items():
        there = name in table.column_names
        columns[name] = table[name].cast(kind) if there else pa.nulls(table.num_rows, kind)
    return pa.table(columns)


def _fits_language(column: pa.ChunkedArray, languages: Sequence[str]) -> pa.ChunkedArray:
    there = [tag for tag in pc.unique(column).to_pylist() if tag is not None]
    fits = [tag for tag in there if any(tag == wish or tag.startswith(wish + "-") for wish in languages)]
    return pc.is_in(column, pa.array(fits, column.type))


def _scenes_named(table: pa.Table, wishes: Sequence[str]) -> list[str]:
    return [iri for iri in pc.unique(table["scene"]).to_pylist() if iri in wishes or scene_name(iri) in wishes]


def scene_name(iri: str) -> str:
    """The last part of a scene's IRI."""
    return iri.rstrip("#/").replace("#", "/").rsplit("/", 1)[-1]


def read_training_rows(
    corpus: Corpus, languages: Sequence[str], scenes: Sequence[str], deepest: int | None = None
) -> pa.Table:  # fmt: skip
    """The train split by language, scene and greatest height of a proof.

    Raises NothingToTrain or UnknownScene where a wish fits nothing.
    """
    table = read_split(corpus, "train", languages)
    if not table.num_rows:
        raise NothingToTrain(corpus.folder, f"the languages {', '.join(languages)}", _languages(corpus, "train"))
    there = {scene_name(iri) for iri in pc.unique(table["scene"]).to_pylist()}
    for wish in scenes:
        if scene_name(wish) not in there:
            raise UnknownScene(corpus.folder, wish, there)
    table = read_split(corpus, "train", languages, scenes) if scenes else table
    if deepest is None or "depth" not in table.column_names:
        return table
    shown = table.filter(pc.less_equal(pc.fill_null(table["depth"], 0), deepest))
    if table.num_rows and not shown.num_rows:
        depths = sorted(pc.unique(table["depth"]).to_pylist())
        raise NothingToTrain(corpus.folder, f"a depth of {deepest} at most", (str(depth) for depth in depths))
    return shown


def _languages(corpus: Corpus, split: str) -> set[str]:
    columns = [pq.read_table(file, columns=["language"])["language"] for file in _files(corpus.folder, split)]
    return {tag for column in columns for tag in column.unique().to_pylist() if tag is not None}


def example_at(table: pa.Table, row: int) -> Example:
    """One row as a value."""
    get = {name: table[name][row].as_py() for name in COLUMNS}
    messages = tuple({"role": m["role"], "content": m["content"]} for m in get["messages"])
    return Example(get["id"], get["scene"], get["instance"], get["language"], float(get["weight"]),
                   tuple(get["axioms"] or ()), messages)  # fmt: skip
