"""专题地图 of a running cockpit: each map once, a click into what lies behind, and back; a phone is wide enough."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from cockpit.catalogue import texts
from cockpit.situation.indicators import REGISTRY
from tests.browser.every_number import followed, unthought_of
from tests.browser.harness.looking import until
from tests.cli.running import Running, cockpit, running
from tests.second_grids import SECOND_GRIDS_TOML, STREET, second_grids

pytestmark = pytest.mark.browser

#: nine reports in the first, three around the second
PLACES = ((119.95, 30.30), (119.80, 30.36))
#: numbers that are followed one by one
WAYS = ["a.counted", "#th-list tr[data-link] td:nth-child(2)", "#th-list tr[data-cluster-row] td:nth-child(2)"]
#: what is a number on this page and leads nowhere
NO_COUNT = {
    "#th-said": "when it was counted, and the sum of what the legend and the list open",
    "svg.th-svg": "the map's own marks, each of which opens what its row beside it opens",
    "#th-legend ul": "the bounds of a class, the share of a kind of way, an area: sums of rows of the list",
    "#th-legend .note": "what counts as one cluster",
    "#th-legend h2": "how many clusters and in all of them, areas: the rows of the list",
    "#th-slot-words": "which hours the slider is at",
    "#th-list tr[data-code] td:last-child": "what the rate beside it is of",
    "#th-list tr[data-cluster-row] small": "how many of the row's events are of its main kind",
    "#th-list tr[data-cluster-row] td:last-child": "how wide a cluster is",
    "#th-list tr[data-patch-row]": "one patch: the ids of its grids and its area",
}


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Nine reports in a heap and three elsewhere, some given out; and the grids of the police beside ours."""
    directory = tmp_path_factory.mktemp("thematic")
    (directory / "data" / "layers.d").mkdir(parents=True)
    (directory / "data" / "layers.d" / "police_grid.toml").write_text(SECOND_GRIDS_TOML, encoding="utf-8")
    with running(directory / "data", "--no-simulate") as started:
        second_grids(directory / "police_grid.geojson")
        _import(directory)
        now = datetime.now(UTC)
        events = [
            {
                "event_id": str(n), "source": "citizen", "category": "event.01.10", "title": f"垃圾堆 {n} 号",
                "lon": PLACES[n > 9][0], "lat": PLACES[n > 9][1] + 0.02 * max(0, n - 9),
                "reported_at": (now - timedelta(minutes=40)).isoformat(),
            }
            for n in range(1, 13)
        ]  # fmt: skip
        steps = [
            {
                "event_id": str(n),
                "source": "citizen",
                "stage": "assigned",
                "unit": unit,
                "at": (now - timedelta(minutes=9)).isoformat(),
            }
            for n, unit in ((1, "仓前街道环卫站"), (2, "仓前街道环卫站"), (3, "区城管局"))
        ]
        with started.client(started.linked_token("admin")) as feed:
            for kind, told in (("events", events), ("transitions", steps)):
                assert feed.post(f"feeds/{kind}", json=told).json()["accepted"] == len(told)
        with started.client(started.linked_token("leader")) as leader:
            until(lambda: len(leader.get("thematic/flows").json()["carriers"]) == 3, "all is folded")
            assert leader.get("thematic/clusters", timeout=120).json()["total"] == 12
            until(lambda: _layer_is_there(leader.get("layers").json()["items"]), "the layer is shown")
        yield started


def _import(directory: Path) -> None:
    done = cockpit("import", "layer", str(directory / "police_grid.geojson"), "--data-dir", str(directory / "data"))
    assert done.returncode == 0, done.stdout + done.stderr


def _layer_is_there(items: list[dict[str, object]]) -> bool:
    return any(item["name"] == "police_grid" and item["total"] for item in items)


def _opened(page: Page, view: str) -> None:
    page.click(f'[data-view="{view}"]')
    expect(page.locator(f'[data-view="{view}"][aria-selected=true]')).to_have_count(1)
    # the first clusters wait for the library that finds them
    expect(page.locator("#th-map[data-state=ready]")).to_have_count(1, timeout=60_000)


def test_each_map_opens_what_lies_behind_it_and_back_comes_back(browser: Browser, up: Running) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(up.links["leader"])
    page.goto(f"{up.url}/thematic")
    expect(page.locator("#th-map[data-state=ready] svg.choropleth path")).to_have_count(12)
    expect(page.locator("#th-said")).to_contain_text("合计 12，其中各区划 12")
    expect(page.locator(".names text", has_text="仓前街道")).to_have_count(1)
    page.locator(f'.th-svg path[data-division="{STREET}"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#th-said")).to_contain_text("合计 9，其中各区划 9")
    expect(page.locator("#th-legend a.counted")).to_have_text("9")
    page.click("#th-legend a.counted")
    expect(page.locator(".ld-tile.chosen")).to_have_attribute("data-numerator", "9")
    expect(page.locator(".ld-list [data-total], .ld-list[data-total]").first).to_have_attribute("data-total", "9")
    page.go_back()
    expect(page.locator("#th-path b")).to_have_text("仓前街道")
    page.go_back()
    expect(page.locator("#th-said")).to_contain_text("合计 12，其中各区划 12")
    expect(page.locator("[data-control=indicator] option")).to_have_count(len(REGISTRY))
    page.select_option("[data-control=indicator]", "complaint_rate")
    expect(page.locator("#th-legend h2")).to_contain_text("/万件")
    page.select_option("[data-control=indicator]", "dwell_community_p90")
    expect(page.locator("#th-legend h2")).to_contain_text("在手")
    page.go_back()
    page.go_back()

    _opened(page, "heat")
    expect(page.locator("#th-slot-words")).to_contain_text("12 件")
    page.locator("#th-slot").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#th-slot-words")).to_contain_text("· 0 件")
    page.keyboard.press("End")
    expect(page.locator("#th-slot-words")).to_contain_text("· 12 件")

    _opened(page, "flows")
    expect(page.locator("#th-said")).to_contain_text(
        "合计 12 = 本地自办 2 + 交上级或部门 1 + 交其他区划 0 + 尚无承办 9"
    )
    page.locator('.node[data-link="any>unit:区城管局"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator(".th-events tr")).to_have_count(1)
    expect(page.locator(".th-events a")).to_have_text("垃圾堆 3 号")
    page.go_back()
    expect(page.locator("#th-list tr[data-link]")).to_have_count(4)

    _opened(page, "clusters")
    expect(page.locator("#th-said")).to_contain_text("合计 12 = 聚集 9 + 零散 3 + 无坐标 0")
    page.click('[data-cluster="0"]')
    expect(page.locator("#th-behind-total")).to_contain_text("共 9 件")
    expect(page.locator(".th-events tr")).to_have_count(9)
    page.reload()
    expect(page.locator(".th-events tr")).to_have_count(9)
    page.click("[data-action=back]")
    page.click('[data-cluster-row="scattered"]')
    expect(page.locator(".th-events tr")).to_have_count(3)

    page.goto(f"{up.url}/thematic?scope={STREET}&view=overlay")
    page.select_option("[data-control=layer]", "police_grid")
    expect(page.locator("#th-map[data-state=ready] .patch.gap")).to_have_count(1)
    expect(page.locator(".patch.double")).to_have_count(1)
    page.locator("[data-patch-row]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".patch.chosen")).to_have_count(1)
    page.goto(f"{up.url}/thematic?view=flows")
    page.locator('.node[data-link="any>unit:区城管局"]').press("Enter")
    page.click(".th-events a")
    expect(page.locator(".ld-event h2")).to_have_text("垃圾堆 3 号")
    assert errors == []


def test_on_a_phone_no_map_makes_the_page_wider(browser: Browser, up: Running) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page.goto(up.links["leader"])
    page.goto(f"{up.url}/thematic?scope={STREET}")
    expect(page.locator("#th-map[data-state=ready]")).to_have_count(1)
    for view in ("choropleth", "heat", "flows", "clusters", "overlay"):
        _opened(page, view)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, view


def test_every_number_of_each_map_opens_what_it_counts(browser: Browser, up: Running) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page.goto(up.links["leader"])
    page.goto(f"{up.url}/thematic?days=7")
    words = list(texts("zh-CN").values())

    def in_the_drill_down(at: Locator, _shown: int) -> int:
        at.click()
        page.wait_for_selector("#leader-list[data-total]")
        total = int(str(page.get_attribute("#leader-list", "data-total")))
        page.go_back()
        page.wait_for_selector("#th-map[data-state=ready]")
        return total

    def beside_the_map(at: Locator, shown: int) -> int:
        at.click()
        expect(page.locator("#th-behind-total")).to_contain_text(f"共 {shown} 件")
        rows = page.locator(".th-events tr").count()
        page.click("[data-action=back]")
        page.wait_for_selector("#th-list tr[data-link], #th-list tr[data-cluster-row]")
        return rows

    for view in ("choropleth", "heat", "flows", "clusters", "overlay"):
        _opened(page, view)
        assert unthought_of(page, WAYS, NO_COUNT, words) == [], view
        if view in ("choropleth", "heat"):
            assert followed(page, "#th-legend a.counted", in_the_drill_down) == [12]
            assert sum(followed(page, "#th-list tr:nth-child(-n+3) a.counted", in_the_drill_down)) == 12
        elif view == "flows":
            assert followed(page, "#th-legend a.counted", in_the_drill_down) == [12]
            followed(page, "#th-list tr[data-link] td:nth-child(2)", beside_the_map)
        elif view == "clusters":
            assert sum(followed(page, "#th-list tr[data-cluster-row] td:nth-child(2)", beside_the_map)) == 12
    page.evaluate("document.querySelector('#th-legend').append('另有 7 件')")
    assert [found.partition(" in ")[0] for found in unthought_of(page, WAYS, NO_COUNT, words)] == ["另有 7 件"]
    page.close()
