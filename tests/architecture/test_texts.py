"""Texts: every text that a person reads comes from the catalogue, in both languages."""

import ast
import re

from cockpit.catalogue import LANGS, texts
from tests.architecture.source import PROJECT, docstrings, told, tree_of

HAN = re.compile(r"[\u3400-\u9fff]")
#: a comment on the line of a string that no person reads, such as a suffix that is looked for in names
NOT_A_TEXT = "# not a text:"
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
            constants = [n for n in ast.walk(tree) if isinstance(n, ast.Constant) and n not in spoken]
            lines = path.read_text(encoding="utf-8").splitlines()
            found += [
                f"{told(path)}:{n.lineno} {n.value!r}"
                for n in constants
                if HAN.search(str(n.value)) and NOT_A_TEXT not in lines[n.lineno - 1]
            ]
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


def test_both_languages_have_the_same_texts_with_the_same_placeholders():
    first, *others = (texts(lang) for lang in LANGS)
    for other in others:
        assert set(first) == set(other)
        assert not [key for key in first if _placeholders(first[key]) != _placeholders(other[key])]


def _placeholders(text):
    return set(re.findall(r"{(\w*)", text))
