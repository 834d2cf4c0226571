"""The sentences that stand in the code, read from its syntax: what the command line says, and what is raised."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

Places = dict[str, str]
"""Sentence, with its gaps: where it stands."""

PYTHONS = ("AttributeError", "KeyError", "LookupError", "OSError", "RuntimeError", "TypeError", "ValueError")
"""Errors of Python: a mistake of the program, never for a person."""


def find_said(files: Iterable[Path]) -> Places:
    """Find what is said by `say`: a text there, or the name of one in the same file."""
    found: Places = {}
    for file, tree in _read(files):
        named = {node.targets[0].id: node.value for node in ast.walk(tree) if _names_a_text(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
                text = node.args[0]
                text = named.get(text.id, text) if isinstance(text, ast.Name) else text
                assert isinstance(text, ast.Constant), f"{file}:{node.lineno}: say() needs the text itself"
                found[text.value] = f"{file}:{node.lineno}"
    return found


def find_raised(files: Iterable[Path]) -> Places:
    """Find the messages of what is raised, a numbered gap for each fact; a message made elsewhere is left out."""
    found: Places = {}
    for file, tree in _read(files):
        for node in ast.walk(tree):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
                name = ast.unparse(node.exc.func).rpartition(".")[2]
                if name == "BadParameter" or (name.endswith("Error") and name not in PYTHONS):
                    found[make_shape(node.exc.args[0])] = f"{file}:{node.lineno}"
    found.pop("{0}", None)
    return found


def find_texts(files: Iterable[Path]) -> set[str]:
    """Find every text of the code, as it stands and as the shape it has when its facts are filled in."""
    found = set()
    for _, tree in _read(files):
        for node in ast.walk(tree):
            if isinstance(node, (ast.Constant, ast.JoinedStr, ast.BinOp)):
                found.add(make_shape(node))
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def find_bare(files: Iterable[Path]) -> Places:
    """Find words that are printed without `say`."""
    found: Places = {}
    for file, tree in _read(files):
        for node in ast.walk(tree):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if name in ("make_table", "mark") or name.endswith((".print", ".add_row", "getpass", "echo")):
                # what follows the words of a mark is its look
                words = node.args[:1] if name == "mark" else node.args
                for text in (*words, *(word.value for word in node.keywords if word.arg == "title")):
                    shape = make_shape(text)
                    if any(letter.isalpha() for letter in _without_marks(shape)):
                        found[shape] = f"{file}:{node.lineno}"
    return found


def make_shape(node: ast.expr) -> str:
    """Write a text as its sentence with numbered gaps."""
    shape, count = "", 0
    for part in _split(node):
        if part is not None:
            shape += part.replace("{", "{{").replace("}", "}}")
        elif not shape.endswith("}") or shape.endswith("}}"):
            shape += f"{{{count}}}"
            count += 1
    return shape


def _split(node: ast.expr) -> Iterator[str | None]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from _split(part)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from _split(node.left)
        yield from _split(node.right)
    else:
        yield None


def _without_marks(shape: str) -> str:
    """Leave out gaps and the marks of rich, ``[bold]``."""
    for opening, closing in ("{}", "[]"):
        pieces = shape.split(opening)
        shape = pieces[0] + "".join(piece.partition(closing)[2] for piece in pieces[1:])
    return shape


def _names_a_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _read(files: Iterable[Path]) -> Iterator[tuple[Path, ast.Module]]:
    for file in files:
        yield file, ast.parse(file.read_text("utf-8"))
