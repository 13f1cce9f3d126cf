"""The press: a template over columns, thousands of rows at a stroke. Knows nothing about where the columns come from.

A turn of text, slots and plain `if`s becomes one f-string in a Python loop; a turn with `for` or filters becomes one
Jinja loop over the rows of a chunk. Either way a template is compiled once.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jinja2 import nodes
from jinja2.environment import Template as JinjaTemplate
from numpy.typing import NDArray

from lithograph.core.errors import LithographError
from lithograph.render.fuse import expression_of, loop_of, text_of
from lithograph.render.sandbox import (
    Slot,
    SlotsToNames,
    bound_names,
    normalise,
    parse,
    plain_pieces,
    sandbox,
    slots,
)
from lithograph.render.templates import Template
from lithograph.speech.russian import euphonic

Columns = Mapping[Slot, NDArray[np.object_]]
Rows = list[str]
Run = Callable[[Sequence[Sequence[str]], int], Rows]
CHUNK = 10_000
_END = "\x1e"  # between the rows of a batched turn; folding takes control characters out of every value
_UNTIDY = ("  ", "\t", " \n", "\n ", "\n\n\n", f"{_END} ", f"{_END}\n", f" {_END}", f"\n{_END}")


class RenderError(LithographError):
    """A row that a template cannot print."""

    def __init__(self, template: Template, line: int, row: int, problem: str, values: Mapping[Slot, object]) -> None:
        facts = ", ".join(f"{role}.{attribute} = {value!r}" for (role, attribute), value in sorted(values.items()))
        cure = "Mend the template, or the label of what fills the role."
        super().__init__(
            f"templates/{template.path}:{line}", f"row {row} cannot be printed: {problem}", facts=facts, cure=cure
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """A compiled turn: `run` makes one text a row from the columns of `needs`."""

    speaker: str
    source: str
    line: int
    needs: tuple[Slot, ...]
    fused: bool
    run: Run


@dataclass(frozen=True, slots=True)
class Plate:
    """A template made ready for the press."""

    template: Template
    turns: tuple[Turn, ...]

    @property
    def fused(self) -> bool:
        """Whether every turn is one f-string."""
        return all(turn.fused for turn in self.turns)

    def render(self, columns: Columns, rows: int | None = None) -> tuple[Rows, ...]:
        """One list of texts for every turn. rows: the number of rows, needed where the template has no slot.

        Raises RenderError, which names the row, for a value the template cannot print.
        """
        count = rows if rows is not None else len(next(iter(columns.values())))
        out: tuple[Rows, ...] = tuple([] for _ in self.turns)
        for start in range(0, count, CHUNK):
            stop = min(start + CHUNK, count)
            taken = {slot: columns[slot][start:stop].tolist() for slot in self.template.needs}
            for turn, texts in zip(self.turns, out, strict=True):
                texts += self._strike(turn, taken, start, stop)
        return out

    def _strike(self, turn: Turn, taken: Mapping[Slot, list[str]], start: int, stop: int) -> Rows:
        try:
            texts = turn.run([taken[slot] for slot in turn.needs], stop - start)
            if len(texts) == stop - start:
                return _euphonic(texts) if self.template.language == "ru" else texts
        except Exception:  # whatever a template raised is said again below, with the row that raised it
            return self._row_by_row(turn, taken, start, stop)
        return self._row_by_row(turn, taken, start, stop)

    def _row_by_row(self, turn: Turn, taken: Mapping[Slot, list[str]], start: int, stop: int) -> Rows:
        texts = []
        for i in range(stop - start):
            values = {slot: taken[slot][i] for slot in turn.needs}
            try:
                texts.append(render_row(turn.source, values))
            except Exception as error:
                line = turn.line + (getattr(error, "lineno", None) or 1) - 1
                raise RenderError(self.template, line, start + i, str(error) or type(error).__name__, values) from error
        return texts


def _euphonic(texts: Rows) -> Rows:
    """Russian prints with `со стеной` for `с стеной`: what stands before a slot cannot know its word."""
    return euphonic(_END.join(texts)).split(_END) if texts else texts


def render_row(source: str, values: Mapping[Slot, str]) -> str:
    """One turn for one row by stock Jinja: what the batched ways must equal."""
    roles: dict[str, dict[str, str]] = {}
    for (role, attribute), value in values.items():
        roles.setdefault(role, {})[attribute] = value
    return normalise(_stock(source).render(roles))


@functools.lru_cache(maxsize=256)
def _stock(source: str) -> JinjaTemplate:
    return sandbox().from_string(source)


def make_plate(template: Template) -> Plate:
    """Compile a template for the press."""
    turns = (
        _turn(speaker, source, line) for (speaker, source), line in zip(template.turns, template.lines, strict=True)
    )
    return Plate(template, tuple(turns))


class _Late:
    """A run that is compiled when it is first called: most templates of a folder meet no row of a shard."""

    __slots__ = ("_make", "_run")

    def __init__(self, make: Callable[[], Run]) -> None:
        self._make = make
        self._run: Run | None = None

    def __call__(self, columns: Sequence[Sequence[str]], count: int) -> Rows:
        if self._run is None:
            self._run = self._make()
        return self._run(columns, count)


def _turn(speaker: str, source: str, line: int) -> Turn:
    pieces = plain_pieces(source)
    if pieces is not None:
        needs = tuple(dict.fromkeys(piece for piece in pieces if isinstance(piece, tuple)))
        names = {slot: f"v{i}" for i, slot in enumerate(needs)}
        late = _Late(lambda: _fused(text_of(_folded(pieces), names), list(names.values())))
        return Turn(speaker, source, line, needs, True, late)
    tree = parse(source)
    needs = tuple(dict.fromkeys(slot for slot, _ in slots(tree)))
    names = {slot: f"v{i}" for i, slot in enumerate(needs)}
    expression = expression_of(tree, names)
    if expression is None:
        return Turn(speaker, source, line, needs, False, _tidy(_batch(tree, names)))
    return Turn(speaker, source, line, needs, True, _tidy(_fused(expression, list(names.values()))))


def _folded(pieces: Sequence[str | Slot]) -> list[str | Slot]:
    """The texts between slots folded once, as `normalise` would fold each print (values are folded already)."""
    slots_there = [piece for piece in pieces if isinstance(piece, tuple)]
    texts = normalise("".join(piece if isinstance(piece, str) else "\x00" for piece in pieces)).split("\x00")
    out: list[str | Slot] = [texts[0]]
    for slot, text in zip(slots_there, texts[1:], strict=True):
        out += [slot, text]
    return out


def _fused(expression: ast.expr, variables: Sequence[str]) -> Run:
    """A list comprehension around one f-string."""
    code = compile(loop_of(expression, variables or ["v0"]), "<template>", "eval")
    made: Run = eval(code, {"zip": zip, "__builtins__": {}})
    if variables:
        return made
    text = made([[""]], 1)[0]
    return lambda _, count: [text] * count


def _tidy(run: Run) -> Run:
    """Prints of a snippet with branches folded, where one look at them together shows that any needs it."""

    def tidied(columns: Sequence[Sequence[str]], count: int) -> Rows:
        texts = run(columns, count)
        together = _END + _END.join(texts) + _END
        if any(untidy in together for untidy in _UNTIDY):
            return [normalise(text) for text in texts]
        return texts

    return tidied


def _batch(tree: nodes.Template, names: Mapping[Slot, str]) -> Run:
    """A Jinja loop over the rows of a chunk around the body of the tree."""
    body = SlotsToNames(dict(names), bound_names(tree)).visit(tree).body
    target: nodes.Expr = nodes.Tuple([nodes.Name(name, "store") for name in names.values()], "store")
    end = nodes.Output([nodes.TemplateData(_END)])
    loop = nodes.For(target, nodes.Name("rows", "load"), [*body, end], [], None, False)
    whole = nodes.Template([loop], lineno=1)
    for node in whole.find_all(nodes.Node):
        if getattr(node, "lineno", None) is None:
            node.lineno = 1
    whole.set_environment(sandbox())
    made = JinjaTemplate.from_code(sandbox(), sandbox().compile(whole), sandbox().make_globals(None))

    def run(columns: Sequence[Sequence[str]], count: int) -> Rows:
        rows: Any = zip(*columns, strict=True) if columns else [()] * count
        context = made.new_context({"rows": rows})
        return "".join(made.root_render_func(context)).split(_END)[:-1]

    return run
