"""Trees as data: what a test asks of them."""

from collections.abc import Iterator
from typing import Any

from dash.development.base_component import Component


def plain(tree: Any) -> Any:
    """Dash components and element dictionaries alike as plain data."""
    if isinstance(tree, Component):
        return plain(tree.to_plotly_json())
    if isinstance(tree, dict):
        return {key: plain(value) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [plain(item) for item in tree]
    return tree


def nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """The props of every component in a tree, outermost first."""
    tree = plain(tree)
    if isinstance(tree, list):
        for item in tree:
            yield from nodes(item)
    elif isinstance(tree, dict) and "props" in tree:
        yield {"type": tree["type"], **tree["props"]}
        yield from nodes(tree["props"].get("children"))


def words(tree: Any) -> str:
    """All texts of a tree, one after the other."""
    tree = plain(tree)
    if isinstance(tree, list):
        return "".join(words(item) for item in tree)
    if isinstance(tree, dict):
        return words(tree["props"].get("children")) if "props" in tree else ""
    return "" if tree is None else str(tree)


def having(tree: Any, attribute: str, value: str | None = None) -> list[dict[str, Any]]:
    """The components that have an attribute (with a value)."""
    return [n for n in nodes(tree) if attribute in n and (value is None or n[attribute] == value)]


def said(tree: Any, attribute: str, value: str) -> str:
    """What the one component with this attribute says."""
    (found,) = having(tree, attribute, value)
    return words(found["children"])
