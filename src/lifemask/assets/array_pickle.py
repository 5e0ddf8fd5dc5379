"""Read a pickle that holds nothing but arrays, numbers, strings and plain containers.

A pickle is a program. This reader runs none of it: the names that a pickle may ask for (``pickle_records``) stand
for inert records of what it wanted to build, any other name ends the reading, and the arrays are built from the
records by this package's own code afterwards.
"""

import io
import pickle
import pickletools
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np

from lifemask.assets.pickle_records import RECORDS, ArrayBuilder
from lifemask.errors import FileMissingError, FormatError

# Everything that a damaged or hostile stream can raise in the standard unpickler or in the building of arrays.
_BAD_STREAM = (
    pickle.UnpicklingError, EOFError, ValueError, TypeError, IndexError, KeyError, AttributeError, OverflowError,
    MemoryError, RecursionError, struct.error,
)  # fmt: skip
_MEMO_OPCODES = frozenset({"PUT", "BINPUT", "LONG_BINPUT"})
_REGISTRY_OPCODES = frozenset({"EXT1", "EXT2", "EXT4", "NEXT_BUFFER", "READONLY_BUFFER"})
_NPY_MAGIC = b"\x93NUMPY"


def read_array_pickle(path: Path) -> dict:
    """The dictionary in the pickle at ``path``, with numpy arrays, scipy sparse matrices, and plain arrays in place
    of chumpy's and torch's; FormatError for anything but these in plain containers."""
    content = _refusing(path, lambda: load_plain(_read(path)))
    if not isinstance(content, dict):
        raise FormatError(f"{path} holds a {type(content).__name__}, expected a dictionary of arrays.")
    return content


def read_pickled_npy(path: Path) -> object:
    """The content of an ``.npy`` file of objects, which is a pickle behind numpy's header; a single object comes
    without its array. Plain arrays are read as well. FormatError as ``read_array_pickle``."""

    def read() -> object:
        stream = io.BytesIO(_read(path))
        if not stream.getvalue().startswith(_NPY_MAGIC):
            raise pickle.UnpicklingError("it is no .npy file")
        version = np.lib.format.read_magic(stream)
        header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        if not header(stream)[2].hasobject:
            stream.seek(0)
            return np.load(stream, allow_pickle=False)
        content = load_plain(stream.read())
        single = isinstance(content, np.ndarray) and content.dtype.hasobject and content.shape == ()
        return content[()] if single and isinstance(content, np.ndarray) else content

    return _refusing(path, read)


def load_plain(data: bytes, storages: Callable[[str], bytes] | None = None) -> object:
    """What the pickle ``data`` describes, in plain containers and arrays.

    ``storages`` gives the raw little-endian bytes of a torch storage by its key, for pickles that keep them outside
    (``torch.save``). Raises pickle.UnpicklingError, or what a damaged stream raises in Python's own unpickler.
    """
    builder = ArrayBuilder(len(data), storages, _legacy_storage)
    return builder.build(_records(io.BytesIO(data), persistent=storages is not None))


class _RecordsOnly(pickle.Unpickler):
    """Builds inert records; ``persistent`` identifiers are kept as they are."""

    def __init__(self, stream: BinaryIO, persistent: bool) -> None:
        super().__init__(stream, encoding="latin1")
        self._persistent = persistent

    def find_class(self, module: str, name: str) -> object:
        if (module, name) not in RECORDS:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}")
        return RECORDS[module, name]

    def persistent_load(self, pid: object) -> object:
        if not self._persistent:
            raise pickle.UnpicklingError("it refers to objects outside of the file")
        return pid


def _records(stream: io.BytesIO, persistent: bool) -> object:
    """One pickle from ``stream`` as a tree of records, after a look at its opcodes that executes nothing.

    The look makes sure that no length points beyond the end of the stream and no memo index makes the unpickler
    allocate more than the stream is long.
    """
    start = stream.tell()
    for count, (opcode, argument, _) in enumerate(pickletools.genops(stream), start=1):
        if opcode.name in _REGISTRY_OPCODES:
            raise pickle.UnpicklingError(f"it uses the opcode {opcode.name}")
        if opcode.name in _MEMO_OPCODES and not (isinstance(argument, int) and 0 <= argument <= count):
            raise pickle.UnpicklingError(f"its memo index {argument} is beyond anything that it holds")
    end = stream.tell()
    stream.seek(start)
    tree = _RecordsOnly(stream, persistent).load()
    stream.seek(end)
    return tree


def _legacy_storage(data: bytes) -> tuple[object, dict[str, bytes]]:
    """A storage as plain pickling of a tensor writes it (torch's format before zip files): four pickles (magic
    number, version, system, storage), one of the keys, then per key an element count and the raw bytes."""
    stream = io.BytesIO(data)
    *_, storage = [_records(stream, persistent=True) for _ in range(4)]
    keys = _records(stream, persistent=False)
    if not (isinstance(keys, list) and len(keys) == 1 and isinstance(keys[0], str)):
        raise pickle.UnpicklingError("it holds a torch storage of an unknown form")
    stream.seek(struct.calcsize("<q"), io.SEEK_CUR)
    return storage, {keys[0]: stream.read()}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise FileMissingError(f"{path} does not exist.", fix="Check the spelling of the path.") from error


def _refusing(path: Path, read: Callable[[], object]) -> object:
    try:
        return read()
    except _BAD_STREAM as error:
        raise FormatError(
            f"{path} is not a pickle of plain arrays: {error or type(error).__name__}.",
            "A pickle can run any code, so nothing but arrays is read from one.",
        ) from error
