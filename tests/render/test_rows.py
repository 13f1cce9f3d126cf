"""Prints by number become the rows that one would write by hand."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lithograph.ontology.load import load
from lithograph.ontology.project import project
from lithograph.reason.closure import close
from lithograph.reason.proof import proof_id, proofs_of
from lithograph.render.rows import _fixed, _hashed, _hex

TEXTS = st.lists(st.tuples(st.text(max_size=20), st.text(max_size=20)), max_size=6)


@settings(deadline=None)  # Arrow loads what it needs with the first array
@given(TEXTS)
def test_texts_and_hashes_are_those_of_each_pair(pairs: list[tuple[str, str]]) -> None:
    pairs = [tuple(text.encode("utf-8", "ignore").decode() for text in pair) for pair in pairs]
    flat = [text for pair in pairs for text in pair]
    column, digests = _hashed(flat)
    assert column.to_pylist() == flat
    expected = ["sha256:" + hashlib.sha256(f"{p}\x1e{c}".encode()).hexdigest() for p, c in pairs]
    assert _fixed(_hex("sha256:", digests)).to_pylist() == expected


@pytest.mark.parametrize("prompt", ["What?\x1e", "\x1eWhat?"])
def test_a_text_that_holds_the_mark_between_texts_is_hashed_all_the_same(prompt: str) -> None:
    column, digests = _hashed([prompt, "So.", "И?", "Да."])
    assert column.to_pylist() == [prompt, "So.", "И?", "Да."]
    assert digests[0].tobytes() == hashlib.sha256(f"{prompt}\x1eSo.".encode()).digest()


PLANT = """
@prefix : <http://ex.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:A a owl:Class ; rdfs:subClassOf :B . :B a owl:Class ; rdfs:subClassOf :C . :C a owl:Class ; rdfs:subClassOf :D .
:D a owl:Class . :x a owl:NamedIndividual, :A .
"""


def test_proofs_looked_up_together_have_the_ids_that_each_has_alone(tmp_path: Path) -> None:
    path = tmp_path / "plant.ttl"
    path.write_text(PLANT, encoding="utf-8")
    graph = close(project(load(path)), depth=3).graph
    claims = np.flatnonzero(graph.rule != 0)
    ids = graph.ontology.axiom_ids()
    assert len(claims) >= 6
    assert int(graph.depth.max()) > 1
    assert proofs_of(graph, claims, ids, {}) == [proof_id(graph, claim, ids) for claim in claims.tolist()]
