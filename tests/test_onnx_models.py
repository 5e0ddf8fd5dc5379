"""The user's own networks: what is checked of a file, the recurrent state, and labels that lie where they should."""

import sys
from pathlib import Path

import numpy as np
import pytest

from lifemask.errors import DeviceError, FileMissingError, FormatError
from lifemask.perception.onnx_models import BisenetParser, RvmMatter
from onnx_graphs import write_bisenet, write_rvm

HEIGHT, WIDTH = 60, 100


def picture(value: int) -> np.ndarray:
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    image[..., 0] = value
    image[:, : WIDTH // 2, 0] = value // 2
    return image


def test_the_matte_remembers_the_frames_before(tmp_path: Path) -> None:
    matter = RvmMatter(write_rvm(tmp_path / "rvm.onnx"))
    first, second = matter(picture(200), None), matter(picture(100), None)
    assert first.shape == (HEIGHT, WIDTH) and first.dtype == np.uint8
    assert first[0, 0] == 50 and first[0, -1] == 100  # half of red
    assert second[0, -1] == 100 and second[0, 0] == 50  # 0.5 * 100 + 0.5 * 100; the left half 25 + 25
    fresh = RvmMatter(tmp_path / "rvm.onnx")
    assert fresh(picture(100), None)[0, -1] == 50  # nothing seen before, not even the picture of the check


def test_the_coarse_pass_is_told_the_size(tmp_path: Path) -> None:
    matter = RvmMatter(write_rvm(tmp_path / "rvm.onnx"))
    matter(picture(10), None)
    assert matter._state[2].item() == 1.0  # a small picture is not reduced
    matter = RvmMatter(tmp_path / "rvm.onnx")
    matter(np.zeros((600, 2048, 3), np.uint8), None)
    assert matter._state[2].item() == 0.25  # 512 of 2048 pixels
    assert matter._state[1].item() == 1.0  # one frame counted


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"rename": {"r3i": "state3"}}, r"lacks \['r3i'\], and wants \['state3'\]"),
        ({"rename": {"pha": "alpha"}}, r"lacks \['pha'\]"),
        ({"half_floats": True}, "tensor\\(float16\\), expected float32"),
    ],
)
def test_a_graph_with_another_signature_is_no_rvm(tmp_path: Path, change: dict, says: str) -> None:
    with pytest.raises(FormatError, match=says) as wrong:
        RvmMatter(write_rvm(tmp_path / "rvm.onnx", **change))
    assert "is not RVM" in wrong.value.what and "RobustVideoMatting" in wrong.value.why


def test_a_file_that_is_not_there_or_not_onnx(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileMissingError, match=r"There is no file .*rvm\.onnx") as missing:
        RvmMatter(tmp_path / "rvm.onnx")
    assert "RobustVideoMatting" in missing.value.why
    (tmp_path / "rvm.onnx").write_bytes(b"no graph")
    with pytest.raises(FormatError, match="cannot be read as an ONNX graph"):
        RvmMatter(tmp_path / "rvm.onnx")
    monkeypatch.setitem(sys.modules, "onnxruntime", None)  # as if it were not installed
    with pytest.raises(DeviceError, match="needs ONNX Runtime") as absent:
        BisenetParser(tmp_path / "rvm.onnx")
    assert absent.value.fix == "pip install 'lifemask[onnx]'"


SAME = {label: label for label in range(19)}


def labelled(landmarks: np.ndarray, size: int = 200) -> np.ndarray:
    """A picture whose red channel shows labels: 16 below, 11 in a square in the middle, 1 around it, else 0."""
    image = np.zeros((size, size, 3), np.uint8)
    image[150:, :, 0] = 160
    image[60:140, 60:140, 0] = 10
    image[90:110, 90:110, 0] = 110
    return image


def test_labels_come_back_where_they_were(tmp_path: Path) -> None:
    parser = BisenetParser(write_bisenet(tmp_path / "parser.onnx", SAME))
    landmarks = np.random.default_rng(0).uniform(60, 140, (478, 2))
    landmarks[:4] = [[60, 60], [140, 60], [60, 140], [140, 140]]  # the crop: 160 px, from (20, 12)
    image = labelled(landmarks)
    labels = parser(image, landmarks)
    wanted = image[..., 0] // 10
    inside = np.zeros_like(wanted, bool)
    inside[13:171, 21:179] = True
    # Within one pixel of an edge the crop's resampling mixes levels into other labels.
    edges = np.zeros_like(inside)
    for row in (60, 90, 110, 140, 150):
        edges[row - 2 : row + 2] = True
        edges[:, row - 2 : row + 2] = True
    kept = inside & ~edges
    np.testing.assert_array_equal(labels[kept], wanted[kept])
    assert not labels[172:].any() and not labels[:, 181:].any()  # outside the crop
    assert not parser(image, None).any()


def test_a_graph_with_another_number_of_labels_is_no_bisenet(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"shape \[1, 11, 512, 512\], expected \[1, 19, 512, 512\]"):
        BisenetParser(write_bisenet(tmp_path / "p.onnx", {k: k for k in range(11)}, labels=11))
    with pytest.raises(FormatError, match=r"input input has the shape \[1, 3, 256, 256\]"):
        BisenetParser(write_bisenet(tmp_path / "q.onnx", SAME, side=256))
    with pytest.raises(FormatError, match="is not BiSeNet: it has the inputs"):
        BisenetParser(write_rvm(tmp_path / "rvm.onnx"))
