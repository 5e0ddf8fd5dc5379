"""Avatars' pages in a real browser without a window, for measurements and tests: Chromium, drawing in software."""

import base64
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lifemask.errors import DeviceError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--headless=new", "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-gpu-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
)  # fmt: skip
READY_MS = 60_000


def find_chromium() -> str | None:
    """Path of a Chromium or Chrome, if there is one."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


@contextmanager
def chromium() -> Iterator[Any]:
    """Playwright's ``Browser``. Raises DeviceError where Chromium or Playwright is not installed."""
    path = find_chromium()
    if path is None:
        raise DeviceError(
            "There is no browser to open the page in.",
            f"None of {', '.join(NAMES)} is installed.",
            "Install one (Debian: apt-get install chromium).",
        )
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as problem:
        raise DeviceError(
            "The browser cannot be driven.", "Playwright is not installed.", "pip install playwright"
        ) from problem
    with sync_playwright() as runs:
        browser = runs.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


def wait_until_settled(page: Any) -> str:
    """Wait until a page's avatar is drawn, or it says that it cannot be: ``ready`` or ``failed``."""
    settled = "html[data-state=ready], html[data-state=failed]"
    page.wait_for_selector(settled, state="attached", timeout=READY_MS)
    return page.evaluate("document.documentElement.dataset.state")


def exact_view(page: Any, packed: bytes, size_wh: tuple[int, int]) -> None:
    """Put a second view of an avatar on an exported page, ``window.probe``, that draws the whole frame at this size."""
    page.evaluate(
        """async ([text, size]) => {
            const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
            const place = document.body.appendChild(document.createElement("div"));
            window.probe = await (await window.lifemask).constructor.create(place, packed, { size });
        }""",
        [base64.b64encode(packed).decode(), list(size_wh)],
    )


def drawn(page: Any, row: np.ndarray, view: str = "window.probe") -> np.ndarray:
    """The picture uint8 ``[H, W, 4]`` of a row of motion, drawn by ``view``."""
    return pixels(page, view, f"await view.drawExactly(Float32Array.from({np.asarray(row).tolist()}));")


def pixels(page: Any, view: str = "window.probe", before: str = "") -> np.ndarray:
    """What is on a view's canvas right after the script ``before``, uint8 ``[H, W, 4]``, not premultiplied."""
    address = page.evaluate(
        f"""async () => {{
            const view = await {view};
            {before}
            const copy = document.createElement("canvas");
            [copy.width, copy.height] = [view.canvas.width, view.canvas.height];
            copy.getContext("2d").drawImage(view.canvas, 0, 0);
            return copy.toDataURL();
        }}"""
    )
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(address.split(",")[1]))).convert("RGBA"))


def address_of(path: Path) -> str:
    """A file's address."""
    return path.resolve().as_uri()
