"""The HTML page in a real browser: pictures, keyboard, search, filters; no errors and no network."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from flowidl.graph.model import END, START, Drawing, Edge, Node, Workflow
from flowidl.report.html import NodeRun, Run, page
from flowidl.report.model import Report
from tests.report.test_source_lines import FINDINGS, REPORT

pytestmark = pytest.mark.browser


def _drawing() -> Drawing:
    mismatched, unbound, _ = FINDINGS
    children = (
        Node("n2/n0", "half", "task", "shop.half", case="if n0.o0 > 3"),
        Node("n2/n1", "<img src=x onerror=alert(1)>", "workflow", "shop.part", case="else"),
    )
    train = Workflow(
        "shop.wf.train",
        nodes=(
            Node("n0", "mix", "task", "shop.wf.mix", types=(("flour", "int"), ("-> o0", "str"))),
            Node("n1", "bake", "task", "shop.wf.bake", findings=(mismatched,)),
            Node("n2", "size", "branch", children=children),
            Node("n3", "each", "array", "shop.wf.each", "for each item"),
            Node("n4", "proof", "sleep", findings=(unbound,)),
        ),
        edges=(
            Edge(START, "n0", "flour", "int"), Edge("n0", "n1", "o0 -> dough", "str"), Edge("n1", "n2"),
            Edge("n2", "n3", "o0 -> x"), Edge("n3", "n4"), Edge("n3", END, "o0"),
        ),
    )  # fmt: skip
    part = Workflow("shop.part", nodes=(Node("n0", "only", "task", "shop.only"),))
    return Drawing((), (), (part, train))


def _open(browser: Chrome, folder: Path, text: str) -> None:
    file = folder / "page.html"
    file.write_text(text, encoding="utf-8")
    _log(browser, "browser")
    _log(browser, "performance")
    browser.get(file.as_uri())
    WebDriverWait(browser, 60).until(
        lambda b: b.find_element(By.TAG_NAME, "html").get_attribute("data-ready") == "true"
    )


def _assert_quiet(browser: Chrome) -> None:
    """Fail if the page complained, or asked for anything but itself."""
    assert _log(browser, "browser") == []
    for entry in _log(browser, "performance"):
        message = json.loads(entry["message"])["message"]
        asked = message["params"].get("documentURL", "").startswith("file:")
        if message["method"] == "Network.requestWillBeSent" and asked:
            url = message["params"]["request"]["url"]
            assert url.startswith(("file:", "data:")), url


def _log(browser: Chrome, kind: str) -> list[dict[str, str]]:
    log: Any = browser
    found: list[dict[str, str]] = log.get_log(kind)
    return found


def _run(browser: Chrome, script: str) -> Any:
    """Run a script in the page; the driver's own types do not say what it gives."""
    driver: Any = browser
    return driver.execute_script(script)


def _one(browser: Chrome, selector: str) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, selector)


def _drawn(browser: Chrome) -> set[str]:
    def found(b: Chrome) -> set[str]:
        script = "return [...document.querySelectorAll('#graph .node')].map((node) => node.dataset.path)"
        paths: list[str] = _run(b, script)
        return set(paths)

    return WebDriverWait(browser, 30).until(found)


def test_the_picture_of_the_worst_workflow(browser: Chrome, pages: Path) -> None:
    _open(browser, pages, page(REPORT, _drawing()))
    assert _one(browser, "#picture-title").text == "workflow shop.wf.train"
    assert _drawn(browser) == {
        "inputs", "n0", "n1", "n2", "n2/n0", "n2/n1", "n3", "n4", "outputs",
    }  # fmt: skip
    assert "error" in str(_one(browser, "[data-path=n1]").get_attribute("class"))
    assert "warning" in str(_one(browser, "[data-path=n4]").get_attribute("class"))
    _assert_quiet(browser)


def test_the_keyboard_reaches_everything(browser: Chrome, pages: Path) -> None:
    _open(browser, pages, page(REPORT, _drawing()))
    _drawn(browser)
    graph = _one(browser, "#graph")
    for key in (Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_DOWN):
        graph.send_keys(key)
    side = _one(browser, "#side")
    assert side.is_displayed()
    assert "bake" in side.text
    assert "o0 -> dough: str from n0" in side.text
    assert "FI420" in side.text
    assert "bake" in str(_one(browser, "#said").get_attribute("textContent"))
    graph.send_keys("+", "-", "0", Keys.ESCAPE)
    assert not side.is_displayed()
    _one(browser, "body").send_keys("/")
    assert browser.switch_to.active_element.get_attribute("id") == "search"
    _assert_quiet(browser)


def test_search_and_filters(browser: Chrome, pages: Path) -> None:
    _open(browser, pages, page(REPORT, _drawing()))
    _one(browser, "#search").send_keys("n4")
    shown = [f for f in browser.find_elements(By.CSS_SELECTOR, ".finding") if f.is_displayed()]
    assert ["n4" in finding.text for finding in shown] == [True]
    assert _one(browser, "#hits a").text.startswith("proof (n4)")
    _one(browser, "#search").clear()
    _one(browser, "#search").send_keys(Keys.BACKSPACE)
    _one(browser, "#show-warning").click()
    shown = [f for f in browser.find_elements(By.CSS_SELECTOR, ".finding") if f.is_displayed()]
    assert len(shown) == 1
    assert _one(browser, "#shown").text == "1 of 3 shown"
    _assert_quiet(browser)


def test_a_click_on_a_node_leads_to_its_finding_and_its_rule(browser: Chrome, pages: Path) -> None:
    _open(browser, pages, page(REPORT, _drawing()))
    _drawn(browser)
    _one(browser, "#graph").send_keys(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ENTER)
    _one(browser, "#side li a").click()
    assert browser.current_url.endswith("#finding-0")
    _one(browser, "#finding-0 h3 a").click()
    assert browser.current_url.endswith("#rule-FI420")
    _assert_quiet(browser)


def test_light_and_dark(browser: Chrome, pages: Path) -> None:
    _open(browser, pages, page(REPORT, _drawing()))
    color = "return getComputedStyle(document.body).backgroundColor"
    before = _run(browser, color)
    _one(browser, "#theme").click()
    assert _run(browser, color) != before
    _assert_quiet(browser)


def test_what_ran(browser: Chrome, pages: Path) -> None:
    run = Run(
        "shop.wf.train", "failed", 3.0,
        (
            NodeRun("n0", "shop.wf.mix", "succeeded", 1.0),
            NodeRun("n1", "shop.wf.bake", "failed", 2.0, 3, "no <b>"),
        ),
        "ValueError: no <b>",
    )  # fmt: skip
    _open(browser, pages, page(None, _drawing(), run))
    _drawn(browser)
    _one(browser, "td a[data-path=n1]").click()
    assert "failed" in _one(browser, "#side").text
    assert len(browser.find_elements(By.CSS_SELECTOR, "#graph circle")) == 2
    assert "no <b>" in _one(browser, "#run").text
    _assert_quiet(browser)


def test_a_report_without_pictures(browser: Chrome, pages: Path) -> None:
    _open(browser, pages, page(Report()))
    assert "No findings" in _one(browser, "#findings").text
    _assert_quiet(browser)


@pytest.mark.parametrize("shape", ["chain", "wide", "layered", "ring"])
def test_five_thousand_nodes_stay_usable(browser: Chrome, pages: Path, shape: str) -> None:
    befores: dict[str, Callable[[int], list[int]]] = {
        "chain": lambda i: [i - 1] if i else [],
        "wide": lambda i: [],
        "layered": lambda i: [j for j in (i - 1, i - 7, i - 43) if j >= 0],
        "ring": lambda i: [(i - 1) % 5000],
    }
    nodes = tuple(Node(f"n{i}", f"step {i}", "task", f"big.step_{i}") for i in range(5000))
    edges = tuple(Edge(f"n{j}", f"n{i}", "x") for i in range(5000) for j in befores[shape](i))
    _open(browser, pages, page(None, Drawing((), (), (Workflow("big", nodes=nodes, edges=edges),))))
    assert _drawn(browser)
    assert len(browser.find_elements(By.CSS_SELECTOR, "#graph *")) < 5000
    _one(browser, "#zoom-fit").click()
    _one(browser, "#search").send_keys("step 4321")
    _one(browser, "#hits a").click()
    assert "n4321" in _one(browser, "#side").text
    assert "n4321" in _drawn(browser)
    _assert_quiet(browser)
