"""Write docs/explanation/healing.md: one scene through the five moves, with the numbers of a build made here and now.

python docs/make_healing.py            writes it
python docs/make_healing.py --check    says whether it is out of date, and then ends with 1

Nobody is asked but the rules: no Java is started.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lithograph.config import load_config
from lithograph.ledger.columns import read_columns
from lithograph.pipeline.build import press
from lithograph.pipeline.why import scene_shown

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "explanation" / "healing.md"
ZOO = ROOT / "docs" / "explanation" / "zoo.ttl"
START, END = "<!-- made by docs/make_healing.py: start -->", "<!-- made by docs/make_healing.py: end -->"
SCENE = "Portrait"
OPTIONS = """ontology = "zoo.ttl"
dataset = "zoo"
oracle = "off"
lemmas = 0
candidates = 0
held_out_percent = 0
transfer_percent = 0
scene_budgets = {Portrait = 60}
"""

Row = dict[str, Any]


def made() -> str:
    """What stands between the marks of the page."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "zoo.ttl").write_text(ZOO.read_text(encoding="utf-8"), encoding="utf-8")
        (root / "lithograph.toml").write_text(OPTIONS, encoding="utf-8")
        config = load_config(root)
        build = press(config)
        shown = scene_shown(config, SCENE)
        table = pa.concat_tables([pq.read_table(path) for path in sorted((build.folder / "data").glob("*.parquet"))])
        key = build.record.id.rsplit(":", 1)[-1]
        decisions = read_columns(root / "ledger", "decisions", key).to_pylist()
        instances = {row["instance"]: row for row in read_columns(root / "ledger", "instances", key).to_pylist()}
    report: Any = build.report["filter"]
    examples = [row for row in table.to_pylist() if row["scene"].endswith(f"#{SCENE}")]
    mine = [row for row in decisions if row["scene"] == SCENE]
    return "\n".join(_page(report[SCENE], shown, examples, mine, instances)) + "\n"


def _page(tally: Row, shown: str, examples: list[Row], mine: list[Row], instances: dict[str, Row]) -> Iterator[str]:
    yield from ("", "```toml", OPTIONS.rstrip(), "```", "", "`lithograph scene show Portrait` then says:", "",
                "```text", shown, "```", "")  # fmt: skip
    yield from _compensate(mine, instances)
    yield from _reason(examples, mine, instances)
    yield from _reregister(examples)
    yield from _print(mine)
    yield from _silence(tally)


def _about(urn: str, instances: dict[str, Row]) -> str:
    return str(instances[urn]["focus"]).rsplit("#", 1)[-1] if urn in instances else "Another instance"


def _said(example: Row) -> Iterator[str]:
    yield from ("", f"> **{example['prompt']}** {example['completion']}".replace("\n", " "), "")


def _first(rows: list[Row], **wanted: object) -> Row:
    return min((row for row in rows if all(row[k] == v for k, v in wanted.items())), key=str)


def _compensate(mine: list[Row], instances: dict[str, Row]) -> Iterator[str]:
    mute = _first(mine, move="compensate", reason="no words in ru", outcome="merged")
    weak = _first(mine, move="compensate", reason="below the threshold", outcome="merged")
    yield from (
        "### 1 · Compensate", "",
        f"{_about(mute['candidate'], instances)} has no Russian label. The animal whose Δ-code comes nearest to its own "
        f"is {_about(mute['target'], instances)}: the same relations lead to and from it. With it in the place of the "
        "focus the scene has an instance that is asserted too, so that one speaks, and "
        f"{mute['count']} intents ({mute['form']}, {mute['language']}) are merged into it.", "",
        f"{_about(weak['candidate'], instances)} has words, but resonates at {weak['resonance']:.3f}, below the "
        f"threshold {weak['threshold']:.3f} of the register {weak['register']} in {weak['language']}. It gives way to "
        f"{_about(weak['target'], instances)}. A substitution changes who an example is about, never whether it is "
        "true: an instance of another truth is refused.", "",
    )  # fmt: skip


def _reason(examples: list[Row], mine: list[Row], instances: dict[str, Row]) -> Iterator[str]:
    far = max((row for row in mine if row["move"] == "reason"), key=lambda row: (row["deviation"], str(row)))
    grown = _first([row for row in examples if [d["move"] for d in row["decisions"]] == ["reason"]],
                   focus=instances[far["candidate"]]["focus"], language="en")  # fmt: skip
    yield from (
        "### 2 · Reason", "",
        f"Between the nodes of {_about(far['candidate'], instances)} stand so many claims that its density lies "
        f"{far['deviation']:+.2f} robust deviations off the median of its scene; the bound is 3.5. It goes back to "
        "reasoning and grows by one hop: a claim about it that holds and leads to something new. The label stays "
        f"*{grown['truth']}*, that of the scene's own claims; {len(grown['axioms'])} axioms stand behind it now.",
        *_said(grown),
    )  # fmt: skip


def _reregister(examples: list[Row]) -> Iterator[str]:
    moved = _first([row for row in examples if [d["move"] for d in row["decisions"]] == ["re-register"]], language="en")
    reason = next(d["reason"] for d in moved["decisions"] if d["move"] == "re-register")
    yield from (
        "### 3 · Re-register", "",
        f"By its hash this intent was to be said in another register, but there is {reason} ({moved['form']}). The "
        f"next register that has one is *{moved['register']}*.", *_said(moved),
    )  # fmt: skip


def _print(mine: list[Row]) -> Iterator[str]:
    dead = _first(mine, move="silence", reason="an unfilled place")
    yield from (
        "### 4 · Print, look, print once more", "",
        "Every print is looked at before it counts. Somebody left a note in the label `cow <draft>`, so a print with "
        f"it has *{dead['reason']}*. It is printed once more through another register, which says the same label, so "
        f"the second print is dead too ({dead['form']}, {dead['language']}). In the world's dataset this move saves "
        "prints: a cloze that gives its answer away is asked again in other words.", "",
    )  # fmt: skip


def _silence(tally: Row) -> Iterator[str]:
    yield from (
        "### 5 · Silence", "",
        "What nothing helped is silent, and counted with its reason. Nothing is lost on the way:", "",
        "| | intents |", "| --- | ---: |", f"| came in | {tally['in']} |", f"| printed | {tally['printed']} |",
        *(f"| merged: {reason} | {count} |" for reason, count in tally["merged"].items()),
        *(f"| silent: {reason} | {count} |" for reason, count in tally["silent"].items()), "",
    )  # fmt: skip


def main() -> int:
    """Write the page, or say that it is out of date."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(START)
    after = rest.partition(END)[2]
    fresh = before + START + "\n" + made() + END + after
    if "--check" in sys.argv:
        print(f"{PAGE.name} is {'as the program makes it' if fresh == page else 'out of date'}")
        return int(fresh != page)
    PAGE.write_text(fresh, encoding="utf-8")
    print(f"{PAGE.name} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
