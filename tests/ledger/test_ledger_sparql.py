"""SPARQL text: pieces, refusals and values put in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, Store

from lithograph.ledger.errors import RefusedSparql
from lithograph.ledger.sparql import parameters_in, refuse_unsafe, substituted, tokens


@given(st.text())
def test_the_pieces_of_any_text_are_the_text(text: str) -> None:
    assert "".join(t.text for t in tokens(text)) == text


def test_a_piece_knows_its_line_and_column() -> None:
    places = {t.text: (t.line, t.column) for t in tokens('SELECT ?x\n  WHERE { ?x a "two\\"words" }')}
    assert places["WHERE"] == (2, 3)
    assert places['"two\\"words"'] == (2, 16)


@pytest.mark.parametrize(
    "text",
    [
        'ASK { ?s ?p "SERVICE" }',
        "ASK { ?s ?p '''SERVICE <x> ' INSERT''' }",
        "ASK { ?service <http://ex.org/SERVICE> ?p } # SERVICE",
        "PREFIX s: <urn:x:> ASK { ?s s:SERVICE ?p }",
        "PREFIX DROP: <urn:x:> ASK { ?s DROP:ALL ?p }",
        "BASE <http://ex.org/> ASK { ?s <DELETE> ?p }",
    ],
)
def test_a_word_that_only_looks_like_a_command_is_let_through(text: str) -> None:
    refuse_unsafe(text, "query")


@pytest.mark.parametrize(
    "text",
    [
        "ASK { SERVICE SILENT <urn:x> { ?s ?p ?o } }",
        "with <urn:g> DELETE { ?s ?p ?o } WHERE {}",
        "CLEAR ALL",
        "Load <http://ex.org/>",
    ],
)
def test_what_changes_or_leaves_is_refused(text: str) -> None:
    with pytest.raises(RefusedSparql):
        refuse_unsafe(text, "query")


@given(st.text())
def test_no_value_can_leave_its_literal(value: str) -> None:
    clean = value.encode("utf-8", "ignore").decode()
    query = substituted("SELECT ?v WHERE { VALUES ?v { $value } } # $value", {"value": str(Literal(clean))})
    (row,) = Store().query(query)
    assert row["v"] == Literal(clean)


def test_only_parameters_are_replaced() -> None:
    query = "ASK { $a ?a '$a' . <urn:$a> ?p $b } # $a"
    assert parameters_in(query) == {"a", "b"}
    assert substituted(query, {"a": "<urn:x>"}) == "ASK { <urn:x> ?a '$a' . <urn:$a> ?p $b } # $a"
