"""What is kept of single claims: found again while their modules stand, and never where it is damaged or another's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import claims_in_words as words
import pytest
from drawn_axioms import DECLARED

from lithograph.ontology.axioms import Axiom, Ontology
from lithograph.pipeline.by_module import FILE, ByModule
from lithograph.reason.evidence import Extent
from lithograph.reason.oracle.answers import Answer

E = "http://e/"
CLAIM, OTHER = Axiom("SubClassOf", (E + "C0", E + "C2")), Axiom("SubClassOf", (E + "C3", E + "C2"))
ANSWERS = {
    CLAIM: Answer(False, True, Extent.NONE, "HermiT 1"),
    OTHER: Answer(None, None, engine="HermiT 1", why="late"),
}


def ontology(*axioms: str) -> Ontology:
    return words.graph_of(words.functional(" ; ".join([*DECLARED, *axioms])), "ofn").ontology


BEFORE = ontology("SubClassOf(:C0 :C1)", "SubClassOf(:C3 :C0)")
ELSEWHERE = ontology("SubClassOf(:C0 :C1)", "SubClassOf(:C3 :C1)")
"""The same for C0, and another module for C3."""


class Asked:
    """An oracle and a search that remember what they were asked."""

    def __init__(self) -> None:
        self.claims: list[Axiom] = []

    def oracle(self, claims: Sequence[Axiom]) -> list[Answer]:
        self.claims += claims
        return [ANSWERS[claim] for claim in claims]

    def seek(self, _: Ontology, claim: Axiom) -> bool:
        self.claims.append(claim)
        return claim == CLAIM


def asked(folder: Path, about: Ontology, bounds: str = "this program") -> list[Axiom]:
    """What had to be asked about both claims, which get the answers that they should."""
    kept, who = ByModule(folder, bounds), Asked()
    assert kept.oracle(about, [CLAIM, OTHER], who.oracle) == [ANSWERS[CLAIM], ANSWERS[OTHER]]
    assert [kept.models(about, claim, who.seek) for claim in (CLAIM, OTHER)] == [True, False]
    kept.save()
    return who.claims


def test_what_no_edit_touches_is_not_asked_again_and_what_was_not_decided_is(tmp_path: Path) -> None:
    assert asked(tmp_path, BEFORE) == [CLAIM, OTHER, CLAIM, OTHER]
    assert asked(tmp_path, BEFORE) == [OTHER]
    assert asked(tmp_path, ELSEWHERE) == [OTHER, OTHER]
    assert asked(tmp_path, ontology("SubClassOf(:C0 :C1)", "SubClassOf(:C1 :C3)")) == [CLAIM, OTHER, CLAIM, OTHER]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"bounds": "this program", "answers": 3}',
                                  '{"bounds": "this program"}'])  # fmt: skip
def test_a_damaged_file_holds_nothing_and_is_written_over(tmp_path: Path, text: str) -> None:
    asked(tmp_path, BEFORE)
    (tmp_path / FILE).write_text(text)
    assert asked(tmp_path, BEFORE) == [CLAIM, OTHER, CLAIM, OTHER]
    assert asked(tmp_path, BEFORE) == [OTHER]


def test_answers_that_are_none_are_asked_for_again(tmp_path: Path) -> None:
    asked(tmp_path, BEFORE)
    raw = json.loads((tmp_path / FILE).read_text())
    raw["answers"] = {key: ["no", "answer"] for key in raw["answers"]}
    (tmp_path / FILE).write_text(json.dumps(raw))
    assert asked(tmp_path, BEFORE) == [CLAIM, OTHER, CLAIM, OTHER]


def test_answers_of_another_program_are_not_taken(tmp_path: Path) -> None:
    asked(tmp_path, BEFORE)
    assert asked(tmp_path, BEFORE, "another program") == [CLAIM, OTHER, CLAIM, OTHER]


def test_a_folder_that_cannot_be_written_keeps_nothing_and_fails_nothing(tmp_path: Path) -> None:
    (tmp_path / "claims").write_text("a file in the way")
    assert len(asked(tmp_path / "claims", BEFORE)) == 4
