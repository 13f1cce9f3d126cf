"""Where a pressed dataset lies. Knows nothing about what is in it."""

from __future__ import annotations

from pathlib import Path

from lithograph.config import Config
from lithograph.core.errors import LithographError


class NoDataset(LithographError):
    """A dataset that has not been pressed."""

    def __init__(self, place: Path) -> None:
        super().__init__(place, "there is no dataset here", cure="Press it with: lithograph dataset")


def dataset_folder(config: Config, dataset: str | None = None) -> Path:
    """The folder of a dataset, by name or by path. Raises NoDataset."""
    named = config.root / "datasets" / (dataset or config.dataset)
    folder = named if named.is_dir() or not dataset else Path(dataset)
    if not (folder / "data").is_dir():
        raise NoDataset(folder)
    return folder
