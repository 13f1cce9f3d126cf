"""Adapters together: stacking, merging and taking away, against each other and against one adapter alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from lithograph.train.errors import AdapterBroken
from lithograph.train.lora import open_adapter
from lithograph.train.model import BaseModel, load_model
from lithograph.verify.compose import BASE, NothingToCompose, TermsApart, load_together, merge, wearing

IDS = torch.tensor([[5, 9, 30, 44, 7]])


def _says(model: Any) -> torch.Tensor:
    with torch.inference_mode():
        logits: torch.Tensor = model(input_ids=IDS).logits
        return logits


def test_an_adapter_among_others_says_what_it_says_alone(base: BaseModel, drawn_adapter: Callable[[int], Path]) -> None:
    one, two = drawn_adapter(1), drawn_adapter(2)
    together = load_together(load_model(base), {"one": one, "two": two})
    for name, folder in (("one", one), ("two", two)):
        alone = _says(open_adapter(load_model(base), folder))
        with wearing(together, [name]) as worn:
            assert torch.allclose(_says(worn), alone, atol=1e-5)


def test_a_stack_says_what_the_merged_adapter_says(base: BaseModel, drawn_adapter: Callable[[int], Path]) -> None:
    together = load_together(load_model(base), {str(k): drawn_adapter(k) for k in (1, 2, 3)})
    merge(together, ["1", "3"], "both")
    with wearing(together, ["1", "3"]) as worn:
        stacked = _says(worn)
    with wearing(together, ["both"]) as worn:
        merged = _says(worn)
    with wearing(together, ["1"]) as worn:
        alone = _says(worn)
    assert torch.allclose(stacked, merged, atol=1e-4)
    assert not torch.allclose(stacked, alone, atol=1e-2)


def test_with_nothing_on_it_the_model_is_the_base(base: BaseModel, drawn_adapter: Callable[[int], Path]) -> None:
    plain = _says(load_model(base))
    together = load_together(load_model(base), {"one": drawn_adapter(1)})
    with wearing(together, ["one"]):
        pass
    for nothing in ([], [BASE]):
        with wearing(together, nothing) as worn:
            assert torch.allclose(_says(worn), plain, atol=1e-6)


def test_taking_one_away_again_leaves_the_rest_as_they_were(
    base: BaseModel, drawn_adapter: Callable[[int], Path]
) -> None:
    together = load_together(load_model(base), {str(k): drawn_adapter(k) for k in (1, 2)})
    with wearing(together, ["2"]) as worn:
        before = _says(worn)
    with wearing(together, ["1", "2"]):
        pass
    with wearing(together, ["2"]) as worn:
        assert torch.equal(_says(worn), before)


def test_no_adapter_and_an_empty_folder_are_named(base: BaseModel, tmp_path: Path) -> None:
    with pytest.raises(NothingToCompose, match="Name at least one"):
        load_together(load_model(base), {})
    with pytest.raises(AdapterBroken, match="no weights"):
        load_together(load_model(base), {"x": tmp_path})


def test_an_adapter_with_tokens_of_its_own_stands_alone(
    base: BaseModel, drawn_adapter: Callable[[int], Path], tmp_path: Path
) -> None:
    shutil.copytree(drawn_adapter(1), tmp_path / "grown")
    (tmp_path / "grown" / "terms.json").write_text('[{"term": " saddle", "id": 320, "pieces": [1, 2]}]')
    with pytest.raises(TermsApart, match="train_add_terms = 0"):
        load_together(load_model(base), {"1": drawn_adapter(1), "2": tmp_path / "grown"})
