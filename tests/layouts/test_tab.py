"""浏览器标签: a tab is called in the language of its page, and an address that there is none of says so."""

import dash
import pytest
from dash import html
from flask import Flask

from callbacks import unknown
from cockpit.services.city import City
from layouts.tab import TabDash, lang_asked, tab_title
from tests.layouts.trees import words

_ROUTER = "/_dash-update-component"


@pytest.fixture
def app() -> Flask:
    return Flask(__name__)


@pytest.mark.parametrize(
    ("search", "lang"), [("?lang=en", "en"), ("?scope=1&lang=en", "en"), ("?lang=xx", "zh-CN"), ("", "zh-CN")]
)
def test_the_document_and_the_router_of_dash_ask_for_the_same_language(app: Flask, search: str, lang: str) -> None:
    with app.test_request_context(f"/duty{search}"):
        assert lang_asked() == lang
    told = {"inputs": [{"property": "pathname", "value": "/duty"}, {"property": "search", "value": search}]}
    with app.test_request_context(_ROUTER, method="POST", json=told):
        assert lang_asked() == lang


@pytest.mark.parametrize("body", [[], {}, {"inputs": None}, {"inputs": [None, {"property": "search"}]}, "text"])
def test_a_request_that_says_nothing_of_a_language_is_chinese(app: Flask, body: object) -> None:
    with app.test_request_context(_ROUTER, method="POST", json=body):
        assert lang_asked() == "zh-CN"


def test_a_tab_is_called_in_the_language_of_its_page(app: Flask) -> None:
    title = tab_title(City.empty(tz="Asia/Shanghai"), "desk.title")
    with app.test_request_context("/duty?lang=en"):
        assert title() == "Duty desk · Governance on one map"
    with app.test_request_context("/duty"):
        assert title() == "值班席 · 社会治理一张图"


def test_the_document_says_its_language() -> None:
    page = TabDash(__name__, update_title="")
    page.layout = html.Div()
    assert '<html lang="en">' in page.server.test_client().get("/?lang=en").text
    assert '<html lang="zh-CN">' in page.server.test_client().get("/").text


def test_an_address_that_there_is_none_of_says_so_and_leads_back() -> None:
    dash.page_registry.clear()
    TabDash(__name__, use_pages=True, pages_folder="")
    unknown.register(City.empty(tz="Asia/Shanghai"))
    page = dash.page_registry["not_found_404"]["layout"]
    assert "没有这一页" in words(page()) and "回到大屏" in words(page())
    assert "There is no such page" in words(page(lang="en"))
    dash.page_registry.clear()
