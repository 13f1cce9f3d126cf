"""Options are scored together as they would be one by one, and constrained generation takes the greedy path."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch
from hand_probes import as_table, choice, probe

from lithograph.train.tokens import ChatFormat
from lithograph.verify.asked import TooLongProbe, UnaskableProbe, asked
from lithograph.verify.constrained import constrained_answers, free_answers, prefix_tree
from lithograph.verify.scoring import score_options


def plainly(model: Any, format: ChatFormat, probes: pa.Table) -> np.ndarray:
    """Each option by itself: the whole text through the model, nothing shared, nothing padded."""
    rows = asked(format, probes)
    out = np.full((len(rows), max(len(row.options) for row in rows)), np.nan, np.float32)
    for place, row in enumerate(rows):
        for column, option in enumerate(row.options):
            ids = torch.tensor([[*row.prompt, *option]])
            with torch.inference_mode():
                words = torch.log_softmax(model(input_ids=ids).logits[0].float(), -1)
            out[place, column] = sum(float(words[len(row.prompt) + n - 1, token]) for n, token in enumerate(option))
    return out


@pytest.mark.parametrize("batch", [1, 3, 16, 64])
def test_batched_scores_equal_those_of_each_option_by_itself(
    model: Any, format: ChatFormat, probes: pa.Table, batch: int
) -> None:
    found, wanted = score_options(model, format, probes, batch=batch), plainly(model, format, probes)
    assert (np.isnan(found) == np.isnan(wanted)).all()
    assert np.nanmax(np.abs(found - wanted)) < 3e-5


def test_scores_keep_to_the_order_of_the_table(model: Any, format: ChatFormat, probes: pa.Table) -> None:
    backwards = list(range(probes.num_rows))[::-1]
    forth, back = score_options(model, format, probes), score_options(model, format, probes.take(backwards))
    assert np.nanmax(np.abs(forth[backwards] - back)) < 3e-5


def test_a_question_in_place_of_its_own_is_the_one_that_is_put(
    model: Any, format: ChatFormat, probes: pa.Table
) -> None:
    others = [f"Here is what is known.\n- A bell is a part.\n\n{text}" for text in probes["question"].to_pylist()]
    changed = probes.set_column(probes.schema.get_field_index("question"), "question", pa.array(others))
    given = score_options(model, format, probes, questions=others)
    assert np.nanmax(np.abs(given - score_options(model, format, changed))) < 3e-5
    assert np.nanmax(np.abs(given - score_options(model, format, probes))) > 1e-3


def by_hand(model: Any, prompt: tuple[int, ...], options: tuple[tuple[int, ...], ...], end: int) -> tuple[int, ...]:
    """The greedy path through the options, a token at a time and nothing kept between."""
    said: tuple[int, ...] = ()
    while True:
        may = {[*option, end][len(said)] for option in options if option[: len(said)] == said}
        with torch.inference_mode():
            words = model(input_ids=torch.tensor([[*prompt, *said]])).logits[0, -1]
        best = max(sorted(may), key=lambda token: float(words[token]))
        if best == end:
            return said
        said += (best,)


def test_constrained_generation_takes_the_greedy_path_through_the_options(
    model: Any, format: ChatFormat, probes: pa.Table
) -> None:
    end = int(format.tokenizer.eos_token_id)
    wanted = [row.options.index(by_hand(model, row.prompt, row.options, end)) for row in asked(format, probes)]
    assert constrained_answers(model, format, probes, batch=7) == wanted
    assert len(set(wanted)) > 1


def test_where_options_are_one_token_constrained_generation_takes_the_best_score(
    model: Any, format: ChatFormat
) -> None:
    table = as_table([choice(n, ("a", "b", "c"), question=f"Which letter is number {n}?") for n in range(8)])
    best = score_options(model, format, table).argmax(1).tolist()
    assert constrained_answers(model, format, table) == best


def test_an_option_that_begins_another_may_end_or_go_on() -> None:
    tree = prefix_tree([(7,), (7, 9), (8,)], end=2)
    assert tree[()] == (7, 8)
    assert tree[(7,)] == (2, 9)


def test_free_answers_do_not_depend_on_their_batch(model: Any, format: ChatFormat, probes: pa.Table) -> None:
    some = probes.slice(0, 9)
    assert free_answers(model, format, some, most=4, batch=4) == free_answers(model, format, some, most=4, batch=1)


@pytest.mark.parametrize(("row", "said"), [
    (probe(1, 0, options=["Yes"]), "it has 1 options"),
    (probe(1, 0, options=["Yes", ""]), "one of its options is empty"),
    (probe(1, 0, options=["Yes", "Yes"]), "two of its options are the same"),
])  # fmt: skip
def test_a_probe_that_cannot_be_answered_is_named(
    model: Any, format: ChatFormat, row: dict[str, Any], said: str
) -> None:
    with pytest.raises(UnaskableProbe, match=said):
        score_options(model, format, as_table([row]))


def test_a_probe_longer_than_the_context_is_named(model: Any, format: ChatFormat) -> None:
    with pytest.raises(TooLongProbe, match="the model reads 256"):
        score_options(model, format, as_table([probe(1, question="wheel " * 300)]))
