"""Answers as bytes: what is written is read back by the store's own parsers, and is what the store writes."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, Store, parse_query_results

from lithograph.core.vocabulary import XSD
from lithograph.serve.negotiation import SOLUTIONS, choose
from lithograph.serve.results import written

READ = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML, "tsv": QueryResultsFormat.TSV}
_TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
_TERMS = st.one_of(
    _TEXT.map(Literal),
    _TEXT.map(lambda text: Literal(text, language="en-gb")),
    _TEXT.map(lambda text: Literal(text, datatype=NamedNode("http://ex.org/own"))),
    st.sampled_from(["1", "-2", "1.5", "many", "-0.25", "1e3x"]).flatmap(
        lambda text: st.sampled_from(["integer", "decimal", "double", "float"]).map(
            lambda kind: Literal(text, datatype=NamedNode(XSD + kind))
        )
    ),
    st.sampled_from(["urn:a", "http://ex.org/a?b=c&d=e'f", "http://ex.org/ä"]).map(NamedNode),
)


def rows(term: object) -> str:
    return f"SELECT ?v ?none WHERE {{ VALUES (?v ?none) {{ ({term} UNDEF) }} }}"


def printable(term: Literal | NamedNode) -> bool:
    """Whether XML can hold it, and does not change its line ends."""
    return all(c >= " " or c in "\t\n\r" for c in term.value) and not set(term.value) & {"\ufffe", "\uffff"}


@pytest.mark.parametrize("form", READ)
@given(term=_TERMS)
def test_any_term_is_read_back_as_it_was(form: str, term: Literal | NamedNode) -> None:
    if form == "xml" and not printable(term):
        return
    body, cut = written(Store().query(rows(term)), form, 5)
    ((value, nothing),) = parse_query_results(body, format=READ[form])
    assert (value, nothing, cut) == (term, None, False)


@given(term=_TERMS)
def test_csv_holds_the_bare_value_of_any_term(term: Literal | NamedNode) -> None:
    body, _ = written(Store().query(rows(term)), "csv", 5)
    assert list(csv.reader(io.StringIO(body.decode(), newline=""))) == [["v", "none"], [term.value, ""]]


def test_a_control_character_makes_no_broken_xml() -> None:
    body, _ = written(Store().query(rows(Literal("a\x01b"))), "xml", 5)
    ((value, _),) = parse_query_results(body, format=QueryResultsFormat.XML)
    assert value == Literal("a\ufffdb")


@pytest.mark.parametrize("form", READ)
def test_a_triple_term_is_written_as_sparql_1_2_does(form: str) -> None:
    query = "SELECT (TRIPLE(<urn:s>, <urn:p>, 'o'@en) AS ?t) (BNODE('x') AS ?b) WHERE {}"
    ours = list(parse_query_results(written(Store().query(query), form, 5)[0], format=READ[form]))
    theirs = list(parse_query_results(Store().query(query).serialize(format=READ[form]), format=READ[form]))
    assert [row["t"] for row in ours] == [row["t"] for row in theirs]


@pytest.mark.parametrize("form", [f.key for f in SOLUTIONS])
def test_an_answer_is_cut_only_where_it_is_longer(form: str) -> None:
    query = "SELECT ?v WHERE { VALUES ?v { 1 2 3 } }"
    whole, cut = written(Store().query(query), form, 3)
    assert not cut
    two, cut = written(Store().query(query), form, 2)
    assert cut
    assert two == written(Store().query(query.replace(" 3", "")), form, 9)[0]
    assert whole != two


@given(st.text(st.sampled_from("*/;,=q01. texcsvjo+"), max_size=60))
def test_any_accept_header_chooses_a_format_or_none(accept: str) -> None:
    chosen = choose(accept, SOLUTIONS)
    assert chosen is None or chosen[0] in SOLUTIONS
