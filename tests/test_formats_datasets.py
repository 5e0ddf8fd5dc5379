"""Folders of other systems: flame-head-tracker, VHAP, INSTA, FlashAvatar; and telling them apart."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from formats_made import assert_same_fit, made, pictures, turns
from lifemask.errors import ConfigError, FileMissingError, FormatError, OutputExistsError
from lifemask.formats import cameras, flame_head_tracker, flashavatar, masks, metrical_tracker, nerf_json, vhap
from lifemask.formats.entries import read_npz, write_npz
from lifemask.formats.flashavatar_checkpoint import read_checkpoint
from lifemask.formats.guess import FORMAT_NAMES, guess_format
from lifemask.formats.pinhole_json import split_rows
from test_formats_frames import Notes

SQUARE = (512, 512)


def test_flame_head_tracker_comes_back(tmp_path: Path) -> None:
    sequence = made(size_wh=SQUARE, root=turns(np.random.default_rng(1), 4), image_path=pictures(tmp_path, 4, SQUARE))
    flame_head_tracker.write(sequence, tmp_path / "out")
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["11.npz", "2.npz", "5.npz", "8.npz"]
    notes = Notes()
    back = flame_head_tracker.read(tmp_path / "out", notes)
    assert_same_fit(back, sequence)
    assert back.frame_id == ("2", "5", "8", "11") and any("missing" in note for note in notes.told)


def test_flame_head_tracker_has_the_documented_entries(tmp_path: Path) -> None:
    flame_head_tracker.write(made(size_wh=SQUARE), tmp_path / "out")
    entries = read_npz(tmp_path / "out" / "2.npz").values
    shapes = {name: array.shape for name, array in entries.items()}
    assert shapes == {
        "shape": (1, 300), "exp": (1, 100), "head_pose": (1, 3), "jaw_pose": (1, 3), "neck_pose": (1, 3),
        "eye_pose": (1, 6), "cam": (1, 6), "fov": (1,), "K": (1, 3, 3), "eyelids": (1, 2),
    }  # fmt: skip
    assert {array.dtype for array in entries.values()} == {np.dtype(np.float32)}


def test_flame_head_trackers_own_numbers(tmp_path: Path) -> None:
    """20 degrees at 256 pixels are a focal length of 725.9; a frontal head one metre away; img of another side."""
    focal = 128 / np.tan(np.radians(10))
    assert focal == pytest.approx(725.9, abs=0.05)
    entries = {
        "shape": np.zeros((1, 300)), "exp": np.zeros((1, 100)), "jaw_pose": np.array([[0.2, 0, 0]]),
        "eye_pose": np.zeros((1, 6)), "cam": np.array([[0, 0, 0, 0.01, 0.02, 1.0]]), "fov": np.array([20.0]),
        "K": np.array([[[focal, 0, 128], [0, focal, 128], [0, 0, 1]]]), "img": np.zeros((1, 512, 512, 3), np.uint8),
        "blendshape_scores": np.full((1, 52), 0.25), "lmks_ears": np.ones((1, 20, 2)),
    }  # fmt: skip
    write_npz(tmp_path / "in" / "0.npz", entries)
    sequence = flame_head_tracker.read(tmp_path / "in")
    assert sequence.size_wh == SQUARE
    np.testing.assert_allclose(sequence.intrinsics[0], [[2 * focal, 0, 256], [0, 2 * focal, 256], [0, 0, 1]])
    np.testing.assert_allclose(sequence.camera_from_world[0, :3, :3], np.diag([1.0, -1, -1]), atol=1e-12)
    np.testing.assert_allclose(sequence.camera_from_world[0, :3, 3], [-0.01, 0.02, 1.0])
    # A positive turn about x opens the jaw: the chin, below and in front of its joint, goes down and back.
    assert (sequence.jaw[0] @ [0, -0.05, 0.07])[1] < -0.05
    flame_head_tracker.write(sequence, tmp_path / "out")
    copy = read_npz(tmp_path / "out" / "0.npz").values
    for name in ("blendshape_scores", "lmks_ears", "img", "cam", "fov", "jaw_pose"):
        np.testing.assert_array_equal(copy[name], entries[name], err_msg=name)
    metrical_tracker.write(replace(sequence, image_path=()), tmp_path / "frames")


def test_pictures_are_taken_out_of_flame_head_trackers_files(tmp_path: Path) -> None:
    flame_head_tracker.write(made(size_wh=SQUARE, image_path=pictures(tmp_path, 4, SQUARE)), tmp_path / "out")
    labels = np.full((1, 512, 512), 17, np.int64)
    file = tmp_path / "out" / "2.npz"
    write_npz(file, dict(read_npz(file).values) | {"parsing": labels})
    sequence = flame_head_tracker.extract_pictures(flame_head_tracker.read(tmp_path / "out"), tmp_path / "taken")
    assert sequence.image_path[0] == tmp_path / "taken" / "images" / "2.png"
    np.testing.assert_array_equal(np.asarray(Image.open(sequence.image_path[3])), Image.open(tmp_path / "any3.png"))
    assert sequence.parsing_path[1] is None
    np.testing.assert_array_equal(masks.read_labels(sequence.parsing_path[0]), labels[0])


def test_pickled_objects_in_npz_are_refused(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    np.savez(tmp_path / "in" / "0.npz", cam=np.zeros((1, 6)), exp=np.array([{"a": 1}], object))
    assert guess_format(tmp_path / "in") == flame_head_tracker.NAME
    with pytest.raises(FormatError, match=r"0\.npz cannot be read as plain arrays"):
        flame_head_tracker.read(tmp_path / "in")


def test_npz_errors_name_file_and_entry(tmp_path: Path) -> None:
    flame_head_tracker.write(made(size_wh=SQUARE), tmp_path / "out")
    file = tmp_path / "out" / "5.npz"
    entries = dict(read_npz(file).values)
    write_npz(file, {name: array for name, array in entries.items() if name != "eye_pose"})
    with pytest.raises(FormatError, match=r"5\.npz: no entry 'eye_pose'"):
        flame_head_tracker.read(tmp_path / "out")
    write_npz(file, entries | {"eye_pose": np.zeros((1, 3))})
    with pytest.raises(FormatError, match=r"'eye_pose' has the shape \[1, 3\]"):
        flame_head_tracker.read(tmp_path / "out")
    with pytest.raises(FormatError, match="knows square ones"):
        flame_head_tracker.write(made(), tmp_path / "wide")


def vhap_sequence(tmp_path: Path, **changes: object):
    random = np.random.default_rng(4)
    fields = {
        "root": turns(random, 4), "neck": turns(random, 4), "eyelids": np.zeros((4, 2)),
        "root_translation_m": random.normal(0, 0.1, (4, 3)).astype(np.float32),
        "vertex_offset_m": random.normal(0, 0.001, (30, 3)).astype(np.float32),
        "image_path": pictures(tmp_path / "pictures", 4, (64, 48)),
        "alpha_path": pictures(tmp_path / "mattes", 4, (64, 48), "L"), "size_wh": (64, 48),
    }  # fmt: skip
    return made(**(fields | changes))


def test_vhap_comes_back(tmp_path: Path) -> None:
    sequence = vhap_sequence(tmp_path)
    vhap.write(sequence, tmp_path / "out", held_out=0.25)
    back = vhap.read(tmp_path / "out")
    assert_same_fit(back, sequence)
    np.testing.assert_array_equal(back.vertex_offset_m, sequence.vertex_offset_m)
    assert back.image_path[2].read_bytes() == sequence.image_path[2].read_bytes()
    assert back.alpha_path[3].read_bytes() == sequence.alpha_path[3].read_bytes()
    held = [len(json.loads((tmp_path / f"out/transforms_{name}.json").read_text())["frames"]) for name in vhap.SPLITS]
    assert held == [3, 1, 1]


def test_vhap_matrices_are_opengl(tmp_path: Path) -> None:
    """As GaussianAvatars reads them: columns 1 and 2 negated, then inverted, is the OpenCV camera."""
    sequence = vhap_sequence(tmp_path)
    vhap.write(sequence, tmp_path / "out")
    frame = json.loads((tmp_path / "out" / "transforms.json").read_text())["frames"][1]
    world = np.array(frame["transform_matrix"])
    world[:3, 1:3] *= -1
    np.testing.assert_allclose(np.linalg.inv(world), sequence.camera_from_world[1], atol=1e-6)
    entries = read_npz(tmp_path / "out" / frame["flame_param_path"]).values
    assert {name: array.shape for name, array in entries.items()} == {
        "translation": (1, 3), "rotation": (1, 3), "neck_pose": (1, 3), "jaw_pose": (1, 3), "eyes_pose": (1, 6),
        "shape": (300,), "expr": (1, 100), "static_offset": (1, 30, 3),
    }  # fmt: skip


def test_vhap_keeps_what_it_does_not_know(tmp_path: Path) -> None:
    vhap.write(vhap_sequence(tmp_path), tmp_path / "out")
    whole = tmp_path / "out" / "transforms.json"
    content = json.loads(whole.read_text())
    content["mystery"] = {"a": [1]}
    content["frames"][2] |= {"colour": "red", "camera_id": "222200037"}
    whole.write_text(json.dumps(content))
    file = tmp_path / "out" / "flame_param" / "00002.npz"
    turned = np.array([[0, 4.0, 0]], np.float32)
    write_npz(file, dict(read_npz(file).values) | {"dynamic_offset": np.ones((1, 30, 3)), "rotation": turned})
    vhap.write(vhap.read(tmp_path / "out"), tmp_path / "copy", held_out=0.5)
    copy = json.loads((tmp_path / "copy" / "transforms.json").read_text())
    assert copy["mystery"] == {"a": [1]}
    assert (copy["frames"][2]["colour"], copy["frames"][2]["camera_id"]) == ("red", "222200037")
    entries = read_npz(tmp_path / "copy" / "flame_param" / "00002.npz").values
    np.testing.assert_array_equal(entries["dynamic_offset"], np.ones((1, 30, 3)))
    np.testing.assert_array_equal(entries["rotation"], turned)
    splits = [
        len(json.loads((tmp_path / f"copy/transforms_{name}.json").read_text())["frames"]) for name in vhap.SPLITS
    ]
    assert splits == [3, 1, 1]


def test_vhap_with_several_cameras_asks_for_one(tmp_path: Path) -> None:
    vhap.write(vhap_sequence(tmp_path), tmp_path / "out")
    whole = tmp_path / "out" / "transforms.json"
    content = json.loads(whole.read_text())
    content["frames"] += [frame | {"camera_index": 5} for frame in content["frames"][:2]]
    whole.write_text(json.dumps(content))
    with pytest.raises(FormatError, match="2 cameras: 0, 5"):
        vhap.read(tmp_path / "out")
    assert len(vhap.read(tmp_path / "out", camera_index=5)) == 2
    with pytest.raises(FormatError, match="no camera 3"):
        vhap.read(tmp_path / "out", camera_index=3)


def test_vhap_is_read_from_its_splits_and_from_a_shared_camera(tmp_path: Path) -> None:
    sequence = vhap_sequence(tmp_path)
    vhap.write(sequence, tmp_path / "out")
    (tmp_path / "out" / "transforms.json").unlink()
    for file in (tmp_path / "out").glob("transforms_*.json"):
        content = json.loads(file.read_text())
        for frame in content["frames"]:
            for name in ("w", "h", "cx", "cy", "fl_x", "fl_y"):
                del frame[name]
        file.write_text(json.dumps(content))
    assert_same_fit(vhap.read(tmp_path / "out"), sequence)


def test_insta_comes_back_with_opencv_axes(tmp_path: Path) -> None:
    images, mattes = pictures(tmp_path / "i", 4, (64, 48)), pictures(tmp_path / "m", 4, (64, 48), "L")
    sequence = made(image_path=images, alpha_path=mattes, size_wh=(64, 48))
    nerf_json.write(sequence, tmp_path / "out", held_out=0.5)
    frames = nerf_json.read(tmp_path / "out")
    assert frames.axes == "opencv"
    # The matrices went through an inverse in float64.
    np.testing.assert_allclose(frames.camera_from_world, sequence.camera_from_world, atol=1e-6)
    np.testing.assert_allclose(frames.intrinsics, sequence.intrinsics)
    np.testing.assert_allclose(frames.expression, sequence.expression, atol=5e-9)  # eight decimals in the text
    picture = Image.open(tmp_path / "out" / "images" / "00001.png")
    assert picture.mode == "RGBA"
    np.testing.assert_array_equal(np.asarray(picture)[..., 3], Image.open(mattes[1]))
    assert_same_fit(metrical_tracker.read(tmp_path / "out"), sequence)
    content = json.loads((tmp_path / "out" / "transforms_test.json").read_text())
    assert [frame["file_path"] for frame in content["frames"]] == ["images/00002.png", "images/00003.png"]
    inverse = np.linalg.inv(content["frames"][0]["transform_matrix"])
    np.testing.assert_allclose(inverse, sequence.camera_from_world[2], atol=1e-6)


def test_nerf_axes_are_told_apart_and_survive(tmp_path: Path) -> None:
    sequence = made()
    opengl = cameras.opengl_from_opencv(sequence.camera_from_world)
    content = {
        "camera_angle_x": 0.69, "w": 640, "h": 480, "aabb": 4,
        "frames": [{"file_path": f"{row}.png", "transform_matrix": opengl[row].tolist(), "sharp": row}
                   for row in (2, 0, 3, 1)],
    }  # fmt: skip
    (tmp_path / "transforms.json").write_text(json.dumps(content))
    frames = nerf_json.read(tmp_path)
    assert frames.axes == "opengl" and frames.extra == {"aabb": 4}
    np.testing.assert_allclose(frames.camera_from_world, sequence.camera_from_world, atol=1e-6)
    np.testing.assert_allclose(frames.intrinsics[0, 0, 0], 320 / np.tan(0.345))
    nerf_json.write_json(frames, tmp_path / "copy" / "transforms.json")
    again = nerf_json.read(tmp_path / "copy")
    np.testing.assert_allclose(again.camera_from_world, frames.camera_from_world, atol=1e-12)
    assert again.extra == frames.extra and [extra["sharp"] for extra in again.frame_extra] == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"w": "wide"}, "entry 'w' is 'wide', expected a number"),
        ({"fl_x": float("nan")}, "entry 'fl_x' is nan, expected a finite number"),
        ({"w": None}, "entry 'w' is None"),
        ({"frames": {}}, "frames is not a list of objects"),
    ],
)
def test_a_wrong_value_in_json_names_itself(change: dict, text: str, tmp_path: Path) -> None:
    nerf_json.write(made(), tmp_path / "out")
    file = tmp_path / "out" / "transforms.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(FormatError, match=rf"transforms\.json: {text}"):
        nerf_json.read(file)


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "transforms.json").write_bytes(b"\xff\xfe")
    with pytest.raises(FormatError, match="is not a JSON file"):
        nerf_json.read(tmp_path)
    (tmp_path / "transforms.json").write_text("[" * 100000)
    with pytest.raises(FormatError, match="is not JSON"):
        nerf_json.read(tmp_path)


def test_a_scaled_matrix_is_refused(tmp_path: Path) -> None:
    matrix = [[2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 2, 1], [0, 0, 0, 1]]
    content = {"w": 8, "h": 8, "fl_x": 9, "frames": [{"file_path": "a", "transform_matrix": matrix}]}
    (tmp_path / "transforms.json").write_text(json.dumps(content))
    with pytest.raises(FormatError, match=r"transform_matrix of 'a' is not a rotation"):
        nerf_json.read(tmp_path)


def test_cameras_on_their_side_are_not_guessed(tmp_path: Path) -> None:
    side = [[0, 1, 0, 0], [-1, 0, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]]
    content = {"w": 8, "h": 8, "fl_x": 9, "frames": [{"file_path": "a", "transform_matrix": side}]}
    (tmp_path / "transforms.json").write_text(json.dumps(content))
    with pytest.raises(FormatError, match="Give axes='opencv' or axes='opengl'"):
        nerf_json.read(tmp_path)
    assert nerf_json.read(tmp_path, axes="opengl").axes == "opengl"


@pytest.mark.parametrize(("count", "fraction", "test"), [(10, 0.1, 1), (2, 0.01, 1), (2, 0.99, 1), (839, 0.1, 84)])
def test_splits_are_never_empty(count: int, fraction: float, test: int) -> None:
    train, held = split_rows(count, fraction)
    assert len(held) == test and train + held == list(range(count)) and train


def test_splits_that_cannot_be_are_refused() -> None:
    for count, fraction in ((1, 0.5), (10, 0), (10, 1)):
        with pytest.raises(ConfigError, match="cannot be held out"):
            split_rows(count, fraction)


def flashavatar_sequence(tmp_path: Path):
    labels = []
    for row in range(4):
        labels.append(tmp_path / "parsing" / f"{row}.png")
        map_ = np.zeros((64, 64), np.uint8)
        map_[8:40], map_[20:24], map_[40:] = 17, 12, 16
        map_[24:26] = 10
        masks.write_labels(labels[-1], map_)
    return made(
        size_wh=(64, 64),
        image_path=pictures(tmp_path / "i", 4, (64, 64)),
        alpha_path=pictures(tmp_path / "m", 4, (64, 64), "L"),
        parsing_path=tuple(labels),
    )


def test_flashavatar_comes_back(tmp_path: Path) -> None:
    sequence, notes = flashavatar_sequence(tmp_path), Notes()
    flashavatar.write(sequence, tmp_path / "root", "someone", progress=notes)
    data = tmp_path / "root" / "dataset" / "someone"
    assert sorted(file.name for file in (data / "imgs").iterdir())[0] == "00001.jpg"
    assert sorted(file.name for file in (data / "parsing").iterdir())[:2] == ["00001_mouth.png", "00001_neckhead.png"]
    assert Image.open(data / "imgs" / "00001.jpg").format == "JPEG"
    mouth = np.asarray(Image.open(data / "parsing" / "00001_mouth.png"))
    head = np.asarray(Image.open(data / "parsing" / "00001_neckhead.png"))
    assert set(np.unique(mouth)) == {0, 255} and mouth[20:24].all() and not mouth[24:26].any()
    assert head[8:40].all() and not head[40:].any() and not head[:8].any()
    told = " ".join(notes.told)
    assert "principal point is 11.2 px off" in told and "none is left to train" in told and "64 x 64" in told
    back = flashavatar.read(data)
    assert_same_fit(back, sequence)
    assert back.image_path[0] == data / "imgs" / "00001.jpg"
    assert back.mouth_mask_path[3] == data / "parsing" / "00004_mouth.png" and None not in back.alpha_path


def test_flashavatar_counts_frames_from_zero(tmp_path: Path) -> None:
    flashavatar.write(flashavatar_sequence(tmp_path), tmp_path / "root", "someone")
    tracker = tmp_path / "root" / "metrical-tracker" / "output" / "someone"
    (tracker / "checkpoint" / "00001.frame").unlink()
    with pytest.raises(FormatError, match="there is no frame 00001"):
        flashavatar.read(tmp_path / "root" / "dataset" / "someone")


def test_flashavatar_needs_images_and_an_empty_place(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="Frame '2' and 3 others have no image"):
        flashavatar.write(made(), tmp_path / "root", "x")
    sequence = flashavatar_sequence(tmp_path)
    flashavatar.write(sequence, tmp_path / "root", "x")
    with pytest.raises(OutputExistsError):
        flashavatar.write(sequence, tmp_path / "root", "x")
    with pytest.raises(FileMissingError, match="Give tracker"):
        flashavatar.read(tmp_path / "root" / "dataset")


def test_flashavatars_checkpoint(tmp_path: Path) -> None:
    network = torch.nn.Linear(171, 10)
    adam = torch.optim.Adam(network.parameters())
    count = 7
    parameters = [torch.nn.Parameter(torch.rand(count, *shape)) for shape in ((1, 3), (15, 3), (3,), (4,), (1,))]
    gaussians = (3, torch.empty(0), *parameters, torch.zeros(count), torch.empty(0), torch.empty(0), {"state": {}}, 1.5)
    torch.save(((network.state_dict(), adam.state_dict()), gaussians, 150000), tmp_path / "chkpnt150000.pth")
    record = read_checkpoint(tmp_path / "chkpnt150000.pth")
    np.testing.assert_array_equal(record.features_rest, parameters[1].detach())
    np.testing.assert_array_equal(record.mlp["weight"], network.weight.detach())
    assert (record.iteration, record.active_sh_degree, record.spatial_lr_scale) == (150000, 3, 1.5)
    torch.save(((network.state_dict(), {}), gaussians[:-1], 1), tmp_path / "short.pth")
    with pytest.raises(FormatError, match="11 entries of the Gaussians, expected 12"):
        read_checkpoint(tmp_path / "short.pth")
    wrong = (*gaussians[:4], torch.rand(count, 2), *gaussians[5:])
    torch.save(((network.state_dict(), {}), wrong, 1), tmp_path / "wrong.pth")
    with pytest.raises(FormatError, match=r"'scaling_base' has the shape \[7, 2\]"):
        read_checkpoint(tmp_path / "wrong.pth")
    torch.save(network.state_dict(), tmp_path / "other.pth")
    with pytest.raises(FormatError, match="is not FlashAvatar's"):
        read_checkpoint(tmp_path / "other.pth")


def test_formats_are_guessed(tmp_path: Path) -> None:
    sequence = replace(flashavatar_sequence(tmp_path), size_wh=(64, 64))
    flashavatar.write(sequence, tmp_path / "fa", "x")
    metrical_tracker.write(sequence, tmp_path / "mt")
    flame_head_tracker.write(sequence, tmp_path / "fht")
    vhap.write(sequence, tmp_path / "vhap")
    nerf_json.write(sequence, tmp_path / "insta")
    (tmp_path / "insta" / "transforms.json").rename(tmp_path / "nerf.json")
    places = {
        "fa/dataset/x": "flashavatar", "fa/metrical-tracker/output/x": "metrical-tracker", "mt": "metrical-tracker",
        "mt/checkpoint": "metrical-tracker", "mt/checkpoint/00000.frame": "metrical-tracker",
        "fht": "flame-head-tracker", "vhap": "vhap", "vhap/transforms_test.json": "vhap", "nerf.json": "nerf-json",
    }  # fmt: skip
    assert {place: guess_format(tmp_path / place) for place in places} == places
    assert set(places.values()) < set(FORMAT_NAMES)


def test_an_unknown_folder_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        guess_format(tmp_path)
    assert all(name in str(caught.value) for name in FORMAT_NAMES)
    with pytest.raises(FileMissingError):
        guess_format(tmp_path / "none")
