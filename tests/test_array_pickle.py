"""Pickles of arrays are read; pickles that want more than arrays are refused before anything runs."""

import io
import os
import pickle
import pickletools
import struct
import subprocess
import sys
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import sparse

from flame_model import chumpy_stand_in
from lifemask.assets.array_pickle import load_plain, read_array_pickle, read_pickled_npy
from lifemask.errors import FileMissingError, FormatError


def reduced(function: object, *args: object) -> object:
    """An object that pickles as a call of ``function``."""
    return type("Call", (), {"__reduce__": lambda self: (function, args)})()


def refused(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "model.pkl"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=says) as caught:
        read_array_pickle(path)
    assert str(path) in str(caught.value)


# What is read
# ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("protocol", range(6))
def test_arrays_and_plain_containers(protocol: int) -> None:
    content = {
        "c": np.arange(6.0).reshape(2, 3), "fortran": np.arange(6).reshape(2, 3).T, "empty": np.zeros((0, 3)),
        "big-endian": np.arange(4, dtype=">i4"), "text": np.array(["ab", "c"]), "flags": np.array([True, False]),
        "one": np.float32(3.5), "none": None, "bytes": b"\xff\x00", "nested": [1, ("x", {2: 3.0})],
        "ordered": OrderedDict(a=np.ones(2)),
    }  # fmt: skip
    read = load_plain(pickle.dumps(content, protocol=protocol))
    assert isinstance(read, dict) and list(read) == list(content)
    for name in ("c", "fortran", "empty", "big-endian", "text", "flags"):
        np.testing.assert_array_equal(read[name], content[name])
        assert read[name].dtype == content[name].dtype.newbyteorder("=") and read[name].flags.owndata
    assert read["one"] == np.float32(3.5) and read["none"] is None and read["bytes"] == b"\xff\x00"
    assert read["nested"] == [1, ("x", {2: 3.0})] and read["ordered"]["a"].tolist() == [1, 1]


@pytest.mark.parametrize("protocol", [0, 1, 2, 4])
@pytest.mark.parametrize("kind", [sparse.csc_matrix, sparse.csr_matrix])
def test_sparse_matrices(protocol: int, kind: type) -> None:
    matrix = kind(np.diag([1.0, 2.0, 0.0])[:, :2])
    read = load_plain(pickle.dumps(matrix, protocol=protocol))
    assert isinstance(read, kind) and (read.toarray() == matrix.toarray()).all()


@pytest.mark.parametrize("protocol", [0, 1, 2, 4])
def test_chumpy_arrays_are_their_x(protocol: int) -> None:
    with chumpy_stand_in() as chumpy_array:
        data = pickle.dumps({"shapedirs": chumpy_array(np.arange(3.0))}, protocol=protocol)
    assert load_plain(data)["shapedirs"].tolist() == [0, 1, 2]


def test_python_2_strings_are_raw_data() -> None:
    """How Python 2 wrote an array: its bytes as a ``str`` (opcode T), the object by ``_reconstructor``."""
    raw = np.array([1.5, -2.0]).tobytes()
    array = (
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR(I1\n(I2\ntcnumpy\ndtype\n(S'f8'\nI0\n"
        b"I1\ntR(I3\nS'<'\nNNNI-1\nI-1\nI0\ntbI00\nT" + struct.pack("<i", len(raw)) + raw + b"tb"
    )
    chumpy = b"ccopy_reg\n_reconstructor\n(cchumpy.ch\nCh\nc__builtin__\nobject\nNtR(dS'x'\n" + array + b"sb."
    assert load_plain(b"\x80\x02" + array + b".").tolist() == [1.5, -2.0]
    assert load_plain(b"\x80\x02" + chumpy).tolist() == [1.5, -2.0]


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_torch_tensors_become_arrays(protocol: int, tmp_path: Path) -> None:
    content = {"index": torch.arange(6).reshape(2, 3), "share": torch.rand(3, 1, 4, dtype=torch.float64)}
    read = load_plain(pickle.dumps(content | {"part": content["index"][1]}, protocol=protocol))
    for name, tensor in content.items():
        np.testing.assert_array_equal(read[name], tensor.numpy())
    assert read["part"].tolist() == [3, 4, 5]
    np.save(tmp_path / "object.npy", np.array(content, dtype=object), allow_pickle=True)
    again = read_pickled_npy(tmp_path / "object.npy")
    assert isinstance(again, dict) and again["index"].tolist() == [[0, 1, 2], [3, 4, 5]]
    with pytest.raises(pickle.UnpicklingError, match="view of another"):
        load_plain(pickle.dumps(torch.arange(6).reshape(2, 3).T, protocol=protocol))


def test_npy_of_numbers_and_of_many_objects(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.arange(3))
    assert np.asarray(read_pickled_npy(path)).tolist() == [0, 1, 2]
    np.save(path, np.array([{"a": 1}, [2]], dtype=object), allow_pickle=True)
    assert list(np.asarray(read_pickled_npy(path), object)) == [{"a": 1}, [2]]
    path.write_bytes(b"no numpy file")
    with pytest.raises(FormatError, match="npy"):
        read_pickled_npy(path)
    with pytest.raises(FileMissingError):
        read_pickled_npy(tmp_path / "nowhere.npy")


# What is refused
# ---------------------------------------------------------------------------------------------------------

CALLS = [
    (os.system, "touch {}"), (eval, "open('{}', 'w')"), (exec, "open('{}', 'w')"), (getattr, os, "system"),
    (np.load, "{}"), (open, "{}", "w"), (__import__, "os"), (subprocess.Popen, "touch {}"), (np.fromfile, "{}"),
    (sparse.load_npz, "{}"), (torch.load, "{}"), (np.frombuffer, b"12345678"),
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS, ids=[call[0].__name__ for call in CALLS])
@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_calls_are_refused(tmp_path: Path, call: tuple, protocol: int) -> None:
    function, *args = call
    trace = tmp_path / "ran"
    args = [arg.format(trace) if isinstance(arg, str) else arg for arg in args if arg is not os]
    refused(tmp_path, pickle.dumps({"a": reduced(function, *args)}, protocol=protocol), "it asks for ")
    assert not trace.exists()


def test_calls_hidden_in_what_is_allowed_are_refused(tmp_path: Path) -> None:
    trace = tmp_path / "ran"
    hidden = reduced(os.system, f"touch {trace}")
    with chumpy_stand_in() as chumpy_array:
        chumpy = chumpy_array(np.zeros(2))
        chumpy._depends = hidden
        refused(tmp_path, pickle.dumps({"a": chumpy}), "it asks for ")
    matrix = sparse.csc_matrix(np.eye(2))
    matrix.extra = hidden
    refused(tmp_path, pickle.dumps({"a": matrix}), "it asks for ")
    refused(tmp_path, pickle.dumps({"a": np.array([hidden], dtype=object)}), "it asks for ")
    np.save(tmp_path / "o.npy", np.array({"a": hidden}, dtype=object), allow_pickle=True)
    with pytest.raises(FormatError, match="it asks for "):
        read_pickled_npy(tmp_path / "o.npy")
    inner = io.BytesIO()
    for part in (0x1950A86A20F9469CFC6C, 1001, {}, hidden):
        pickle.dump(part, inner, protocol=2)
    storage = reduced(torch.storage._load_from_bytes, inner.getvalue())
    tensor = reduced(torch._utils._rebuild_tensor_v2, storage, 0, (1,), (1,), False, OrderedDict())
    refused(tmp_path, pickle.dumps({"a": tensor}), "it asks for ")
    assert not trace.exists()


def test_the_allowed_names_themselves_can_not_be_changed(tmp_path: Path) -> None:
    """BUILD on a class or on a builder would set attributes of code; it reaches inert records only."""
    on_class = b"\x80\x02}X\x01\x00\x00\x00acchumpy.ch\nCh\n}X\x01\x00\x00\x00xK\x01sbs."
    refused(tmp_path, on_class, "missing 1 required positional argument")
    slots = b"\x80\x02}X\x01\x00\x00\x00acnumpy.core.multiarray\n_reconstruct\nN}X\x08\x00\x00\x00__code__K\x01s\x86bs."
    refused(tmp_path, slots, "missing 1 required positional argument")
    with chumpy_stand_in() as chumpy_array:
        data = pickle.dumps({"a": chumpy_array(np.ones(1))})
    assert load_plain(data)["a"].tolist() == [1]


def test_a_dtype_can_not_pass_bytes_off_as_pointers(tmp_path: Path) -> None:
    """numpy believes the flags in a dtype's state: without the one for objects it takes raw bytes for pointers."""
    forged = (
        b"\x80\x02}X\x01\x00\x00\x00acnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\x00\x85X\x01\x00\x00\x00bt"
        b"R(K\x01K\x01\x85cnumpy\ndtype\nX\x02\x00\x00\x00O8\x89\x88\x87R(K\x03X\x01\x00\x00\x00|NNNK\x08K\x08K\x00tb"
        b"\x89C\x08AAAAAAAAtbs."
    )
    pickletools.dis(forged, io.StringIO())
    refused(tmp_path, forged, "array of objects that are not listed")
    record = np.zeros(2, dtype=[("a", "f8"), ("b", "O")])
    refused(tmp_path, pickle.dumps({"a": record}), "dtype V|array of records")


BOMBS = {
    "array": (
        b"\x80\x02}X\x01\x00\x00\x00acnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\x00\x85X\x01\x00\x00\x00bt"
        b"R(K\x01\x8a\x05\x00\x00\x00\x00\x40\x85cnumpy\ndtype\nX\x02\x00\x00\x00f8\x89\x88\x87R"
        b"(K\x03X\x01\x00\x00\x00<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89C\x08AAAAAAAAtbs."
    ),
    "ndarray itself": b"\x80\x02}X\x01\x00\x00\x00acnumpy\nndarray\n\x8a\x05\x00\x00\x00\x00\x40\x85\x85Rs.",
    "memo": b"\x80\x02}r\xff\xff\xff\x7f.",
    "bytearray": b"\x80\x05\x96\x00\x00\x00\x00\x40\x00\x00\x00.",
    "bytes": b"\x80\x04\x8e\x00\x00\x00\x00\x40\x00\x00\x00.",
    "unicode": b"\x80\x04\x8d\x00\x00\x00\x00\x40\x00\x00\x00.",
    "frame": b"\x80\x04\x95\x00\x00\x00\x00\x40\x00\x00\x00}.",
    "deep": b"\x80\x02" + b"]" * 200_000 + b"a" * 199_999 + b".",
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_do_not_go_off(tmp_path: Path, name: str) -> None:
    """Each asks for gigabytes; a process that may take 200 MB more than it starts with refuses it in peace."""
    path = tmp_path / "bomb.pkl"
    path.write_bytes(BOMBS[name])
    program = (
        "import resource, sys\nfrom pathlib import Path\n"
        "from lifemask.assets.array_pickle import read_array_pickle\nfrom lifemask.errors import FormatError\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n    read_array_pickle(Path(sys.argv[1]))\n"
        "except FormatError:\n"
        "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 200_000, "KiB beyond what the imports took"


def test_one_string_does_not_become_many_arrays(tmp_path: Path) -> None:
    raw = b"\0" * (1 << 20)
    arrays = [np.frombuffer(raw, np.uint8) for _ in range(8)]
    shared = pickle.dumps({"a": [reduced(np._core.numeric._frombuffer, raw, a.dtype, a.shape, "C") for a in arrays]})
    assert len(shared) < 1.1 * len(raw)
    refused(tmp_path, shared, "many times larger than the file")


def test_cycles_and_odd_objects_are_refused(tmp_path: Path) -> None:
    circle: list = []
    circle.append(circle)
    refused(tmp_path, pickle.dumps({"a": circle}), "contains itself")
    refused(tmp_path, pickle.dumps({"a": np.dtype}), "where data was expected")
    refused(tmp_path, pickle.dumps({np.dtype: 1}), "keys that are not plain")
    refused(tmp_path, pickle.dumps({"a": np.datetime64("2020-01-01")}), "dtype M8")
    refused(tmp_path, pickle.dumps([1]), "expected a dictionary")
    refused(tmp_path, pickle.dumps({"a": np.arange(3)})[:-20], "not a pickle of plain arrays")
    refused(tmp_path, b"\x80\x02Pabc\n.", "outside of the file")
    refused(tmp_path, b"\x80\x02\x82\x01.", "opcode EXT1")
    broken = sparse.csc_matrix(np.eye(3))
    broken.indices[0] = 7
    refused(tmp_path, pickle.dumps({"a": broken}), "indices")
    with pytest.raises(FileMissingError):
        read_array_pickle(tmp_path / "nowhere.pkl")
