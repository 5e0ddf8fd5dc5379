"""The page around a small avatar in a real browser, for its tests: fixtures, and hands on its controls."""

import base64
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from avatar_made import small_avatar
from browser import browser, opened, pixels  # noqa: F401
from lifemask.avatar.avatar import Avatar
from lifemask.viewer.page import export_page
from sound_made import babble

WATCH = """async () => {
    const view = await window.lifemask;
    const draw = view.draw;
    window.rows = [];
    view.draw = (row) => { window.last = [...row]; window.rows.push(window.last); draw.call(view, row); };
}"""
"""Keeps the rows of motion that the page draws."""
STILL = """async () => {
    const view = await window.lifemask;
    const end = performance.now() + 15000;
    for (let same = 0, before = ""; same < 4; ) {
        if (performance.now() > end) throw new Error("the page does not stand still");
        await new Promise(requestAnimationFrame);
        const now = JSON.stringify([window.last, view.orbit]);
        same = now === before ? same + 1 : 0;
        before = now;
    }
}"""
"""Waits until a page whose time stands still has followed its sliders and keys."""
ROLES = {"button", "slider", "checkbox", "radio", "textbox", "searchbox", "ColorWell", "combobox", "spinbutton"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_avatar(tmp_path_factory.mktemp("ui") / "somebody")


@pytest.fixture(scope="module")
def avatar(folder: Path) -> Avatar:
    return Avatar.load(folder)


@pytest.fixture(scope="module")
def page_file(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("exported") / "page.html"
    export_page(folder, out)
    return out


@pytest.fixture(scope="module")
def shared(browser: Any, page_file: Path) -> Iterator[Any]:  # noqa: F811
    """The page, with its time standing still."""
    with opened(browser, page_file, viewport={"width": 900, "height": 560}) as found:
        assert found.state() == "ready", found.errors
        found.page.evaluate(WATCH)
        until(lambda: found.page.evaluate("!!window.last"))
        found.page.get_by_role("button", name="Pause", exact=True).click()
        yield found
        assert found.errors == [] and found.outside() == []


@pytest.fixture
def page(shared: Any) -> Any:
    """The same, put back as it was whatever the last test did."""
    page, pause = shared.page, shared.page.get_by_role("button", name="Pause", exact=True)
    if pause.is_visible():
        pause.click()
    page.get_by_role("searchbox").fill("")
    page.get_by_role("button", name="Reset all sliders").click()
    if page.get_by_role("button", name="Move left and right together").get_attribute("aria-pressed") == "false":
        page.get_by_role("button", name="Move left and right together").click()
    page.get_by_role("button", name="Reset view").click()
    page.get_by_label("Filmed").check()
    page.evaluate(STILL)
    return page


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "speech.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes((3000 * babble(2.5)).astype("<i2").tobytes())
    return path


def until(condition: Callable[[], Any], most_s: float = 20.0) -> None:
    """Wait for it; the page lets no test wait within it."""
    end = time.monotonic() + most_s
    while not condition():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def put(page: Any, values: dict[str, float]) -> None:
    """Move sliders by the names of their weights, as if by hand, and wait until the face has followed."""
    page.evaluate(
        """(values) => {
            for (const [name, value] of Object.entries(values)) {
                const input = document.querySelector(`.slider[title="${name}"] input`);
                input.value = value;
                input.dispatchEvent(new Event("input", { bubbles: true }));
            }
        }""",
        values,
    )
    page.evaluate(STILL)


def last_row(page: Any) -> np.ndarray:
    return np.array(page.evaluate("window.last ?? null"), np.float64)


def picture(page: Any, row: np.ndarray) -> np.ndarray:
    """The canvas with this row, float ``[H, W, 3]``."""
    shown = pixels(page, "window.lifemask", f"await view.drawExactly(Float32Array.from({row.tolist()}));")
    return shown[..., :3].astype(np.float64)


def drop(page: Any, path: Path) -> None:
    """Drop a file on the page."""
    page.evaluate(
        """([name, text]) => {
            const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([bytes], name));
            for (const type of ["dragenter", "dragover", "drop"])
                document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        [path.name, base64.b64encode(path.read_bytes()).decode()],
    )


def named_controls(page: Any) -> list[tuple[str, str]]:
    """Role and name of every control, as the browser tells them to a screen reader."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    found = ((node.get("role", {}).get("value"), node.get("name", {}).get("value", "")) for node in nodes)
    return [(role, name) for role, name in found if role in ROLES]
