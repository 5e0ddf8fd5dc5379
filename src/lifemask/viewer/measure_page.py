"""An avatar's page measured in a real browser: how large, how quick, how true."""

import gzip
import json
import statistics
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

from lifemask.avatar.avatar import Avatar
from lifemask.avatar.layer import draw_layer
from lifemask.avatar.motion import Motion
from lifemask.errors import FileMissingError
from lifemask.viewer.chromium import address_of, chromium, drawn, exact_view, wait_until_settled
from lifemask.viewer.pack import pack_avatar
from lifemask.viewer.pack_rest import TRACKINGS, own_tracking
from lifemask.viewer.packed import PackedAvatar, difference
from lifemask.viewer.page import PageSizes, export_page

MARK = "lifemask-drawn"
_VIEWPORT = {"width": 1280, "height": 720}
_SPEED_S = 4.0


@dataclass(frozen=True)
class PageMeasure:
    """``sizes`` of the page; ``avatar_parts``: bytes of the packed avatar's sections, each compressed by itself;
    ``load_s``: from the start of navigation until the first picture is done, of each load; ``fps`` at the avatar's own
    frame size and, each frame, ``engine_ms``, ``sort_ms`` and ``draw_ms``; ``heaviest``: which of these is longest.

    ``apart``: mean absolute difference (0 to 255) over the head between the page and ``Avatar.layer`` over the plate,
    of each moment; ``packing_apart``: as much of it as packing alone makes, over the person.
    """

    sizes: PageSizes
    gaussians: int
    avatar_parts: Mapping[str, int]
    load_s: tuple[float, ...]
    fps: float
    engine_ms: float
    sort_ms: float
    draw_ms: float
    heaviest: str
    apart: tuple[float, ...]
    packing_apart: tuple[float, ...]


def measure_page(folder: Path, *, moments: int = 20, loads: int = 3, browser: Any = None) -> PageMeasure:
    """Export the avatar in ``folder``, open its page ``loads`` times, and draw ``moments`` of its own clip;
    ``browser``: Playwright's, one is started unless given.

    Raises DeviceError without a browser, FileMissingError without the clip's tracking, and what ``export_page`` does.
    """
    avatar, tracking = Avatar.load(folder), own_tracking(folder)
    if tracking is None:
        raise FileMissingError(
            f"{folder} holds none of {', '.join(TRACKINGS)}",
            "The page is compared with the avatar over moments of its own clip.",
            "Name the folder that lifemask create made.",
        )
    packed = pack_avatar(folder, avatar)
    read = PackedAvatar.read(packed)
    rows = read.layout.rows(avatar.motion(tracking))
    rows = rows[np.linspace(0, len(rows) - 1, moments).round().astype(int)]
    with TemporaryDirectory() as place:
        out = Path(place) / "page.html"
        sizes = export_page(folder, out)
        with chromium() if browser is None else nullcontext(browser) as browser:
            load_s = tuple(_load_s(browser, out) for _ in range(loads))
            context = browser.new_context(viewport=_VIEWPORT)
            page = context.new_page()
            page.goto(address_of(out))
            wait_until_settled(page)
            # The page's own life would draw beside what is measured.
            page.evaluate("window.lifemask.then((view) => { view.draw = () => {}; })")
            exact_view(page, packed, avatar.frame_wh)
            apart = tuple(_apart(avatar, read, row, drawn(page, row)) for row in rows)
            pace = _pace(page, rows)
            context.close()
    parts = {"engine": pace["engineMs"], "sort": pace["sortMs"], "draw": pace["drawMs"]}
    return PageMeasure(
        sizes, len(avatar.model.corners), _parts(read), load_s, pace["fps"], *parts.values(),
        heaviest=max(parts, key=lambda name: parts[name]),
        apart=apart,
        packing_apart=tuple((255 * difference(avatar, read, rows, avatar.plate)).tolist()),
    )  # fmt: skip


def summary(measured: PageMeasure) -> dict[str, Any]:
    """What matters of it, for tables and JSON."""
    return {
        "gaussians": measured.gaussians,
        "bytes": measured.sizes.total,
        "bytes_avatar": measured.sizes.avatar,
        "bytes_voice": measured.sizes.voice,
        "bytes_script": measured.sizes.script,
        "load_s": round(statistics.median(measured.load_s), 3),
        "fps": round(measured.fps, 1),
        "engine_ms": round(measured.engine_ms, 1),
        "sort_ms": round(measured.sort_ms, 1),
        "draw_ms": round(measured.draw_ms, 1),
        "heaviest": measured.heaviest,
        "apart_of_255": round(float(np.mean(measured.apart)), 3),
        "apart_worst": round(float(np.max(measured.apart)), 3),
        "packing_apart_of_255": round(float(np.mean(measured.packing_apart)), 3),
    }


def _load_s(browser: Any, out: Path) -> float:
    context = browser.new_context(viewport=_VIEWPORT)
    try:
        page = context.new_page()
        page.goto(address_of(out))
        wait_until_settled(page)
        return page.evaluate(f"performance.getEntriesByName('{MARK}')[0].startTime") / 1000
    finally:
        context.close()


def _apart(avatar: Avatar, read: PackedAvatar, row: np.ndarray, picture: np.ndarray) -> float:
    """Mean absolute difference over the head: where its Gaussians alone cover more than half."""
    motion = read.layout.motion(row[None])
    layer = avatar.layer(motion)
    own = layer.over(torch.tensor(avatar.plate).float() / 255)[0].numpy() * 255
    head = _head_alpha(avatar, motion)
    return float(np.abs(picture[..., :3] - own).mean(-1)[head > 0.5].mean())


@torch.no_grad()
def _head_alpha(avatar: Avatar, motion: Motion) -> np.ndarray:
    gaussians, count = avatar.gaussians(motion), avatar.model.num_head
    head = replace(gaussians, **{name: value[:, :count] for name, value in vars(gaussians).items()})
    layer = draw_layer(head, avatar.camera, avatar.view, avatar.frame_wh)
    alpha = np.zeros(avatar.plate.shape[:2], np.float32)
    height, width = layer.alpha.shape[1:]
    alpha[layer.top : layer.top + height, layer.left : layer.left + width] = layer.alpha[0].numpy()
    return alpha


def _pace(page: Any, rows: np.ndarray) -> dict[str, float]:
    return page.evaluate(
        f"""async (rows) => {{
            const codes = rows.map((row) => Float32Array.from(row));
            const until = performance.now() + {1000 * _SPEED_S};
            for (let i = 0; performance.now() < until; i++) {{
                window.probe.draw(codes[i % codes.length]);
                await new Promise(requestAnimationFrame);
            }}
            return window.probe.stats();
        }}""",
        rows.tolist(),
    )


def _parts(read: PackedAvatar) -> dict[str, int]:
    sizes = {name: len(gzip.compress(values.tobytes(), 9)) for name, values in read.arrays.items()}
    sizes["header"] = len(gzip.compress(json.dumps(read.header).encode(), 9))
    return dict(sorted(sizes.items(), key=lambda item: -item[1]))
