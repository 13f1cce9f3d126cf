"""A tokenizer and a small Llama of their own, learned from nothing but the dataset: the control that inherits nothing.

Knows nothing about steps. The start of such a run is a model folder like any other (`start/` in the run's folder): a
byte-level BPE (Sennrich et al. 2016) trained on the texts of the train split, and weights drawn by the seed. From there
on the run is a run; all weights learn instead of a LoRA.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from ..core.identity import canonical_json, sha256_hex
from .corpus import Corpus, read_training_rows
from .model import BaseModel, no_bars
from .options import TrainOptions

NAME = "scratch"
HEAD = 32
"""The width of an attention head."""
CONTEXT = 1024
_END, _OPEN, _CLOSE = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
CHAT_TEMPLATE = (
    "{% for message in messages %}{% if message['role'] != 'system' or message['content'] %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
"""ChatML without an empty system message."""


def scratch_named(corpus: Corpus, options: TrainOptions) -> BaseModel:
    """The start of a run from scratch before it is made: its digest is of all that decides it."""
    what = [corpus.split_hashes["train"], list(options.languages), list(options.scenes), options.seed, CHAT_TEMPLATE,
            options.scratch_vocabulary, options.scratch_width, options.scratch_layers, options.max_length]  # fmt: skip
    return BaseModel(NAME, NAME, Path(), sha256_hex(canonical_json(what)), "other")


def scratch_start(base: BaseModel, corpus: Corpus, options: TrainOptions, folder: Path) -> BaseModel:
    """The start, made in `folder` where it is not there yet; the folder appears whole. Raises NothingToTrain."""
    if not folder.is_dir():
        aside = folder.with_name(f".{folder.name}.{os.getpid()}")
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        tokenizer = train_tokenizer(_texts(corpus, options), options.scratch_vocabulary)
        with no_bars():
            tokenizer.save_pretrained(aside)
            small_llama(tokenizer, options).save_pretrained(aside)
        aside.rename(folder)
    return replace(base, folder=folder)


def _texts(corpus: Corpus, options: TrainOptions) -> Iterable[str]:
    table = read_training_rows(corpus, options.languages, options.scenes)
    for chunk in table["messages"].chunks:
        for conversation in chunk.to_pylist():
            for message in conversation:
                yield message["content"]


def train_tokenizer(texts: Iterable[str], vocabulary: int) -> PreTrainedTokenizerFast:
    """A byte-level BPE of at most so many tokens, with ChatML; the same texts give the same tokenizer."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=[_END, _OPEN, _CLOSE], show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())  # fmt: skip
    roles = ("system", "user", "assistant")
    tokenizer.train_from_iterator((text for part in (roles, texts) for text in part), trainer)
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, bos_token=_OPEN, eos_token=_CLOSE, pad_token=_END, chat_template=CHAT_TEMPLATE
    )


def small_llama(tokenizer: PreTrainedTokenizerFast, options: TrainOptions) -> LlamaForCausalLM:
    """A Llama with weights drawn by the seed; input and output embeddings are one."""
    width = options.scratch_width
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=width, intermediate_size=-(-width * 8 // 3 // HEAD) * HEAD,
        num_hidden_layers=options.scratch_layers, num_attention_heads=width // HEAD, num_key_value_heads=width // HEAD,
        max_position_embeddings=max(CONTEXT, options.max_length), tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    torch.manual_seed(options.seed)
    return LlamaForCausalLM(config)
