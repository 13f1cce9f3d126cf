"""A build that is only looked at: pressed in a folder of its own, which goes when it was looked at.

It is what `lithograph dataset` would press, by the same options, templates, scenes, calibration and kept answers of the
oracle. Nothing of the project is written.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from lithograph.config import Config
from lithograph.core.activity import Listener, silent
from lithograph.ledger.record import builds
from lithograph.pipeline.affected import Printed
from lithograph.pipeline.build import press
from lithograph.pipeline.forme import template_folder
from lithograph.select.calibration import FILE_NAME as CALIBRATION

_KEPT = ("consistency.json", "oracle", "reasoned")
"""What the project's ledger keeps of what was reasoned."""


@contextmanager
def pressed_aside(config: Config, file: Path, listener: Listener = silent) -> Iterator[tuple[Printed, Path]]:
    """What an ontology file gives as the project's dataset, and where it is pressed. Raises LithographError."""
    with tempfile.TemporaryDirectory(prefix="lithograph-") as name:
        root = Path(name)
        for kept in _KEPT:
            _copy(config.root / "ledger" / kept, root / "ledger" / kept)
        folder = config.root / "datasets" / config.dataset
        if (folder / CALIBRATION).is_file():
            for kept in ("build.json", CALIBRATION):
                _copy(folder / kept, root / "datasets" / config.dataset / kept)
        elsewhere = replace(
            config, root=root, ontology=str(file.resolve()), templates=str(template_folder(config).resolve()),
            scenes=tuple(str((config.root / scene).resolve()) for scene in config.scenes),
        )  # fmt: skip
        build = press(elsewhere, listener=listener)
        ledger = root / "ledger"
        (row,) = [b for b in builds(ledger) if b["id"] == build.record.id]
        yield Printed.of(ledger, row), build.folder


def _copy(source: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, to)
    elif source.is_file():
        shutil.copyfile(source, to)
