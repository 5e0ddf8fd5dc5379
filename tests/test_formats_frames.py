"""metrical-tracker's frames and FlameSequence: exact round trips, what survives, and what errors name."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.spatial.transform import Rotation

from formats_made import assert_same_fit, made, pictures, turns
from lifemask.errors import FileMissingError, FormatError, OutputExistsError
from lifemask.formats import metrical_tracker as tracker
from lifemask.formats.torch_zip import read_torch_zip, write_torch_zip
from lifemask.formats.tracker_files import (
    TrackerCrop,
    begin_frames,
    read_crop,
    read_identity,
    read_mesh,
    read_settings,
    write_crop,
)

DOCUMENTED = {
    "flame": {
        "exp": (1, 100), "shape": (1, 300), "tex": (1, 140), "sh": (1, 9, 3), "eyes": (1, 12), "eyelids": (1, 2),
        "jaw": (1, 6),
    },
    "camera": {"R": (1, 6), "t": (1, 3), "fl": (1, 1), "pp": (1, 2)},
    "opencv": {"R": (1, 3, 3), "t": (1, 3), "K": (1, 3, 3)},
}  # fmt: skip


class Notes:
    """A listener that keeps the notes."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def stage(self, name: str, total: int | None = None) -> Any:
        from lifemask.progress import NULL_PROGRESS

        return NULL_PROGRESS.stage(name, total)

    def note(self, text: str) -> None:
        self.told.append(text)


def written(tmp_path: Path, **changes: object) -> Path:
    tracker.write(made(**changes), tmp_path / "out")
    return tmp_path / "out"


def test_torch_finds_the_documented_dictionary(tmp_path: Path) -> None:
    checkpoint = written(tmp_path) / "checkpoint"
    assert sorted(file.name for file in checkpoint.iterdir()) == [f"0000{row}.frame" for row in range(4)]
    frame = torch.load(checkpoint / "00002.frame", weights_only=False)
    assert list(frame) == ["flame", "camera", "opencv", "img_size", "frame_id", "global_step"]
    for group, shapes in DOCUMENTED.items():
        assert {name: array.shape for name, array in frame[group].items()} == shapes
        assert {array.dtype for array in frame[group].values()} == {np.dtype(np.float32)}
    assert frame["img_size"].dtype == np.int64 and frame["img_size"].tolist() == [480, 640]
    assert frame["frame_id"] == "00002" and type(frame["global_step"]) is int


def test_the_two_cameras_of_a_frame_agree_as_pytorch3d_computes_them(tmp_path: Path) -> None:
    """The identities between camera.* and opencv.*, spelled out; float32 makes 1e-5 of them."""
    frame = torch.load(written(tmp_path) / "checkpoint" / "00001.frame", weights_only=False)
    first, second = frame["camera"]["R"][0].astype(float).reshape(2, 3)
    rows = np.stack([first, second, np.cross(first, second)])
    flip, unit = np.diag([-1.0, -1.0, 1.0]), min(640, 480) / 2
    np.testing.assert_allclose((rows @ flip).T, frame["opencv"]["R"][0], atol=1e-5)
    np.testing.assert_allclose(flip @ frame["camera"]["t"][0], frame["opencv"]["t"][0], atol=1e-5)
    k, centre = frame["opencv"]["K"][0], np.array([320, 240]) - frame["camera"]["pp"][0] * unit
    np.testing.assert_allclose(frame["camera"]["fl"][0, 0] * unit, k[0, 0], rtol=1e-5)
    np.testing.assert_allclose(centre, k[:2, 2], rtol=1e-5)
    assert k[0, 0] == k[1, 1]


def test_a_fit_comes_back(tmp_path: Path) -> None:
    sequence = made(neck=turns(np.random.default_rng(3), 4))
    notes = Notes()
    tracker.write(sequence, tmp_path / "out", progress=notes)
    assert any("flame.neck" in note for note in notes.told)
    assert_same_fit(tracker.read(tmp_path / "out"), sequence)


def test_writing_again_is_exact_and_keeps_unknown_entries(tmp_path: Path) -> None:
    """Optimised 6-D rows are not of unit length; they, unknown entries and the texture stay bit for bit."""
    original = read_torch_zip(written(tmp_path) / "checkpoint" / "00000.frame")
    random = np.random.default_rng(5)
    original["flame"] |= {"tex": random.normal(size=(1, 140)).astype(np.float32), "mystery": np.arange(3)}
    original["flame"]["jaw"] = (original["flame"]["jaw"] * 1.7).astype(np.float32)
    original |= {"global_step": 628, "notes": "kept", "other": {"x": [1, 2]}}
    write_torch_zip(tmp_path / "again" / "checkpoint" / "00000.frame", original)
    tracker.write(tracker.read(tmp_path / "again"), tmp_path / "copy")
    copy = read_torch_zip(tmp_path / "copy" / "checkpoint" / "00000.frame")
    assert copy.keys() == original.keys() and copy["flame"].keys() == original["flame"].keys()
    for group in DOCUMENTED:
        for name, array in original[group].items():
            np.testing.assert_array_equal(copy[group][name], array, err_msg=f"{group}.{name}")
    assert (copy["global_step"], copy["notes"], copy["other"]) == (628, "kept", {"x": [1, 2]})


def test_an_edited_rotation_replaces_what_was_read(tmp_path: Path) -> None:
    sequence = tracker.read(written(tmp_path))
    edited = replace(sequence, jaw=turns(np.random.default_rng(9), 4), camera_from_world=sequence.camera_from_world)
    moved = edited.camera_from_world.copy()
    moved[:, 0, 3] += 0.01
    tracker.write(replace(edited, camera_from_world=moved), tmp_path / "edited")
    back = tracker.read(tmp_path / "edited")
    assert_same_fit(back, replace(edited, camera_from_world=moved))
    assert tracker.camera_disagreement(back).max() <= tracker.AGREEMENT


def test_frames_are_numbered_anew_and_mapped(tmp_path: Path) -> None:
    images = pictures(tmp_path / "pictures", 4, (640, 480))
    out = written(tmp_path, image_path=images)
    back = tracker.read(out)
    assert back.frame_id == ("00000", "00001", "00002", "00003")
    assert '"frame_id": "5"' in (out / "frame_map.json").read_text()
    assert back.image_path[3] == out / "input" / "00003.png"
    assert back.image_path[3].read_bytes() == images[3].read_bytes()


def test_one_file_and_a_bare_checkpoint_folder_are_read(tmp_path: Path) -> None:
    out = written(tmp_path)
    assert len(tracker.read(out / "checkpoint")) == 4
    assert tracker.read(out / "checkpoint" / "00003.frame").frame_id == ("00003",)


def frame_without(tmp_path: Path, group: str, name: str, value: object = None) -> Path:
    path = written(tmp_path) / "checkpoint" / "00000.frame"
    frame = read_torch_zip(path)
    target = frame[group] if group else frame
    del target[name]
    if value is not None:
        target[name] = value
    write_torch_zip(path, frame)
    return path


@pytest.mark.parametrize(("group", "name"), [("flame", "exp"), ("flame", "jaw"), ("opencv", "K"), ("", "img_size")])
def test_a_missing_entry_names_itself_and_the_file(group: str, name: str, tmp_path: Path) -> None:
    path = frame_without(tmp_path, group, name)
    with pytest.raises(FormatError, match=rf"00000\.frame: no entry '{group and group + '.'}{name}'"):
        tracker.read(path)


def test_a_wrong_shape_names_itself(tmp_path: Path) -> None:
    path = frame_without(tmp_path, "flame", "eyes", np.zeros((1, 6), np.float32))
    with pytest.raises(FormatError, match=r"'flame\.eyes' has the shape \[1, 6\]\nExpected \[1, 12\]"):
        tracker.read(path)


def test_a_degenerate_rotation_names_its_file(tmp_path: Path) -> None:
    path = frame_without(tmp_path, "flame", "jaw", np.zeros((1, 6), np.float32))
    with pytest.raises(FormatError, match=r"00000\.frame: entry 'flame\.jaw': The 6-D rotation"):
        tracker.read(path)


def test_older_frames_without_eyelids_and_camera_are_read(tmp_path: Path) -> None:
    path = frame_without(tmp_path, "flame", "eyelids")
    frame = read_torch_zip(path)
    del frame["camera"]
    frame["frame_id"] = 7
    write_torch_zip(path, frame)
    sequence = tracker.read(path)
    assert sequence.frame_id == ("00007",) and not sequence.eyelids.any()


def test_cameras_that_disagree_are_told(tmp_path: Path) -> None:
    path = frame_without(tmp_path, "camera", "t", np.zeros((1, 3), np.float32))
    notes = Notes()
    tracker.read(path, notes)
    assert any("disagree" in note for note in notes.told)


def test_a_turning_root_needs_its_joint_and_is_folded(tmp_path: Path) -> None:
    root, joint = turns(np.random.default_rng(2), 4, 0.5), np.array([0.0, -0.1, -0.02])
    sequence = made(root=root, root_translation_m=np.full((4, 3), 0.05))
    with pytest.raises(FormatError, match="Give root_joint_m"):
        tracker.write(sequence, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    tracker.write(sequence, tmp_path / "out", root_joint_m=joint)
    back = tracker.read(tmp_path / "out")
    point = np.array([0.03, 0.02, 0.1])
    for row in range(4):
        posed = root[row] @ (point - joint) + joint + 0.05
        seen = sequence.camera_from_world[row] @ [*posed, 1]
        # float32 of the folded camera, at an arm of a tenth of a metre around a distance of one
        np.testing.assert_allclose(back.camera_from_world[row] @ [*point, 1], seen, atol=1e-6)


def test_an_existing_export_is_not_mixed_with(tmp_path: Path) -> None:
    out = written(tmp_path)
    with pytest.raises(OutputExistsError, match="not empty"):
        tracker.write(made(), out)


def test_a_failed_export_leaves_nothing(tmp_path: Path) -> None:
    gone = (*pictures(tmp_path / "pictures", 3, (8, 8)), tmp_path / "gone.png")
    with pytest.raises(FileMissingError, match=r"gone\.png"):
        tracker.write(made(image_path=gone), tmp_path / "out")
    assert [file.name for file in tmp_path.iterdir()] == ["pictures"]


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"jaw": np.zeros((3, 3, 3))}, r"jaw has the shape \[3, 3, 3\], expected \[4, 3, 3\]"),
        ({"jaw": np.ones((4, 3, 3))}, "jaw of frame '2' is no rotation"),
        ({"neck": np.tile(np.diag([1.0, 1, -1]), (4, 1, 1))}, "neck of frame '2' is no rotation"),
        ({"eyelids": np.array([[0, 0], [0, np.nan], [0, 0], [0, 0]])}, "eyelids is not finite in frame '5'"),
        ({"image_path": (None,)}, "image_path has 1 entries for 4 frames"),
    ],
)
def test_a_wrong_sequence_names_the_field(changes: dict, text: str) -> None:
    with pytest.raises(FormatError, match=text):
        made(**changes)


def test_too_many_coefficients_are_refused_and_too_few_filled(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="expression has 120 coefficients; this format holds 100"):
        tracker.write(made(expression=np.ones((4, 120))), tmp_path / "out")
    tracker.write(made(expression=np.ones((4, 50))), tmp_path / "out")
    np.testing.assert_array_equal(tracker.read(tmp_path / "out").expression.sum(1), [50] * 4)


def test_rows_keep_everything_together() -> None:
    sequence = made(timestamp_s=np.arange(4) / 25, image_path=tuple(Path(f"{row}.png") for row in range(4)))
    some = sequence.rows([3, 1])
    assert some.frame_id == ("11", "5") and some.image_path == (Path("3.png"), Path("1.png"))
    np.testing.assert_array_equal(some.timestamp_s, [3 / 25, 1 / 25])
    np.testing.assert_array_equal(some.jaw, sequence.jaw[[3, 1]])
    np.testing.assert_array_equal(some.shape, sequence.shape)


def test_rotations_above_half_a_turn_survive_in_rows(tmp_path: Path) -> None:
    turned = Rotation.from_rotvec([[0, 3.5, 0]] * 4).as_matrix()
    tracker.write(made(eye_left=turned), tmp_path / "out")
    np.testing.assert_allclose(tracker.read(tmp_path / "out").eye_left, turned, atol=3e-7)


def test_the_trackers_other_files(tmp_path: Path) -> None:
    crop = TrackerCrop(10, 400, 20, 410)
    write_crop(tmp_path / "bbox.pt", crop)
    assert torch.load(tmp_path / "bbox.pt", weights_only=False).tolist() == [10, 400, 20, 410]
    assert read_crop(tmp_path / "bbox.pt") == crop
    write_torch_zip(tmp_path / "bbox.pt", np.array([400, 10, 20, 410]))
    with pytest.raises(FormatError, match=r"bbox\.pt: the box .* is empty"):
        read_crop(tmp_path / "bbox.pt")
    settings = tmp_path / "actor.yml"
    settings.write_text("actor: './input/x'  # who\nbegin_frames: 1\nkeyframes: [ 0, 1 ]\nnested:\n  fps: 3\n")
    assert read_settings(settings)["actor"] == "./input/x" and begin_frames(settings) == 1
    np.save(tmp_path / "identity.npy", np.linspace(-2, 2, 300, dtype=np.float32))
    np.testing.assert_array_equal(read_identity(tmp_path / "identity.npy"), np.linspace(-2, 2, 300, dtype=np.float32))
    np.save(tmp_path / "identity.npy", np.zeros((1, 300)))
    with pytest.raises(FormatError, match=r"identity\.npy has the shape \[1, 300\], expected \[300\]"):
        read_identity(tmp_path / "identity.npy")
    (tmp_path / "canonical.obj").write_text("v 0 0 0\nv 1 0 0\nv 0 1 0.5\nvt 0 0\nf 1/1 2/1 3/1\n")
    vertices, faces = read_mesh(tmp_path / "canonical.obj")
    assert vertices.shape == (3, 3) and faces.tolist() == [[0, 1, 2]]
    (tmp_path / "canonical.obj").write_text("v 0 0 0\nf 1 2 3\n")
    with pytest.raises(FormatError, match="vertices that are not there"):
        read_mesh(tmp_path / "canonical.obj")
