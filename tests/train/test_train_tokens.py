"""What is learned of a conversation, proved by decoding it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from lithograph.train.corpus import Example, Message
from lithograph.train.errors import NoChatTemplate, NoExactBoundary
from lithograph.train.model import find_model, load_tokenizer
from lithograph.train.tokens import ChatFormat, chat_format, decode_masked, encode, prompt_ids

END = "<|im_end|>"


@pytest.fixture(scope="module")
def format(tiny_model: Path) -> ChatFormat:
    return chat_format(AutoTokenizer.from_pretrained(tiny_model), "")


def conversation(*texts: str, system: str | None = None) -> Example:
    messages: list[Message] = [{"role": "system", "content": system}] if system is not None else []
    roles = ("user", "assistant")
    messages += [{"role": roles[place % 2], "content": text} for place, text in enumerate(texts)]
    return Example("one", "s", "i", "en", 1.0, (), tuple(messages))


def decoded(format: ChatFormat, ids: tuple[int, ...]) -> str:
    return str(format.tokenizer.decode(list(ids), skip_special_tokens=False))


def test_the_learned_text_is_the_answer_and_the_end_of_its_turn(format: ChatFormat) -> None:
    (encoded,) = encode(format, [conversation("What is a wheel?", "A part of the bicycle.")])
    assert decode_masked(format, encoded) == ("A part of the bicycle." + END,)
    assert decoded(format, encoded.ids) == (
        "<|im_start|>system\n<|im_end|>\n<|im_start|>user\nWhat is a wheel?<|im_end|>\n"
        "<|im_start|>assistant\nA part of the bicycle.<|im_end|>"
    )


def test_every_assistant_turn_is_learned_and_no_other(format: ChatFormat) -> None:
    (encoded,) = encode(format, [conversation("A?", "One.", "B?", "Two.", "C?", "Three.")])
    assert decode_masked(format, encoded) == ("One." + END, "Two." + END, "Three." + END)


def test_the_end_of_turn_is_learned_though_it_is_the_padding_token(format: ChatFormat) -> None:
    (encoded,) = encode(format, [conversation("A?", "One.")])
    assert format.tokenizer.pad_token_id == format.tokenizer.eos_token_id == encoded.ids[-1]
    assert encoded.learned[-1]
    others = [flag for token, flag in zip(encoded.ids[:-1], encoded.learned, strict=False) if token == encoded.ids[-1]]
    assert others == [False, False]


def test_the_prompt_is_what_training_saw_before_the_answer(format: ChatFormat) -> None:
    example = conversation("A?", "One.", "B?", "Two.")
    (encoded,) = encode(format, [example])
    prompt = prompt_ids(format, example.messages)
    assert encoded.ids[: len(prompt)] == prompt
    assert decoded(format, encoded.ids[len(prompt) :]) == "Two." + END


def test_a_conversation_keeps_its_own_system_message(format: ChatFormat) -> None:
    (encoded,) = encode(format, [conversation("A?", "One.", system="Be a poet.")])
    assert "system\nBe a poet." in decoded(format, encoded.ids)


def test_without_a_system_policy_the_template_adds_its_own(format: ChatFormat) -> None:
    plain = chat_format(format.tokenizer, None)
    (encoded,) = encode(plain, [conversation("A?", "One.")])
    assert "You are a tiny machine." in decoded(plain, encoded.ids)
    assert decode_masked(plain, encoded) == ("One." + END,)


def test_a_template_that_knows_no_system_role_is_used_without(tiny_model: Path) -> None:
    tokenizer: Any = AutoTokenizer.from_pretrained(tiny_model)
    tokenizer.chat_template = (
        "{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}"
        "{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
    )
    assert chat_format(tokenizer, "Be brief.").system is None


def test_a_template_that_rewrites_earlier_turns_is_refused(tiny_model: Path) -> None:
    tokenizer: Any = AutoTokenizer.from_pretrained(tiny_model)
    tokenizer.chat_template = "{{ messages | length }}{% for m in messages %}{{ m['content'] }}<|im_end|>{% endfor %}"
    with pytest.raises(NoExactBoundary, match="rewrites what it wrote before"):
        chat_format(tokenizer, "")


def test_a_tokenizer_without_a_chat_template_is_refused_in_one_line(tiny_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    for file in tiny_model.iterdir():
        if file.name != "chat_template.jinja":
            (folder / file.name).write_bytes(file.read_bytes())
    with pytest.raises(NoChatTemplate, match="the tokenizer has no chat template"):
        load_tokenizer(find_model(str(folder)))


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda text: "<|" not in text
)


@settings(max_examples=60, deadline=None)
@given(turns=st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=3))
def test_any_answers_are_decoded_from_the_mask_as_they_were(format: ChatFormat, turns: list[tuple[str, str]]) -> None:
    (encoded,) = encode(format, [conversation(*(text for turn in turns for text in turn))])
    assert decode_masked(format, encoded) == tuple(answer + END for _, answer in turns)


def test_encoding_together_is_encoding_one_by_one(format: ChatFormat, rows_of: Callable[..., dict[str, Any]]) -> None:
    examples = [conversation(*("A longer question?", "Yes.") * number) for number in (1, 3, 2)]
    assert encode(format, examples) == [encode(format, [one])[0] for one in examples]
