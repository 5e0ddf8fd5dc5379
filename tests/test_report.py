"""The report: every part is on the page, nothing comes from elsewhere, and its numbers are right."""

import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from lifemask.media.video import probe, read_frames, read_metadata
from lifemask.report.data import (
    Figure,
    Finding,
    Pair,
    Quality,
    RegionQuality,
    ReportData,
    Sheet,
    StageCost,
    TrackingSeries,
    TrainingCurve,
)
from lifemask.report.motion import FACING_CAMERA, head_angles_deg, jitter
from lifemask.report.page import render_page, write_report
from lifemask.report.pictures import error_picture, write_comparison


def picture(seed: int, size: int = 96) -> np.ndarray:
    """A soft random picture, uint8."""
    noise = np.random.default_rng(seed).random((size // 8, size // 8, 3))
    return (255 * np.kron(noise, np.ones((8, 8, 1)))).astype(np.uint8)


def example() -> ReportData:
    """A page with every part; 300 frames, the last 60 held out, a gap in the tracking."""
    frames = 300
    time = np.arange(frames) / 25
    wave = np.sin(time[:, None] * np.array([0.7, 1.1, 0.5])) * np.array([18, 9, 4])
    tracked = np.ones(frames, bool)
    tracked[120:131] = False
    noise = np.random.default_rng(0).standard_normal((frames, 3))
    tracking = TrackingSeries(
        time_s=time,
        tracked=tracked,
        reprojection_px=1.2 + 0.3 * np.abs(noise[:, 0]),
        angles_deg=wave + 0.02 * noise,
        position_mm=10 * wave / 18 + np.array([5, -10, 620]) + 0.05 * noise,
        lip_aperture_mm=6 * np.abs(np.sin(time * 9)) * (np.sin(time) > -0.3),
        eyelid_aperture_mm=np.stack([10 - 9 * (np.sin(time * 2) > 0.99), 9.5 - 9 * (np.sin(time * 2) > 0.99)], 1),
        interocular_px=64.0,
        held_out_from_s=float(time[240]),
    )
    seconds = np.linspace(0, 90, 400)
    training = TrainingCurve(
        seconds,
        0.02 + 0.2 * np.exp(-seconds / 8),
        np.linspace(5, 90, 10),
        31.4 - 5 * np.exp(-np.linspace(0, 4, 10)),
    )
    rows = [
        ("whole frame", 31.2, 33.7),
        ("face", 30.4, 33.1),
        ("mouth", 27.5, 29.8),
        ("hair edge", 26.0, 28.2),
    ]
    return ReportData(
        title="clip <one>.mp4",
        subtitle="300 frames, 25 fps, 512 × 512",
        headline=(
            Figure("test PSNR, refined", "33.7 dB", "whole real frame, 60 held-out frames"),
            Figure("test PSNR, as tracked", "31.2 dB", "whole real frame"),
            Figure("landmark error", "2.2 %", "of the distance between the eyes"),
            Figure("time", "4 min 12 s", "2 CPU cores"),
        ),
        findings=(
            Finding("ok", "camera", "stands still"),
            Finding("note", "sound", "none"),
            Finding("warn", "turned sideways", "-18° to +25°", "Turn further to both sides."),
            Finding("fatal", "teeth", "never seen", "Smile once."),
        ),
        clip_facts={"duration": "12.0 s", "frame rate": "25 fps", "face": "212 px"},
        tracking=tracking,
        training=training,
        quality=tuple(RegionQuality(name, Quality(a, 0.941, 0.061), Quality(b, 0.962, None)) for name, a, b in rows),
        frame_psnr_db={
            "as tracked": 31 + np.sin(np.arange(60) / 5),
            "refined": 33.5 + 0.5 * np.sin(np.arange(60) / 5),
        },
        stages=(
            StageCost("capture", 21.4, 410),
            StageCost("tracking", 18.2, 640),
            StageCost("training", 122.9, 1290),
        ),
        sheets=(
            Sheet(
                "Contact sheet",
                "Evenly spaced.",
                tuple(Pair(f"frame {k}", picture(k), picture(0)) for k in (0, 1)),
            ),
        ),
        video="test.mp4",
        settings={"resolution": 256, "frames": None},
        versions={"torch": "2.13.0"},
    )


class Page(HTMLParser):
    """Headings, addresses, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open, self.headings, self.addresses, self.images = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "img", "br", "link"):
            self.open.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "poster")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)


@pytest.fixture(scope="module")
def text() -> str:
    return render_page(example())


def test_every_part_is_there(text: str) -> None:
    page = Page(text)
    assert page.open == []
    assert page.headings == [
        "Quality on held-out frames", "Test video", "Contact sheet", "The clip", "Tracking", "Training",
        "Time and memory",
    ]  # fmt: skip
    assert "clip &lt;one&gt;.mp4" in text and "<one>" not in text
    for shown in (
        "33.7 dB",
        "hair edge",
        "28.20",
        "0.061",
        "Smile once.",
        "2 min 02 s",
        "1,290 MB",
        "289 of 300",
    ):
        assert shown in text, shown
    assert text.count("<svg") == 3


def test_it_needs_nothing_but_its_video(text: str) -> None:
    for address in Page(text).addresses:
        assert address == "test.mp4" or address.startswith(("data:image/jpeg;base64,", "#")), address[:80]
    assert "@import" not in text and not re.search(r"url\((?!#)", text)


def test_plots_follow_the_theme_and_do_not_share_ids(text: str) -> None:
    assert "var(--series-1)" in text and "prefers-color-scheme: dark" in text
    assert not re.search(r"#0[1-6]0[1-6]0[1-6]\b", text)
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', text))
    assert used <= set(ids)


def test_the_page_is_the_same_every_time(text: str) -> None:
    assert render_page(example()) == text


def test_absent_parts_are_left_out(tmp_path: Path) -> None:
    page = write_report(tmp_path / "report", ReportData(title="bare"))
    assert page == tmp_path / "report" / "index.html"
    assert Page(page.read_text()).headings == []
    assert "None" not in page.read_text()


def test_missing_lpips_says_how_to_get_it() -> None:
    row = RegionQuality("whole frame", Quality(30.0, 0.9, None), Quality(31.0, 0.91, None))
    text = render_page(ReportData(title="t", quality=(row,)))
    assert "lifemask assets fetch lpips_alex" in text and text.count("–</td>") == 2


def turn(axis: int, degrees: float) -> np.ndarray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    i, j = [(1, 2), (2, 0), (0, 1)][axis]
    matrix = np.eye(3)
    matrix[i, i] = matrix[j, j] = c
    matrix[i, j], matrix[j, i] = -s, s
    return matrix


@pytest.mark.parametrize("yaw, pitch, roll", [(0, 0, 0), (30, 0, 0), (0, 20, 0), (0, 0, -15), (-40, 25, 10)])
def test_head_angles(yaw: float, pitch: float, roll: float) -> None:
    pose = np.eye(4)
    pose[:3, :3] = FACING_CAMERA @ turn(1, yaw) @ turn(0, -pitch) @ turn(2, -roll)
    np.testing.assert_allclose(head_angles_deg(pose[None])[0], [yaw, pitch, roll], atol=1e-9)


def test_the_signs_of_head_angles_in_the_image() -> None:
    nose, crown = np.array([0, 0, 1.0]), np.array([0, 1.0, 0])
    to_left = FACING_CAMERA @ turn(1, 20)
    assert (to_left @ nose)[0] > 0.3  # the subject's left is the image's right
    up = FACING_CAMERA @ turn(0, -20)
    assert (up @ nose)[1] < -0.3  # up is -y in the image
    tilted = FACING_CAMERA @ turn(2, -20)
    assert (tilted @ crown)[0] > 0.3  # the crown goes to the subject's left


def test_jitter_ignores_steady_motion_and_gaps() -> None:
    values = np.arange(50.0)[:, None] * np.array([1.0, 2.0])
    kept = np.ones(50, bool)
    assert jitter(values, kept) < 1e-9
    values[25] += 100
    assert jitter(values, kept) > 10
    kept[25] = False
    assert jitter(values, kept) < 1e-9
    assert np.isnan(jitter(values[:2], kept[:2]))


def test_the_error_picture_is_black_where_equal_and_bright_where_not() -> None:
    truth = np.full((8, 8, 3), 100, np.uint8)
    render = truth.copy()
    render[:, 4:] = 160
    error = error_picture(truth, render)
    assert error[:, :4].max() <= 4 and error[:, 4:].min() > 100


def test_the_comparison_video_plays_and_is_marked(tmp_path: Path) -> None:
    pairs = [(np.full((64, 66, 3), 40 * k, np.uint8), np.full((64, 66, 3), 40 * k + 20, np.uint8)) for k in range(4)]
    assert write_comparison(tmp_path / "test.mp4", pairs, fps=25) == 4
    info = probe(tmp_path / "test.mp4")
    assert (info.size_wh, info.num_frames, info.codec, info.pixel_format) == ((198, 64), 4, "h264", "yuv420p")
    assert "Synthetic media" in read_metadata(tmp_path / "test.mp4")["comment"]
    third = list(read_frames(tmp_path / "test.mp4"))[2].image
    # Below the labels: truth 80, render 100; the codec may be off by some steps.
    assert abs(third[50, 20].mean() - 80) < 6 and abs(third[50, 90].mean() - 100) < 6
