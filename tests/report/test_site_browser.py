"""The site in a real browser: sort, filter, columns, deep links, themes, a phone, no complaints."""

import pytest
from chromium import Browser, found
from site_runs import HOSTILE, run_pack

from tscbench.report.site import write_site

pytestmark = [pytest.mark.slow, pytest.mark.skipif(found() is None, reason="no Chromium here")]

PAPER = {"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 28)"}
INK = {"light": "rgb(27, 35, 48)", "dark": "rgb(230, 234, 240)"}
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("site")
    generators = ("munge(p=0.5, s=1)", "kde", f"gen{HOSTILE}", *(f"g{i}" for i in range(6)))
    write_site(
        out,
        [run_pack(generators=generators, failing="kde"), run_pack("second", generators=("kde",))],
    )
    return out


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    one = Browser(tmp_path_factory.mktemp("chromium"))
    yield one
    one.close()


@pytest.fixture
def page(browser, site):
    """Opens a page of the site; whatever it asked for must be a file, and nothing may be wrong."""
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
    browser.open((site / "index.html").as_uri())
    browser.run("localStorage.clear()")

    def go(place="index.html", *, width=1280, dark=False):
        path, mark, state = place.partition("#")
        browser.screen(width, 900, dark=dark)
        browser.open((site / path).as_uri() + mark + state)
        return browser

    yield go
    assert not browser.complaints()
    assert browser.requests()
    assert all(address.startswith(("file:", "data:")) for address in browser.requests())


def column(browser, table, name):
    """The texts of a column of the rows that are shown, from the top."""
    return browser.run(f"""(() => {{
        const table = document.getElementById({table!r});
        const heads = [...table.tHead.rows[0].cells].map((head) => head.dataset.name);
        const rows = [...table.tBodies[0].rows].filter((row) => row.offsetParent !== null);
        return rows.map((row) => row.cells[heads.indexOf({name!r})].textContent.trim());
    }})()""")


def click(browser, selector):
    browser.run(f"document.querySelector({selector!r}).click()")


def head(table, name):
    return f'#{table} th[data-name="{name}"]'


def choose(browser, selector, value):
    browser.run(f"""(() => {{
        const box = document.querySelector({selector!r});
        box.value = {value!r};
        box.dispatchEvent(new Event(box.tagName === "SELECT" ? "change" : "input"));
    }})()""")


def test_a_click_or_a_key_sorts_and_a_second_turns_it_round(page):
    browser = page()
    assert column(browser, "methods", "#")[0] == "1"
    click(browser, head("methods", "auc") + " button")
    down = [float(text) for text in column(browser, "methods", "auc") if text != "–"]
    assert down == sorted(down, reverse=True) and len(set(down)) == 9
    shown = f"document.querySelector({head('methods', 'auc')!r}).ariaSort"
    assert browser.run(shown) == "descending"
    click(browser, head("methods", "auc") + " button")
    texts = column(browser, "methods", "auc")
    up = [float(text) for text in texts if text != "–"]
    assert up == sorted(up) and texts[-1] == "–", "what has no score is last either way"
    assert browser.run("document.querySelectorAll('#methods [aria-sort]').length") == 1
    assert browser.run("location.hash") == "#methods.sort=auc"
    browser.run(f"document.querySelector({(head('methods', 'method') + ' button')!r}).focus()")
    browser.key("Enter", "\r")
    names = column(browser, "methods", "method")
    assert browser.run("location.hash") == "#methods.sort=method"
    assert names == sorted(names, key=str.lower)
    assert browser.run("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_long_tables_are_folded_until_they_are_asked_for_or_narrowed(page):
    browser = page()
    rows = browser.run("document.querySelectorAll('#every tbody tr').length")
    first = column(browser, "every", "dataset")
    assert len(first) == 12 < rows
    click(browser, head("every", "auc") + " button")
    scores = [float(text.partition(" ")[0]) for text in column(browser, "every", "auc")]
    assert len(scores) == 12 and scores == sorted(scores, reverse=True)
    more = "[...document.querySelectorAll('.fold')].find((b) => b.textContent.includes({rows}))"
    browser.run(more.replace("{rows}", f"'all {rows} rows'") + ".click()")
    assert len(column(browser, "every", "dataset")) == rows
    assert "every.all=1" in browser.run("location.hash")


def test_filters_narrow_rows_and_say_how_many_are_left(page):
    browser = page("index.html#every.all=1")
    everything = column(browser, "every", "dataset")
    bar = ".bar:has(+ .scroll #every)"
    choose(browser, f'{bar} select[aria-label="Only rows of one dataset"]', "there")
    there = column(browser, "every", "dataset")
    assert set(there) == {"there"} and len(there) == len(everything) / 2
    said = "[...document.querySelectorAll('.bar')].at(-1).querySelector('output').textContent"
    choose(browser, '.bar input[aria-label="Filter rows of every"]', "MUNGE n_trees=5")
    assert len(column(browser, "every", "dataset")) == 1
    assert browser.run(said) == f"1 of {len(everything)} rows"
    assert "every.dataset=there" in browser.run("location.hash")
    shown = f"document.querySelector({head('every', 'accuracy')!r}).offsetParent !== null"
    assert browser.run(shown)
    click(browser, '[aria-label="Filter rows of every"] ~ details [value="accuracy"]')
    assert not browser.run(shown) and "every.hide=accuracy" in browser.run("location.hash")


def test_a_link_leads_to_what_another_reader_saw_and_nonsense_does_no_harm(page):
    state = "methods.sort=method&every.dataset=there&every.hide=accuracy&every.q=munge"
    browser = page(f"index.html#{state}")
    names = column(browser, "methods", "method")
    assert names[0].startswith("g0") and len(names) == 10
    assert len(column(browser, "every", "dataset")) == 2
    box = "document.querySelector('input[type=search][aria-label$=every]').value"
    assert browser.run(box) == "munge"
    browser.run("location.hash = '#every.dataset=here'")
    browser.run("new Promise((done) => setTimeout(done, 50))")
    here = column(browser, "every", "dataset")
    assert set(here) == {"here"} and len(here) > 2
    state = f"every.sort=-nothing&every.hide=~~x&nowhere.q=1&every.q=%3Cimg%3E&{HOSTILE}"
    browser = page(f"index.html#{state.replace('#', '')}")
    assert column(browser, "every", "dataset") == []
    assert browser.run("document.querySelectorAll('img').length") == 0


@pytest.mark.parametrize("dark", [False, True])
def test_the_theme_follows_the_system_until_the_reader_chooses(page, dark):
    first, other = ("dark", "light") if dark else ("light", "dark")
    browser = page(dark=dark)
    assert browser.run(BACKGROUND) == PAPER[first]
    click(browser, ".top button")
    assert browser.run(BACKGROUND) == PAPER[other]
    title = "document.querySelector(`figure .fig text[style*='700']`)"
    ink = browser.run(f"getComputedStyle({title}).fill")
    assert ink == INK[other], "figures follow"
    browser = page("methodology.html", dark=dark)
    assert browser.run(BACKGROUND) == PAPER[other], "the choice is kept"
    browser = page(f"index.html#theme={first}", dark=dark)
    assert browser.run(BACKGROUND) == PAPER[first], "a link may say which"


def test_a_phone_needs_no_scrolling_sideways_and_bad_names_run_nothing(page, site):
    for path in sorted(site.rglob("*.html")):
        browser = page(str(path.relative_to(site)), width=390)
        assert browser.run("innerWidth") == 390
        assert browser.run(TOO_WIDE) <= 0, path
        assert browser.run("document.querySelectorAll('img').length") == 0
        assert browser.run("document.querySelectorAll('script').length") == 1
        said = [event.get("method") for event in browser.events]
        assert "Page.javascriptDialogOpening" not in said and not browser.complaints(), path
    browser = page(width=390)
    narrow = "getComputedStyle(document.querySelector('figure .narrow')).display"
    wide = "getComputedStyle(document.querySelector('figure .wide')).display"
    assert (browser.run(narrow), browser.run(wide)) == ("block", "none")


def test_without_scripts_everything_is_there(page):
    browser = page("index.html#every.all=1")
    with_scripts = column(browser, "every", "dataset")
    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser = page()
    assert column(browser, "every", "dataset") == with_scripts
    assert browser.run("document.querySelectorAll('button, input, select').length") == 0
    assert browser.run(BACKGROUND) == PAPER["light"]
