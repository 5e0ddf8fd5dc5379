"""A real browser for tests of pages: Chromium without a window, drawing in software.

``from browser import browser`` gives a test file the fixture; where there is no Chromium its tests are skipped.
"""

import base64
import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

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


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Playwright's ``Browser``."""
    path = find_chromium()
    if path is None:
        pytest.skip("no browser: install Chromium (Debian: apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install playwright")
    with playwright.sync_playwright() as runs:
        chromium = runs.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@dataclass
class Opened:
    """A ``page``, what went wrong on it, and every address that it asked for."""

    page: Any
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def state(self) -> str:
        """``ready``, ``failed``, or ``loading``."""
        return self.page.evaluate("document.documentElement.dataset.state")

    def outside(self) -> list[str]:
        """Addresses that are neither the file's own nor made by the page itself."""
        return [url for url in self.requests if not url.startswith(("file:", "blob:", "data:"))]


@contextmanager
def opened(browser: Any, address: Path | str, **options: Any) -> Iterator[Opened]:
    """Open a file or an address, and wait until its avatar is drawn or it says that it cannot; ``options`` as
    Playwright's ``new_context``."""
    context = browser.new_context(**({"viewport": {"width": 640, "height": 480}} | options))
    page = context.new_page()
    found = Opened(page)
    page.on("console", lambda message: found.errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda problem: found.errors.append(str(problem)))
    page.on("request", lambda request: found.requests.append(request.url))
    page.goto(address.resolve().as_uri() if isinstance(address, Path) else address)
    settled = "html[data-state=ready], html[data-state=failed]"
    page.wait_for_selector(settled, state="attached", timeout=READY_MS)
    try:
        yield found
    finally:
        context.close()


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
