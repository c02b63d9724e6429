"""Words: the glossary's names are the code's names, and every setting and room is written down."""

import importlib.metadata
import re
from functools import cache

from cockpit.settings import Settings
from tests.architecture.source import PACKAGES, PROJECT, names_defined, product_files, told, tree_of
from tools.settings_page import PAGE, page


@cache
def _glossary():
    """Rows (Chinese, code words, forbidden words) of the table of words in use."""
    text = (PROJECT / "docs/glossary.md").read_text(encoding="utf-8")
    table = text.partition("## Words in use")[2].partition("## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("|")
    ]
    return [(zh, re.findall(r"`(\w+)`", code), re.findall(r"`(\w+)`", never)) for zh, code, never in rows[2:]]


@cache
def _names():
    return {name: (told(path), line) for path in product_files() for name, line in names_defined(path)}


def _words_of(name):
    """`EventBecameOvertime` and `event_became_overtime` are both event, became, overtime."""
    return [word.lower() for part in name.split("_") for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", part)]


def test_every_word_of_the_glossary_exists_in_the_code():
    missing = [word for _, words, _ in _glossary() for word in words if word not in _names()]
    assert not missing


def test_no_forbidden_word_names_anything():
    forbidden = {tuple(_words_of(word)) for _, _, never in _glossary() for word in never}
    found = [
        f"{path}:{line} {name}: the glossary has another word for {' '.join(wrong)}"
        for name, (path, line) in _names().items()
        for wrong in forbidden
        if wrong in zip(*(_words_of(name)[i:] for i in range(len(wrong))), strict=False)
    ]
    assert not found


def test_nothing_is_called_a_handler_and_nothing_of_ours_a_component():
    wrong = [n for n in _names() if re.match(r"handle_|\w+_handler$|\w+Handler$|Component$", n)]
    assert not wrong, "handling is a stage of an event, and a component is Dash's"


def test_the_page_of_settings_is_what_the_settings_are():
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"
    assert all(info.description for info in Settings.model_fields.values())


def test_no_secret_has_a_default():
    secret = [n for n, info in Settings.model_fields.items() if re.search("secret|password|token|_url$", n)]
    assert not [n for n in secret if Settings.model_fields[n].default not in (None, "")]


def test_every_room_is_in_the_architecture():
    text = (PROJECT / "docs/architecture.md").read_text(encoding="utf-8")
    rooms = {p.parent for p in product_files() if p.name == "__init__.py"}
    outermost = {PROJECT / package for package in PACKAGES}
    top = {room for room in rooms if room in outermost or room.parent == PROJECT / "cockpit"} - {PROJECT / "cockpit"}
    assert not [told(room) for room in top if f"`{told(room)}`" not in text]


def test_each_top_level_name_belongs_to_this_distribution_alone():
    owners = importlib.metadata.packages_distributions()
    for package in PACKAGES:
        assert set(owners.get(package, ["cockpit"])) == {"cockpit"}, package
        assert tree_of(PROJECT / package / "__init__.py").body


def test_no_document_leads_to_a_file_that_is_not_there():
    link = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
    pages = [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")]
    links = [(page, target) for page in pages for target in link.findall(page.read_text(encoding="utf-8"))]
    broken = [f"{told(page)} → {target}" for page, target in links if not (page.parent / target).exists()]
    assert not broken
