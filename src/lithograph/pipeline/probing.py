"""A build's probes: made of the stone and of what its examples state, and written beside them; and practice for them.

    datasets/NAME/probes/dev.parquet, test.parquet, report.json
    datasets/NAME/data/train-….parquet    the last shard of the train split holds the practice

Knows nothing about models. The bytes depend on what the build depends on, never on how the work was shared out.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lithograph.config import Config
from lithograph.core.activity import Listener, StageReport
from lithograph.core.identity import file_sha256
from lithograph.ledger.schemas import BUILD_TABLES
from lithograph.pipeline.asked import Engine, Judge
from lithograph.pipeline.forme import RENDERER, Forme, asking_folder
from lithograph.probes.make import Made, Sides, judged_at_once, make_probes, swapped_for_probes
from lithograph.probes.practice import Practised, make_practice, practice_counts, swapped_for_practice
from lithograph.probes.report import report_of
from lithograph.probes.showing import chosen, counts_text, preview_text
from lithograph.probes.stated import Stated
from lithograph.probes.table import PARTS, PROBES, NoProbes, probe_path, read_probes
from lithograph.probes.wording import Shelf, read_probe_templates
from lithograph.render.pieces import LEDGER, set_aside
from lithograph.render.settle import write
from lithograph.render.templates import PRACTICE, Template
from lithograph.render.templates import PROBES as TEMPLATES
from lithograph.select.canonical import canonical

REPORT = "probes/report.json"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked beside the examples of a build: probes, and practice for them."""

    probes: Made
    practice: Practised


def write_asked(
    config: Config, forme: Forme, folder: Path, judge: Judge, listener: Listener
) -> tuple[dict[str, Any], Practised]:
    """Make the probes and the practice of a build whose examples lie in a folder, and write them there, before its
    shards have their names; what the build report holds of them, and the practice.

    Raises the errors of templates.
    """
    asked = asked_of(config, forme, folder, judge, listener)
    made, practice = asked.probes, asked.practice
    (folder / "probes").mkdir(exist_ok=True)
    for part in PARTS:
        rows = made.table.filter(pc.equal(made.table["part"], part))
        pq.write_table(rows, probe_path(folder, part), compression="zstd", write_statistics=False)
    if practice.examples.num_rows:
        _add(practice.examples, folder)
    report = report_of(made) | {"practice": practice_counts(practice)}
    text = json.dumps(report, indent=1, ensure_ascii=False, sort_keys=True)
    (folder / REPORT).write_text(text + "\n", encoding="utf-8")
    files = {part: probe_path(folder, part) for part in PARTS}
    told = {"rows": made.table.num_rows, "axes": report["counts"]["axis"], "splits": report["counts"]["probe_split"],
            "lacks": report["lacks"], "practice": practice.examples.num_rows,
            "files": {part: file_sha256(path) for part, path in files.items()}}  # fmt: skip
    return told, practice


def asked_of(config: Config, forme: Forme, folder: Path, judge: Judge, listener: Listener) -> Asked:
    """The probes and the practice of a build whose examples lie in a folder; none where the options ask for none."""
    if config.probes < 1:
        return Asked(Made(PROBES.empty_table(), {}, (), {}), Practised())
    closure, held = forme.stone.closure, forme.held
    started = time.perf_counter()
    sides = Sides(lambda graph: canonical(graph).urns, held.role, held.part, Stated.of(training_claims(folder)),
                  forme.stone.unspoken(), [frozenset(held.names.urns[row] for row in premises)
                                           for sets in held.one_step.values() for premises in sets])  # fmt: skip
    statuses = judge.of_many(closure) if isinstance(judge, Engine) else judge(closure)
    lexicons = {language: speech.lexicon for language, speech in forme.types.speech.items()}
    swapped = swapped_for_probes(closure, sides, lexicons, most=config.probes, seed=config.seed)
    practised = swapped_for_practice(swapped, most=config.practice) if config.practice else None
    statuses = judged_at_once(statuses, closure.graph, [one for one in (swapped, practised) if one])
    made = make_probes(swapped, sides, statuses, probe_templates(config), most=config.probes)
    listener(_stage("probes", made.table, made.dropped, started))
    if practised is None:
        return Asked(made, Practised())
    started = time.perf_counter()
    shelf, scenes = probe_templates(config, PRACTICE), frozenset(scene.iri for scene in forme.scenes)
    practice = make_practice(practised, sides, statuses, shelf, made.table, most=config.practice, scenes=scenes,
                             version=RENDERER)  # fmt: skip
    listener(_stage("practice", practice.examples, practice.dropped, started))
    return Asked(made, practice)


def _stage(name: str, made: pa.Table, dropped: Mapping[str, int], started: float) -> StageReport:
    """What is told of a kind of questions. started: by the same clock that is read now."""
    came = made.num_rows + sum(dropped.values())
    return StageReport(name, came, made.num_rows, dropped, time.perf_counter() - started)


def _add(examples: pa.Table, folder: Path) -> None:
    """Practice as one more shard of the train split, and its instances for the ledger."""
    last = max((int(path.stem[-5:]) for path in (folder / "data").glob("*-?????.parquet")), default=-1)
    write(examples, folder / "data" / f"train-{last + 1:05d}.parquet")
    set_aside(_instances(examples), folder / LEDGER / f"settled-{last + 1:06d}.arrow")


def _instances(examples: pa.Table) -> pa.Table:
    """The ledger's rows of what practice is about. Its rows stand by instance."""
    names = ["instance", "scene", "focus", "axioms", "depth"]
    rows = []
    for instance, group in itertools.groupby(examples.select(names).to_pylist(), lambda row: row["instance"]):
        asked = list(group)
        axioms = sorted({axiom for row in asked for axiom in row["axioms"]})
        rows.append(asked[0] | {"instance": instance, "roles": [], "axioms": axioms,
                                "depth": max(row["depth"] for row in asked)})  # fmt: skip
    return pa.Table.from_pylist(rows, BUILD_TABLES["instances"])


def training_claims(folder: Path) -> Iterator[Sequence[str]]:
    """The claims of every text that is trained on, in the order of the files."""
    for path in sorted((folder / "data").glob("train-*.parquet")):
        column = pq.read_table(path, columns=["claims"])["claims"]
        for batch in column.chunks:
            yield from _lists(batch)


def _lists(batch: pa.Array) -> Iterator[Sequence[str]]:
    encoded = batch.values.dictionary_encode() if not pa.types.is_dictionary(batch.values.type) else batch.values
    words, codes, ends = encoded.dictionary.to_pylist(), encoded.indices.to_pylist(), batch.offsets.to_pylist()
    for start, end in itertools.pairwise(ends):
        yield [words[code] for code in codes[start:end]]


def probe_templates(config: Config, room: str = TEMPLATES) -> Shelf:
    """The project's own templates of probes or practice, or those that come with the program where it has none."""
    return read_probe_templates(asking_folder(config, room), config.languages, room)


def asking_templates(config: Config, room: str) -> tuple[Template, ...]:
    """The templates that a build's probes or practice are asked by; none where it has none.

    In the order of their files, since which of them asks follows from their places.
    """
    if config.probes < 1 or (room == PRACTICE and config.practice < 1):
        return ()
    every = {template.id: template for found in probe_templates(config, room).values() for template in found}
    return tuple(sorted(every.values(), key=lambda template: (template.path, template.line)))


def shown_probes(
    config: Config, *, part: str, axes: Sequence[str] = (), languages: Sequence[str] = (), preview: int = 0
) -> str:
    """A dataset's probes as text: counts by axis and split, and `preview` of them. Raises NoProbes."""
    folder = config.root / "datasets" / config.dataset
    table = read_probes(folder, part)
    found = chosen(table, axes, languages)
    if not found.num_rows:
        wanted = ", ".join([*axes, *languages])
        raise NoProbes(probe_path(folder, part), f"none of its {table.num_rows} probes is of {wanted}",
                       "Ask for another axis or language; all: lithograph probes")  # fmt: skip
    parts = [f"{found.num_rows} probes of the {part} part", counts_text(found)]
    return "\n\n".join([*parts, preview_text(found, preview)] if preview else parts)
