"""Exports of one moment: what independent readers find in the files, and what they look like when drawn."""

import gzip
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import gaussforge
import gsply
import numpy as np
import pygltflib
import pytest
import torch
from plyfile import PlyData
from scipy.spatial.transform import Rotation

from conftest import TinyRun
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.binding import Gaussians
from lifemask.avatar.layer import Layer, draw_layer
from lifemask.avatar.motion import Motion
from lifemask.cli import main as cli
from lifemask.errors import ConfigError, FormatError, OutputExistsError
from lifemask.formats import splat_ply, splat_spz
from lifemask.formats.splat_gltf import EXTENSION
from lifemask.formats.splats_record import SH_C0, Splats
from lifemask.pipeline.card import card_in, card_sha256, card_text
from lifemask.pipeline.exports_splats import PLY_FROM_HEAD, SPLATS, export_splats, moment_of
from lifemask.tracking.record import Tracking

FRAME = 30
LEFT_EYE = 263
"""Outer corner of the subject's left eye, among the 478 landmarks."""
# Float32, turned and turned back.
SAME_M = 1e-6
# Half a step of each: 2^-18 m, 1/16 of a logarithm, a byte, a byte of the harmonic. Three components of a quaternion
# are half of sqrt(1/2)/511 off, the largest follows from them and is off by at most sqrt(3) times as much as all three.
SPZ_STEPS = {
    "place": 2**-19,
    "size": 1 / 32,
    "opacity": 0.5 / 255,
    "colour": SH_C0 / (255 * splat_spz.COLOUR_SCALE) / 2,
    "turn": 4 * np.sqrt(3) * np.sqrt(0.5) / 511 / 2,
}


@dataclass(frozen=True)
class Exported:
    """The files of one moment of an avatar that stands turned and speaks."""

    avatar: Avatar
    motion: Motion
    camera_from_rest: np.ndarray
    splats: Splats
    files: dict[str, Path]


@pytest.fixture(scope="module")
def exported(tiny_run: TinyRun, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    folder, avatar = tmp_path_factory.mktemp("exports"), Avatar.load(tiny_run.folder)
    files = {to: folder / f"a.{to}" for to in SPLATS}
    for to, path in files.items():
        done = export_splats(tiny_run.folder, to, path, frame=FRAME)
        assert done.gaussians + done.left_out == len(avatar.model.base) and done.moment == f"frame {FRAME} of the clip"
    tracking = Tracking.load(tiny_run.folder / "refined.safetensors")
    row = int(np.flatnonzero(np.asarray(tracking.frame_index) == FRAME)[0])
    moment = moment_of(avatar, tiny_run.folder, frame=FRAME)
    return Exported(
        avatar, avatar.motion(tracking).rows(torch.tensor([row])), moment.camera_from_rest, moment.splats, files
    )


def sigmoid(logit: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logit.astype(np.float64)))


def turned_by(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Angles between quaternions ``[N, 4]`` of unit length, radians."""
    apart = [np.linalg.norm(one.astype(np.float64) - sign * other, axis=1) for sign in (1, -1)]
    return 4 * np.arcsin(np.minimum(*apart) / 2)


def of_gsply(data: gsply.GSData) -> Splats:
    return Splats(data.means, data.quats, np.exp(data.scales), sigmoid(data.opacities), 0.5 + SH_C0 * data.sh0)


def of_plyfile(vertex: np.ndarray) -> Splats:
    columns = lambda *names: np.stack([vertex[name] for name in names], -1)  # noqa: E731
    return Splats(
        columns("x", "y", "z"),
        columns("rot_0", "rot_1", "rot_2", "rot_3"),
        np.exp(columns("scale_0", "scale_1", "scale_2")),
        sigmoid(vertex["opacity"]),
        0.5 + SH_C0 * columns("f_dc_0", "f_dc_1", "f_dc_2"),
    )


def of_gaussforge(path: Path) -> Splats:
    """What gaussforge reads, through the PLY that it makes of it."""
    converted = gaussforge.GaussForge().convert(path.read_bytes(), path.suffix[1:], "ply")
    return of_plyfile(PlyData.read(io.BytesIO(converted["data"]))["vertex"].data)


def column(gltf: pygltflib.GLTF2, semantic: str) -> np.ndarray:
    """An attribute of the first primitive, as pygltflib finds it."""
    accessor = gltf.accessors[getattr(gltf.meshes[0].primitives[0].attributes, semantic)]
    view = gltf.bufferViews[accessor.bufferView]
    dtype = {pygltflib.FLOAT: "<f4", pygltflib.UNSIGNED_SHORT: "<u2"}[accessor.componentType]
    width = {"SCALAR": 1, "VEC3": 3, "VEC4": 4}[accessor.type]
    assert accessor.byteOffset in (None, 0) and view.byteStride is None and view.byteOffset % 4 == 0
    assert view.target == pygltflib.ARRAY_BUFFER
    whole = np.frombuffer(gltf.binary_blob(), dtype, accessor.count * width, view.byteOffset)
    assert whole.nbytes == view.byteLength and whole.nbytes % 4 == 0
    return whole.reshape(accessor.count, width)


def of_gltf(path: Path) -> Splats:
    gltf = pygltflib.GLTF2().load(path)
    of = lambda name: column(gltf, f"{EXTENSION}:{name}")  # noqa: E731
    return Splats(
        column(gltf, "POSITION"),
        np.roll(of("ROTATION"), 1, axis=1),
        of("SCALE"),
        of("OPACITY")[:, 0],
        0.5 + SH_C0 * of("SH_DEGREE_0_COEF_0"),
    )


READERS: dict[str, tuple[str, Callable[[Path], Splats]]] = {
    "ply by plyfile": ("ply", lambda path: of_plyfile(PlyData.read(path)["vertex"].data)),
    "ply by gsply": ("ply", lambda path: of_gsply(gsply.plyread(path))),
    "ply by gaussforge": ("ply", of_gaussforge),
    "spz by gsply": ("spz", lambda path: of_gsply(gsply.read_spz(path))),
    "spz by gaussforge": ("spz", of_gaussforge),
    "glb by pygltflib": ("glb", of_gltf),
}


@pytest.mark.parametrize("reader", READERS)
def test_what_others_read_is_what_the_avatar_is(reader: str, exported: Exported) -> None:
    kind, read = READERS[reader]
    truth, found = exported.splats, read(exported.files[kind])
    if kind == "ply":
        found = found.seen_from(np.linalg.inv(PLY_FROM_HEAD))
    by = SPZ_STEPS if kind == "spz" else dict.fromkeys(SPZ_STEPS, 0.0)
    np.testing.assert_allclose(found.means_m, truth.means_m, atol=by["place"] + SAME_M)
    # Thinner than e^-10 m SPZ has nothing.
    sizes = [np.log(each.scales_m) for each in (found, truth)]
    sizes = [np.maximum(size, -10) for size in sizes] if kind == "spz" else sizes
    np.testing.assert_allclose(*sizes, atol=by["size"] + 1e-5)
    np.testing.assert_allclose(found.opacities, truth.opacities, atol=by["opacity"] + 2e-6)
    np.testing.assert_allclose(found.colours, truth.colours, atol=by["colour"] + 1e-6)
    assert turned_by(found.quats_wxyz, truth.quats_wxyz).max() < by["turn"] + 2e-6


@pytest.mark.parametrize("reader", READERS)
def test_drawn_again_it_is_the_same_picture(reader: str, exported: Exported) -> None:
    """What is read back, before the clip's camera, against the avatar's own picture."""
    kind, read = READERS[reader]
    splats = read(exported.files[kind])
    if kind == "ply":
        splats = splats.seen_from(np.linalg.inv(PLY_FROM_HEAD))
    avatar = exported.avatar
    own, again = avatar.layer(exported.motion), drawn(avatar, splats.seen_from(exported.camera_from_rest))
    behind = torch.full((own.size_wh[1], own.size_wh[0], 3), 0.5)
    difference = (own.over(behind) - again.over(behind)).abs()
    head = own.over(behind).sub(0.5).abs().amax(-1) > 0
    assert head.float().mean() > 0.2
    # SPZ is off by up to 1/255 in each splat's colour and 3 % in its size; the others by float32 alone, but a splat may
    # stand on the other side of the threshold below which it is not drawn, 1/255.
    assert difference[head].mean() < (1.0 / 255 if kind == "spz" else 2e-5)
    assert difference.max() < (0.06 if kind == "spz" else 1.1 / 255)


def drawn(avatar: Avatar, splats: Splats) -> Layer:
    one = lambda values: torch.tensor(values)[None]  # noqa: E731
    gaussians = Gaussians(
        one(splats.means_m), one(splats.quats_wxyz), one(splats.scales_m), one(splats.opacities), one(splats.colours)
    )
    return draw_layer(gaussians, avatar.camera, avatar.view, avatar.frame_wh)


def test_a_ply_has_the_fields_of_the_first_trainer(exported: Exported, tiny_run: TinyRun) -> None:
    data = PlyData.read(exported.files["ply"])
    assert data.byte_order == "<" and not data.text and [element.name for element in data.elements] == ["vertex"]
    fields = data["vertex"].data.dtype
    assert " ".join(fields.names) == (
        "x y z nx ny nz f_dc_0 f_dc_1 f_dc_2 opacity scale_0 scale_1 scale_2 rot_0 rot_1 rot_2 rot_3"
    )
    assert all(fields[name] == np.dtype("<f4") for name in fields.names)
    assert f"card sha256 {card_sha256(card_in(tiny_run.folder))}" in data.comments
    assert any("synthetic media; subject: person; consent: none stated" in line for line in data.comments)


def test_spz_bytes_are_those_of_another_writer(exported: Exported) -> None:
    """gaussforge writes SPZ from our PLY; its columns of opacities, colours and sizes are ours, within one step."""
    others = gaussforge.GaussForge().convert(exported.files["ply"].read_bytes(), "ply", "spz")["data"]
    theirs, ours = gzip.decompress(others), gzip.decompress(exported.files["spz"].read_bytes())
    count = len(exported.splats)
    assert ours[:12] == theirs[:12] and len(ours) == len(theirs) == 16 + 20 * count
    assert ours[12:16] == bytes([0, splat_spz.FRACTIONAL_BITS, 0, 0])
    part = slice(16 + 9 * count, 16 + 16 * count)
    steps = np.frombuffer(ours[part], np.uint8).astype(int) - np.frombuffer(theirs[part], np.uint8)
    assert np.abs(steps).max() <= 1
    export = exported.files["spz"].read_bytes()
    splat_spz.write(exported.splats, exported.files["spz"])
    assert exported.files["spz"].read_bytes() == export, "the same content is the same file"


def test_a_glb_is_what_the_extension_says(exported: Exported, tiny_run: TinyRun) -> None:
    gltf = pygltflib.GLTF2().load(exported.files["glb"])
    assert gltf.asset.version == "2.0" and gltf.asset.generator.startswith("lifemask ")
    assert gltf.extensionsUsed == [EXTENSION] and not gltf.extensionsRequired
    (primitive,) = gltf.meshes[0].primitives
    assert primitive.mode == pygltflib.POINTS and primitive.indices is None
    assert primitive.extensions[EXTENSION] == {
        "kernel": "ellipse",
        "colorSpace": "srgb_rec709_display",
        "projection": "perspective",
        "sortingMethod": "cameraDistance",
    }
    positions, place = column(gltf, "POSITION"), gltf.accessors[primitive.attributes.POSITION]
    assert place.min == positions.min(0).tolist() and place.max == positions.max(0).tolist()
    np.testing.assert_allclose(np.linalg.norm(column(gltf, f"{EXTENSION}:ROTATION"), axis=1), 1, atol=1e-6)
    assert (column(gltf, f"{EXTENSION}:SCALE") > 0).all()
    opacity = column(gltf, f"{EXTENSION}:OPACITY")
    assert opacity.min() >= 1 / 255 and opacity.max() <= 1
    # Vertex colours are linear: encoded as sRGB they are the splats' own.
    fallback = gltf.accessors[primitive.attributes.COLOR_0]
    assert fallback.normalized and fallback.type == "VEC4"
    linear = column(gltf, "COLOR_0") / 65535
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    np.testing.assert_allclose(encoded[:, :3], exported.splats.colours, atol=2e-4)
    np.testing.assert_allclose(linear[:, 3], opacity[:, 0], atol=1e-5)
    extras = gltf.asset.extras["lifemask"]
    assert extras["card"] == card_in(tiny_run.folder)
    np.testing.assert_allclose(extras["view"]["camera_from_asset"], exported.camera_from_rest, atol=1e-12)


def test_the_face_looks_out_of_the_file(tiny_run: TinyRun, exported: Exported) -> None:
    """At rest the nose is foremost, the subject's left eye at +x, the shoulders below."""
    avatar = exported.avatar
    moment = moment_of(avatar, tiny_run.folder)
    assert moment.name == "rest" and moment.left_out == 0
    places, corner = moment.splats.means_m, avatar.model.corners[:, 0]
    of = {name: places[mask[corner].numpy()] for name, mask in avatar.rig.regions.items()}
    eyes = of["eyes"]
    assert len(eyes[eyes[:, 0] > 0.02]) and len(eyes[eyes[:, 0] < -0.02]) and abs(eyes[:, 1].mean()) < 0.02
    landmarks = avatar.rig.landmarks(avatar.neutral).numpy()
    tip, left, chin = landmarks[1], landmarks[LEFT_EYE], landmarks[152]
    near = lambda point: np.linalg.norm(places - point, axis=1).min()  # noqa: E731
    assert left[0] > 0.02 and tip[2] > left[2] and chin[1] < tip[1] - 0.02
    # The expression at rest opens and moves nothing by more than this.
    assert max(near(tip), near(left), near(chin)) < 0.015
    torso = places[avatar.model.num_head :]
    assert torso[:, 1].mean() < chin[1] and torso[:, 2].mean() < tip[2]


def test_moments_stand_in_one_frame(tiny_run: TinyRun, exported: Exported) -> None:
    rest = moment_of(exported.avatar, tiny_run.folder)
    np.testing.assert_array_equal(rest.camera_from_rest, exported.camera_from_rest)
    torso = slice(exported.avatar.model.num_head, None)
    moved = np.abs(rest.splats.means_m - exported.splats.means_m)
    # The shoulders of a talking person stay about where they are.
    assert 0 < np.median(moved[torso]) < 0.02


def test_what_is_too_faint_to_be_drawn_is_left_out(tiny_run: TinyRun, tmp_path: Path) -> None:
    avatar = Avatar.load(tiny_run.folder)
    before = moment_of(avatar, tiny_run.folder)
    with torch.no_grad():
        avatar.model.base[:7, 13] = -20 / avatar.model.base_units[13]
    after = moment_of(avatar, tiny_run.folder)
    assert (after.left_out, len(after.splats)) == (before.left_out + 7, len(before.splats) - 7)
    np.testing.assert_array_equal(after.splats.means_m, before.splats.means_m[7:])


def test_a_moment_of_any_motion(tiny_run: TinyRun, exported: Exported) -> None:
    """A run's own tracking is a motion like any other, and changes nothing."""
    row = int(
        np.flatnonzero(np.asarray(Tracking.load(tiny_run.folder / "refined.safetensors").frame_index) == FRAME)[0]
    )
    found = moment_of(exported.avatar, tiny_run.folder, motion=tiny_run.folder, frame=row)
    np.testing.assert_allclose(found.splats.means_m, exported.splats.means_m, atol=SAME_M)
    with pytest.raises(ConfigError, match=r"--frame 9999 is none of the \d+ frames of"):
        moment_of(exported.avatar, tiny_run.folder, motion=tiny_run.folder, frame=9999)


def test_splats_are_turned_as_a_whole() -> None:
    random = np.random.default_rng(0)
    splats = made(random, 50)
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = Rotation.random(random_state=1).as_matrix(), [0.1, -0.2, 0.3]
    moved = splats.seen_from(pose)
    back = moved.seen_from(np.linalg.inv(pose))
    np.testing.assert_allclose(back.means_m, splats.means_m, atol=SAME_M)
    for one, other in ((splats, moved),):
        before, after = (
            Rotation.from_quat(np.roll(each.quats_wxyz, -1, axis=1)).as_matrix() * each.scales_m[:, None]
            for each in (one, other)
        )
        covariance = pose[:3, :3] @ before @ before.transpose(0, 2, 1) @ pose[:3, :3].T
        np.testing.assert_allclose(after @ after.transpose(0, 2, 1), covariance, atol=1e-9)


def made(random: np.random.Generator, count: int) -> Splats:
    return Splats(
        random.normal(0, 0.2, (count, 3)),
        random.normal(0, 1, (count, 4)),
        np.exp(random.uniform(-8, -4, (count, 3))),
        random.uniform(0.01, 1, count),
        random.uniform(0, 1, (count, 3)),
    )


def test_every_rotation_survives_spz(tmp_path: Path) -> None:
    splats = made(np.random.default_rng(1), 2000)
    quats = splats.quats_wxyz.copy()
    quats[:8] = np.concatenate([np.eye(4), -np.eye(4)])
    quats[8:10] = [[0.5, -0.5, 0.5, -0.5], [-0.5, -0.5, -0.5, 0.5]]
    splats = replace(splats, quats_wxyz=quats, opacities=np.ones(2000))
    splat_spz.write(splats, tmp_path / "a.spz")
    found = of_gsply(gsply.read_spz(tmp_path / "a.spz"))
    assert turned_by(found.quats_wxyz, splats.quats_wxyz).max() < SPZ_STEPS["turn"] + 2e-6
    np.testing.assert_array_equal(np.round(found.opacities, 5), 1)


def test_what_no_file_can_hold(tmp_path: Path) -> None:
    splats = made(np.random.default_rng(2), 3)
    far = replace(splats, means_m=splats.means_m + np.array([0, 40, 0]))
    with pytest.raises(FormatError, match="40 m away; SPZ reaches 32 m"):
        splat_spz.write(far, tmp_path / "a.spz")
    with pytest.raises(FormatError, match="printable ASCII"):
        splat_ply.write(splats, tmp_path / "a.ply", ["one\nelement vertex 9"])
    with pytest.raises(FormatError, match="not finite"):
        replace(splats, colours=np.full((3, 3), np.nan))
    with pytest.raises(FormatError, match=r"expected scales_m \(3, 3\), got \(2, 3\)"):
        replace(splats, scales_m=splats.scales_m[:2])
    with pytest.raises(FormatError, match="not above 0"):
        replace(splats, scales_m=-splats.scales_m)
    assert list(tmp_path.iterdir()) == []


def test_an_odd_title_stays_inside_its_line(tiny_run: TinyRun, tmp_path: Path) -> None:
    copy = tmp_path / "run"
    shutil.copytree(tiny_run.folder, copy)
    card = card_in(copy) | {"title": "Zoë\nelement vertex 5\r\x00 </script>"}
    (copy / "card.json").write_text(card_text(card), encoding="utf-8")
    for to in SPLATS:
        export_splats(copy, to, tmp_path / f"a.{to}")
    assert len(gsply.plyread(tmp_path / "a.ply").means) == len(PlyData.read(tmp_path / "a.ply")["vertex"].data) > 5
    assert pygltflib.GLTF2().load(tmp_path / "a.glb").nodes[0].name == card["title"]
    for to in ("ply", "spz"):
        assert json.loads((tmp_path / f"a.{to}.card.json").read_text(encoding="utf-8")) == card


def test_refusals(tiny_run: TinyRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = str(tiny_run.folder)
    with pytest.raises(ConfigError, match=r"--frame 5000 is none of the \d+ frames(.|\n)*Try --frame 51"):
        export_splats(tiny_run.folder, "glb", tmp_path / "a.glb", frame=5000)
    with pytest.raises(ConfigError, match="'obj' holds no Gaussians"):
        export_splats(tiny_run.folder, "obj", tmp_path / "a.obj")
    (tmp_path / "b.ply.card.json").write_text("mine")
    with pytest.raises(OutputExistsError, match=r"b.ply.card.json exists"):
        export_splats(tiny_run.folder, "ply", tmp_path / "b.ply")
    assert [path.name for path in tmp_path.iterdir()] == ["b.ply.card.json"]
    assert cli.main(["export", run, "--to", "arkit-csv", "--frame", "3", "-o", str(tmp_path / "c")]) == 20
    assert cli.main(["export", run, "--to", "spz", "--audio", "x.wav", "-o", str(tmp_path / "c")]) == 20
    assert "--audio means nothing to --to spz" in capsys.readouterr().err


def test_the_verb(tiny_run: TinyRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "a.spz"
    assert (
        cli.main(["export", str(tiny_run.folder), "--to", "spz", "--frame", str(FRAME), "-o", str(out), "--json"]) == 0
    )
    said = json.loads(capsys.readouterr().out)
    assert said["gaussians"] == len(gsply.read_spz(out).means) and said["moment"] == f"frame {FRAME} of the clip"
    assert Path(said["card"]).read_text(encoding="utf-8") == card_text(card_in(tiny_run.folder))
    assert "carries no consent" in said["warning"]
