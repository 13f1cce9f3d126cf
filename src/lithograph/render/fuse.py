"""A snippet as one Python expression over loop variables. Knows nothing about columns or errors.

Text and slots become an f-string; `if` becomes a conditional expression inside it, as far as its test is made of
slots, constants, `not`, `and`, `or` and comparisons. Everything is built as a syntax tree: nothing that stands in a
template is ever quoted into source. A snippet with more in it (`for`, filters, `set`) has no such expression.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from jinja2 import nodes

from lithograph.render.sandbox import Slot, slot_of

_COMPARISONS: dict[str, type[ast.cmpop]] = {"eq": ast.Eq, "ne": ast.NotEq, "in": ast.In, "notin": ast.NotIn}
_NO_LOCALS: frozenset[str] = frozenset()

Names = Mapping[Slot, str]
Parts = list[ast.Constant | ast.FormattedValue]


def text_of(pieces: Sequence[str | Slot], names: Names) -> ast.expr:
    """The f-string of texts and slots."""
    parts: Parts = [
        ast.Constant(piece) if isinstance(piece, str) else _value(_variable(piece, names)) for piece in pieces if piece
    ]
    return ast.JoinedStr(list(parts))


def expression_of(tree: nodes.Template, names: Names) -> ast.expr | None:
    """The expression of a whole snippet, or None where it has none."""
    parts = _body(tree.body, names)
    return None if parts is None else ast.JoinedStr(list(parts))


def _variable(slot: Slot, names: Names) -> ast.Name:
    return ast.Name(names[slot], ast.Load())


def _value(expression: ast.expr) -> ast.FormattedValue:
    return ast.FormattedValue(expression, -1)


def _body(body: Sequence[nodes.Node], names: Names) -> Parts | None:
    parts: Parts = []
    for node in body:
        more = _output(node, names) if isinstance(node, nodes.Output) else _choice(node, names)
        if more is None:
            return None
        parts += more
    return parts


def _output(node: nodes.Output, names: Names) -> Parts | None:
    parts: Parts = []
    for part in node.nodes:
        slot = slot_of(part, _NO_LOCALS)
        if isinstance(part, nodes.TemplateData):
            parts.append(ast.Constant(part.data))
        elif slot is not None and slot in names:
            parts.append(_value(_variable(slot, names)))
        else:
            return None
    return parts


def _choice(node: nodes.Node, names: Names) -> Parts | None:
    """`if … elif … else …` as a conditional expression."""
    if not isinstance(node, nodes.If):
        return None
    otherwise = _body(node.else_, names)
    if otherwise is None:
        return None
    chosen: ast.expr = ast.JoinedStr(list(otherwise))
    for branch in [*reversed(node.elif_), node]:
        test, body = _test(branch.test, names), _body(branch.body, names)
        if test is None or body is None:
            return None
        chosen = ast.IfExp(test, ast.JoinedStr(list(body)), chosen)
    return [_value(chosen)]


def _test(node: nodes.Node, names: Names) -> ast.expr | None:
    slot = slot_of(node, _NO_LOCALS)
    if slot is not None and slot in names:
        return _variable(slot, names)
    if isinstance(node, nodes.Const) and isinstance(node.value, (str, bool, int)):
        return ast.Constant(node.value)
    if isinstance(node, nodes.Not):
        inner = _test(node.node, names)
        return None if inner is None else ast.UnaryOp(ast.Not(), inner)
    if isinstance(node, (nodes.And, nodes.Or)):
        left, right = _test(node.left, names), _test(node.right, names)
        operator = ast.And() if isinstance(node, nodes.And) else ast.Or()
        return None if left is None or right is None else ast.BoolOp(operator, [left, right])
    if isinstance(node, nodes.Compare) and len(node.ops) == 1 and node.ops[0].op in _COMPARISONS:
        left, right = _test(node.expr, names), _test(node.ops[0].expr, names)
        if left is not None and right is not None:
            return ast.Compare(left, [_COMPARISONS[node.ops[0].op]()], [right])
    return None


def loop_of(expression: ast.expr, variables: Sequence[str]) -> ast.Expression:
    """`lambda columns, count: [expression for variables in zip(columns…)]`, ready to be compiled."""
    names = [ast.Name(name, ast.Store()) for name in variables]
    columns: list[ast.expr] = [
        ast.Subscript(ast.Name("columns", ast.Load()), ast.Constant(i), ast.Load()) for i in range(len(names))
    ]
    if len(names) == 1:
        loop = ast.comprehension(names[0], columns[0], [], 0)
    else:
        zipped = ast.Call(ast.Name("zip", ast.Load()), columns, [])
        loop = ast.comprehension(ast.Tuple(list(names), ast.Store()), zipped, [], 0)
    arguments = ast.arguments([], [ast.arg("columns"), ast.arg("count")], None, [], [], None, [])
    return ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, ast.ListComp(expression, [loop]))))
