"""docs/benchmarks/README.md from the figures beside it: python benchmarks/page.py docs/benchmarks"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def read(folder: Path, name: str) -> dict[str, Any] | None:
    """The figures of one benchmark, None where it has not been run."""
    path = folder / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def where(found: dict[str, Any]) -> str:
    """One line on the machine."""
    m = found["machine"]
    versions = ", ".join(f"{k} {v}" for k, v in m["versions"].items())
    return (f"{found['date']}, {m['processor']}, {m['cores']} cores, load average {m['load average at the start']}, "
            f"Python {m['python']}, {versions}.")  # fmt: skip


def load(found: dict[str, Any]) -> Iterator[str]:
    yield from ("## Loading a million triples", "", where(found), "", f"{found['triples']:,} triples, N-Triples, "
                f"{found['bytes'] / 1e6:.0f} MB; median of {found['rounds']} rounds, each way in a process of its own. "
                "`lithograph` is file → ontology → claim graph → index; what the ways are stands in "
                "`benchmarks/load.py`. Target: 250,000 triples a CPU second, 500 MB.", "",
                "| way | triples | CPU seconds | triples a CPU second | peak MB |",
                "| --- | ---: | ---: | ---: | ---: |")  # fmt: skip
    for way, w in found["ways"].items():
        yield (f"| {way} | {w['triples']:,} | {w['cpu seconds']} | {w['triples per cpu second']:,} | "
               f"{w['peak memory in MB'] or '–'} |")  # fmt: skip


def press(found: dict[str, Any]) -> Iterator[str]:
    yield from ("## The press to Parquet with provenance", "", where(found), "",
                f"One core, CPU microseconds an example, median of {found['rounds']} paired rounds over a shard of "
                f"{found['instances of a scene']:,} instances a scene, on {found['triples']:,} triples. What each way "
                "does and does not do stands in `benchmarks/press.py`. Targets: 70 % of the f-string loop, 100 × "
                "rdflib with `.render`.", "",
                "| scene | examples | press | cold | ledger | f-string | ids given | share of f-string "
                "| with the ledger | × rdflib, compiled once | × rdflib, compiled each time |",
                "| --- |" + " ---: |" * 10)  # fmt: skip
    for name, s in found["scenes"].items():
        t = s["microseconds an example"]
        yield (f"| {name} | {s['examples']:,} | {t['press']} | {s['cold']} | {t['ledger']} | {t['f-string']} | "
               f"{t['given ids']} | {s['press as a share of the f-string loop']:.0%} | "
               f"{s['press and ledger as a share of the f-string loop']:.0%} | "
               f"{s['times faster than rdflib, compiled once']:.0f} | "
               f"{s['times faster than rdflib, compiled each time']:.0f} |")  # fmt: skip
    total, examples = found["all"], sum(s["examples"] for s in found["scenes"].values())
    met = [n for n, s in found["scenes"].items() if s["press as a share of the f-string loop"] >= 0.7]
    yield from ("", f"Over all {examples:,} examples the press stands at {total['f-string / press']:.0%} of the "
                f"f-string loop; at 70 % or more: {', '.join(met) or 'no scene'}.")  # fmt: skip
    stages = ", ".join(f"{name} {seconds} s" for name, seconds in found["cpu seconds before the press"].items())
    yield from ("", f"Before the press, in CPU seconds, once for the whole graph: {stages}.")


def memory(found: dict[str, Any]) -> Iterator[str]:
    yield from ("## Memory while a dataset grows", "", where(found), "",
                "| examples | held in MB | most so far in MB |",
                "| ---: | ---: | ---: |")  # fmt: skip
    settled = found.get("after settling") or found["after drop_repeats"]  # as it was called when it was last measured
    for row in (*found["press"], settled, found["after the ledger's rows"]):
        yield f"| {row['examples']:,} | {row['held in MB']} | {row['most in MB']} |"
    first, last = found["press"][1], found["press"][-1]
    more, grown = last["examples"] - first["examples"], last["held in MB"] - first["held in MB"]
    ledger = found["after the ledger's rows"]["most in MB"] - settled["most in MB"]
    yield from ("", f"{found['triples']:,} triples, {found['shards']} shards of {found['instances of a shard']:,} "
                f"instances, {found['cpu microseconds an example']} CPU microseconds an example, words and proofs made "
                f"on the way. The last two rows: after the search for texts that two shards print, and after the "
                f"ledger's rows of all shards were written ({found[LEDGER_BYTES]} bytes of Parquet an example).", "",
                f"From the first shard to the last the memory held changed by {grown:+d} MB over {more:,} examples "
                f"({grown * 1e6 / max(more, 1):+.0f} bytes an example); writing the ledger's rows raised the most by "
                f"{ledger} MB.")  # fmt: skip


LEDGER_BYTES = "bytes of the ledger's files an example"


def files(found: dict[str, Any]) -> Iterator[str]:
    yield from ("## File to dataset", "", where(found), "",
                "The whole command in a new process and a new project. Targets, wall time on an idle machine: EDAM "
                "20 s, pizza 3 s. First with the reasoner asked whether the ontology is consistent, then once more "
                "with its answer known and everything pressed anew (`--force`).", "",
                "| ontology | examples | reasoner | wall seconds | CPU seconds |",
                "| --- | ---: | --- | ---: | ---: |")  # fmt: skip
    for name, runs in found["ontologies"].items():
        for run in runs:
            yield (f"| {name} | {run['examples']:,} | {run['reasoner']} | {run['wall seconds']} | "
                   f"{run['cpu seconds']} |")  # fmt: skip


RATIO, ENGINE_PEAK = "wall of ELK's", "engine's peak in MB"


def reason(found: dict[str, Any]) -> Iterator[str]:
    closure, nemo, edit = found["closure"], found["nemo"], found["edit"]
    yield from ("## Reasoning", "", where(found), "",
                f"{found['triples']:,} triples of `univ_bench`; what each row is stands in `benchmarks/reason.py`. "
                "Each in a process of its own, loading apart.", "",
                "| what | claims | CPU seconds | wall seconds | target |",
                "| --- | ---: | ---: | ---: | --- |")  # fmt: skip

    def row(what: str, claims: int, taken: dict[str, Any], target: str) -> str:
        return f"| {what} | {claims:,} | {taken['cpu seconds']} | {taken['wall seconds']} | {target} |"

    if "classify" in found:
        c = found["classify"]
        yield row("GO, the calculus", sum(c["lithograph"]["found"].values()), c["lithograph"], "twice ELK's wall time")
        yield row("GO, ELK's classification", c["axioms"], c["elk"], f"({c[RATIO]} × of it)")
    yield row("numpy closure", closure["claims"], closure, "12 CPU s, 500 MB")
    yield row("the calculus by Nemo", sum(nemo["found"].values()), nemo, "12 CPU s, 500 MB")
    yield row("proofs from the closure's columns, checked", closure["proofs"]["claims"], closure["proofs"], "60 s")
    yield row("proofs by `status.prove` from traces", nemo["proofs"]["claims"], nemo["proofs"], "")
    yield row("closure after one axiom more", edit["after"]["claims"], edit["after"]["close"], "a quarter of the full")
    for name, s in found["small"].items():
        yield row(f"{name}, closure", s["axioms"], s["closure"], "10 s, all three")
        yield row(f"{name}, the calculus", sum(s["calculus"]["found"].values()), s["calculus"], "")
        yield row(f"{name}, statuses without an oracle", s["statuses"]["claims"], s["statuses"], "")
    yield from ("", f"Peak memory: {closure['peak before in MB']} MB after loading, {closure['peak in MB']} MB after "
                f"the numpy closure; {nemo['peak before in MB']} MB after loading, {nemo['peak in MB']} MB after the "
                f"calculus, and {nemo[ENGINE_PEAK]} MB in the engine's own process.")  # fmt: skip


def edit(found: dict[str, Any]) -> Iterator[str]:
    stages = ("start-up", "parsing", "closure", "statuses", "scenes", "press", "ledger")
    yield from ("## A build after an edit", "", where(found), "",
                f"{found['ontology']}, {found['examples']:,} examples, no oracle, one worker, each build in a process "
                "of its own; CPU seconds by stage, what each is stands in `benchmarks/edit.py`. Target: beyond "
                "start-up, parsing and closure 2 % of a full build.", "",
                "| edit | build | " + " | ".join(stages) + " | share beyond closure |",
                "| --- | --- |" + " ---: |" * 8)  # fmt: skip
    for row in found["edits"]:
        rest = {name: sum(row[name][stage] for stage in stages[3:]) for name in ("full", "after")}
        for name in ("full", "after"):
            share = f"{rest[name] / rest['full']:.0%}"
            yield f"| {row['edit']} | {name} | " + " | ".join(f"{row[name][s]}" for s in stages) + f" | {share} |"
    same = sum(row["the same bytes"] for row in found["edits"])
    yield from ("", f"{same} of {len(found['edits'])} builds after an edit have the bytes of the full one.")


def healing(found: dict[str, Any]) -> Iterator[str]:
    yield from ("## What the filter costs", "", where(found), "",
                f"{found['triples']:,} triples, at most {found['most instances of a scene']:,} instances of a scene, "
                "one worker; CPU seconds of one press from matching to settled files.", "",
                "| press | examples | press in all | filter | share of the rest | near-duplicates | µs a text |",
                "| --- | ---: | ---: | ---: | ---: | ---: | ---: |")  # fmt: skip
    for name in ("without a budget", "with a budget of one half"):
        row = found[name]
        yield (f"| {name} | {row['examples']:,} | {row['cpu seconds of the press']} | {row['filter in all']} | "
               f"{row['filter as a share of the rest']:.0%} | {row['near-duplicates']} | "
               f"{row['microseconds a text compared']} |")  # fmt: skip
    parts = found["without a budget"]["of the filter"]
    named = ", ".join(f"{name} {seconds}" for name, seconds in sorted(parts.items(), key=lambda p: -p[1]) if seconds)
    yield from ("", f"Of the filter without a budget: {named}. Settling includes the search for equal texts.")


def ledger(found: dict[str, Any]) -> Iterator[str]:
    lean, asked = found["view without examples and losses"], found["queries from the columns"]
    yield from ("## The ledger at size", "", where(found), "",
                f"{found['examples']:,} examples on {found['facts of an example']} facts each, a run of "
                f"{found['steps']:,} steps of {found['examples of a step']}; made up, written by the real writers. "
                "What else ran at the same time, the load average says; it makes wall seconds longer.", "",
                "| what | measured | target |",
                "| --- | ---: | --- |",
                f"| columns | {found['columns in bytes'] / 1e6:.0f} MB | 100 MB |",
                f"| CPU microseconds an example, writing the build | {found['microseconds an example']} | 0.5 |",
                f"| CPU microseconds a use, writing the run | {found['microseconds a use']} | |",
                f"| an example's row by its id, from the columns | "
                f"{found[EXAMPLE_ROW]} ms | 5 ms |",
                f"| all that is said of an axiom or instance, in an open view | {lean['milliseconds of a look-up']} ms "
                "| 5 ms |",
                f"| view without examples and losses, {lean['triples']:,} triples | {lean['cpu seconds']} CPU s, "
                f"{lean['wall seconds']} s | 60 s |",
                f"| most memory | {found['peak memory in MB']} MB | |")  # fmt: skip
    sizes = sorted(found["bytes of a table"].items(), key=lambda p: -p[1])
    yield from ("", f"Megabytes of tables: {', '.join(f'{name} {size / 1e6:.1f}' for name, size in sizes)}.", "",
                "| question, from the columns | rows | CPU seconds | wall seconds (target 1) |",
                "| --- | ---: | ---: | ---: |")  # fmt: skip
    for name, row in asked.items():
        yield f"| `{name}` | {row['rows']} | {row['cpu seconds']} | {row['wall seconds']} |"


def train(found: dict[str, Any]) -> Iterator[str]:
    ways, goal = found["ways"], found["goal"]
    yield from ("## Training to the same held-out loss", "", where(found), "",
                f"{found['steps']} steps of eight examples, of few facts, shown {found['exposures']} times each, at a "
                f"rate of {found['lr']:g}; one core each, float32. What the ways are stands in `benchmarks/train.py`. "
                f"CPU seconds to the loss that TRL's SFTTrainer ends with ({goal:.3f}); target: a third.", "",
                "![held-out loss over CPU seconds](train.svg)", "",
                "| way | tokens a CPU second | CPU seconds | last loss | CPU seconds to TRL's | share | peak MB |",
                "| --- | ---: | ---: | ---: | ---: | ---: | ---: |")  # fmt: skip
    whole = ways["trl"]["cpu_seconds_to_the_loss_of_trl"]
    for name, one in ways.items():
        spent = one["cpu_seconds_to_the_loss_of_trl"]
        share = "–" if spent is None else f"{spent / whole:.0%}"
        yield (f"| {name} | {one['tokens_per_cpu_second']} | {one['cpu_seconds']} | {one['curve'][-1]['loss']:.3f} | "
               f"{'–' if spent is None else spent} | {share} | {one['peak_mb']:,} |")  # fmt: skip


EXAMPLE_ROW = "milliseconds of an example's row by its id"


PARTS = (
    ("load", load),
    ("press", press),
    ("filter", healing),
    ("memory", memory),
    ("files", files),
    ("reason", reason),
    ("ledger", ledger),
    ("edit", edit),
    ("train", train),
)


def main() -> None:
    folder = Path(sys.argv[1])
    lines = ["# Benchmarks", "", "Made from the JSON files beside this page by `benchmarks/page.py`. CPU seconds are "
             "what counts: the machine did other work at the same time (see the load average), which lengthens wall "
             "seconds many times and CPU seconds by a third or so. What was tried on the way stands in "
             "[experiments](../experiments.md).", ""]  # fmt: skip
    for name, part in PARTS:
        found = read(folder, name)
        if found is not None:
            lines += [*part(found), "", *([found["note"], ""] if "note" in found else [])]
    (folder / "README.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
