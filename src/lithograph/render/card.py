"""The dataset's card and its figure of coverage: what is in it, what was left out and why. Knows only the report."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lithograph.core.licence import OTHER, UNKNOWN, hub_licence
from lithograph.render.croissant import LIMITS
from lithograph.render.figure import bars
from lithograph.render.variety import SAMPLE

COLUMNS = """| column | meaning |
| --- | --- |
| `id` | `urn:litho:example:…`, the recipe key: instance, template, renderer, words |
| `content_hash` | SHA-256 of the text |
| `split`, `probe_split` | train, valid or test; `memory` where training says the same in other words |
| `messages` | the conversation: role and content |
| `prompt`, `completion` | the same as two strings |
| `thought`, `comment` | the layers of an answer that has them: the proof in words, the sources |
| `form`, `axis`, `register`, `level`, `language` | what kind of example it is |
| `truth`, `depth` | asserted, entailed, refuted, unknown or computed; the height of the proof |
| `scene`, `instance`, `focus`, `nodes` | the scene's declaration, the way its roles are filled, the entities |
| `axioms`, `proof` | what the example rests on |
| `template` | `path@hash` of the paraphrase |
| `resonance`, `density`, `tension` | how strong, how thick, how tense the instance is |
| `weight`, `parents`, `decisions` | weight in a mixture, smaller examples inside it, moves of the filter |
| `claims` | every claim that any layer of it states, canonical: `held_out.parquet` holds those that none states |"""


def dataset_card(report: Mapping[str, Any]) -> str:
    """README.md of a dataset: a YAML header that the Hugging Face hub reads, counts, what was dropped and why."""
    rows = {split: s["rows"] for split, s in report["splits"].items()}
    licences = sorted({s["licence"] for s in report["sources"] if s["licence"]}) or ["none stated in the files"]
    lines = [
        *_header(report, rows), "",
        f"# {report['name']}", "",
        f"{sum(rows.values()):,} training examples pressed by Lithograph {report['code_version']} from the ontology "
        f"`{report['ontology']['iri'] or 'without an IRI'}`. Every example names the axioms it rests on.", "",
        "![Examples by scene, and the share of the ontology that they say](figures/coverage.svg)", "",
        "| split | examples |", "| --- | ---: |", *(f"| {s} | {n:,} |" for s, n in rows.items()), "",
        "## Where it comes from", "",
        f"- ontology version `{report['ontology']['version']}`, {report['ontology']['axioms']:,} axioms",
        *(f"- `{s['name']}` ({s['syntax']}, SHA-256 `{s['sha256'][:16]}…`, licence: {s['licence'] or 'not stated'})"
          for s in report["sources"]),
        f"- licences of the sources: {'; '.join(licences)}",
        *(f"- import found nowhere: `{iri}`" for iri in report["ontology"]["missing_imports"]),
        *(f"- forgiven: {f['place']}: {f['what']}" for f in report["ontology"]["forgiven"]), "",
        f"Claims: {report['claims']['asserted']:,} asserted, {report['claims']['derived']:,} derived.",
        _consistency(report["consistency"]), "",
    ]  # fmt: skip
    for column, title in (("scene", "Scenes"), ("axis", "Axes"), ("form", "Forms"), ("register", "Registers"),
                          ("language", "Languages"), ("truth", "Truth")):  # fmt: skip
        lines += _table(title, column, report["counts"].get(column, {}))
    lines += _coverage(report["coverage"])
    lines += _variety(report)
    lines += _left_out(report)
    return "\n".join([*lines, *_again(report), "## Columns", "", COLUMNS, ""])


_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"),
          (10_000_000, "1M<n<10M"), (1 << 62, "10M<n<100M"))  # fmt: skip


def _header(report: Mapping[str, Any], rows: Mapping[str, int]) -> list[str]:
    """The YAML header that the Hugging Face hub and `datasets` read."""
    stated = sorted({s["licence"] for s in report["sources"] if s["licence"]})
    names = sorted({hub_licence(licence) for licence in stated}) or [UNKNOWN]
    own = ["license_name: as-the-sources-state", f"license_link: {json.dumps('README.md#where-it-comes-from')}"]
    size = next(name for bound, name in _SIZES if sum(rows.values()) < bound)
    return [
        "---", f"pretty_name: {json.dumps(report['name'], ensure_ascii=False)}", "license:",
        *(f"- {name}" for name in names), *(own if OTHER in names else ()), "language:",
        *(f"- {language}" for language in sorted(report["counts"].get("language", {}))), "size_categories:",
        f"- {size}", "task_categories:", "- text-generation", "- question-answering", "tags:", "- ontology",
        "- provenance", "- lithograph", "configs:", "- config_name: default", "  data_files:",
        *(f"  - split: {s}\n    path: data/{s}-*.parquet" for s in rows if rows[s]), "---",
    ]  # fmt: skip


def _again(report: Mapping[str, Any]) -> list[str]:
    """How the same bytes are made again, and what the dataset is not."""
    root = report["sources"][0]["name"] if report["sources"] else "the ontology"
    return [
        "## How to make it again", "",
        f"Pressed by Lithograph {report['code_version']}, build `{report['id']}`. With the same version, the files "
        "named above, the options in `build.json` under `recipe` and this folder's `calibration.json`,", "",
        "```console", f"lithograph dataset {report['name']} --ontology {root} --force", "```", "",
        "gives the same bytes. `lithograph pack` puts all of that into one archive, and `lithograph unpack --verify` "
        "presses it again and compares.", "",
        "## What it is not", "", *(f"- {limit}" for limit in LIMITS), "",
    ]  # fmt: skip


def _consistency(checked: Mapping[str, Any]) -> str:
    """Who looked for contradictions, and what had no part in that."""
    left_out = "; ".join(f"{count} of {reason}" for reason, count in sorted(checked["left_out"].items()))
    beside = f", with axioms left out: {left_out}" if left_out else ""
    return f"Contradictions were looked for by {checked['decided_by']}{beside}."


def _table(title: str, column: str, counts: Mapping[str, int]) -> list[str]:
    short = [(value.rsplit("#", 1)[-1], count) for value, count in counts.items()]
    rows = [f"| {value} | {count:,} |" for value, count in sorted(short, key=lambda row: (-row[1], row[0]))]
    return [f"## {title}", "", f"| {column} | examples |", "| --- | ---: |", *rows, ""]


def _coverage(coverage: Mapping[str, Any]) -> list[str]:
    out = ["## What is said of the ontology", "", "| what | said by an example | in all |", "| --- | ---: | ---: |"]
    for counts in (coverage["entities"], coverage["axioms"]):
        rows = sorted(counts.items(), key=lambda row: (-row[1]["all"], row[0]))
        out += [f"| {kind} | {count['said']:,} | {count['all']:,} |" for kind, count in rows]
    out += ["", f"{coverage['said']:,} axioms stand behind an example. The others do not, because of each:", "",
            "| why | axioms |", "| --- | ---: |"]  # fmt: skip
    out += [f"| {why} | {count:,} |" for why, count in coverage["never"].items()] or ["| – | 0 |"]
    out += ["", "| relation | examples |", "| --- | ---: |"]
    out += [
        f"| `{iri.rsplit('#', 1)[-1].rsplit('/', 1)[-1]}` | {n:,} |" for iri, n in [*coverage["relations"].items()][:20]
    ]
    out += ["", "| depth of reasoning | examples |", "| --- | ---: |"]
    out += [f"| {depth} | {n:,} |" for depth, n in coverage["depths"].items()]
    return [*out, ""]


def _left_out(report: Mapping[str, Any]) -> list[str]:
    out = ["## What the filter made of it", "",
           "An intent is an instance that wants to be said in a language, a form and a wording. Each is printed, "
           "merged into an example that says it already, or silent. Resonance, density and tension are medians. "
           "Practice, which it never meets, is no intent: a scene's examples are what is printed and the practice.", "",
           "| scene | instances | resonance | density | tension | intents | printed | merged | silent | practice |",
           "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]  # fmt: skip
    for scene, f in report["filter"].items():
        numbers = " | ".join(_measure(f["measures"][name]) for name in ("resonance", "density", "tension"))
        merged, silent = sum(f["merged"].values()), sum(f["silent"].values())
        out.append(f"| {scene} | {f['instances']:,} | {numbers} | {f['in']:,} | {f['printed']:,} | {merged:,} | "
                   f"{silent:,} | {f['practice']:,} |")  # fmt: skip
    out += ["", "| scene | what was not printed, and why | intents |", "| --- | --- | ---: |"]
    for scene, f in report["filter"].items():
        lost = [*((f"merged: {reason}", n) for reason, n in f["merged"].items()), *f["silent"].items()]
        out += [f"| {scene} | {reason} | {n:,} |" for reason, n in lost]
    out += ["", "Moves on the way of what was printed:", "", "| scene | move | reason | intents |",
            "| --- | --- | --- | ---: |"]  # fmt: skip
    for scene, f in report["filter"].items():
        out += [f"| {scene} | {m['move']} | {m['reason']} | {m['count']:,} |" for m in f["moves"]]
    out += ["", "## What was left out, and why", "", "Candidates that are no instance of a scene:", "",
            "| scene | reason | count |", "| --- | --- | ---: |"]  # fmt: skip
    out += [f"| {d['scene']} | {d['reason']} | {d['count']:,} |" for d in report["dropped"]] or ["| – | nothing | 0 |"]
    out += ["", "Axioms that became no claim:", "", "| construct | axioms |", "| --- | ---: |"]
    unprojected = report["claims"]["unprojected"]
    out += [f"| {construct} | {count:,} |" for construct, count in unprojected.items()] or ["| – | 0 |"]
    if report["claims"]["unsatisfiable"]:
        names = ", ".join(f"`{iri.rsplit('#', 1)[-1]}`" for iri in report["claims"]["unsatisfiable"])
        out += ["", f"Classes that can have no member, so nothing is said of them: {names}."]
    return [*out, ""]


def _variety(report: Mapping[str, Any]) -> list[str]:
    """How varied the texts of each scene are."""
    out = ["## How varied the texts are", "",
           f"By a sample of at most {SAMPLE} texts of a scene in a language: distinct words and pairs of words as a "
           "share of all, and self-BLEU (0 all different, 1 all alike).", "",
           "| scene | language | texts | distinct-1 | distinct-2 | self-BLEU |",
           "| --- | --- | ---: | ---: | ---: | ---: |"]  # fmt: skip
    out += [f"| {r['scene']} | {r['language']} | {r['texts']} | {r['distinct1']:.2f} | {r['distinct2']:.2f} | "
            f"{_measure(r['self_bleu'])} |" for r in report["variety"]]  # fmt: skip
    return [*out, ""]


def _measure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def coverage_figure(report: Mapping[str, Any], path: Path) -> None:
    """Examples by scene, and how much of the ontology they say: entities and logical axioms by kind (SVG)."""
    scenes = {name.rsplit("#", 1)[-1]: n for name, n in report["counts"].get("scene", {}).items()}
    kinds = {**report["coverage"]["entities"], **report["coverage"]["axioms"]}
    never = report["coverage"]["never"]
    most = max(scenes.values(), default=1)
    names = sorted(scenes, key=lambda name: (-scenes[name], name))
    panels = [
        ("examples by scene", "#35618f", [(name, scenes[name] / most, f"{scenes[name]:,}") for name in names]),
        ("share of the ontology that is said", "#b0562f",
         [(kind, c["said"] / c["all"], f"{c['said']:,} of {c['all']:,}") for kind, c in kinds.items()]),
        ("why axioms are not said", "#7a7a7a",
         [(why, n / max(sum(never.values()), 1), f"{n:,}") for why, n in never.items()]),
    ]  # fmt: skip
    path.write_text(bars(str(report["name"]), panels), encoding="utf-8")
