"""The page in a browser: which lines light up, by mouse and by keyboard, in both themes, wide, narrow and printed."""

import base64
import io
import json
import shutil

import pytest

from tests.page.functions import DERIVATIVES, chain_energy, heat, huber, line_of, network, spring_energy, written

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
from selenium.common.exceptions import WebDriverException  # noqa: E402
from selenium.webdriver.common.action_chains import ActionChains  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

CHROMIUM, DRIVER = shutil.which("chromium") or shutil.which("chromium-browser"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="there is no chromium, or no chromedriver")

FLAGS = (
    "headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
    "disable-component-update", "disable-sync", "disable-dev-shm-usage",
)  # fmt: skip


class Browser:
    """A browser that shows one page."""

    def __init__(self, driver):
        self.driver = driver

    def show(self, path, width=1280, height=900, dark=False, media=""):
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        theme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": theme})
        self.driver.get(path.as_uri())
        return self

    def run(self, script, *args):
        return self.driver.execute_script(script, *args)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def hover(self, selector):
        ActionChains(self.driver, duration=0).move_to_element(self.find(selector)).perform()

    def click(self, selector):
        ActionChains(self.driver, duration=0).move_to_element(self.find(selector)).click().perform()

    def press(self, *keys):
        ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    def lit(self, side):
        """The texts of the lines that are lit, and told to be selected."""
        script = "return [...document.querySelectorAll(arguments[0])].map((e) => e.lastElementChild.textContent.trim())"
        lines = self.run(script, f"#{side} li.lit")
        assert lines == self.run(script, f"#{side} li[aria-selected=true]")
        return lines

    def seen(self, selector):
        """True for an element that is inside of the window of its column, and of the page's."""
        return self.run(
            "const e = document.querySelector(arguments[0]).getBoundingClientRect();"
            "const c = document.querySelector(arguments[0]).closest('.column').getBoundingClientRect();"
            "return e.top >= c.top && e.bottom <= c.bottom && e.bottom <= innerHeight && e.top >= 0",
            selector,
        )

    @property
    def active(self):
        return self.run("return document.activeElement.id")

    @property
    def card(self):
        return self.find("#card").text

    def log(self):
        return [entry["message"] for entry in self.driver.get_log("browser")]


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    options = webdriver.ChromeOptions()
    for flag in FLAGS:
        options.add_argument(f"--{flag}")
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    options.binary_location = CHROMIUM
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    try:
        found = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    except WebDriverException as error:
        pytest.skip(f"the browser does not start: {error.msg}")
    yield found
    found.quit()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    return {name: written(name, folder, f"{name}.html") for name in DERIVATIVES}


@pytest.fixture
def browser(driver):
    found = Browser(driver)
    yield found
    assert found.log() == []  # neither errors nor warnings, the policy's among them


def left(function, text, number=0):
    return f"#l{number}-{line_of(function, text)}"


def test_pointing_at_a_line_lights_what_belongs_to_it(browser, pages):
    browser.show(pages["heat"])
    assert browser.lit("left") == browser.lit("right") == []
    browser.hover(left(heat, "u[1:-1] ="))
    assert [line.split(" = ")[0] for line in browser.lit("left")] == ["u[1:-1]"]
    assert [line.split(" ")[0] for line in browser.lit("right")] == [
        "u_stack.append(u[1:-1].copy())", "u[1:-1]", "#", "u[1:-1]", "total", "dtotal", "dprod", "dtotal2", "dalpha",
        "du[2:]", "du[1:-1]", "du[:-2]", "du[1:-1]",
    ]  # fmt: skip
    browser.hover(left(heat, "return"))
    assert browser.lit("right") == ["# return (u ** 2).sum()", "du = 2 * u"]
    assert "2⋅u" in browser.card.replace(" ", "").replace("\n", "")
    browser.hover("h1")
    assert browser.lit("left") == browser.lit("right") == []


def test_pointing_at_the_generated_side_lights_yours(browser, pages):
    browser.show(pages["network"])
    row = browser.run(
        "return [...document.querySelectorAll('#right li')].find((e) => e.textContent.includes('da = dh')).id"
    )
    browser.hover(f"#{row}")
    assert browser.lit("left") == ["h = np.tanh(a)"]
    assert "keeps h_stack" in browser.card.lower()
    assert browser.run("return document.querySelectorAll('#card math msup').length") >= 1


def test_a_helper_s_lines_light_in_both_of_its_functions(browser, pages):
    browser.show(pages["chain_energy"])
    browser.hover(left(spring_energy, "total +=", number=1))
    assert browser.lit("left") == ["total += (q[axis] - p[axis]) ** 2"]
    lit = "return [...document.querySelectorAll('#right li.lit')]"
    titles = f"{lit}.map((e) => e.closest('section').firstElementChild.textContent)"
    found = list(dict.fromkeys(browser.run(titles)))
    assert [title.rstrip("2") for title in found if not title.endswith("2")] == [
        "forward_spring_energy", "backward_spring_energy",
    ]  # fmt: skip
    browser.hover(left(chain_energy, "energy +="))
    assert not set(browser.run(titles)) - {"grad_chain_energy"}


def test_a_branch_with_an_early_return(browser, pages):
    browser.show(pages["huber"])
    browser.hover(left(huber, "return 0.5"))
    assert browser.lit("right") == ["# return 0.5 * size ** 2", "dsize = size"]
    browser.hover(left(huber, "if size"))
    assert "if size <= delta:" in browser.lit("right")


def test_a_click_keeps_lines_lit_until_escape(browser, pages):
    browser.show(pages["heat"])
    browser.click(left(heat, "return"))
    browser.hover(left(heat, "u = u0"))
    assert "du = 2 * u" in browser.lit("right")
    browser.press(Keys.ESCAPE)
    browser.hover(left(heat, "u[1:-1] ="))
    assert "du = 2 * u" not in browser.lit("right") != []


def test_the_keyboard_reaches_everything(browser, pages):
    browser.show(pages["heat"])
    browser.press(Keys.TAB)
    assert browser.run("return document.activeElement.className") == "skip"
    first = heat.__code__.co_firstlineno
    for _ in range(10):  # what stands before the listing, and then the listing itself, once
        browser.press(Keys.TAB)
        if browser.active.startswith("l0-"):
            break
    assert browser.active == f"l0-{first}"
    outline = browser.run("const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth]")
    assert outline == ["solid", "3px"]
    browser.press(Keys.ARROW_DOWN, Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    assert browser.active == f"l0-{first + 3}" and len(browser.lit("right")) == 13
    browser.press(Keys.ARROW_RIGHT)
    assert browser.active.startswith("r0-") and browser.lit("left")[0].startswith("u[1:-1] =")
    browser.press(Keys.END)
    assert browser.lit("right")[-1] == "return du0, dalpha" and browser.seen(f"#{browser.active}")
    browser.press(Keys.HOME, Keys.ARROW_LEFT, Keys.ARROW_UP)
    assert browser.active == f"l0-{first}"
    browser.press(Keys.END, Keys.ENTER, Keys.HOME, Keys.ESCAPE)
    assert browser.lit("left") == []
    browser.press(Keys.TAB)
    assert browser.active.startswith("r0-")


def test_a_counterpart_that_is_out_of_sight_is_brought_into_it(browser, pages):
    browser.show(pages["chain_energy"], height=600)
    browser.click(left(spring_energy, "return 0.5", number=1))
    assert browser.seen("#right li.back.lit") and browser.seen(left(spring_energy, "return 0.5", number=1))


def test_a_link_leads_to_its_line(browser, pages):
    browser.show(pages["heat"])
    browser.run("document.querySelector('tbody a').click()")
    assert browser.active == left(heat, "u[1:-1] =")[1:] and browser.lit("right") != []


def test_a_node_of_the_graph_lights_its_line(browser, pages):
    browser.show(pages["huber"])
    node = "return [...document.querySelectorAll('.graph g')].find((e) => e.lastElementChild.textContent === 'sqrt')"
    browser.run(f"{node}.dispatchEvent(new MouseEvent('click'))".replace("return ", "", 1))
    assert browser.lit("left") == ["size = np.sqrt((r ** 2).sum())"]
    assert browser.run("return document.querySelectorAll('.graph g.lit').length") >= 3


def picture(browser):
    imread = pytest.importorskip("matplotlib.image").imread
    return imread(io.BytesIO(base64.b64decode(browser.driver.get_screenshot_as_base64())))[..., :3]


@pytest.mark.parametrize("width, dark", [(1280, False), (1280, True), (400, True)])
def test_it_fits_the_screen_in_both_themes(browser, pages, width, dark):
    browser.show(pages["network"], width, 800, dark)
    browser.click(left(network, "h = np.tanh"))
    assert browser.run("return document.documentElement.scrollWidth") <= width
    shown = picture(browser)
    assert shown.shape[1] == width and bool(shown.mean() < 0.4) is dark
    assert len({tuple(pixel) for pixel in (shown[::3, ::3].reshape(-1, 3) * 255).astype(int)}) > 40
    assert all(browser.seen(s) for s in (left(network, "h = np.tanh"), "#right li.back.lit"))


def test_printed_it_shows_all_of_the_text(browser, pages):
    browser.show(pages["chain_energy"], 800, 1000, media="print")
    hidden = "return [...document.querySelectorAll('.column')].some((e) => e.scrollHeight > e.clientHeight + 2)"
    assert browser.run(hidden) is False
    assert browser.run("return getComputedStyle(document.querySelector('#card')).display") == "none"


def test_nothing_is_asked_of_the_network(browser, driver, pages):
    driver.get_log("performance")
    browser.show(pages["network"])
    browser.click(left(network, "h = np.tanh"))
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    asked = {m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"}
    assert asked == {pages["network"].as_uri()}


def test_the_policy_stops_any_other_script(driver, pages):
    browser = Browser(driver).show(pages["network"])
    added = "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s);"
    browser.run(added)
    assert browser.run("return window.ran === undefined")
    assert any("Content Security Policy" in message for message in browser.log())
