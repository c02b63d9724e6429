"""Files: each says in its first line what it is, is named by the field's words and stays small."""

import ast
import statistics

import pytest

from tests.architecture.source import PROJECT, product_files, python_files, told, tree_of

FORBIDDEN_MODULE_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "base"}
MEDIAN_LINES = 200
MOST_LINES = 360
#: what joins the rooms: a new concern brings a file of its own and a line here
JOINS = (
    "cockpit/api/register.py", "cockpit/api/openapi.py", "cockpit/web_rooms/__init__.py", "cockpit/web_api.py",
    "cockpit/store/schema/__init__.py", "cockpit/parts.py",
)  # fmt: skip
MOST_LINES_OF_A_JOIN = 150


def test_the_first_line_of_a_file_says_what_it_is():
    silent = [
        told(path)
        for path in python_files()
        if path.read_text(encoding="utf-8").strip() and not (ast.get_docstring(tree_of(path)) or "").strip()
    ]
    assert not silent, f"no docstring: {silent}"


def test_no_module_has_a_name_that_says_nothing():
    named = {part for path in python_files() for part in path.relative_to(PROJECT).with_suffix("").parts}
    assert not named & FORBIDDEN_MODULE_NAMES


def test_half_of_the_files_are_short_and_none_is_long():
    lines = {told(p): len(p.read_text(encoding="utf-8").splitlines()) for p in product_files()}
    assert statistics.median(lines.values()) < MEDIAN_LINES
    assert not {path: n for path, n in lines.items() if n > MOST_LINES}


def test_what_joins_the_rooms_stays_short():
    lines = {name: len((PROJECT / name).read_text(encoding="utf-8").splitlines()) for name in JOINS}
    assert not {name: n for name, n in lines.items() if n > MOST_LINES_OF_A_JOIN}, "a concern joins itself in its room"


def test_no_ignore_goes_without_its_reason():
    unexplained = []
    for path in product_files():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            _, marker, rest = line.partition("# type: ignore")
            if marker and not rest.partition("]")[2].strip():
                unexplained.append(f"{told(path)}:{number}")
    assert not unexplained, "say why beside the ignore"


@pytest.mark.parametrize("suffix", [".js", ".css"])
def test_no_asset_is_minified_or_brought_in_from_elsewhere(suffix):
    for path in (PROJECT / "assets").rglob(f"*{suffix}"):
        assert ".min." not in path.name, told(path)
        longest = max((len(line) for line in path.read_text(encoding="utf-8").splitlines()), default=0)
        assert longest < 600, f"{told(path)} has a line of {longest} characters"
        assert "sourceMappingURL" not in path.read_text(encoding="utf-8"), told(path)


def test_the_changelog_exists_and_tells_what_is_unreleased():
    assert "## Unreleased" in (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
