"""A real browser for tests of pages; ``from browser import browser`` gives a test file the fixture.

Where there is no Chromium its tests are skipped.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lifemask.errors import DeviceError
from lifemask.viewer.chromium import address_of, chromium, drawn, exact_view, pixels, wait_until_settled

__all__ = ["Opened", "browser", "drawn", "exact_view", "opened", "pixels"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Playwright's ``Browser``; no longer than one file's tests, because no event loop can run beside it."""
    try:
        with chromium() as found:
            yield found
    except DeviceError as problem:
        pytest.skip(str(problem))


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
    try:
        page.goto(address_of(address) if isinstance(address, Path) else address)
        wait_until_settled(page)
        yield found
    finally:
        context.close()
