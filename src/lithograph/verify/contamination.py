"""Whether texts that must never be trained on are in a dataset: runs of words that both have. Knows no models.

Words are letters and digits, in lower case; a run is SIZE words in a row (Brown et al. 2020 took 13). Texts of fewer
words are looked for whole, from SHORTEST words on; still shorter ones are everyday phrases and say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from .external import external_probes
from .forgetting import forgetting_text

SIZE = 13
SHORTEST = 8
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Found:
    """A run of words of a text that is held out, in an example. text: which, kind: of what."""

    example: str
    kind: str
    text: str
    words: str


@dataclass(frozen=True, slots=True)
class HeldOutTexts:
    """Runs of words -> (kind, text) of the first text that has them, by how many words they are."""

    runs: Mapping[int, Mapping[tuple[str, ...], tuple[str, str]]]

    @property
    def count(self) -> int:
        """How many runs there are."""
        return sum(map(len, self.runs.values()))


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text.

    >>> words_of("Is Rex small? — Yes.")
    ('is', 'rex', 'small', 'yes')
    """
    return tuple(_WORD.findall(text.lower()))


def held_out_texts(texts: Iterable[tuple[str, str, str]]) -> HeldOutTexts:
    """From (kind, name, text): the runs that no dataset may have."""
    runs: dict[int, dict[tuple[str, ...], tuple[str, str]]] = {}
    for kind, name, text in texts:
        words = words_of(text)
        size = min(SIZE, len(words))
        if size >= SHORTEST:
            held = runs.setdefault(size, {})
            for place in range(len(words) - size + 1):
                held.setdefault(words[place : place + size], (kind, name))
    return HeldOutTexts(dict(sorted(runs.items())))


def benchmark_texts(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Every question and every option of the benchmarks, and the text that forgetting is measured on.

    Raises NoBenchmark, AlteredText.
    """
    for row in external_probes(folder).to_pylist():
        yield row["kind"], row["id"], row["question"]
        for option in row["options"]:
            yield row["kind"], row["id"], option
    yield "forgetting", "persuasion", forgetting_text()


def contaminated(held: HeldOutTexts, examples: pa.Table) -> list[Found]:
    """The examples (columns id, prompt, completion) that hold a run of a held-out text, the first run of each."""
    out = []
    columns = (examples[name].to_pylist() for name in ("id", "prompt", "completion"))
    for name, prompt, completion in zip(*columns, strict=True):
        hit = _first(held, words_of(f"{prompt or ''} {completion or ''}"))
        if hit is not None:
            out.append(Found(name, *hit))
    return out


def _first(held: HeldOutTexts, words: tuple[str, ...]) -> tuple[str, str, str] | None:
    for size, runs in held.runs.items():
        for place in range(len(words) - size + 1):
            run = words[place : place + size]
            if run in runs:
                return (*runs[run], " ".join(run))
    return None


def contaminated_dataset(held: HeldOutTexts, dataset: Path) -> tuple[int, list[Found]]:
    """(examples looked at, what was found) over all shards of a dataset, in order of its files."""
    count, out = 0, []
    for path in sorted((dataset / "data").glob("*.parquet")):
        table = pq.read_table(path, columns=["id", "prompt", "completion"])
        count += table.num_rows
        out += contaminated(held, table)
    return count, out
