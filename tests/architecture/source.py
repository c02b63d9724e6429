"""The project's own files, as the rules of this folder look at them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
#: what the wheel carries
PACKAGES = ("cockpit", "layouts", "callbacks", "feeds")


@cache
def python_files() -> tuple[Path, ...]:
    """Every Python file of the four packages, of the tests and of the tools."""
    roots = (*PACKAGES, "tests", "tools")
    return tuple(sorted(p for root in roots for p in (PROJECT / root).rglob("*.py") if "__pycache__" not in p.parts))


@cache
def product_files() -> tuple[Path, ...]:
    """Every Python file that is shipped."""
    return tuple(p for p in python_files() if p.relative_to(PROJECT).parts[0] in PACKAGES)


@cache
def tree_of(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def module_name(path: Path) -> str:
    """`cockpit/domain/stage.py` is `cockpit.domain.stage`."""
    parts = list(path.relative_to(PROJECT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def told(path: Path) -> str:
    """A path as a message shows it."""
    return str(path.relative_to(PROJECT))


def names_defined(path: Path) -> Iterator[tuple[str, int]]:
    """Every name that the file gives to a class, function, argument, attribute or variable, with its line."""
    for node in ast.walk(tree_of(path)):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, node.lineno
            case ast.arg(arg=name):
                yield name, node.lineno
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name, node.lineno


def docstrings(tree: ast.Module) -> set[ast.Constant]:
    """The constants of a file that are documentation."""
    found: set[ast.Constant] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            for statement in node.body[:1]:
                if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                    found.add(statement.value)
    return found
