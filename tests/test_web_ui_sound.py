"""The page around an avatar, in a real browser, with sound: files, the microphone, recordings, the server's page."""

# ruff: noqa: F811

from pathlib import Path
from typing import Any

import av
import numpy as np

from browser import browser, opened  # noqa: F401
from lifemask.avatar.avatar import Avatar
from lifemask.viewer.page import export_page
from serve_made import running
from ui_page import WATCH, avatar, drop, folder, page, page_file, put, shared, speech, until  # noqa: F401


def test_a_dropped_file_moves_the_mouth(browser: Any, page_file: Path, avatar: Avatar, speech: Path) -> None:
    names = avatar.rig.expression_names
    mouth = [place for place, name in enumerate(names) if name.startswith(("jaw", "mouth"))]
    with opened(browser, page_file, reduced_motion="reduce") as found:
        page = found.page
        page.evaluate(WATCH)
        page.wait_for_timeout(1500)
        idle = np.array(page.evaluate("window.rows.splice(0)"))
        assert idle[:, mouth].std(0).max() < 1e-6, "nobody speaks"
        assert idle.std(0).max() > 0, "but somebody lives"
        head = slice(len(names) + 4, len(names) + 16)
        assert np.abs(idle[:, head] - idle[0, head]).max() == 0, "less motion was asked for"
        drop(page, speech)
        page.wait_for_selector(".sound", state="visible")
        assert speech.name in page.locator(".sound").inner_text()
        page.wait_for_selector(".sound", state="hidden", timeout=20_000)
        spoken = np.array(page.evaluate("window.rows.splice(0)"))
        assert spoken[:, mouth].std(0).max() > 0.01
        page.wait_for_timeout(600)
        page.evaluate("window.rows.length = 0")
        page.wait_for_timeout(600)
        after = np.array(page.evaluate("window.rows"))
        assert len(after) == 0 or after[:, mouth].std(0).max() < 1e-6, "silence again"
        assert found.errors == []


def test_what_is_no_sound_is_told(page: Any, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no sound")
    drop(page, tmp_path / "notes.txt")
    page.wait_for_selector("[role=alert] .message")
    assert "notes.txt" in page.get_by_role("alert").inner_text()
    page.get_by_role("alert").get_by_role("button", name="Dismiss").click()
    assert page.get_by_role("alert").inner_text() == ""


def test_the_microphone_is_heard_or_its_refusal_told(page: Any) -> None:
    page.keyboard.press("m")
    meter = page.get_by_label("Loudness")
    meter.wait_for(state="visible")
    until(lambda: page.evaluate("document.querySelector('.sound progress').value > 0.1"))
    page.get_by_role("button", name="Microphone off").click()
    page.wait_for_selector(".sound", state="hidden")
    page.evaluate(
        """() => {
            navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", "NotAllowedError"); };
        }"""
    )
    page.keyboard.press("m")
    page.wait_for_selector("[role=alert] .message")
    assert "not allowed" in page.get_by_role("alert").inner_text() and page.locator(".sound").is_hidden()


def test_a_recording_is_a_video_that_says_what_it_is(page: Any, tmp_path: Path) -> None:
    size = page.evaluate("window.lifemask.then((view) => [view.canvas.width, view.canvas.height])")
    page.get_by_label("Background colour").fill("#ffffff")
    with page.expect_download(timeout=30_000) as download:
        page.keyboard.press("r")
        page.get_by_role("button", name="Stop recording").wait_for(timeout=20_000)
        put(page, {"jawOpen": 1.0})
        page.keyboard.press("r")
    assert "-synthetic-" in download.value.suggested_filename and download.value.suggested_filename.endswith(".webm")
    path = tmp_path / "recorded.webm"
    download.value.save_as(path)
    with av.open(str(path)) as container:
        assert len(container.streams.audio) == 1
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    height, width = frames[-1].shape[:2]
    assert [width, height] == size
    corner = frames[-1][-height // 8 :, -width // 3 :]
    assert corner.min() < 140 and frames[-1][: height // 12, : width // 12].min() > 200, "a dark mark on white"


def test_a_mute_avatar_blinks_and_says_so(browser: Any, folder: Path, avatar: Avatar, tmp_path: Path) -> None:
    export_page(folder, tmp_path / "mute.html", voice=False)
    blink = avatar.rig.expression_names.index("eyeBlinkLeft")
    with opened(browser, tmp_path / "mute.html") as found:
        found.page.evaluate(WATCH)
        until(lambda: found.page.evaluate(f"window.rows.some((row) => row[{blink}] > 0.8)"))
        found.page.keyboard.press("m")
        assert "no voice" in found.page.get_by_role("alert").inner_text()


# The server's page


def test_the_servers_page_is_moved_by_the_server(browser: Any, folder: Path, avatar: Avatar, speech: Path) -> None:
    names = avatar.rig.expression_names
    mouth = [place for place, name in enumerate(names) if name.startswith(("jaw", "mouth"))]
    with running(folder) as server, opened(browser, server.server.address) as found:
        assert found.state() == "ready", found.page.inner_text("body")
        page = found.page
        page.evaluate(WATCH)
        page.wait_for_timeout(1000)
        drop(page, speech)
        page.wait_for_selector(".sound", state="visible")
        page.evaluate("window.rows.length = 0")
        page.wait_for_selector(".sound", state="hidden", timeout=30_000)
        spoken = np.array(page.evaluate("window.rows.splice(0)"))
        assert spoken[:, mouth].std(0).max() > 0.01
        page.keyboard.press("m")
        page.get_by_label("Loudness").wait_for(state="visible")
        page.get_by_role("button", name="Interrupt").click()
        assert page.locator("[role=alert] .message").count() == 0
        assert found.errors == []
        assert {url.split("/")[2] for url in found.outside()} == {server.server.address.split("/")[2]}
