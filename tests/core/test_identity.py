"""Content ids: the same thing has the same id, whoever asks, in whatever order it is told."""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lithograph.core.errors import LithographError
from lithograph.core.identity import canonical_json, digest_of_set, file_sha256, sha256_hex, urn, urn_of

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=12,
)  # fmt: skip


@given(st.text())
def test_a_urn_is_the_hash_of_its_text_in_utf8(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    assert urn("axiom", text) == f"urn:litho:axiom:{hashlib.sha256(text.encode()).hexdigest()}"


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers()), st.randoms())
def test_the_order_of_keys_moves_no_id(value: dict[str, int], rng: random.Random) -> None:
    items = list(value.items())
    rng.shuffle(items)
    assert urn_of("x", dict(items)) == urn_of("x", value)


@given(values)
def test_canonical_json_loses_nothing(value: object) -> None:
    assert json.loads(canonical_json(value)) == value


@given(st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1)), st.randoms())
def test_a_set_is_told_by_its_members_alone(ids: list[str], rng: random.Random) -> None:
    again = ids + ids[:2]
    rng.shuffle(again)
    assert digest_of_set(again) == digest_of_set(ids)
    assert digest_of_set([*ids, "one more\x00"]) != digest_of_set(ids)


def test_a_file_is_told_by_its_bytes(tmp_path: Path) -> None:
    data = random.Random(0).randbytes(3_000_001)
    (tmp_path / "f").write_bytes(data)
    assert file_sha256(tmp_path / "f") == sha256_hex(data)


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(WORDS, WORDS, WORDS, WORDS)
def test_an_error_is_one_line_with_all_its_parts(place: str, problem: str, facts: str, cure: str) -> None:
    line = str(LithographError(place, problem, facts=facts, cure=cure))
    assert len(line.splitlines()) <= 1
    for part in (place, problem, facts, cure):
        assert " ".join(part.split()) in line


def test_an_error_without_facts_or_cure_has_no_empty_brackets() -> None:
    assert str(LithographError("a", "b")) == "a: b."
    assert str(LithographError("a", "b", cure="C.")) == "a: b. C."
    assert LithographError("a", "b").exit_code != 0
