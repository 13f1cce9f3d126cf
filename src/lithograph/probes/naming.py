"""Questions that lead from a description to a term and back: definitions, and riddles made of what is known.

Four terms are asked about together, and are the options of one another's questions; so no place and no word is right
more often than another. A riddle's key is computed: the term is the most general of all that are known to fit, and of
the other options none is known to fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from lithograph.core import vocabulary as v
from lithograph.ontology.graph import Kind, Quantifier, Truth
from lithograph.ontology.terms import literal_parts
from lithograph.probes.draft import Draft, Option
from lithograph.probes.ground import Ground
from lithograph.reason.patterns import ClaimIndex
from lithograph.scenes.as_yaml import standard_scenes
from lithograph.scenes.matching import find_instances

TOGETHER = 4
LONG, SHORT = 400, 160
"""Letters of a definition that is quoted in a question at most, and of one that is an option."""


def naming_drafts(ground: Ground, most: int) -> Iterator[Draft]:
    """The probes of definitions and riddles, `most` of each kind, split, part and language at most."""
    for language in sorted(ground.lexicons):
        yield from definition_drafts(ground, language, most)
    yield from riddle_drafts(ground, most)


# ---- definitions ---------------------------------------------------------------------------------------------------


def definition_drafts(ground: Ground, language: str, most: int) -> Iterator[Draft]:
    """Which of four terms is defined so; which of four definitions is that of a term. Only what training states."""
    cells: dict[str, list[int]] = {}
    for row in _definitions(ground, language):
        part = ground.part_of([row])
        if part and ground.role[row] == 0 and ground.stated.says(ground.urns[row]):
            cells.setdefault(part, []).append(row)
    for part, rows in sorted(cells.items()):
        ordered = ground.by_hash(rows, "definitions")
        for kind in ("term_of", "gloss"):
            fit = [row for row in ordered if kind == "term_of" or len(_text(ground, row)[0]) <= SHORT]
            for number, four in enumerate(_fours(fit)):
                if TOGETHER * number >= most:
                    break
                yield from _definitions_of(ground, kind, part, language, four)


def _definitions(ground: Ground, language: str) -> list[int]:
    """Definitions of classes in a language that do not give the name away, one for each term, each text once."""
    graph, lexicon = ground.graph, ground.lexicons[language]
    keep = (graph.relation == graph.ontology.terms.id(v.SKOS + "definition")) & (graph.truth == Truth.ASSERTED)
    keep &= (graph.kinds[graph.subject] & (Kind.CLASS | Kind.DEPRECATED)) == Kind.CLASS
    keep &= ground.sayable & ~np.isin(graph.subject, ground.unspoken)
    seen: set[object] = set()
    out: list[int] = []
    for row in keep.nonzero()[0].tolist():
        term, (text, tag) = int(graph.subject[row]), _text(ground, row)
        if (tag or "").split("-")[0] not in ("", language) or (not tag and language != "en"):
            continue
        names = lexicon.name(term).casefold().split()
        hidden = not any(name[: max(4, len(name) - 2)] in text.casefold() for name in names if len(name) > 3)
        if lexicon.speakable(np.array([term]))[0] and hidden and len(text) <= LONG and not seen & {term, text}:
            seen |= {term, text}
            out.append(row)
    return out


def _text(ground: Ground, row: int) -> tuple[str, str | None]:
    text, tag, *_ = literal_parts(ground.graph.ontology.terms.texts[int(ground.graph.object[row])])
    return text, tag


def _fours(rows: Sequence[int]) -> list[Sequence[int]]:
    return [rows[i : i + TOGETHER] for i in range(0, len(rows) - TOGETHER + 1, TOGETHER)]


def _definitions_of(ground: Ground, kind: str, part: str, language: str, four: Sequence[int]) -> Iterator[Draft]:
    graph = ground.graph
    group = ground.group(f"{kind} {language} " + " ".join(ground.urns[row] for row in four))
    for place, row in enumerate(four):
        order = turned(four, place, ground.mark(group))
        terms = [int(graph.subject[r]) for r in order]
        options = [Option("term", (t,)) if kind == "term_of" else Option("text", (int(graph.object[r]),))
                   for r, t in zip(order, terms, strict=True)]  # fmt: skip
        yield Draft("definition", kind, "choice", "memory", part, "atom", 0, "asserted", "proof", group, tuple(options),
                    order.index(row), (row,), (int(graph.subject[row]),), ground.axioms([row]), None, row,
                    {"term": int(graph.subject[row]), "definition": int(graph.object[row])},
                    languages=(language,))  # fmt: skip


def turned(four: Sequence[int], place: int, mark: int) -> list[int]:
    """Four things in an order in which the one at `place` comes to stand elsewhere for each: every place is right once.

    >>> [turned((7, 8, 9, 10), place, 0).index(7 + place) for place in range(4)]
    [0, 2, 1, 3]
    """
    n = len(four)
    wanted = (2 * place + (place >= n / 2) + mark) % n if n % 2 == 0 else (place + mark) % n
    shift = (place - wanted) % n
    return [four[(i + shift) % n] for i in range(n)]


# ---- riddles -------------------------------------------------------------------------------------------------------


def riddle_drafts(ground: Ground, most: int) -> Iterator[Draft]:
    """Which of four terms is meant by these clues; which of four descriptions is known to fit a term."""
    scene = next(scene for scene in standard_scenes() if scene.name == "Riddle")
    found = find_instances(ground.graph, scene, ClaimIndex.of(ground.graph), ground.unspoken)
    cells: dict[tuple[str, str], list[tuple[int, tuple[int, ...]]]] = {}
    for i in range(len(found)):
        term, clues = int(found.roles["term"][i]), tuple(found.facts["clues"].row(i).tolist())
        split, part = ground.split_of(clues), ground.part_of(clues)
        if split is None or part is None or split == "transfer" or not all(ground.sayable[row] for row in clues):
            ground.dropped["a riddle's clues are in both parts, or not in training"] += 1
            continue
        cells.setdefault((split, part), []).append((term, clues))
    fits = _Fits(ground)
    for (split, part), riddles in sorted(cells.items()):
        riddles.sort(key=lambda riddle: ground.mark("riddle", *(ground.urns[row] for row in riddle[1])))
        for kind in ("riddle", "describe"):
            for number, four in enumerate(_apart(riddles, fits)):
                if TOGETHER * number >= most:
                    break
                yield from _riddles(ground, kind, split, part, four)


class _Fits:
    """Whether a term is known to fit clues: by what follows, or because it is the clue's own class."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        graph = ground.graph
        rows = (graph.holds & ~graph.negated & (graph.quantifier != Quantifier.ANNOTATION)).nonzero()[0]
        columns = (graph.subject, graph.relation, graph.object, graph.quantifier)
        self._known = set(zip(*(column[rows].tolist() for column in columns), strict=True))

    def __call__(self, term: int, clues: Sequence[int]) -> bool:
        keys = (self._ground.key(row) for row in clues)
        return all((term, *key[1:]) in self._known or key.object == term for key in keys)


Riddle = tuple[int, tuple[int, ...]]


def _apart(riddles: Sequence[Riddle], fits: _Fits) -> Iterator[Sequence[Riddle]]:
    """Riddles by fours, of which none of the terms is known to fit another's clues."""
    left = list(riddles)
    while len(left) >= TOGETHER:
        four = [left.pop(0)]
        for riddle in list(left):
            if not any(fits(a[0], b[1]) or fits(b[0], a[1]) for a, b in combinations([*four, riddle], 2)):
                four.append(riddle)
                left.remove(riddle)
            if len(four) == TOGETHER:
                yield four
                break


def _riddles(ground: Ground, kind: str, split: str, part: str, four: Sequence[Riddle]) -> Iterator[Draft]:
    group = ground.group(f"{kind} " + " ".join(ground.urns[row] for _, clues in four for row in clues))
    for place, (term, clues) in enumerate(four):
        order = turned(range(TOGETHER), place, ground.mark(group))
        options = [Option("term", (four[i][0],)) if kind == "riddle" else Option("phrases", four[i][1]) for i in order]
        yield Draft("symbol", kind, "choice", split, part, "star", 1, "computed", "computed", group, tuple(options),
                    order.index(place), clues, (term,), ground.axioms(clues), None, roles={"term": term},
                    lists={"clues": clues})  # fmt: skip
