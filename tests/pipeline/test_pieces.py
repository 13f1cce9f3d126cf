"""What is kept of a press: an edit presses the instances that it is about, and whatever was kept, the bytes are those
of a full build."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from lithograph.config import load_config
from lithograph.core.identity import file_sha256
from lithograph.pipeline.build import manifest, press
from lithograph.render import shards
from lithograph.render.corpus import Types
from lithograph.render.pieces import Part, Piece
from lithograph.select.decisions import MERGE, MERGED, SILENCE, SILENT, Decision, Told, gathered, told

HEAD = """@prefix : <http://e.org/farm#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://e.org/farm> a owl:Ontology .
:eats a owl:ObjectProperty ; rdfs:label "eats"@en .
:Animal a owl:Class ; rdfs:label "animal"@en . :Bird a owl:Class ; rdfs:subClassOf :Animal ; rdfs:label "bird"@en .
:grain a owl:Class ; rdfs:label "grain"@en . :meat a owl:Class ; rdfs:label "meat"@en .
"""
BEASTS = {"cat": "Animal", "dog": "Animal", "fox": "Animal", "hen": "Bird", "owl": "Bird", "crow": "Bird",
          "rat": "Animal", "gull": "Bird", "pig": "Animal", "wren": "Bird"}  # fmt: skip


def farm(labels: dict[str, str] | None = None, more: str = "", foods: dict[str, str] | None = None) -> str:
    """Beasts, each of a kind and with a food."""
    body = HEAD
    for i, (name, kind) in enumerate(BEASTS.items()):
        food = (foods or {}).get(name, ("grain", "meat")[i % 2])
        body += (f':{name} a owl:Class ; rdfs:label "{(labels or {}).get(name, name)}"@en ; rdfs:subClassOf :{kind} ,\n'
                 f"  [ a owl:Restriction ; owl:onProperty :eats ; owl:someValuesFrom :{food} ] .\n")  # fmt: skip
    return body + more


def outcome(root: Path, body: str) -> dict[str, str]:
    """The files of the dataset of a project after an edit, and of its columns in the ledger."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "farm.ttl").write_text(body, encoding="utf-8")
    (root / "lithograph.toml").write_text(
        'ontology = "farm.ttl"\ndataset = "farm"\nlanguages = ["en"]\noracle = "off"\nlemmas = 0\ncandidates = 4\n'
    )
    build = press(load_config(root), workers=1)
    key = build.record.id.rsplit(":", 1)[-1]
    tables = (root / "ledger" / "columns").glob(f"*/{key}.parquet")
    return manifest(build.folder) | {
        p.parent.name: file_sha256(p) for p in tables if p.parent.name not in ("times", "builds")
    }


def files(made: dict[str, str]) -> dict[str, str]:
    """The dataset's shards alone."""
    return {name: sha for name, sha in made.items() if name.startswith("data/")}


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many instances of each scene were pressed."""
    counts: Counter[str] = Counter()
    press_piece = shards.press_piece

    def counted(types: Types, number: int, part: Part, folder: Path) -> Piece:
        counts[types.casts[part[0]].scene.name] += len(part[1])
        return press_piece(types, number, part, folder)

    monkeypatch.setattr(shards, "press_piece", counted)
    return counts


EDITS = {
    "a label": farm({"crow": "black crow"}),
    "a class that comes": farm(more=':ewe a owl:Class ; rdfs:subClassOf :Animal ; rdfs:label "ewe"@en .\n'),
    "a filler that changes": farm(foods={"wren": "grain"}),
    "a class that goes": farm().replace(":wren", ":owl"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_presses_a_part_and_gives_the_bytes_of_a_full_build(
    tmp_path: Path, heard: Counter[str], edit: str
) -> None:
    outcome(tmp_path / "kept", farm())
    every = heard.total()
    heard.clear()
    shutil.copytree(tmp_path / "kept", tmp_path / "full", ignore=shutil.ignore_patterns("ledger", ".*"))
    after = outcome(tmp_path / "kept", EDITS[edit])
    pressed = heard.total()
    assert 0 < pressed < every * 2 // 3
    heard.clear()
    assert outcome(tmp_path / "full", EDITS[edit]) == after
    assert heard.total() > pressed


def test_what_is_taken_back_is_pressed_again_to_the_same_bytes(tmp_path: Path, heard: Counter[str]) -> None:
    first = outcome(tmp_path / "farm", farm())
    every = heard.total()
    other = outcome(tmp_path / "farm", EDITS["a label"])
    heard.clear()
    assert files(outcome(tmp_path / "farm", farm())) == files(first) != files(other)
    assert 0 < heard.total() < every


def test_pieces_that_are_broken_or_gone_are_pressed_again(tmp_path: Path) -> None:
    root = tmp_path / "farm"
    outcome(root, farm())
    kept = sorted((root / "datasets" / ".farm.pieces").glob("*/*.json"))
    kept[0].write_text("{", encoding="utf-8")
    kept[1].with_suffix(".npz").write_bytes(b"PK no archive")
    kept[2].with_suffix(".examples.arrow").unlink()
    (root / "datasets" / ".farm.pieces" / "variety.json").write_text("[", encoding="utf-8")
    shutil.copytree(root, tmp_path / "full", ignore=shutil.ignore_patterns("ledger", ".*"))
    after = outcome(root, EDITS["a label"])
    assert outcome(tmp_path / "full", EDITS["a label"]) == after


def test_what_no_build_uses_is_dropped(tmp_path: Path) -> None:
    root = tmp_path / "farm"
    outcome(root, farm())
    pieces = root / "datasets" / ".farm.pieces"
    stranger = pieces / ("0" * 64)
    stranger.mkdir(parents=True, exist_ok=True)
    (stranger / "old.json").write_text("{}")
    outcome(root, EDITS["a label"])
    assert not stranger.exists() and len(list(pieces.glob("*/*.json"))) > 5


def test_decisions_taken_apart_are_put_together_the_same_however_they_were_cut() -> None:
    rows = np.arange(6)
    made = [
        Decision(3, MERGE, "said", MERGED, "en", "question", "plain", rows[:4], rows[:4] + 1, count=4),
        Decision(3, SILENCE, "no words", SILENT, "en", "riddle", rows=rows, each=2, count=12, named=False),
    ]
    whole = told(made)
    assert [(d.count, d.each, d.named) for d in gathered(3, [whole])] == [(4, 1, True), (12, 2, False)]
    assert gathered(3, [whole])[1].rows is None
    parts: list[Told] = [whole.take(whole.row % 2 == odd) for odd in (1, 0)]
    for one, other in zip(gathered(3, [whole]), gathered(3, parts), strict=True):
        assert (one.move, one.reason, one.count, one.each) == (other.move, other.reason, other.count, other.each)
        assert np.array_equal(one.rows, other.rows) and np.array_equal(one.targets, other.targets)  # type: ignore[arg-type]
