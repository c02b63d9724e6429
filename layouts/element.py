"""元素: Dash's html components as the plain data they become on the wire.

Panels are rendered once a second for every scope, language and stage that somebody looks at. A `dash.html`
object checks its arguments each time and costs ten times as much as the dictionary it is sent as, so panels are
built as those dictionaries at once. They mix freely with Dash components: `html.Div(div("…"))`.
"""

from typing import Any

_NAMESPACE = "dash_html_components"

#: a component as data, a text, or a list of them
Tree = Any


def _element(kind: str, children: Tree, props: dict[str, Any]) -> dict[str, Any]:
    props["children"] = children
    return {"props": props, "type": kind, "namespace": _NAMESPACE}


def div(children: Tree = None, /, **props: Any) -> Tree:
    return _element("Div", children, props)


def span(children: Tree = None, /, **props: Any) -> Tree:
    return _element("Span", children, props)


def i(children: Tree = None, /, **props: Any) -> Tree:
    return _element("I", children, props)


def b(children: Tree = None, /, **props: Any) -> Tree:
    return _element("B", children, props)


def a(children: Tree = None, /, **props: Any) -> Tree:
    return _element("A", children, props)


def small(children: Tree = None, /, **props: Any) -> Tree:
    return _element("Small", children, props)


def li(children: Tree = None, /, **props: Any) -> Tree:
    return _element("Li", children, props)


def h1(children: Tree = None, /, **props: Any) -> Tree:
    return _element("H1", children, props)


def h2(children: Tree = None, /, **props: Any) -> Tree:
    return _element("H2", children, props)


def button(children: Tree = None, /, **props: Any) -> Tree:
    return _element("Button", children, {"type": "button", **props})


def header(children: Tree = None, /, **props: Any) -> Tree:
    return _element("Header", children, props)
