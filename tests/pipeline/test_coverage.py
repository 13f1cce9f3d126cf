"""Every axiom is said by some number of examples, or there is a reason why by none; the numbers add up."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pressed import Pressed, pressed

from lithograph.ledger.columns import read_columns

BODY = """@prefix : <http://e.org/o#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://e.org/o> a owl:Ontology .
:Dog a owl:Class ; rdfs:label "dog"@en ; rdfs:subClassOf :Pet .
:Pet a owl:Class ; rdfs:label "pet"@en . :X17 a owl:Class ; owl:disjointWith :Pet .
:eats a owl:ObjectProperty, owl:AsymmetricProperty ; rdfs:label "eats"@en .
"""


def axioms(dataset: Pressed) -> list[dict[str, Any]]:
    key = str(dataset.build.record.id).rsplit(":", 1)[-1]
    rows: list[dict[str, Any]] = read_columns(dataset.project / "ledger", "axioms", key).to_pylist()
    return rows


@pytest.mark.parametrize("name", ["world_build", "pizza"])
def test_axioms_said_and_axioms_silent_are_all_axioms(name: str, request: pytest.FixtureRequest) -> None:
    dataset: Pressed = request.getfixturevalue(name)
    report: Any = dataset.build.report
    rows = axioms(dataset)
    assert report["coverage"]["said"] + sum(report["coverage"]["never"].values()) == len(rows)
    assert len(rows) == report["ontology"]["axioms"]
    counts: Counter[str] = Counter()
    for found in dataset.table["axioms"].to_pylist():
        counts.update(found)
    for row in rows:
        assert row["examples"] == counts[row["axiom"]]
        assert (row["silence"] is None) == (row["examples"] > 0)
    assert Counter(r["silence"] for r in rows if r["silence"]) == report["coverage"]["never"]


def test_examples_by_relation_depth_and_template_are_all_examples(pizza: Pressed) -> None:
    report: Any = pizza.build.report["coverage"]
    for counted in ("relations", "depths", "templates"):
        assert sum(report[counted].values()) == pizza.table.num_rows
    assert report["templates"] == dict(Counter(pizza.table["template"].to_pylist()))
    assert report["depths"] == {str(d): n for d, n in Counter(pizza.table["depth"].to_pylist()).items()}


def test_an_axiom_that_is_never_said_tells_why(tmp_path: Path) -> None:
    (tmp_path / "o.ttl").write_text(BODY)
    dataset = pressed(tmp_path, tmp_path / "o.ttl", languages=("en",), oracle="off")
    why = {row["text"]: row["silence"] for row in axioms(dataset)}

    def of(*words: str) -> str | None:
        (found,) = [w for text, w in why.items() if all(word in text for word in words)]
        return found

    assert of("SubClassOf(", "#Dog", "#Pet") is None
    assert of("DisjointClasses(", "#X17") == "no words in en"
    assert of("Declaration(Class(", "#Dog") == "a declaration"
    assert of("AnnotationAssertion(", "pet") == "a note or a label"
    assert of("AsymmetricObjectProperty(") in ("it became no claim", "no scene that is on finds its claim")


def test_the_card_and_the_figure_tell_what_is_never_said(pizza: Pressed) -> None:
    card = (pizza.folder / "README.md").read_text(encoding="utf-8")
    assert "| why | axioms |" in card and "| depth of reasoning | examples |" in card
    assert "why axioms are not said" in (pizza.folder / "figures" / "coverage.svg").read_text(encoding="utf-8")
