"""What a pickle may ask for, as inert records, and how arrays are built from the records.

While a pickle is read, every allowed name stands for a ``Record`` class: calling it only notes the arguments.
``ArrayBuilder`` then makes arrays from their dtype, shape and raw bytes. numpy's own restoring of pickled dtypes
and arrays is never called: it believes flags that decide whether raw bytes are taken for pointers.
"""

import math
import pickle
import re
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import sparse

_PLAIN_DTYPE = re.compile(r"[<>|=]?([biufcSU]\d+|O\d*|\?)")
_MAX_DIMENSIONS = 32
# All arrays together may take so many times the bytes of the pickle: one string cannot become many arrays.
_GROWTH, _FREE_BYTES = 4, 1 << 20
_TORCH_DTYPES = {
    "DoubleStorage": "<f8", "FloatStorage": "<f4", "HalfStorage": "<f2", "LongStorage": "<i8", "IntStorage": "<i4",
    "ShortStorage": "<i2", "CharStorage": "|i1", "ByteStorage": "|u1", "BoolStorage": "|b1",
}  # fmt: skip


class Record:
    """Notes what a pickle wanted to build; does nothing."""

    __slots__ = ("args", "entries", "state")
    args: tuple
    entries: list[tuple[Any, Any]]
    state: Any

    def __new__(cls, *args: Any) -> "Record":
        record = object.__new__(cls)
        record.args, record.entries, record.state = args, [], None
        return record

    def __setstate__(self, state: Any) -> None:
        self.state = state

    def __setitem__(self, key: Any, value: Any) -> None:
        self.entries.append((key, value))


class _Array(Record): ...


class _Reconstruct(Record): ...


class _FromBuffer(Record): ...


class _Dtype(Record): ...


class _Scalar(Record): ...


class _Bytes(Record): ...


class _OldObject(Record): ...


class _Object(Record): ...


class _Set(Record): ...


class _OrderedDict(Record): ...


class _Csc(Record): ...


class _Csr(Record): ...


class _Chumpy(Record): ...


class _Tensor(Record): ...


class _LegacyStorage(Record): ...


class _StorageType(Record):
    dtype: str


# The same things lie under several names: Python 2 and 3, numpy 1 and 2, old and new scipy.
_BOTH_NUMPYS = ("numpy.core", "numpy._core")
RECORDS: dict[tuple[str, str], type[Record]] = {
    ("numpy", "ndarray"): _Array,
    ("numpy", "dtype"): _Dtype,
    **{(f"{core}.multiarray", "_reconstruct"): _Reconstruct for core in _BOTH_NUMPYS},
    **{(f"{core}.multiarray", "scalar"): _Scalar for core in _BOTH_NUMPYS},
    **{(f"{core}.numeric", "_frombuffer"): _FromBuffer for core in _BOTH_NUMPYS},
    ("_codecs", "encode"): _Bytes,
    **{(module, "bytes"): _Bytes for module in ("__builtin__", "builtins")},
    **{(module, "_reconstructor"): _OldObject for module in ("copy_reg", "copyreg")},
    **{(module, "object"): _Object for module in ("__builtin__", "builtins")},
    **{(module, "set"): _Set for module in ("__builtin__", "builtins")},
    ("collections", "OrderedDict"): _OrderedDict,
    **{(module, "csc_matrix"): _Csc for module in ("scipy.sparse.csc", "scipy.sparse._csc")},
    **{(module, "csr_matrix"): _Csr for module in ("scipy.sparse.csr", "scipy.sparse._csr")},
    ("chumpy.ch", "Ch"): _Chumpy,
    ("torch._utils", "_rebuild_tensor_v2"): _Tensor,
    ("torch.storage", "_load_from_bytes"): _LegacyStorage,
    **{
        ("torch", name): type(name, (_StorageType,), {"__slots__": (), "dtype": dtype})
        for name, dtype in _TORCH_DTYPES.items()
    },
}


class ArrayBuilder:
    """Turns a tree of records into plain containers and arrays.

    ``length`` bytes of the pickle bound what may be built; ``storages`` gives a torch storage's raw bytes by key;
    ``read_legacy`` takes apart a storage that is written inside of the pickle.
    """

    def __init__(
        self,
        length: int,
        storages: Callable[[str], bytes] | None,
        read_legacy: Callable[[bytes], tuple[object, dict[str, bytes]]],
    ) -> None:
        self._left = _GROWTH * length + _FREE_BYTES
        self._storages, self._read_legacy = storages, read_legacy
        self._built: dict[int, Any] = {}
        self._open: set[int] = set()

    def build(self, value: Any) -> Any:
        """``value`` with every record in it built; what is shared stays shared, what contains itself is refused."""
        if value is None or isinstance(value, bool | int | float | complex | str | bytes):
            return value
        if isinstance(value, bytearray):
            return bytes(value)
        key = id(value)
        if key in self._open:
            raise pickle.UnpicklingError("it contains itself")
        if key not in self._built:
            self._open.add(key)
            self._built[key] = self._build_new(value)
            self._open.remove(key)
        return self._built[key]

    def _build_new(self, value: Any) -> Any:
        if isinstance(value, dict):
            return self._dictionary(list(value.items()))
        if isinstance(value, list):
            return [self.build(entry) for entry in value]
        if isinstance(value, tuple):
            return tuple(self.build(entry) for entry in value)
        build = _BUILDERS.get(type(value))
        if build is None:
            kind = value.__name__ if isinstance(value, type) else type(value).__name__
            raise pickle.UnpicklingError(f"it holds a {kind.lstrip('_')} where data was expected")
        return build(self, value)

    def _dictionary(self, entries: list[tuple[Any, Any]]) -> dict:
        if not all(isinstance(key, bool | int | float | str | bytes | tuple | None) for key, _ in entries):
            raise pickle.UnpicklingError("a dictionary in it has keys that are not plain")
        return {self.build(key): self.build(entry) for key, entry in entries}

    def _ordered(self, record: Record) -> dict:
        given = self.build(record.args[0]) if record.args else []
        entries = list(given.items()) if isinstance(given, dict) else [(key, entry) for key, entry in given]
        return self._dictionary(entries + record.entries)

    def _set(self, record: Record) -> list:
        return list(self.build(record.args[0])) if record.args else []

    def _bytes(self, record: Record) -> bytes:
        """How Python 3 writes bytes in an old protocol: a string and its encoding, or nothing for no bytes."""
        if not record.args:
            return b""
        text, encoding = record.args
        if encoding not in ("latin1", "latin-1"):
            raise pickle.UnpicklingError(f"it encodes bytes as {encoding}")
        return text.encode("latin1")

    def _raw(self, value: Any) -> bytes:
        """Raw bytes; a string is how Python 2 wrote them."""
        value = self.build(value)
        raw = value.encode("latin1") if isinstance(value, str) else value
        if not isinstance(raw, bytes):
            raise pickle.UnpicklingError("an array in it has no raw bytes")
        return raw

    def _dtype(self, record: Any) -> np.dtype:
        if not isinstance(record, _Dtype):
            raise pickle.UnpicklingError("an array in it has no dtype")
        text, state = str(record.args[0]), record.state
        if _PLAIN_DTYPE.fullmatch(text) is None:
            raise pickle.UnpicklingError(f"it holds an array of dtype {text}")
        dtype = np.dtype(text)
        if state is not None:
            if any(part is not None for part in state[2:5]):
                raise pickle.UnpicklingError("it holds an array of records")
            dtype = dtype.newbyteorder(state[1] if state[1] in ("<", ">") else "=")
        return dtype

    def _array(self, record: Record) -> np.ndarray:
        shape, dtype, fortran, raw = record.state[-4:]
        return self._from_raw(shape, self._dtype(dtype), raw, fortran=bool(fortran))

    def _from_buffer(self, record: Record) -> np.ndarray:
        buffer, dtype, shape, order = record.args
        return self._from_raw(shape, self._dtype(dtype), buffer, fortran=order == "F")

    def _scalar(self, record: Record) -> Any:
        dtype, raw = record.args
        return self._from_raw((), self._dtype(dtype), raw, fortran=False)[()]

    def _from_raw(self, shape: Any, dtype: np.dtype, raw: Any, *, fortran: bool) -> np.ndarray:
        """An array of its own memory in native byte order; the raw data has to have just the right length."""
        if not (len(shape) <= _MAX_DIMENSIONS and all(type(n) is int and n >= 0 for n in shape)):
            raise pickle.UnpicklingError(f"it holds an array of shape {shape}")
        count = math.prod(shape)
        if dtype.hasobject:
            if not (isinstance(raw, list) and len(raw) == count):
                raise pickle.UnpicklingError("it holds an array of objects that are not listed")
            array = np.empty(count, object)
            for index, entry in enumerate(raw):
                array[index] = self.build(entry)
            return array.reshape(shape, order="F" if fortran else "C")
        data = self._raw(raw)
        if dtype.itemsize == 0 or len(data) != count * dtype.itemsize:
            raise pickle.UnpicklingError(f"it holds an array {tuple(shape)} of {dtype} in {len(data)} bytes")
        self._take(len(data))
        flat = np.frombuffer(data, dtype) if data else np.empty(0, dtype)
        return flat.reshape(shape, order="F" if fortran else "C").astype(dtype.newbyteorder("="), copy=True)

    def _take(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise pickle.UnpicklingError("its arrays are many times larger than the file")

    def _sparse(self, record: Record) -> sparse.csc_matrix | sparse.csr_matrix:
        state = self._state(record)
        kind = sparse.csc_matrix if isinstance(record, _Csc) else sparse.csr_matrix
        parts = tuple(self.build(state[name]) for name in ("data", "indices", "indptr"))
        matrix = kind(parts, shape=self.build(state["_shape"] if "_shape" in state else state["shape"]))
        matrix.check_format(full_check=True)
        return matrix

    def _chumpy(self, record: Record) -> np.ndarray:
        """A chumpy array is its ``x``; how chumpy would have computed with it does not matter."""
        array = self.build(self._state(record)["x"])
        if not isinstance(array, np.ndarray):
            raise pickle.UnpicklingError("it holds a chumpy object that is not an array")
        return array

    def _state(self, record: Record) -> dict:
        if not isinstance(record.state, dict):
            raise pickle.UnpicklingError(f"it holds a {type(record).__name__.lstrip('_')} without content")
        return record.state

    def _old_object(self, record: Record) -> Any:
        """How Python 2 restores objects: ``_reconstructor(class, object, None)``, then the state."""
        kind = record.args[0]
        if kind not in (_Csc, _Csr, _Chumpy) or record.args[1:] != (_Object, None):
            raise pickle.UnpicklingError("it restores an object that is no array")
        restored = kind()
        restored.state = record.state
        return _BUILDERS[kind](self, restored)

    def _tensor(self, record: Record) -> np.ndarray:
        storage, offset, size, stride = record.args[:4]
        dtype, flat = self._storage(storage)
        count = math.prod(size)
        packed = tuple(math.prod(size[axis + 1 :]) for axis in range(len(size)))
        steps = [pair for pair in zip(stride, packed, size, strict=True) if pair[2] > 1]
        if any(given != expected for given, expected, _ in steps) or offset < 0:
            raise pickle.UnpicklingError("it holds a torch tensor that is a view of another")
        width = dtype.itemsize
        return self._from_raw(size, dtype, flat[offset * width : (offset + count) * width], fortran=False)

    def _storage(self, storage: Any) -> tuple[np.dtype, bytes]:
        read = self._storages
        if isinstance(storage, _LegacyStorage):
            storage, raw = self._read_legacy(self._raw(storage.args[0]))
            read = raw.__getitem__
        if not (isinstance(storage, tuple) and len(storage) >= 5 and storage[0] == "storage" and read is not None):
            raise pickle.UnpicklingError("it holds a torch tensor without its data")
        kind, key = storage[1:3]
        if not (isinstance(kind, type) and issubclass(kind, _StorageType) and isinstance(key, str)):
            raise pickle.UnpicklingError("it holds a torch storage of an unknown form")
        return np.dtype(kind.dtype), read(key)


_BUILDERS: dict[type, Callable[[ArrayBuilder, Any], Any]] = {
    _Reconstruct: ArrayBuilder._array,
    _FromBuffer: ArrayBuilder._from_buffer,
    _Scalar: ArrayBuilder._scalar,
    _Bytes: ArrayBuilder._bytes,
    _Set: ArrayBuilder._set,
    _OrderedDict: ArrayBuilder._ordered,
    _Csc: ArrayBuilder._sparse,
    _Csr: ArrayBuilder._sparse,
    _Chumpy: ArrayBuilder._chumpy,
    _OldObject: ArrayBuilder._old_object,
    _Tensor: ArrayBuilder._tensor,
}
