"""Every form that the project hands something over in, by name; files are written aside and renamed."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lithograph.config import Config
from lithograph.core.errors import LithographError
from lithograph.ledger.exports import dump, provenance
from lithograph.ledger.resolve import LATEST, run_row_called
from lithograph.pipeline.aside import aside
from lithograph.pipeline.crate import METADATA, write_crate
from lithograph.pipeline.export import LAYOUTS, export_dataset
from lithograph.pipeline.find import dataset_folder
from lithograph.render.croissant import FILE_NAME as CROISSANT
from lithograph.render.croissant import croissant_text
from lithograph.select.choose import SPLITS

FORMS: tuple[str, ...] = (*LAYOUTS, "croissant", "ro-crate", *provenance.FORMATS, *dump.FORMATS)
"""All forms: of a dataset (the layouts and croissant), of a run (ro-crate and PROV), of the whole ledger."""

_SUFFIX = {"ro-crate": ".crate", "prov-json": ".prov.json", "prov-n": ".provn", "trig": "ledger.trig",
           "nquads": "ledger.nq"}  # fmt: skip
_TAKES = {**dict.fromkeys(LAYOUTS, ("dataset", "split")), "croissant": ("dataset",), "ro-crate": ("run", "dataset"),
          **dict.fromkeys(provenance.FORMATS, ("run",)), **dict.fromkeys(dump.FORMATS, ())}  # fmt: skip


class OptionUnfit(LithographError):
    """An option that says nothing to a form."""

    def __init__(self, form: str, option: str) -> None:
        fit = [name for name, takes in _TAKES.items() if option in takes]
        super().__init__(f"export {form}", f"--{option} has no meaning here",
                         cure=f"Leave it out; it goes with: {', '.join(fit)}.")  # fmt: skip


class NoReport(LithographError):
    """A dataset without the report that it is described by."""

    def __init__(self, place: Path, problem: str) -> None:
        super().__init__(place, f"the build report cannot be read: {problem}", cure="Press it: lithograph dataset")


class NoStream(LithographError):
    """A form that is a folder, asked for on the output stream."""

    def __init__(self, form: str) -> None:
        super().__init__(f"export {form}", "a folder cannot go to the output stream", cure="Give --out a folder.")


class CrateInTheWay(LithographError):
    """A folder that holds something else than an earlier crate."""

    def __init__(self, place: Path) -> None:
        super().__init__(place, "something stands there that is no RO-Crate", cure="Give --out another folder.")


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the file or folder (None for the stream), and what is in it, in words."""

    place: Path | None
    what: str


def export(
    config: Config, form: str, stream: IO[bytes], *, dataset: str | None = None, run: str | None = None,
    splits: Sequence[str] = (), out: Path | None = None,
) -> Exported:  # fmt: skip
    """Write one of FORMS to `out`, to its usual place where there is none, to `stream` where it is `-`.

    Raises OptionUnfit, NoStream, NotWritten, and what each form raises where there is no dataset or no run.
    """
    for option, given in (("dataset", dataset), ("run", run), ("split", splits)):
        if given and option not in _TAKES[form]:
            raise OptionUnfit(form, option)
    if form in LAYOUTS:
        return _layout(config, form, stream, dataset, splits, out)
    if form == "croissant":
        return _croissant(config, stream, dataset, out)
    if form == "ro-crate":
        return _crate(config, run or LATEST, dataset, out)
    ledger = config.root / "ledger"
    if form in provenance.FORMATS:
        text = provenance.provenance_text(ledger, run or LATEST, form).encode()
        slug = run_row_called(ledger, run or LATEST)["slug"]
        return _written(out or config.root / "runs" / f"{slug}{_SUFFIX[form]}", stream, text, f"the run {slug}")
    if str(out) == "-":
        return Exported(None, f"{dump.dump(ledger, form, stream):,} statements")
    place = out or config.root / _SUFFIX[form]
    with aside(place) as part, part.open("wb") as file:
        count = dump.dump(ledger, form, file)
    return Exported(place, f"{count:,} statements")


def _layout(config: Config, form: str, stream: IO[bytes], dataset: str | None, splits: Sequence[str],
            out: Path | None) -> Exported:  # fmt: skip
    folder = dataset_folder(config, dataset)
    usual = folder.with_name(".".join([folder.name, form, *splits, "jsonl"]))
    if str(out) == "-":
        text = io.TextIOWrapper(stream, encoding="utf-8", newline="\n", write_through=True)
        try:
            done = export_dataset(folder, form, text, splits or SPLITS)
        finally:
            text.detach()
    else:
        done = export_dataset(folder, form, out or usual, splits or SPLITS)
    counts = ", ".join(f"{split} {rows:,}" for split, rows in done.rows.items())
    return Exported(done.file, f"{sum(done.rows.values()):,} examples ({counts})")


def _croissant(config: Config, stream: IO[bytes], dataset: str | None, out: Path | None) -> Exported:
    folder = dataset_folder(config, dataset)
    try:
        text = croissant_text(json.loads((folder / "build.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoReport(folder / "build.json", str(error)) from None
    return _written(out or folder / CROISSANT, stream, text.encode(), f"the dataset {folder.resolve().name}")


def _crate(config: Config, run: str, dataset: str | None, out: Path | None) -> Exported:
    if str(out) == "-":
        raise NoStream("ro-crate")
    slug = run_row_called(config.root / "ledger", run)["slug"]
    place = out or config.root / "runs" / f"{slug}{_SUFFIX['ro-crate']}"
    if place.exists() and not (place / METADATA).is_file() and not (place.is_dir() and not any(place.iterdir())):
        raise CrateInTheWay(place)
    data = dataset_folder(config, dataset) if dataset else None
    with aside(place) as part:
        write_crate(config.root, run, part, data)
    return Exported(place, f"the run {slug}")


def _written(place: Path, stream: IO[bytes], text: bytes, what: str) -> Exported:
    if str(place) == "-":
        stream.write(text)
        return Exported(None, what)
    with aside(place) as part:
        part.write_bytes(text)
    return Exported(place, what)
