"""The runtime adapter: what a scene's or a run's examples say, given in context instead of in weights (CONCEPTS 5).

Sentences are drawn from the train split, one for each way of filling a scene: the answer that says the most by itself.
Which of them stand before a question is decided by shared words, exactly and always alike; no embedding is asked.
Knows nothing about models or tokenizers: whoever asks counts the tokens.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lithograph.core.conclusion import THEREFORE
from lithograph.core.errors import LithographError

STATEMENTS = pa.schema([
    ("sentence", pa.string()), ("nodes", pa.list_(pa.string())), ("claims", pa.list_(pa.string())),
    ("example", pa.string()), ("instance", pa.string()), ("scene", pa.string()),
])  # fmt: skip
"""What can be given in context, in the order of the instances' ids: a sentence or a few, the nodes and claims that it
is about, and the example, instance and scene that it comes from."""

FORMS = {"statement": 0, "narrative": 1, "question": 2, "yes_no": 3, "comparison": 4}
"""Forms whose answers can stand alone, the best first. Of a cloze, a riddle or a choice the answer is a word."""
REGISTERS = ("plain", "technical", "terse")
"""Registers in which a sentence is given, the best first; all others come after."""
HEADS = {"en": "This is known:", "ru": "Известно следующее:"}
WHOLE = 0.6
"""A sentence that holds a smaller share of what all wordings of its instance name says nothing without its question."""

_COLUMNS = ("id", "messages", "form", "register", "language", "scene", "instance", "nodes")
_VERDICT = re.compile(r"(yes|no|да|нет)\s*[.,:;!–—]+\s*(?=\S)", re.IGNORECASE)
_LAYER = re.compile(r"^(?:THOUGHT|COMMENT|RESPONSE|МЫСЛЬ|КОММЕНТАРИЙ|ОТВЕТ): ?", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+")
_ENDINGS = re.compile(
    r"(?:ами|ями|ого|его|ому|ему|ыми|ими|ой|ей|ов|ев|ах|ях|ам|ям|ом|ем|ую|юю|ая|яя|ое|ее|ые|ие|ый|ий"
    r"|[ыиаяоеуюьй])$|(?:ies|es|s|ed|ing|e|y)$"
)
_SMALL = frozenset({
    "the", "and", "that", "this", "what", "which", "does", "are", "has", "have", "with", "from", "any", "all", "every",
    "each", "can", "may", "for", "not", "was", "were", "its", "you", "one", "say", "tell", "true", "yes", "known",
    "что", "это", "как", "для", "или", "так", "каждый", "каждая", "каждое", "все", "ли", "верно", "можно", "сказать",
})  # fmt: skip
"""Words that say nothing of what a question is about."""


class UnknownSceneHere(LithographError):
    """A scene of which a dataset has no training example in a language."""

    def __init__(self, dataset: Path, scene: str, language: str, there: Iterable[str]) -> None:
        names = sorted(there)
        shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
        super().__init__(dataset, f"no training example of scene {scene!r} in language {language!r}",
                         facts=f"scenes: {shown or 'none'}", cure="Name one of these.")  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Said:
    """An example as far as it can be given: its answer without layers and verdict, the stems of its whole text."""

    row: int
    id: str
    rank: tuple[int, int]
    sentence: str
    stems: frozenset[str]
    everything: frozenset[str]


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """A word without the commonest endings of English and Russian: enough to see that two words are one.

    >>> stem("Wheels"), stem("wheel"), stem("колёсами"), stem("колесо")
    ('wheel', 'wheel', 'колес', 'колес')
    """
    word = word.casefold().replace("ё", "е")
    short = _ENDINGS.sub("", word)
    return short if len(short) >= 3 else word


def stems(text: str) -> frozenset[str]:
    """The stems of the words of a text that say what it is about."""
    words = (word.casefold() for word in _WORD.findall(text))
    return frozenset(stem(word) for word in words if len(word) > 2 and word not in _SMALL)


def response_of(answer: str) -> str:
    """What an answer says after its thought and its comment."""
    *_, last = _LAYER.split(answer)
    return last.strip()


def statements(dataset: Path, scenes: Collection[str] = (), instances: Collection[str] | None = None,
               language: str = "en") -> pa.Table:  # fmt: skip
    """What the train split of a dataset says (STATEMENTS), of some scenes (IRI or its last part) and instances.

    None of `instances` means all of them. Raises UnknownSceneHere for a scene that has nothing to say here.
    """
    table = _rows(dataset, language)
    if scenes:
        there = {iri: _name(iri) for iri in pc.unique(table["scene"]).to_pylist()}
        for wish in scenes:
            if not any(wish in pair for pair in there.items()):
                raise UnknownSceneHere(dataset, wish, language, there.values())
        kept = [iri for iri, name in there.items() if iri in scenes or name in scenes]
        table = table.filter(pc.is_in(table["scene"], pa.array(kept, pa.string())))
    if instances is not None:
        table = table.filter(pc.is_in(table["instance"], pa.array(sorted(instances), pa.string())))
    by_instance = _by_instance(table)
    named = {one: frozenset.intersection(*(s.everything for s in said)) for one, said in by_instance.items()}
    rare = _rarity(named.values(), len(named))
    speakers = (_speaker(by_instance[one], named[one], rare) for one in sorted(by_instance))
    given = [one for one in speakers if one is not None]
    rows = table.take(pa.array([one.row for one in given], pa.int64()))
    columns = {
        "sentence": pa.array([one.sentence for one in given], pa.string()), "nodes": rows["nodes"],
        "claims": rows["claims"], "example": rows["id"], "instance": rows["instance"], "scene": rows["scene"],
    }  # fmt: skip
    return pa.table(columns).cast(STATEMENTS)


def _rows(dataset: Path, language: str) -> pa.Table:
    """The training rows in a language; a dataset without the column `claims` or `register` has none in it."""
    tables = []
    for file in sorted((dataset / "data").glob("train-*.parquet")):
        there = pq.read_schema(file).names
        table = pq.read_table(file, columns=[name for name in (*_COLUMNS, "claims") if name in there])
        if "claims" not in there:
            table = table.append_column("claims", pa.array([[]] * table.num_rows, pa.list_(pa.string())))
        if "register" not in there:
            table = table.append_column("register", pa.nulls(table.num_rows, pa.string()))
        tables.append(table)
    if not tables:
        empty = {name: pa.array([], STATEMENTS.field(name).type) for name in ("nodes", "claims")}
        plain = {
            name: pa.array([], pa.string()) for name in ("id", "form", "register", "language", "scene", "instance")
        }
        return pa.table({**plain, **empty, "messages": pa.array([], pa.list_(pa.struct([])))})
    table = pa.concat_tables(tables, promote_options="default")
    tags = [
        tag for tag in pc.unique(table["language"]).to_pylist() if tag == language or tag.startswith(language + "-")
    ]
    return table.filter(pc.is_in(table["language"], pa.array(tags, table["language"].type)))


def _name(iri: str) -> str:
    return iri.rstrip("#/").replace("#", "/").rsplit("/", 1)[-1]


def _by_instance(table: pa.Table) -> Mapping[str, list[_Said]]:
    """What the examples of each instance say."""
    out: dict[str, list[_Said]] = defaultdict(list)
    columns = (table[name].to_pylist() for name in ("id", "form", "register", "instance", "messages"))
    for row, (one, form, register, instance, messages) in enumerate(zip(*columns, strict=True)):
        if len(messages) > 3 or messages[-1]["role"] != "assistant":  # a dialogue: no turn of it stands alone
            continue
        if any(f" {mark} " in messages[-1]["content"] for mark in THEREFORE.values()):  # it says what others say better
            continue
        sentence = _VERDICT.sub("", response_of(messages[-1]["content"]), count=1)
        sentence = sentence[:1].upper() + sentence[1:]
        own = stems(sentence)
        whole = own | stems(" ".join(m["content"] for m in messages))
        spoken = REGISTERS.index(register) if register in REGISTERS else len(REGISTERS)
        out[instance].append(_Said(row, one, (spoken, FORMS.get(form, -1)), sentence, own, whole))
    return out


def _rarity(held: Iterable[Collection[str]], total: int) -> dict[str, float]:
    """How rare each word is among texts, never below 0 (Robertson & Spärck Jones 1976)."""
    spread = Counter(word for one in held for word in one)
    return {word: math.log(1 + (total - n + 0.5) / (n + 0.5)) for word, n in spread.items()}


def _sum(rare: Mapping[str, float], words: Iterable[str]) -> float:
    """The weight of words, the same whatever their order."""
    return math.fsum(rare[word] for word in words)


def _speaker(said: Sequence[_Said], named: frozenset[str], rare: Mapping[str, float]) -> _Said | None:
    """Of an instance's examples the one whose answer says by itself what all of them are about; None without one."""
    whole = WHOLE * _sum(rare, named)
    able = [one for one in said if one.rank[1] >= 0 and one.sentence and "\n" not in one.sentence
            and _sum(rare, one.stems & named) >= whole]  # fmt: skip
    return min(able, key=lambda one: (one.rank, len(one.sentence), one.id), default=None)


def chosen(question: str, sentences: pa.Table, count: Callable[[str], int], budget: int,
           nodes: Collection[str] = ()) -> list[int]:  # fmt: skip
    """Rows of `sentences` to give before a question, the nearest first, within so many tokens.

    Nearest are those that share nodes with it, then those that share words; nodes and words are weighed by how rare
    they are among the sentences, long sentences less; ties by the example's id. What shares neither is not given. A
    sentence that is too long leaves its place to the next.
    """
    asked, wanted = stems(question), frozenset(nodes)
    texts, ids = sentences["sentence"].to_pylist(), sentences["example"].to_pylist()
    words = [stems(text) for text in texts]
    rare, total = _rarity((one & asked for one in words), len(texts)), len(texts)
    about = sentences["nodes"].to_pylist() if wanted else [()] * total
    met = [wanted.intersection(mine or ()) for mine in about]
    known = _rarity(met, total)
    shared = [_sum(known, one) / math.sqrt(max(len(mine or ()), 1)) for one, mine in zip(met, about, strict=True)]
    weight = [round(_sum(rare, one & asked) / math.sqrt(max(len(one), 1)), 9) for one in words]
    order = sorted((row for row in range(total) if shared[row] or weight[row]),
                   key=lambda row: (-round(shared[row], 9), -weight[row], ids[row]))  # fmt: skip
    out: list[int] = []
    left, seen = budget, set[str]()
    for row in order:
        if texts[row] in seen:
            continue
        cost = count(texts[row] + "\n")
        if cost <= left:
            out.append(row)
            seen.add(texts[row])
            left -= cost
        if left <= 0:
            break
    return out


def laid_out(question: str, given: Sequence[str], language: str = "en") -> tuple[Mapping[str, str], ...]:
    """Sentences (the nearest first) and a question as messages: the nearest stands last, next to the question."""
    user = {"role": "user", "content": question}
    if not given:
        return (user,)
    return ({"role": "system", "content": "\n".join([HEADS[language], *reversed(given)])}, user)


def as_one_turn(question: str, given: Sequence[str], language: str = "en") -> str:
    """The same in the user's own turn, for a model that is asked without a system message."""
    return "\n".join([HEADS[language], *reversed(given), "", question]) if given else question


def context_for(question: str, sentences: pa.Table, count: Callable[[str], int], budget: int,
                nodes: Collection[str] = (), language: str = "en") -> tuple[Mapping[str, str], ...]:  # fmt: skip
    """The messages that put a question with what is known before it; `count` gives the tokens of a text."""
    rows = chosen(question, sentences, count, budget, nodes)
    return laid_out(question, [sentences["sentence"][row].as_py() for row in rows], language)
