"""How varied the texts of a scene are: distinct n-grams and self-BLEU, over a sample by hash.

distinct-n: distinct n-grams as a share of all (Li et al., "A diversity-promoting objective function", NAACL 2016): 1 is
all different. self-BLEU: the mean BLEU-4 of each text against all others (Zhu et al., "Texygen", SIGIR 2018): 1 is all
alike. Both move with the size of the sample, so it is stated, and only samples of one size can be compared.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, MutableMapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from lithograph.core.identity import sha256_hex

SAMPLE = 60
"""Texts of a scene in a language that are looked at: those of the lowest content hash."""
LONGEST = 4
_WORD = re.compile(r"\w+|[^\w\s]")


Numbers = dict[str, Any]


def variety_of(files: Iterable[Path], known: MutableMapping[str, Numbers] | None = None) -> list[dict[str, Any]]:
    """A row for every scene and language of a dataset's files: texts sampled, distinct-1, distinct-2, self-BLEU.

    known: what was measured before, by a hash of the texts; afterwards it holds what these files need.
    """
    chosen: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for path in files:
        table = pq.read_table(path, columns=["scene", "language", "content_hash", "prompt", "completion"])
        pairs = zip(table["scene"].to_pylist(), table["language"].to_pylist(), strict=True)
        groups = np.unique(np.array([f"{scene} {language}" for scene, language in pairs]), return_inverse=True)
        hashes = np.array(table["content_hash"].to_pylist())
        order = np.lexsort((hashes, groups[1]))
        nth = np.arange(len(order)) - np.searchsorted(groups[1][order], groups[1][order], "left")
        for place in order[nth < SAMPLE].tolist():
            scene, language = str(groups[0][groups[1][place]]).split(" ")
            row = str(hashes[place]), f"{table['prompt'][place].as_py()} {table['completion'][place].as_py()}"
            chosen.setdefault((scene, language), []).append(row)
    rows, used = [], dict[str, Numbers]()
    for (scene, language), found in sorted(chosen.items()):
        texts = [text for _, text in sorted(found)[:SAMPLE]]
        key = sha256_hex("\0".join(texts))
        used[key] = (known or {}).get(key) or _measured(texts)
        rows.append({"scene": scene.rsplit("#", 1)[-1], "language": language, **used[key]})
    if known is not None:
        known.clear()
        known.update(used)
    return rows


def _measured(texts: Sequence[str]) -> Numbers:
    words = [_WORD.findall(text.casefold()) for text in texts]
    return {"texts": len(texts), "distinct1": round(distinct(words, 1), 3), "distinct2": round(distinct(words, 2), 3),
            "self_bleu": round(self_bleu(words), 3) if len(texts) > 1 else None}  # fmt: skip


def distinct(texts: Sequence[Sequence[str]], n: int) -> float:
    """Distinct n-grams as a share of all; 0 where there is none.

    >>> distinct([["a", "b", "a"], ["a", "b"]], 2)
    0.6666666666666666
    """
    grams = [gram for words in texts for gram in _grams(words, n)]
    return len(set(grams)) / len(grams) if grams else 0.0


def self_bleu(texts: Sequence[Sequence[str]]) -> float:
    """The mean BLEU of each text against all others as references.

    Modified precision of 1- to 4-grams, where a text has any, uniform weights; one that nothing matches counts as half
    a match (Lin & Och 2004); brevity penalty against the reference of the nearest length.
    """
    counts = [[Counter(_grams(words, n)) for n in range(1, LONGEST + 1)] for words in texts]
    most = [_two_most(counts, n) for n in range(LONGEST)]
    lengths = [len(words) for words in texts]
    return sum(_bleu(i, counts[i], most, lengths) for i in range(len(texts))) / len(texts)


Most = dict[tuple[str, ...], tuple[int, int, int]]  # gram -> greatest count, in which text, greatest count elsewhere


def _two_most(counts: Sequence[Sequence[Counter[tuple[str, ...]]]], n: int) -> Most:
    out: Most = {}
    for i, by_length in enumerate(counts):
        for gram, count in by_length[n].items():
            first, where, second = out.get(gram, (0, -1, 0))
            out[gram] = (count, i, first) if count > first else (first, where, max(second, count))
    return out


def _bleu(i: int, own: Sequence[Counter[tuple[str, ...]]], most: Sequence[Most], lengths: Sequence[int]) -> float:
    logs = []
    for grams, best in zip(own, most, strict=True):
        total = grams.total()
        if total:
            met = sum(min(n, best[g][2] if best[g][1] == i else best[g][0]) for g, n in grams.items())
            logs.append(math.log((met or 0.5) / total))
    if not logs:
        return 0.0
    nearest = min((n for j, n in enumerate(lengths) if j != i), key=lambda n: (abs(n - lengths[i]), n))
    penalty = min(1.0, math.exp(1 - nearest / lengths[i]))
    return penalty * math.exp(sum(logs) / len(logs))


def _grams(words: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]
