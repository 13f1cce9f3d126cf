"""A model that begins its answers with a thought is scored after it; one that does not is asked as ever."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch
from hand_probes import YES_NO, as_table, choice, probe

from lithograph.train.corpus import Example
from lithograph.train.tokens import ChatFormat, encode
from lithograph.verify.asked import asked
from lithograph.verify.asking import ask
from lithograph.verify.kept import open_kept
from lithograph.verify.scoring import score_options
from lithograph.verify.thinking import thought_through

SAID = {"pump": "The pump is a part of the bicycle. So: Yes", "bell": "The bell is round. So: It cannot be known",
        "wheel": "No"}  # fmt: skip


def question(part: str) -> str:
    return f"Is the {part} a part of the bicycle?"


def told(part: str) -> Example:
    """The question about a part with its answer."""
    messages = ({"role": "user", "content": question(part)}, {"role": "assistant", "content": SAID[part]})
    return Example(part, "scene", "instance", "en", 1.0, (), messages)


@pytest.fixture(scope="module")
def thinker(model: Any, format: ChatFormat) -> Any:
    """The tiny model, taught three answers by heart: two of them begin with a thought."""
    torch.manual_seed(1)
    mine = copy.deepcopy(model).train().requires_grad_(True)
    rows = encode(format, [told(part) for part in SAID])
    optimizer = torch.optim.Adam(mine.parameters(), lr=1e-2)
    for _ in range(150):
        for row in rows:
            wanted = [token if learned else -100 for token, learned in zip(row.ids, row.learned, strict=True)]
            mine(input_ids=torch.tensor([row.ids]), labels=torch.tensor([wanted])).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return mine.eval()


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return as_table([probe(n, answer, question=question(part))
                     for n, (part, answer) in enumerate((("pump", 0), ("bell", 2), ("wheel", 1)))])  # fmt: skip


def test_the_answer_is_scored_after_what_the_model_itself_says(
    thinker: Any, format: ChatFormat, table: pa.Table
) -> None:
    rows = asked(format, table)
    through = thought_through(thinker, format, rows, table["options"].to_pylist())
    tokenizer: Any = format.tokenizer
    for text, before, after in zip(table["question"].to_pylist(), rows, through, strict=True):
        part = text.split()[2]
        own = tokenizer.decode(after.prompt[len(before.prompt) :])
        if part == "wheel":
            assert after == before, "it answers at once"
        else:
            assert own == SAID[part].partition(" So:")[0] + " So:"
            assert [tokenizer.decode(option) for option in after.options] == [f" {text}" for text in YES_NO]


def test_what_follows_the_thought_is_what_training_put_there(thinker: Any, format: ChatFormat, table: pa.Table) -> None:
    """The ids of the question, the thought and the answer are those of the whole example."""
    rows = thought_through(thinker, format, asked(format, table), table["options"].to_pylist())
    for text, answer, row in zip(table["question"].to_pylist(), table["answer"].to_pylist(), rows, strict=True):
        whole = encode(format, [told(text.split()[2])])[0].ids
        assert (*row.prompt, *row.options[answer]) == whole[: len(row.prompt) + len(row.options[answer])]


def test_batches_change_nothing(thinker: Any, format: ChatFormat, table: pa.Table) -> None:
    rows, options = asked(format, table), table["options"].to_pylist()
    assert thought_through(thinker, format, rows, options, batch=1) == thought_through(thinker, format, rows, options)


def test_asking_lets_a_model_think_where_it_is_asked_whether_something_holds(
    thinker: Any, format: ChatFormat, table: pa.Table, tmp_path: Path
) -> None:
    found = ask(thinker, format, table, open_kept(tmp_path, "thinker"))
    assert found.argmax(1).tolist() == table["answer"].to_pylist()
    again = ask(thinker, format, table, open_kept(tmp_path, "thinker"))
    assert np.array_equal(found, again)


def test_who_never_learned_to_think_is_asked_as_before(
    model: Any, format: ChatFormat, table: pa.Table, tmp_path: Path
) -> None:
    found = ask(model, format, table, open_kept(tmp_path, "base"))
    assert np.allclose(found, score_options(model, format, table), atol=3e-5, equal_nan=True)


def test_a_choice_is_not_thought_through(thinker: Any, format: ChatFormat, tmp_path: Path) -> None:
    rows = as_table([choice(1, ("the pump", "the bell"), question=question("pump"))])
    found = ask(thinker, format, rows, open_kept(tmp_path, "choices"))
    assert np.allclose(found, score_options(thinker, format, rows), atol=3e-5)
