"""Finds texts for people that nobody can translate: strings in source that no `tr` has."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

KEYWORDS = {"tr", "trn", "said", "saidn", "mark"}
# Described to Discord, and gathered from there; patterns; names of types.
_ELSEWHERE = {"describe", "Choice", "ContextMenu", "compile", "TypeVar", "cast"}
_REFUSALS = {"Refused"}
"""Exceptions whose text is an answer to a person."""
_LOGS = {"log", "logging"}
# Two words in a row, or what begins as a sentence or a label does.
_WORDS = re.compile(r"[^\W\d_]{2,}[,;:]? [^\W\d_]|^\W*[A-Z][a-z]+\W*$|^\W*[A-Z][a-z]+ ")


def texts(source: str) -> Iterator[tuple[int, str]]:
    """Yield what reads like words for people and is no text of a catalogue: line and text."""
    tree = ast.parse(source)
    parts = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    for node in _visible(tree):
        if isinstance(node, ast.JoinedStr):
            written = [v.value if isinstance(v, ast.Constant) else "…" for v in node.values]
            text = "".join(map(str, written))
        elif isinstance(node, ast.Constant) and id(node) not in parts:
            text = node.value if isinstance(node.value, str) else ""
        else:
            continue
        if _WORDS.search(text):
            yield node.lineno, text


def unreadable(source: str) -> Iterator[int]:
    """Yield the lines of calls whose text can't be gathered: it is put together there."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        places = 2 if node.func.id in {"trn", "saidn"} else 1
        for text in node.args[:places] if node.func.id in KEYWORDS else ():
            if not isinstance(text, ast.Constant | ast.Name | ast.Attribute | ast.Subscript):
                yield node.lineno


def _visible(node: ast.AST) -> Iterator[ast.AST]:
    """Walk a tree but for what no person is shown, and what has words already."""
    yield node
    for child in ast.iter_child_nodes(node):
        if not _is_hidden(child, node):
            yield from _visible(child)


def _is_hidden(node: ast.AST, parent: ast.AST) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()):
            return True  # a docstring
        case ast.Raise():
            return _called(node.exc) not in _REFUSALS
        case ast.Assign(targets=[ast.Name(id="__all__")]) | ast.keyword(arg="group_description"):
            return True  # names; and what Discord is told of
        case ast.Call():
            return _called(node) in _ELSEWHERE or _is_logged(node)
        case ast.Constant():
            return _called(parent) in KEYWORDS
    return _is_annotation(node, parent)


def _is_logged(call: ast.Call) -> bool:
    of = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(of, ast.Name) and of.id in _LOGS


def _is_annotation(node: ast.AST, parent: ast.AST) -> bool:
    of = parent.annotation if isinstance(parent, ast.AnnAssign | ast.arg) else None
    return node is (parent.returns if isinstance(parent, ast.FunctionDef) else of)


def _called(node: ast.AST | None) -> str:
    if not isinstance(node, ast.Call):
        return ""
    name = node.func
    return name.id if isinstance(name, ast.Name) else getattr(name, "attr", "")
