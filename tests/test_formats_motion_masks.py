"""ARKit motion files and the masks of other tools."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lifemask.errors import FormatError
from lifemask.formats import arkit, masks
from lifemask.formats.guess import guess_format


def motion(count: int = 5, fps: float = 60.0, **changes: object) -> arkit.ArkitMotion:
    random = np.random.default_rng(0)
    fields = {
        "names": arkit.ARKIT_NAMES,
        "timestamp_s": np.arange(count) / fps,
        "weights": random.random((count, 52)).astype(np.float32).astype(float) ** 8,
        "head_yaw_pitch_roll": random.normal(0, 0.1, (count, 3)),
        "eyes_yaw_pitch_roll": random.normal(0, 0.1, (count, 2, 3)),
    }
    return arkit.ArkitMotion(**(fields | changes))


def test_live_link_face_comes_back(tmp_path: Path) -> None:
    ours = motion(extra={"start_s": 3661.0})
    arkit.write_csv(tmp_path / "take.csv", ours)
    assert guess_format(tmp_path / "take.csv") == arkit.NAME_CSV
    back = arkit.read_csv(tmp_path / "take.csv")
    for name in ("weights", "head_yaw_pitch_roll", "eyes_yaw_pitch_roll"):
        np.testing.assert_array_equal(
            getattr(back, name).astype(np.float32), getattr(ours, name).astype(np.float32), err_msg=name
        )
    # The time code keeps thousandths of a frame.
    np.testing.assert_allclose(back.timestamp_s, ours.timestamp_s, atol=0.0006 / 60)
    assert back.names == ours.names and back.fps == pytest.approx(60, rel=1e-4)
    arkit.write_csv(tmp_path / "again.csv", back)
    assert (tmp_path / "again.csv").read_text() == (tmp_path / "take.csv").read_text()
    assert (tmp_path / "take.csv").read_text().splitlines()[1].startswith("01:01:01:00.000,61,")


def test_live_link_faces_columns_may_stand_anywhere(tmp_path: Path) -> None:
    arkit.write_csv(tmp_path / "take.csv", motion())
    rows = [line.split(",") for line in (tmp_path / "take.csv").read_text().splitlines()]
    shuffled = [[*row[:2], *row[:1:-1], note] for row, note in zip(rows, ["Note", *"abcde"], strict=True)]
    (tmp_path / "other.csv").write_text("\ufeff" + "\r\n".join(",".join(row) for row in shuffled) + "\r\n")
    back = arkit.read_csv(tmp_path / "other.csv")
    np.testing.assert_array_equal(back.weights, arkit.read_csv(tmp_path / "take.csv").weights)
    assert [extra["Note"] for extra in back.frame_extra] == list("abcde")
    arkit.write_csv(tmp_path / "again.csv", back)
    assert (tmp_path / "again.csv").read_text().splitlines()[2].endswith(",b")


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("JawOpen", "JawOpened", "no entry 'jawopen'"),
        ("00:00:00:02", "00:00:00", "is no time code"),
        ("00:00:00:02", "00:00:00:75", "counts more than 60 frames a second"),
        ("00:00:00:02", "00:00:00:00", "Times do not increase"),
        (",61,", ",61,,", "line 2: 64 values for 63 columns"),
    ],
)
def test_a_wrong_take_says_where(old: str, new: str, text: str, tmp_path: Path) -> None:
    arkit.write_csv(tmp_path / "take.csv", motion())
    (tmp_path / "take.csv").write_text((tmp_path / "take.csv").read_text().replace(old, new))
    with pytest.raises(FormatError, match=text):
        arkit.read_csv(tmp_path / "take.csv")


def test_the_json_of_weights_comes_back_exactly(tmp_path: Path) -> None:
    names = tuple(sorted(arkit.ARKIT_NAMES))
    content = {
        "names": list(names),
        "frames": [{"weights": [0.1 * row] * 52, "time": row / 30, "rotation": []} for row in range(3)],
        "head_pose": [[0.1, 0.2, 0.3]] * 3,
        "rate": 30,
    }
    (tmp_path / "motion.json").write_text(json.dumps(content))
    assert guess_format(tmp_path / "motion.json") == arkit.NAME_JSON
    read = arkit.read_json_motion(tmp_path / "motion.json")
    np.testing.assert_array_equal(read.head_yaw_pitch_roll[0], [0.2, 0.1, 0.3])
    assert read.names == names and read.fps == pytest.approx(30)
    arkit.write_json_motion(tmp_path / "copy.json", read)
    assert json.loads((tmp_path / "copy.json").read_text()) == content
    arkit.write_csv(tmp_path / "take.csv", read, fps=30)
    ours = arkit.read_csv(tmp_path / "take.csv", fps=30)
    row = ours.names.index("jawOpen"), read.names.index("jawOpen")
    np.testing.assert_allclose(ours.weights[:, row[0]], read.weights[:, row[1]], rtol=1e-7)


def test_a_head_turns_to_its_left_about_y() -> None:
    """A positive yaw moves the nose (+z) to the subject's left (+x); a positive pitch moves it down."""
    turned = motion(2, head_yaw_pitch_roll=np.array([[0.1, 0, 0], [0, 0.1, 0]])).head_rotation() @ [0, 0, 1]
    assert turned[0, 0] > 0 and turned[1, 1] < 0
    np.testing.assert_array_equal(motion(2, head_yaw_pitch_roll=None).head_rotation(), [np.eye(3)] * 2)


def test_wrong_motion_names_the_field() -> None:
    with pytest.raises(FormatError, match=r"weights has the shape \[5, 51\], expected \[5, 52\]"):
        motion(weights=np.zeros((5, 51)))
    with pytest.raises(FormatError, match="weights is not finite in frame 2"):
        motion(weights=np.where(np.arange(5)[:, None] == 2, np.nan, np.zeros((5, 52))))
    with pytest.raises(FormatError, match="no weight 'smile'"):
        arkit.write_csv(Path("never.csv"), motion(names=("smile",), weights=np.zeros((5, 1))))


LABELS = np.arange(19, dtype=np.uint8).repeat(4).reshape(19, 4)


def test_label_maps_come_back_grey_or_paletted(tmp_path: Path) -> None:
    masks.write_labels(tmp_path / "grey.png", LABELS)
    np.testing.assert_array_equal(masks.read_labels(tmp_path / "grey.png"), LABELS)
    paletted = Image.fromarray(LABELS, "L").convert("P")
    paletted.putpalette(list(range(255, -1, -1)) * 3)
    paletted.save(tmp_path / "palette.png")
    np.testing.assert_array_equal(masks.read_labels(tmp_path / "palette.png"), LABELS)


def test_regions_are_those_of_the_documented_numbers() -> None:
    head, mouth = masks.mask_of(LABELS, masks.HEAD), masks.mask_of(LABELS, masks.MOUTH)
    assert np.flatnonzero(~head[:, 0]).tolist() == [0, 16]
    assert np.flatnonzero(mouth[:, 0]).tolist() == [11, 12, 13]
    assert np.flatnonzero(masks.mask_of(LABELS, ["nose"])[:, 0]).tolist() == [10]
    with pytest.raises(FormatError, match="There is no label 'noose'"):
        masks.mask_of(LABELS, ["noose"])


def test_what_is_no_label_map_is_refused(tmp_path: Path) -> None:
    masks.write_matte(tmp_path / "matte.png", np.ones((4, 4)))
    with pytest.raises(FormatError, match="holds the label 255"):
        masks.read_labels(tmp_path / "matte.png")
    Image.new("RGB", (4, 4)).save(tmp_path / "colours.png")
    with pytest.raises(FormatError, match="picture in colours"):
        masks.read_labels(tmp_path / "colours.png")
    with pytest.raises(FormatError, match=r"is no \.png"):
        masks.write_labels(tmp_path / "labels.jpg", LABELS)
    (tmp_path / "text.png").write_text("text")
    with pytest.raises(FormatError, match="is not a picture"):
        masks.read_labels(tmp_path / "text.png")


def test_mattes_come_back(tmp_path: Path) -> None:
    matte = np.arange(256).reshape(16, 16) / 255
    for number in (3, 12):
        masks.write_matte(tmp_path / "pha" / f"{number:04d}.png", matte)
    masks.write_matte(tmp_path / "pha" / "0004.jpg", np.full((16, 16), 0.5))
    read = dict(masks.read_mattes(tmp_path / "pha"))
    assert list(read) == [3, 4, 12]
    np.testing.assert_allclose(read[3], matte, atol=1e-7)
    np.testing.assert_allclose(read[4], 0.5, atol=1 / 255)  # JPEG of one grey
    Image.merge("RGBA", [Image.fromarray((matte * 255).astype(np.uint8))] * 4).save(tmp_path / "fgr.png")
    np.testing.assert_allclose(masks.read_matte(tmp_path / "fgr.png"), matte, atol=1e-7)
    with pytest.raises(FormatError, match="no pictures named by a number"):
        list(masks.read_mattes(tmp_path))
