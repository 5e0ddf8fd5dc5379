"""torch.save's files: read as torch reads them, written as torch wants them, and nothing in them ever runs."""

import contextlib
import io
import pickle
import struct
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lifemask.errors import FileMissingError, FormatError
from lifemask.formats import metrical_tracker
from lifemask.formats.torch_zip import read_torch_zip, write_torch_zip

CONTENT = {
    "flame": {"exp": np.linspace(0, 1, 100, dtype=np.float32)[None], "columns": np.asfortranarray(np.eye(3, 4))},
    "img_size": np.array([480, 640]),
    "empty": np.zeros((0, 3)),
    "frame_id": "00007",
    "global_step": 3,
    "none": None,
    "list": [1.5, True, (2, "two")],
    "bytes": b"\xff\x00",
    "scalar": np.float32(2.5),
}


def assert_equal(ours: object, other: object) -> None:
    if isinstance(ours, np.ndarray):
        assert isinstance(other, np.ndarray) and ours.dtype == other.dtype
        np.testing.assert_array_equal(ours, other)
    elif isinstance(ours, dict):
        assert isinstance(other, dict) and list(ours) == list(other)
        for key, value in ours.items():
            assert_equal(value, other[key])
    elif isinstance(ours, list | tuple):
        assert type(ours) is type(other)
        for one, two in zip(ours, other, strict=True):
            assert_equal(one, two)
    else:
        assert type(ours) is type(other) and ours == other


def test_torch_reads_what_is_written(tmp_path: Path) -> None:
    write_torch_zip(tmp_path / "a.frame", CONTENT)
    assert_equal(torch.load(tmp_path / "a.frame", weights_only=False), CONTENT)
    assert_equal(read_torch_zip(tmp_path / "a.frame"), CONTENT)
    assert [file.name for file in tmp_path.iterdir()] == ["a.frame"]


def test_old_numpy_finds_its_names(tmp_path: Path) -> None:
    """NumPy before 1.26 has no numpy._core; a text that says so is left alone."""
    write_torch_zip(tmp_path / "a.frame", {"numpy._core.multiarray": np.ones(3)})
    with zipfile.ZipFile(tmp_path / "a.frame") as archive:
        data = archive.read("archive/data.pkl")
    assert b"cnumpy.core.multiarray\n" in data and b"cnumpy._core" not in data
    assert list(read_torch_zip(tmp_path / "a.frame")) == ["numpy._core.multiarray"]


def test_what_torch_writes_is_read(tmp_path: Path) -> None:
    torch.save(CONTENT, tmp_path / "arrays.frame")
    assert_equal(read_torch_zip(tmp_path / "arrays.frame"), CONTENT)
    network = torch.nn.Linear(3, 2)
    optimiser = torch.optim.Adam(network.parameters())
    network(torch.ones(1, 3)).sum().backward()
    optimiser.step()
    saved = (network.state_dict(), optimiser.state_dict(), torch.nn.Parameter(torch.ones(2, 3)), torch.arange(4)[1:])
    torch.save(saved, tmp_path / "tensors.pth")
    weights, state, parameter, part = read_torch_zip(tmp_path / "tensors.pth")
    np.testing.assert_array_equal(weights["weight"], network.weight.detach().numpy())
    np.testing.assert_array_equal(state["state"][0]["exp_avg"], optimiser.state_dict()["state"][0]["exp_avg"].numpy())
    np.testing.assert_array_equal(parameter, np.ones((2, 3), np.float32))
    np.testing.assert_array_equal(part, [1, 2, 3])


def test_arrays_of_a_large_storage_are_not_taken_for_a_bomb(tmp_path: Path) -> None:
    """13 453 Gaussians with 48 coefficients and their moments: 8 MB behind a pickle of less than a kilobyte."""
    many = {name: torch.zeros(13453, 48) for name in ("value", "exp_avg", "exp_avg_sq")}
    torch.save(many, tmp_path / "many.pth")
    assert read_torch_zip(tmp_path / "many.pth")["exp_avg"].shape == (13453, 48)


class _Call:
    """Pickles as a call of any function."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple:
        return self.call


def hostile(name: str, marker: Path) -> bytes:
    """The pickle of an attack that would make ``marker``, or take the machine's memory."""
    import os

    deep: list = []
    deep.append(deep)
    return {
        "runs a command": lambda: pickle.dumps({"flame": _Call(os.system, f"touch {marker}")}, 2),
        "opens a file": lambda: pickle.dumps([_Call(open, str(marker), "w")], 2),
        "evaluates": lambda: pickle.dumps(_Call(eval, f"open({str(marker)!r}, 'w')"), 2),
        "contains itself": lambda: pickle.dumps({"flame": deep}, 2),
        "numbers a memo of 32 GB": lambda: b"\x80\x02}r" + struct.pack("<I", 0xFFFFFFFF) + b".",
        "asks for 8 GB": lambda: b"\x80\x02cnumpy\nndarray\n(J\xff\xff\xff\x7f\x85tR.",
        "changes a reader's class": lambda: b"\x80\x02cnumpy\ndtype\n}X\x05\x00\x00\x00stateK\x01sb.",
        "is cut": lambda: pickle.dumps(CONTENT, 2)[:-40],
        "is empty": lambda: b"",
    }[name]()


ATTACKS = (
    "runs a command", "opens a file", "evaluates", "contains itself", "numbers a memo of 32 GB", "asks for 8 GB",
    "changes a reader's class", "is cut", "is empty",
)  # fmt: skip


def zipped(path: Path, data: bytes, compression: int = zipfile.ZIP_STORED, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("archive/data.pkl", data)
        for name, content in members.items():
            archive.writestr(f"archive/{name}", content)
    return path


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_files_are_refused_and_nothing_runs(attack: str, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    path = zipped(tmp_path / "00000.frame", hostile(attack, marker))
    with pytest.raises(FormatError, match=r"00000\.frame cannot be read as plain data"):
        metrical_tracker.read(path)
    assert not marker.exists()
    write_torch_zip(tmp_path / "good.frame", CONTENT)
    assert_equal(read_torch_zip(tmp_path / "good.frame"), CONTENT)


def test_the_attacks_are_real(tmp_path: Path) -> None:
    """Python's own unpickler does run them: the test above would fail with it."""
    pickle.loads(hostile("runs a command", tmp_path / "ran"))
    assert (tmp_path / "ran").exists()


@given(st.data())
def test_a_damaged_pickle_is_read_or_refused(data: st.DataObject) -> None:
    """Any few bytes changed: what comes is data, or the one error that names the file."""
    raw = bytearray(pickle.dumps(CONTENT, 2))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        path = zipped(Path(folder) / "a.frame", bytes(raw))
        with contextlib.suppress(FormatError):
            read_torch_zip(path)


def test_shared_lists_do_not_multiply(tmp_path: Path) -> None:
    """Forty lists of twice the one before name 2 to the 40 leaves; they are read as what they share."""
    value: list = [1]
    for _ in range(40):
        value = [value, value]
    read = read_torch_zip(zipped(tmp_path / "a.pth", pickle.dumps(value, 2)))
    assert read[0] is read[1]


def test_a_tensor_must_lie_inside_its_storage(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    torch.save(torch.arange(4.0), buffer)
    with zipfile.ZipFile(buffer) as archive:
        names = {name.split("/", 1)[1]: archive.read(name) for name in archive.namelist()}
    whole = names.pop("data.pkl")
    names["data/0"] = names["data/0"][:8]
    with pytest.raises(FormatError, match="in 8 bytes"):
        read_torch_zip(zipped(tmp_path / "a.pth", whole, **names))


def test_compressed_parts_are_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.pth", pickle.dumps(CONTENT, 2), zipfile.ZIP_DEFLATED)
    with pytest.raises(FormatError, match=r"data\.pkl is compressed"):
        read_torch_zip(path)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut"])
def test_other_files_are_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.pth").write_bytes(content)
    with pytest.raises(FormatError, match="cannot be read as plain data"):
        read_torch_zip(tmp_path / "a.pth")
    with pytest.raises(FileMissingError):
        read_torch_zip(tmp_path / "none.pth")
