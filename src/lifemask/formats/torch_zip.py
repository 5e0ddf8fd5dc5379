"""The zip files of ``torch.save``: read without running anything in them, written so that old readers like them."""

import io
import pickle
import pickletools
import struct
import zipfile
from pathlib import Path
from typing import Any

from lifemask.assets.pickle_records import RECORDS, ArrayBuilder, Record
from lifemask.errors import FormatError
from lifemask.formats.entries import require_path
from lifemask.media.files import atomic_write_bytes

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_PROBLEMS = (
    pickle.UnpicklingError, EOFError, ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError,
    MemoryError, RecursionError, struct.error, OSError, zipfile.BadZipFile, NotImplementedError,
)  # fmt: skip


def read_torch_zip(path: Path) -> Any:
    """What ``torch.save`` wrote: containers, numbers and strings as they were, every array and tensor as NumPy.

    Raises FileMissingError, and FormatError for anything else in the file than plain data.
    """
    require_path(path, "a file of torch.save")
    try:
        with zipfile.ZipFile(path) as archive:
            return _load(archive)
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


class _Parameter(Record):
    """A tensor that an optimiser may change; here, the tensor."""


class _RecordsOnly(pickle.Unpickler):
    """Hands the pickle no real class and no real function: see ``lifemask.assets.pickle_records``."""

    def find_class(self, module: str, name: str) -> object:
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return _Parameter
        if (module, name) not in RECORDS:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return RECORDS[module, name]

    def persistent_load(self, pid: object) -> object:
        return pid


class _Builder(ArrayBuilder):
    def build(self, value: Any) -> Any:
        return super().build(value.args[0] if isinstance(value, _Parameter) else value)


def _load(archive: zipfile.ZipFile) -> Any:
    members = {info.filename: info for info in archive.infolist()}
    pickles = [name for name in members if name.count("/") == 1 and name.endswith("/data.pkl")]
    if len(pickles) != 1:
        raise ValueError("it holds no data.pkl")
    root = pickles[0].partition("/")[0]

    def member(name: str) -> bytes:
        """One part; never a compressed one, so that a small file cannot become a large one."""
        info = members[f"{root}/{name}"]
        if info.compress_type != zipfile.ZIP_STORED:
            raise ValueError(f"its part {name} is compressed, which torch.save never does")
        return archive.read(info)

    if f"{root}/byteorder" in members and member("byteorder") != b"little":
        raise ValueError("it was written on a big-endian machine")
    data = member("data.pkl")
    for count, (opcode, argument, _) in enumerate(pickletools.genops(data), start=1):
        # The unpickler allocates a table as long as the largest number that a pickle gives to one of its values.
        if opcode.name in ("PUT", "LONG_BINPUT") and isinstance(argument, int) and argument > count:
            raise ValueError(f"its memo index {argument} is beyond anything that it holds")
    length = sum(info.file_size for info in members.values() if info.compress_type == zipfile.ZIP_STORED)
    builder = _Builder(length, lambda key: member(f"data/{key}"), _no_legacy)
    return builder.build(_RecordsOnly(io.BytesIO(data)).load())


def _no_legacy(data: bytes) -> tuple[object, dict[str, bytes]]:
    raise ValueError("it holds a storage inside of its pickle, which torch.save never writes")


def _with_old_numpy_names(data: bytes) -> bytes:
    """Rename ``numpy._core`` to ``numpy.core`` in the GLOBAL instructions of a protocol 2 pickle."""
    parts, done = [], 0
    for opcode, argument, start in pickletools.genops(data):
        if start is not None and opcode.name == "GLOBAL" and str(argument).startswith("numpy._core."):
            old = str(argument).replace("numpy._core.", "numpy.core.", 1)
            parts += [data[done:start], b"c" + old.replace(" ", "\n").encode() + b"\n"]
            done = start + len(str(argument)) + 2  # the letter c and the last line's end
    return b"".join([*parts, data[done:]])
