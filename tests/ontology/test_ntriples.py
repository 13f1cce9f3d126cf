"""N-Triples in their canonical form: read in columns, equal to what the parser reads; all else is the parser's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lithograph.ontology import ntriples, rdf

IRIS = st.sampled_from(["http://ex.org/a", "http://ex.org/b#c", "urn:x:%20", "http://ex.org/é", "mailto:a@ex.org"])
NODES = st.sampled_from(["_:b", "_:x1", "_:a.b-c"])
WORDS = st.text(st.characters(codec="utf-8", exclude_characters='"\\\x7f', exclude_categories=["Cc", "Cs"]), max_size=8)
ESCAPES = st.sampled_from(["", '\\"', "\\n", "\\\\", "\\t", " .", "#"])
TAGS = st.sampled_from(["", "@en", "@EN-gb", "^^<http://www.w3.org/2001/XMLSchema#string>", "^^<http://ex.org/d>"])
LITERALS = st.builds(lambda a, e, b, tag: f'"{a}{e}{b}"{tag}', WORDS, ESCAPES, WORDS, TAGS)
TERMS = st.one_of(IRIS.map("<{}>".format), NODES)
TRIPLES = st.tuples(TERMS, IRIS.map("<{}>".format), st.one_of(TERMS, LITERALS))


@given(st.lists(TRIPLES, min_size=1, max_size=12))
def test_what_is_read_in_columns_is_what_the_parser_reads(triples: list[tuple[str, str, str]]) -> None:
    data = "".join(f"{s} {p} {o} .\n" for s, p, o in triples).encode()
    assert ntriples.read_canonical(data) is not None
    fast = rdf.parse(data, "N-Triples")
    slow = rdf.parse(b"# a comment\n" + data, "N-Triples")
    assert fast.texts == slow.texts
    assert np.array_equal(fast.rows, slow.rows)
    assert rdf.irregular_iris(fast) == rdf.irregular_iris(slow) == []


def test_blocks_are_joined_at_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    data = "".join(f'<http://ex.org/{i % 7}> <http://ex.org/p> "{i}" .\n' for i in range(50)).encode()
    whole = rdf.parse(data, "N-Triples")
    monkeypatch.setattr(ntriples, "BLOCK", 100)
    parts = rdf.parse(data, "N-Triples")
    assert parts.texts == whole.texts
    assert np.array_equal(parts.rows, whole.rows)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<http://a/a> <http://a/p> <http://a/b> .",
        "<http://a/a>  <http://a/p> <http://a/b> .\n",
        "<http://a/a> <http://a/p> <http://a/b> . # why\n",
        "<http://a/a> <http://a/p> <http://a/b> .\n\n<http://a/a> <http://a/p> <http://a/c> .\n",
        "<http://a/a> <http://a/p> .\n",
        '"a" <http://a/p> <http://a/b> .\n',
        "<http://a/a> _:p <http://a/b> .\n",
        "<a> <http://a/p> <http://a/b> .\n",
        "<http://a/a b> <http://a/p> <http://a/b> .\n",
        '<http://a/a> <http://a/p> "\\u00e9" .\n',
        '<http://a/a> <http://a/p> "a"b" .\n',
        '<http://a/a> <http://a/p> "a"@toolongatag .\n',
        '<http://a/a> <http://a/p> "a"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString> .\n',
        "<http://a/a> <http://a/p> <http://a/b> <http://a/g> .\n",
    ],
)
def test_any_other_text_is_left_to_the_parser(text: str) -> None:
    assert ntriples.read_canonical(text.encode()) is None


def test_bytes_that_are_no_text_are_left_to_the_parser() -> None:
    assert ntriples.read_canonical(b'<http://a/a> <http://a/p> "\xff" .\n') is None
