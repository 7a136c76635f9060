"""Sizes of ISF buffers are small sums such as `floor($WIDTH / 2.0)`: read, checked, worked out.

Nothing but arithmetic is understood, whatever a file from somewhere says.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping

_LONGEST = 200
_SUMS: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}
_CALLS: Mapping[str, Callable[..., float]] = {
    "floor": math.floor,
    "ceil": math.ceil,
    "round": round,
    "abs": abs,
    "sqrt": math.sqrt,
    "min": min,
    "max": max,
}


def names_in(text: str) -> set[str]:
    """Return the names a size refers to, without their `$`.

    Raises: ValueError when it is anything but arithmetic.
    """
    if not text.strip():
        return set()
    names: set[str] = set()
    _walk(_tree(text), names)
    return names


def work_out(text: str, names: Mapping[str, float], otherwise: float) -> float:
    """Return what a checked size is now; `otherwise` where there is none or it makes no sense."""
    if not text.strip():
        return otherwise
    try:
        value = _value(_tree(text), names)
    except (ArithmeticError, ValueError, TypeError):
        return otherwise
    return value if math.isfinite(value) else otherwise


def _tree(text: str) -> ast.expr:
    if len(text) > _LONGEST:
        raise ValueError("too long")
    try:
        return ast.parse(text.replace("$", "").strip(), mode="eval").body
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError("not to be understood") from error


def _walk(node: ast.expr, names: set[str]) -> None:
    match node:
        case ast.Constant(value=int() | float()):
            return
        case ast.Name(id=name):
            names.add(name)
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
            _walk(inner, names)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _SUMS:
            _walk(left, names)
            _walk(right, names)
        case ast.Call(func=ast.Name(id=name), args=inner_ones, keywords=[]) if name in _CALLS:
            for inner in inner_ones:
                _walk(inner, names)
        case _:
            raise ValueError("only sums are allowed")


def _value(node: ast.expr, names: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(id=name):
            return float(names.get(name, math.nan))
        case ast.UnaryOp(op=sign, operand=inner):
            value = _value(inner, names)
            return -value if isinstance(sign, ast.USub) else value
        case ast.BinOp(left=left, op=sign, right=right):
            return _SUMS[type(sign)](_value(left, names), _value(right, names))
        case ast.Call(func=ast.Name(id=name), args=inner_ones):
            return float(_CALLS[name](*(_value(inner, names) for inner in inner_ones)))
    raise ValueError("only sums are allowed")
