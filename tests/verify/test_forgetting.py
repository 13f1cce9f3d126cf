"""Perplexity by windows equals a plain reading; the text is the one that is pinned."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch

from lithograph.train.tokens import ChatFormat
from lithograph.verify import forgetting
from lithograph.verify.forgetting import AlteredText, forgetting_text, perplexity, windows


def test_the_text_is_pinned_and_its_paragraphs_are_lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = forgetting_text()
    assert 4500 < len(text.split()) < 4700
    assert text.startswith("Chapter 1\n\nSir Walter Elliot, of Kellynch Hall")
    altered = tmp_path / "persuasion.txt"
    altered.write_text("Something else.")
    monkeypatch.setattr(forgetting, "TEXT", altered)
    with pytest.raises(AlteredText):
        forgetting_text()


@pytest.mark.parametrize(("tokens", "window", "stride"), [(10, 6, 3), (6, 6, 3), (7, 6, 1), (100, 16, 8), (2, 8, 4)])
def test_windows_score_every_token_but_the_first_once_with_context(tokens: int, window: int, stride: int) -> None:
    scored = []
    for start, end, first in windows(tokens, window, stride):
        assert start < first < end <= start + window
        assert start == 0 or first - start >= window - stride
        scored += list(range(first, end))
    assert scored == list(range(1, tokens))


def test_windows_give_the_losses_of_a_plain_reading(model: Any, format: ChatFormat) -> None:
    text = "The wheel is a part of the bicycle. " * 12
    found = perplexity(model, format.tokenizer, text, window=40, stride=20)
    ids = format.tokenizer(text, add_special_tokens=False)["input_ids"]
    plain = []
    for place in range(1, len(ids)):
        start = next(s for s, end, first in windows(len(ids), 40, 20) if first <= place < end)
        with torch.inference_mode():
            words = torch.log_softmax(model(input_ids=torch.tensor([ids[start:place]])).logits[0, -1].float(), -1)
        plain.append(-float(words[ids[place]]))
    assert found.tokens == len(plain)
    assert max(abs(a - b) for a, b in zip(found.losses, plain, strict=True)) < 3e-5
    assert found.value == pytest.approx(math.exp(sum(plain) / len(plain)), rel=1e-5)
