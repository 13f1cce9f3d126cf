"""Every move of the filter in both languages, as it is printed and decided on the zoo of the documentation.

`LITHOGRAPH_UPDATE_GOLDEN=1` writes tests/golden/moves.txt anew; review it as a diff.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pressed import pressed

from lithograph.ledger.columns import read_columns

GOLDEN = Path(__file__).parents[1] / "golden" / "moves.txt"
MOVES = ("compensate", "reason", "re-register", "regenerate", "merge", "silence")


def moves_of(folder: Path, zoo: Path) -> str:
    """The first two decisions of each move, reason and language, with what was printed after them."""
    file = folder / "zoo.ttl"
    more = """
        :Gap a owl:Class ; rdfs:label "meat gap"@en , "мясо сушёное"@ru ; rdfs:subClassOf :Animal ,
            [ a owl:Restriction ; owl:onProperty :eats ; owl:someValuesFrom :Meat ] .
        :Chicken a owl:Class ; rdfs:label "hen"@en , "курица"@ru ; rdfs:subClassOf :Animal .
    """  # a cloze about the first gives its answer away; the second has the words of another
    file.write_text(zoo.read_text(encoding="utf-8") + more, encoding="utf-8")
    dataset = pressed(folder, file, oracle="off", lemmas=0, candidates=0, deviation=1.0, held_out_percent=0.0,
                      transfer_percent=0.0, scene_budgets={"Portrait": 60.0})  # fmt: skip
    key = str(dataset.build.record.id).rsplit(":", 1)[-1]
    found: dict[tuple[str, str, str], list[str]] = {}
    for row in dataset.table.to_pylist():
        for decision in row["decisions"]:
            where = f"{row['scene'].rsplit('#', 1)[-1]} {row['form']} {row['register']}"
            said = " | ".join(message["content"] for message in row["messages"])
            found.setdefault((decision["move"], decision["reason"], row["language"]), []).append(f"{where}: {said}")
    names = {
        r["instance"]: r["focus"].rsplit("#", 1)[-1]
        for r in read_columns(folder / "ledger", "instances", key).to_pylist()
    }
    for row in read_columns(folder / "ledger", "decisions", key).to_pylist():
        if row["outcome"] != "goes on" and row["language"]:
            spoken = (
                f" {names.get(row['candidate'], '?')} → {names.get(row['target'], '–')}" if row["candidate"] else ""
            )
            text = f"{row['outcome']}: {row['scene']} {row['form']} {row['register']}{spoken}, {row['count']}"
            found.setdefault((row["move"], row["reason"], row["language"]), []).append(text)
    lines: list[str] = []
    for (move, reason, language), texts in sorted(found.items(), key=lambda item: (MOVES.index(item[0][0]), item[0])):
        lines += [f"# {move}, {language}: {reason} ({len(texts)})", *sorted(texts)[:2], ""]
    return "\n".join(lines)


def test_every_move_is_what_was_read_by_eye(tmp_path: Path, project_root: Path) -> None:
    made = moves_of(tmp_path, project_root / "docs" / "explanation" / "zoo.ttl")
    if os.environ.get("LITHOGRAPH_UPDATE_GOLDEN"):
        GOLDEN.write_text(made, encoding="utf-8")
    golden = GOLDEN.read_text(encoding="utf-8")
    assert made == golden
    seen: set[tuple[Any, ...]] = {
        tuple(line[2:].split(":")[0].split(", ")) for line in golden.splitlines() if line[:1] == "#"
    }
    for move in MOVES:
        languages = {language for name, language in seen if name == move}
        assert languages == {"en", "ru"} or (move == "regenerate" and languages), move
