"""A dataset pressed once for many tests, with what it was pressed from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lithograph.config import load_config
from lithograph.ledger.ask import Ledger
from lithograph.pipeline.build import Build, press
from lithograph.pipeline.stone import Stone, prepare


@dataclass(frozen=True)
class Pressed:
    """A build, the file it was pressed from, and the project whose ledger knows of it."""

    project: Path
    source: Path
    build: Build

    @property
    def folder(self) -> Path:
        """The dataset's folder."""
        return self.build.folder

    @cached_property
    def table(self) -> pa.Table:
        """All examples of all splits."""
        return pa.concat_tables([pq.read_table(path) for path in sorted((self.folder / "data").glob("*.parquet"))])

    @cached_property
    def stone(self) -> Stone:
        """The ontology, loaded and closed anew."""
        return prepare(load_config(self.project, oracle="off"), path=self.source)

    @property
    def ledger(self) -> Ledger:
        """The ledger that the build is recorded in."""
        return Ledger(self.project / "ledger")


def pressed(project: Path, source: Path, **options: object) -> Pressed:
    """Press a file into `datasets/` of a project without a configuration file of its own; no probes, they have tests of
    their own."""
    config = load_config(project, **{"dataset": source.stem, "candidates": 6, "probes": 0, **options})
    return Pressed(project, source, press(config, ontology=source))
