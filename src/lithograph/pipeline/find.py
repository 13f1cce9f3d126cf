"""Where a pressed dataset lies, and whether its shards are those that were pressed. Reads no row of them."""

from __future__ import annotations

import json
from pathlib import Path

from lithograph.config import Config
from lithograph.core.errors import LithographError
from lithograph.core.identity import file_sha256


class NoDataset(LithographError):
    """A dataset that has not been pressed."""

    def __init__(self, place: Path) -> None:
        super().__init__(place, "there is no dataset here", cure="Press it with: lithograph dataset")


class DamagedDataset(LithographError):
    """A dataset of which a file is lost, or is not what was pressed."""

    def __init__(self, place: Path, problem: str) -> None:
        super().__init__(place, problem, cure="Press it again: lithograph dataset --force")


def dataset_folder(config: Config, dataset: str | None = None) -> Path:
    """The folder of a dataset, by name or by path, its shards held against the build report where there is one.

    Raises NoDataset, DamagedDataset.
    """
    named = config.root / "datasets" / (dataset or config.dataset)
    folder = named if named.is_dir() or not dataset else Path(dataset)
    if not (folder / "data").is_dir():
        raise NoDataset(folder)
    _require_whole(folder)
    return folder


def _require_whole(folder: Path) -> None:
    report = folder / "build.json"
    if not report.exists():
        return  # made by hand, or by another program
    try:
        shards = [(folder / s["file"], s["sha256"]) for s in json.loads(report.read_text(encoding="utf-8"))["shards"]]
    except (OSError, ValueError, KeyError, TypeError):
        raise DamagedDataset(report, "the build report cannot be read") from None
    for shard, sha256 in shards:
        if not shard.exists():
            raise DamagedDataset(shard, "the shard is missing")
        try:
            same = file_sha256(shard) == sha256
        except OSError as error:
            raise DamagedDataset(shard, f"the shard cannot be read: {error.strerror}") from error
        if not same:
            raise DamagedDataset(shard, "the shard is damaged: its bytes are not those that were pressed")
