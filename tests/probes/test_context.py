"""What is given in context: one sentence an instance, the nearest to the question, within a budget."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lithograph.probes.context import STATEMENTS, UnknownSceneHere, chosen, context_for, response_of, statements

MESSAGE = pa.struct([("role", pa.string()), ("content", pa.string())])


def row(number: int, instance: str, form: str, user: str, said: str, **other: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": user}, {"role": "assistant", "content": said}]
    plain = {"id": f"urn:litho:example:{number:03d}", "form": form, "register": "plain", "language": "en",
             "messages": messages, "scene": "https://example.org/s#IsA", "instance": instance, "nodes": []}  # fmt: skip
    return plain | other


def written(folder: Path, rows: list[dict[str, Any]], split: str = "train", claims: bool = True) -> Path:
    (folder / "data").mkdir(parents=True, exist_ok=True)
    lists = {"nodes": pa.list_(pa.string()), "claims": pa.list_(pa.string()), "messages": pa.list_(MESSAGE)}
    names = [*rows[0], *(["claims"] if claims and "claims" not in rows[0] else [])]
    columns = {n: pa.array([one.get(n, []) for one in rows], lists.get(n, pa.string())) for n in names}
    pq.write_table(pa.table(columns), folder / "data" / f"{split}-00000-of-00001.parquet")
    return folder


def words(text: str) -> int:
    return len(text.split())


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return written(tmp_path / "d", [
        row(1, "i1", "statement", "Cadence, tyre pressure. In brief.", "Nothing is both."),
        row(2, "i1", "yes_no", "Does cadence count as tyre pressure?", "No. No cadence counts as tyre pressure."),
        row(3, "i2", "question", "A wheel: an assembly?", "THOUGHT: So.\nRESPONSE: A wheel is an assembly.",
            nodes=["urn:wheel", "urn:assembly"]),
        row(4, "i2", "cloze", "A wheel is an ___, an assembly.", "Assembly"),
        row(5, "i3", "statement", "State one fact about wheels.", "Wheels have spokes.", scene="https://example.org/s#Has",
            nodes=["urn:wheel", "urn:spoke"]),
        row(7, "i3", "question", "Wheels: spokes?", "They do.", scene="https://example.org/s#Has",
            nodes=["urn:wheel", "urn:spoke"]),
        row(8, "i3", "statement", "Sing of wheels.", "O wheels of many spokes!", scene="https://example.org/s#Has",
            register="poetic", nodes=["urn:wheel", "urn:spoke"]),
        row(6, "i4", "question", "Was ist das Rad?", "Ein Teil.", language="de"),
    ])  # fmt: skip


def test_an_instance_speaks_by_the_answer_that_stands_alone(dataset: Path) -> None:
    table = statements(dataset)
    assert table.schema == STATEMENTS
    assert table["sentence"].to_pylist() == [
        "No cadence counts as tyre pressure.", "A wheel is an assembly.", "Wheels have spokes."
    ]  # fmt: skip
    assert table["example"].to_pylist() == [f"urn:litho:example:{n:03d}" for n in (2, 3, 5)]


def test_what_only_its_question_makes_whole_is_not_given(tmp_path: Path) -> None:
    only = [row(1, "i1", "statement", "Cadence, tyre pressure. In brief.", "Nothing is both.")]
    assert statements(written(tmp_path / "d", only)).num_rows == 0


def test_scenes_and_instances_choose_what_is_given(dataset: Path) -> None:
    assert statements(dataset, scenes=["Has"])["instance"].to_pylist() == ["i3"]
    assert statements(dataset, scenes=["https://example.org/s#Has"])["instance"].to_pylist() == ["i3"]
    assert statements(dataset, instances={"i2"})["instance"].to_pylist() == ["i2"]
    assert statements(dataset, instances=()).num_rows == 0
    with pytest.raises(UnknownSceneHere, match="scenes: Has, IsA"):
        statements(dataset, scenes=["Nowhere"])


def test_an_empty_dataset_says_nothing(tmp_path: Path) -> None:
    assert statements(tmp_path).num_rows == 0


def test_only_the_train_split_is_given_and_a_dataset_without_claims_is_read(tmp_path: Path) -> None:
    folder = written(
        tmp_path / "d", [row(1, "i1", "statement", "Of pumps and valves?", "Pumps have valves.")], claims=False
    )
    written(folder, [row(2, "i2", "statement", "Of axles?", "Axles turn.")], split="test")
    table = statements(folder)
    assert table["sentence"].to_pylist() == ["Pumps have valves."] and table["claims"].to_pylist() == [[]]


def test_shared_words_and_shared_nodes_decide_what_is_nearest(dataset: Path) -> None:
    table = statements(dataset)
    assert chosen("Does a wheel have a spoke?", table, words, 100) == [2, 1]
    assert chosen("Does it?", table, words, 100, nodes=["urn:assembly"]) == [1]
    assert chosen("Does it?", table, words, 100) == []


def test_the_budget_is_kept_and_the_nearest_stands_next_to_the_question(dataset: Path) -> None:
    table = statements(dataset)
    question = "Does a wheel have a spoke?"
    system, user = context_for(question, table, words, 100)
    assert system["content"].split("\n")[1:] == ["A wheel is an assembly.", "Wheels have spokes."]
    assert user == {"role": "user", "content": question}
    assert chosen(question, table, words, 3) == [2]
    assert context_for(question, table, words, 0) == (user,)


def test_the_order_of_the_rows_changes_nothing(dataset: Path, tmp_path: Path) -> None:
    rows = pq.read_table(dataset / "data" / "train-00000-of-00001.parquet").to_pylist()
    turned = written(tmp_path / "turned", rows[::-1])
    assert statements(turned).equals(statements(dataset))


def test_layers_are_not_part_of_what_is_said() -> None:
    assert response_of("THOUGHT: so\nCOMMENT: sure\nRESPONSE: It is.") == "It is."
    assert response_of("It is.") == "It is."
