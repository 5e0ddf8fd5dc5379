"""An avatar as one page: what is packed, what the page holds, and what a real browser makes of it."""

import base64
import gzip
import json
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from avatar_made import SIZE, small_avatar
from browser import browser, drawn, exact_view, opened, pixels  # noqa: F401
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.binding import Gaussians
from lifemask.avatar.code_rows import CodeLayout
from lifemask.avatar.layer import draw_layer
from lifemask.avatar.motion import Motion
from lifemask.errors import ConfigError, FileMissingError, FormatError, OutputExistsError
from lifemask.geometry.rotation import multiply_quaternions, quaternion_from_rotation, rotation_from_axis_angle
from lifemask.synthetic.framing import subject_camera
from lifemask.synthetic.motion import talking
from lifemask.synthetic.subject import load_subject
from lifemask.synthetic.truth import SubjectTruth
from lifemask.tracking.record import Tracking
from lifemask.viewer.client_files import STAMP, client_file, sources_hash
from lifemask.viewer.measure_page import measure_page, summary
from lifemask.viewer.pack import pack_avatar
from lifemask.viewer.pack_sections import TYPES, Sections, read_sections
from lifemask.viewer.packed import PackedAvatar, difference
from lifemask.viewer.page import export_page

WEB = Path(__file__).parent.parent / "web"
NAME = "</script><script>document.title = 'taken over'</script> & \"co\""
PIVOT_M = torch.tensor([0.0, -0.02, -0.08])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An avatar whose bases do something, with a card of an unkind title."""
    path = small_avatar(tmp_path_factory.mktemp("page") / "avatar", voice=False)
    avatar = Avatar.load(path)
    torch.manual_seed(1)
    with torch.no_grad():
        for bases in avatar.model.bases:
            bases.normal_(0, 4)
    across = np.linspace(20, 220, SIZE, dtype=np.uint8)
    plate = np.stack(np.broadcast_arrays(across[None], across[:, None], np.uint8(90)), -1)
    replace(avatar, plate=np.ascontiguousarray(plate)).save(path)
    film().save(path / "tracking.safetensors")
    (path / "card.json").write_text(json.dumps({"title": NAME, "consent": None}))
    return path


def film() -> Tracking:
    """The truth of somebody who talks and turns for six seconds, as if it had been tracked."""
    motion, camera = talking(6.0, 25.0, seed=1), subject_camera(SIZE)
    truth, count = SubjectTruth.of(motion, load_subject(), camera), len(motion)
    own = ("camera_from_head", "camera_from_torso", "expression", "expression_names", "eyes", "identity",
           "vertex_offset_m", "landmarks_px", "lip_aperture_m", "eyelid_aperture_m", "rig_hash",
           "timestamp_s")  # fmt: skip
    return Tracking(
        camera=camera, frame_index=np.arange(count), tracked=np.ones(count, bool), torso_modes=np.zeros((count, 2)),
        reprojection_px=np.ones(count), **{name: getattr(truth, name) for name in own},
    )  # fmt: skip


@pytest.fixture(scope="module")
def avatar(folder: Path) -> Avatar:
    return Avatar.load(folder)


@pytest.fixture(scope="module")
def packed(folder: Path) -> bytes:
    return pack_avatar(folder)


@pytest.fixture(scope="module")
def rows(avatar: Avatar) -> np.ndarray:
    """Five moments of somebody who talks and turns, with modes: ``[5, width]``."""
    code = film().code(np.linspace(5, 145, 5).astype(int))
    sizes = avatar.model.num_modes
    generator = torch.Generator().manual_seed(2)
    modes = (torch.randn(5, sizes[part], generator=generator) for part in ("torso", "face"))
    return CodeLayout.of(avatar).rows(Motion(code, *modes))


@pytest.fixture(scope="module")
def page_file(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("exported") / "page.html"
    export_page(folder, out)
    return out


def own(avatar: Avatar, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The avatar's own picture of a row over its plate ``[H, W, 3]`` (0 to 255), and where the person is."""
    return over_plate(avatar, avatar.gaussians(CodeLayout.of(avatar).motion(row[None])))


@torch.no_grad()
def over_plate(avatar: Avatar, gaussians: Gaussians) -> tuple[np.ndarray, np.ndarray]:
    layer = draw_layer(gaussians, avatar.camera, avatar.view, avatar.frame_wh)
    picture = layer.over(torch.tensor(avatar.plate).float() / 255)[0].numpy() * 255
    person = np.zeros(avatar.plate.shape[:2], bool)
    height, width = layer.alpha.shape[1:]
    person[layer.top : layer.top + height, layer.left : layer.left + width] = layer.alpha[0].numpy() > 0.5
    return picture, person


# What is packed


def test_the_built_pages_are_made_from_the_sources() -> None:
    assert client_file(STAMP).strip() == sources_hash(WEB), "web/ changed: cd web && npm ci && npm run build"


def test_a_packed_avatar_looks_like_the_avatar(avatar: Avatar, packed: bytes, rows: np.ndarray) -> None:
    apart = difference(avatar, PackedAvatar.read(packed), rows, avatar.plate)
    # Colours are kept to half a step of 4 / 1000, and the bases' errors of all three add up.
    assert apart.max() < 1 / 255
    assert apart.max() > 0


def test_a_packed_avatar_keeps_what_is_said_of_it(folder: Path, avatar: Avatar, packed: bytes) -> None:
    read, layout = PackedAvatar.read(packed), CodeLayout.of(avatar)
    assert read.layout == layout and read.rest.shape == (layout.width,)
    assert read.camera.focal_px == avatar.camera.focal_px and read.camera.size_wh == avatar.camera.size_wh
    assert read.header["card"]["title"] == NAME
    assert np.abs(read.plate.astype(int) - avatar.plate).mean() < 2
    assert pack_avatar(folder) == packed


def test_rest_lies_within_what_was_filmed(packed: bytes) -> None:
    read = PackedAvatar.read(packed)
    yaw, pitch = read.header["filmed"]["yaw"], read.header["filmed"]["pitch"]
    assert yaw[0] < 0 < yaw[1] and pitch[0] < 0 < pitch[1]
    columns = [read.layout.expression_names.index(f"eyeBlink{side}") for side in ("Left", "Right")]
    jaw = read.layout.expression_names.index("jawOpen")
    shut, opened_m = film().expression[:, columns].max(), film().expression[:, jaw].max()
    assert read.rest[columns].max() < 0.3 * shut and read.rest[jaw] < 0.3 * opened_m


def test_a_lone_avatar_rests_in_the_middle_of_what_it_was_taught(avatar: Avatar, tmp_path: Path) -> None:
    read = PackedAvatar.read(pack_avatar(tmp_path, avatar))
    poses = avatar.space.poses(read.layout.motion(read.rest[None]).code)[0]
    assert float(poses.abs().max()) < 1e-4
    assert read.header["card"] is None


@given(data=st.data(), kind=st.sampled_from(sorted(TYPES)))
@settings(max_examples=40, deadline=None)
def test_sections_come_back(data: st.DataObject, kind: str) -> None:
    dtype = np.dtype(TYPES[kind])
    limits = (-1e6, 1e6) if dtype.kind == "f" else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    numbers = st.floats(*limits, width=32) if dtype.kind == "f" else st.integers(*limits)
    first, second = (np.array(data.draw(st.lists(numbers, max_size=9)), dtype) for _ in range(2))
    sections = Sections()
    sections.add("first", first, kind)
    sections.add("second", second.reshape(1, -1), kind)
    back = read_sections(sections.table(), sections.data())
    assert np.array_equal(back["first"], first) and np.array_equal(back["second"], second[None])


def test_what_no_section_can_hold_is_told() -> None:
    with pytest.raises(ConfigError, match="'base' goes from -40000 to 3, beyond"):
        Sections().add("base", np.array([3.0, -40000.0]), "i16")


def test_other_files_are_no_packed_avatars(packed: bytes) -> None:
    whole = gzip.decompress(packed)
    for data in (b"", b"something", gzip.compress(b"something else"), packed[:2000], gzip.compress(whole[:-5000])):
        with pytest.raises(FormatError):
            PackedAvatar.read(data)


def test_flame_heads_are_refused(folder: Path, avatar: Avatar) -> None:
    rig = replace(avatar.rig, joint_names=(*avatar.rig.joint_names, "jaw"))
    with pytest.raises(ConfigError, match="jaw is a joint"):
        pack_avatar(folder, replace(avatar, rig=rig))


def test_a_card_that_is_none_is_told(folder: Path, avatar: Avatar, tmp_path: Path) -> None:
    (tmp_path / "card.json").write_text("[1, 2")
    with pytest.raises(FormatError, match=r"card\.json cannot be read"):
        pack_avatar(tmp_path, avatar)


# What the page holds


def test_a_page_is_written_whole_or_not_at_all(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    sizes = export_page(folder, out)
    text = out.read_text("utf-8")
    assert sizes.total == out.stat().st_size == len(text.encode())
    assert sizes.voice == 0 and 0 < sizes.avatar + sizes.script < sizes.total
    assert sizes.script < 1_000_000
    before = out.read_bytes()
    with pytest.raises(OutputExistsError):
        export_page(folder, out)
    with pytest.raises(FileMissingError):
        export_page(tmp_path / "nobody", out, force=True)
    assert out.read_bytes() == before
    export_page(folder, out, force=True)
    assert out.read_bytes() == before, "the same avatar, the same page"
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    with pytest.raises(ConfigError, match=r"does not end with \.html"):
        export_page(folder, tmp_path / "page.pdf")


def test_the_packed_avatar_lies_in_the_page(packed: bytes, page_file: Path) -> None:
    text = page_file.read_text("utf-8")
    assert base64.b64decode(text.split('id="lifemask-avatar">')[1].split("<")[0]) == packed


# What a browser makes of it


@pytest.fixture(scope="module")
def page(browser: Any, page_file: Path, packed: bytes):  # noqa: F811
    """The page, with a second view of exactly the frame's size."""
    with opened(browser, page_file) as found:
        assert found.state() == "ready", found.errors
        exact_view(found.page, packed, (SIZE, SIZE))
        yield found


def test_it_opens_from_a_file_and_asks_for_nothing(page: Any) -> None:
    assert page.requests[0].startswith("file:")
    assert page.outside() == [] and page.errors == []


def test_names_are_text_and_no_script(page: Any) -> None:
    assert page.page.title() == NAME
    assert json.loads(page.page.text_content("#lifemask-card"))["title"] == NAME


def test_it_draws_what_the_avatar_is(page: Any, avatar: Avatar, packed: bytes, rows: np.ndarray) -> None:
    for row in [PackedAvatar.read(packed).rest, *rows]:
        picture, person = own(avatar, row)
        apart = np.abs(drawn(page.page, row)[..., :3] - picture).mean(-1)
        # Packing costs up to 1, colours and blending of 8 bits the rest.
        assert apart[person].mean() < 1.5, "over the person"
        assert apart.mean() < 1.5, "over the frame"
    still, moved = (own(avatar, row)[0] for row in rows[:2])
    assert np.abs(still - moved)[person].mean() > 5, "the moments differ by more than what is allowed"


@pytest.mark.parametrize(("yaw", "pitch"), [(0.12, 0.0), (0.0, -0.09)])
def test_from_the_side_it_draws_what_is_there(
    page: Any, avatar: Avatar, packed: bytes, yaw: float, pitch: float
) -> None:
    rest = PackedAvatar.read(packed).rest
    got = pixels(
        page.page,
        before=f"view.setOrbit({yaw}, {pitch}, 1); await view.drawExactly(view.info.rest);",
    )
    page.page.evaluate("window.probe.resetOrbit()")
    motion = CodeLayout.of(avatar).motion(rest[None])
    # Yaw turns the face to the picture's right, and pitch up, about a point within the head.
    turn = rotation_from_axis_angle(torch.tensor([0.0, -yaw, 0.0])) @ rotation_from_axis_angle(
        torch.tensor([-pitch, 0.0, 0.0])
    )
    head = motion.code.camera_from_head[0]
    pivot = head[:3, :3] @ PIVOT_M + head[:3, 3]
    with torch.no_grad():
        gaussians = avatar.gaussians(motion)
    turned = replace(
        gaussians,
        means=(gaussians.means - pivot) @ turn.T + pivot,
        quats=multiply_quaternions(quaternion_from_rotation(turn).expand_as(gaussians.quats), gaussians.quats),
    )
    picture, person = over_plate(avatar, turned)
    assert np.abs(got[..., :3] - picture).mean(-1)[person].mean() < 1.5
    assert np.abs(own(avatar, rest)[0] - picture)[person].mean() > 5


def test_it_looks_no_further_than_was_filmed(page: Any, packed: bytes) -> None:
    filmed = PackedAvatar.read(packed).header["filmed"]
    far = page.page.evaluate("window.probe.setOrbit(3, -3, 100)")
    page.page.evaluate("window.probe.resetOrbit()")
    assert far["yaw"] == pytest.approx(filmed["yaw"][1] + 0.1) and far["pitch"] == pytest.approx(
        filmed["pitch"][0] - 0.1
    )
    assert far["zoom"] == 4


def test_what_stands_behind_can_be_changed(page: Any, avatar: Avatar, rows: np.ndarray) -> None:
    with torch.no_grad():
        layer = avatar.layer(CodeLayout.of(avatar).motion(rows[:1]))
    plate = drawn(page.page, rows[0])
    page.page.evaluate("window.probe.setBackground('none')")
    alone = drawn(page.page, rows[0])
    page.page.evaluate("window.probe.setBackground('rgb(10, 200, 30)')")
    green = drawn(page.page, rows[0])
    page.page.evaluate("window.probe.setBackground('plate')")
    assert np.array_equal(drawn(page.page, rows[0]), plate)
    empty = alone[..., 3] == 0
    assert empty.any() and np.all(green[empty] == [10, 200, 30, 255])
    inside = layer.alpha[0].numpy() > 0.99
    part = (slice(layer.top, layer.top + len(inside)), slice(layer.left, layer.left + inside.shape[1]))
    assert np.abs(green[part][inside].astype(int) - plate[part][inside]).max() <= 6, "the person stays the same"


def test_the_newest_row_wins(page: Any, rows: np.ndarray) -> None:
    last = drawn(page.page, rows[3])
    many = f"""
        const rows = {rows.tolist()}.map((row) => Float32Array.from(row));
        for (let i = 0; i < 60; i++) {{ view.draw(rows[i % 3]); if (i % 7 === 0) await new Promise(requestAnimationFrame); }}
        view.draw(rows[3]);
        for (const until = performance.now() + 3000; performance.now() < until; ) await new Promise(requestAnimationFrame);
        view.scene.render();
    """  # noqa: E501
    assert np.array_equal(pixels(page.page, before=many), last)


def test_the_canvas_keeps_to_its_place(browser: Any, page_file: Path) -> None:  # noqa: F811
    with opened(browser, page_file, viewport={"width": 900, "height": 400}) as found:
        for width, height in ((900, 400), (320, 640)):
            found.page.set_viewport_size({"width": width, "height": height})
            until = time.monotonic() + 10
            while not _within(*(found.page.locator(name).bounding_box() for name in ("canvas", "#lifemask-stage"))):
                assert time.monotonic() < until, f"the canvas leaves its place at {width} x {height}"
                found.page.wait_for_timeout(50)


def _within(inner: dict[str, float], outer: dict[str, float]) -> bool:
    """Whether a box lies in another, to a pixel, and fills it in one direction."""
    inside = all(
        inner[at] >= outer[at] - 1 and inner[at] + inner[size] <= outer[at] + outer[size] + 1
        for at, size in (("x", "width"), ("y", "height"))
    )
    return inside and any(abs(inner[size] - outer[size]) <= 1 for size in ("width", "height"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace('id="lifemask-avatar">', 'id="lifemask-avatar">AAAA'), "cannot be unpacked"),
        (lambda text: text.replace('id="lifemask-avatar"', 'id="lost"'), "This page holds no avatar"),
    ],
)
def test_a_damaged_page_says_so(browser: Any, page_file: Path, tmp_path: Path, change: Any, said: str) -> None:  # noqa: F811
    (tmp_path / "damaged.html").write_text(change(page_file.read_text("utf-8")), "utf-8")
    with opened(browser, tmp_path / "damaged.html") as found:
        assert found.state() == "failed"
        assert re.search(said, found.page.text_content("#lifemask-message") or "")


def test_a_page_is_measured(browser: Any, folder: Path) -> None:  # noqa: F811
    measured = measure_page(folder, moments=2, loads=1, browser=browser)
    assert len(measured.load_s) == 1 and measured.load_s[0] > 0
    assert len(measured.apart) == 2 and 0 < max(measured.apart) < 1.5
    assert measured.fps > 0 and measured.heaviest in ("engine", "sort", "draw")
    assert sum(measured.avatar_parts.values()) > 0.9 * measured.sizes.avatar * 3 / 4
    assert set(json.loads(json.dumps(summary(measured)))) >= {"bytes", "load_s", "fps", "apart_of_255"}
