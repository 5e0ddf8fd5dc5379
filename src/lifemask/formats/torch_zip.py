"""The zip files of ``torch.save``: read without running anything in them, written so that old readers like them.

A pickle is a program. This reader hands it no real class and no real function: every name it may ask for builds an
inert record of its arguments, and the arrays are made from those records afterwards, with their sizes checked.
"""

import io
import math
import pickle
import pickletools
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from lifemask.errors import FormatError
from lifemask.formats.entries import require_path
from lifemask.media.files import atomic_write_bytes

_STORAGES = {
    "DoubleStorage": "<f8", "FloatStorage": "<f4", "HalfStorage": "<f2", "BFloat16Storage": "bfloat16",
    "LongStorage": "<i8", "IntStorage": "<i4", "ShortStorage": "<i2", "CharStorage": "i1", "ByteStorage": "u1",
    "BoolStorage": "?",
}  # fmt: skip
_NUMBERS = frozenset({"b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"})
_SHARED = 4
"""Arrays may share bytes of the file; all of them together may be this many times as large as it."""

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_PROBLEMS = (
    pickle.UnpicklingError, EOFError, ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError,
    MemoryError, RecursionError, OSError, zipfile.BadZipFile, NotImplementedError,
)  # fmt: skip


def read_torch_zip(path: Path) -> Any:
    """What ``torch.save`` wrote: containers, numbers and strings as they were, every array and tensor as NumPy.

    Raises FileMissingError, and FormatError for anything else in the file than plain data.
    """
    require_path(path, "a file of torch.save")
    try:
        with zipfile.ZipFile(path) as archive:
            return _Archive(archive).load()
    except _PROBLEMS as problem:
        raise FormatError(
            f"{path} cannot be read as plain data of torch.save: {problem or type(problem).__name__}",
            "A pickle can run any code, so only numbers, strings, containers, arrays and tensors are read.",
            "If the file comes from a source that you trust, save it again as arrays.",
        ) from problem


def write_torch_zip(path: Path, content: Any) -> None:
    """Write plain containers, numbers, strings and NumPy arrays, atomically, as ``torch.load`` reads them.

    NumPy is named as its releases before 2.0 name themselves, which all releases understand: the readers of these
    files run on old ones.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        data = _with_old_numpy_names(pickle.dumps(content, protocol=2))
        for name, member in (("data.pkl", data), ("byteorder", b"little"), ("version", b"3\n")):
            archive.writestr(zipfile.ZipInfo(f"archive/{name}", _ZIP_EPOCH), member)
    atomic_write_bytes(path, buffer.getvalue())


def _with_old_numpy_names(data: bytes) -> bytes:
    """Rename ``numpy._core`` to ``numpy.core`` in the GLOBAL instructions of a protocol 2 pickle."""
    parts, done = [], 0
    for opcode, argument, start in pickletools.genops(data):
        if start is not None and opcode.name == "GLOBAL" and str(argument).startswith("numpy._core."):
            old = str(argument).replace("numpy._core.", "numpy.core.", 1)
            parts += [data[done:start], b"c" + old.replace(" ", "\n").encode() + b"\n"]
            done = start + len(str(argument)) + 2  # the letter c and the last line's end
    return b"".join([*parts, data[done:]])


class _Record:
    """A call that a pickle asked for, kept as data; BUILD may only add a state."""

    __slots__ = ("arguments", "kind", "state")

    def __init__(self, kind: str, arguments: tuple) -> None:
        self.kind, self.arguments = kind, arguments
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        self.state = state


class _Ordered(dict):
    """An OrderedDict whose attributes (torch's ``_metadata``) are dropped."""

    __slots__ = ()

    def __setstate__(self, state: Any) -> None:
        pass


def _recorder(kind: str) -> Callable[..., _Record]:
    return lambda *arguments: _Record(kind, arguments)


def _encode(text: str, encoding: str) -> bytes:
    """Protocol 2 writes bytes as text."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"it encodes text as {encoding!r}")
    return text.encode("latin1")


def _no_bytes() -> bytes:
    return b""


class _Inert(pickle.Unpickler):
    """Knows records only. The names are made anew for every file, so that no file can change them for the next."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))
        names: dict[tuple[str, str], Callable] = {
            ("numpy", "ndarray"): _recorder("class"),
            ("numpy", "dtype"): _recorder("dtype"),
            ("torch._utils", "_rebuild_tensor_v2"): _recorder("tensor"),
            ("torch._utils", "_rebuild_parameter"): _recorder("parameter"),
            ("torch", "Size"): lambda sizes=(): tuple(sizes),
            ("collections", "OrderedDict"): lambda entries=(): _Ordered(entries),
            ("_codecs", "encode"): lambda text, encoding: _encode(text, encoding),
            ("__builtin__", "bytes"): lambda: _no_bytes(),
            ("builtins", "bytes"): lambda: _no_bytes(),
        }
        for core in ("numpy.core.multiarray", "numpy._core.multiarray"):
            names[core, "_reconstruct"], names[core, "scalar"] = _recorder("array"), _recorder("scalar")
        names |= {("torch", name): _recorder(name) for name in _STORAGES}
        self._names, self._storages = names, {id(names["torch", name]): name for name in _STORAGES}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self._names:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return self._names[module, name]

    def persistent_load(self, pid: Any) -> _Record:
        kind, storage, key, _, count = pid
        if kind != "storage" or id(storage) not in self._storages:
            raise pickle.UnpicklingError("it refers to something that is not the storage of a tensor")
        return _Record("storage", (self._storages[id(storage)], str(key), int(count)))


class _Archive:
    """One opened file: runs the pickle into records, then turns the records into arrays."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        pickles = [name for name in archive.namelist() if name.count("/") == 1 and name.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise ValueError("it holds no data.pkl")
        self.root = pickles[0].partition("/")[0]
        self.budget_bytes = _SHARED * sum(info.file_size for info in archive.infolist())
        self.done: dict[int, tuple[Any, Any]] = {}

    def member(self, name: str) -> bytes:
        """One part of the file; never compressed, so that a small file cannot become a large one."""
        info = self.archive.getinfo(f"{self.root}/{name}")
        if info.compress_type != zipfile.ZIP_STORED:
            raise ValueError(f"its part {name} is compressed, which torch.save never does")
        return self.archive.read(info)

    def load(self) -> Any:
        if f"{self.root}/byteorder" in self.archive.namelist() and self.member("byteorder") != b"little":
            raise ValueError("it was written on a big-endian machine")
        data = self.member("data.pkl")
        for opcode, argument, _ in pickletools.genops(data):
            if opcode.name in ("PUT", "LONG_BINPUT") and isinstance(argument, int) and argument > len(data):
                raise ValueError("it numbers more values than it can hold")
        return self.plain(_Inert(data).load())

    def plain(self, value: Any) -> Any:
        """Containers copied, records made arrays; anything that is not data is refused.

        What is shared stays shared (a file of a few bytes can name a list in a list in a list two to the n times);
        the original is kept beside its copy because its id must stay taken.
        """
        if value is None or isinstance(value, bool | int | float | str | bytes):
            return value
        if id(value) not in self.done:
            self.done[id(value)] = value, self.made(value)
        return self.done[id(value)][1]

    def made(self, value: Any) -> Any:
        """The copy of a container, or what a record describes."""
        if isinstance(value, dict):
            return {self.plain_key(key): self.plain(entry) for key, entry in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.plain(entry) for entry in value)
        makers = {"array": _array, "scalar": _scalar, "tensor": self.tensor, "parameter": self.parameter}
        if not isinstance(value, _Record) or value.kind not in makers:
            raise ValueError(f"it holds a bare {getattr(value, 'kind', type(value).__name__)}")
        made = makers[value.kind](value)
        self.budget_bytes -= getattr(made, "nbytes", 0)
        if self.budget_bytes < 0:
            raise ValueError("its arrays are much larger than the file")
        return made

    def plain_key(self, key: Any) -> Any:
        if not isinstance(key, str | int):
            raise ValueError(f"a key of it is a {type(key).__name__}")
        return key

    def parameter(self, record: _Record) -> Any:
        return self.plain(record.arguments[0])

    def tensor(self, record: _Record) -> np.ndarray:
        """A strided view of a storage, checked to lie inside it, as an array of its own."""
        storage, offset, size, stride = record.arguments[:4]
        if not isinstance(storage, _Record) or storage.kind != "storage":
            raise ValueError("a tensor of it has no storage")
        kind, key, count = storage.arguments
        size, stride = [int(n) for n in size], [int(n) for n in stride]
        flat = _numbers(self.member(f"data/{key}"), _STORAGES[kind])
        empty = math.prod(size) == 0
        last = int(offset) + sum((n - 1) * step for n, step in zip(size, stride, strict=True))
        inside = min([int(offset), *size, *stride]) >= 0 and len(flat) == count and math.prod(size) <= count
        if not inside or not (empty or last < count):
            raise ValueError("a tensor of it lies outside of its storage")
        if empty:
            return np.zeros(size, flat.dtype)
        steps = [step * flat.itemsize for step in stride]
        return np.lib.stride_tricks.as_strided(flat[int(offset) :], size, steps).copy()


def _numbers(raw: bytes, kind: str) -> np.ndarray:
    """The values of a storage; bfloat16, which NumPy lacks, becomes float32 exactly."""
    if kind != "bfloat16":
        return np.frombuffer(raw, kind)
    return (np.frombuffer(raw, "<u2").astype(np.uint32) << 16).view(np.float32)


def _dtype(record: Any) -> np.dtype:
    """A dtype of plain numbers from what NumPy's pickling says of it: a code and a byte order."""
    if not isinstance(record, _Record) or record.kind != "dtype":
        raise ValueError("an array of it has no type")
    code, order = record.arguments[0], (record.state or (0, "|"))[1]
    if code not in _NUMBERS or order not in ("<", ">", "|", "="):
        raise ValueError(f"an array of it holds {code!r}, not numbers")
    return np.dtype(code if order == "|" else order + code)


def _array(record: _Record) -> np.ndarray:
    _, shape, dtype, fortran, raw = record.state
    made = np.frombuffer(raw, _dtype(dtype)).reshape([int(n) for n in shape], order="F" if fortran else "C")
    return made.astype(made.dtype.newbyteorder("="))


def _scalar(record: _Record) -> Any:
    dtype, raw = record.arguments
    return np.frombuffer(raw, _dtype(dtype), 1)[0]
