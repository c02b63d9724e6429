"""Texts: every text that a person reads comes from the catalogue, in both languages."""

import ast
import re

from tests.architecture.source import PROJECT, docstrings, told, tree_of

HAN = re.compile(r"[\u3400-\u9fff]")
#: JavaScript: a string or template is kept, a comment or a regular expression's slash is not
_JS_TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<text>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)""", re.S
)


def test_layouts_and_callbacks_hold_no_text_of_their_own():
    found = []
    for room in ("layouts", "callbacks"):
        for path in (PROJECT / room).rglob("*.py"):
            tree = tree_of(path)
            spoken = docstrings(tree)
            for node in ast.walk(tree):
                if node not in spoken and isinstance(node, ast.Constant) and HAN.search(str(node.value)):
                    found.append(f"{told(path)}:{node.lineno} {node.value!r}")
    assert not found, "these belong into cockpit/catalogue"


def test_scripts_hold_no_text_of_their_own():
    found = []
    for path in (PROJECT / "assets").rglob("*.js"):
        tokens = _JS_TOKEN.finditer(path.read_text(encoding="utf-8"))
        found += [f"{told(path)} {t['text'][:60]}" for t in tokens if t["text"] and HAN.search(t["text"])]
    assert not found, "these belong into cockpit/catalogue"


def test_style_sheets_hold_no_text():
    for path in (PROJECT / "assets").rglob("*.css"):
        without_comments = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
        texts = re.findall(r"content\s*:\s*[\"'][^\"']*", without_comments)
        assert not [text for text in texts if HAN.search(text)], told(path)
