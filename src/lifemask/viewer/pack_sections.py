"""Named arrays one after another in one block of bytes, each at a multiple of four."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lifemask.errors import ConfigError, FormatError

TYPES = {"f32": np.float32, "i8": np.int8, "u8": np.uint8, "i16": np.int16, "u16": np.uint16, "u32": np.uint32}
SPLIT = ("i16", "u16")
"""Kept as all low bytes, then all high ones: most high ones are alike."""


@dataclass
class Sections:
    """Collects arrays, and says where each lies."""

    _table: dict[str, dict[str, Any]] = field(default_factory=dict)
    _parts: list[bytes] = field(default_factory=list)
    _size: int = 0

    def add(self, name: str, values: np.ndarray, kind: str) -> None:
        """Add an array as ``kind``, one of ``TYPES``. Raises ConfigError for whole numbers that it cannot hold."""
        dtype = np.dtype(TYPES[kind])
        if dtype.kind in "iu" and values.size:
            least, most = np.iinfo(dtype).min, np.iinfo(dtype).max
            if values.min() < least or values.max() > most:
                raise ConfigError(
                    f"The avatar's '{name}' goes from {values.min():g} to {values.max():g}, beyond what is kept of it",
                    f"A packed avatar keeps it within {least} to {most}.",
                    "Its training went wrong there; train it again.",
                )
        array = np.ascontiguousarray(values.astype(dtype))
        data = array.tobytes()
        if kind in SPLIT:
            data = np.frombuffer(data, np.uint8).reshape(-1, 2).T.tobytes()
        self._table[name] = {"kind": kind, "shape": list(array.shape), "at": self._size}
        self._put(data)

    def add_bytes(self, name: str, data: bytes) -> None:
        """Add bytes as they are."""
        self._table[name] = {"kind": "u8", "shape": [len(data)], "at": self._size}
        self._put(data)

    def table(self) -> dict[str, dict[str, Any]]:
        """By name: ``kind``, ``shape``, and ``at``, the first byte in the block."""
        return self._table

    def data(self) -> bytes:
        """The block."""
        return b"".join(self._parts)

    def _put(self, data: bytes) -> None:
        data += bytes(-len(data) % 4)
        self._parts.append(data)
        self._size += len(data)


def read_sections(table: Mapping[str, Mapping[str, Any]], block: bytes) -> dict[str, np.ndarray]:
    """The arrays by name. Raises FormatError where the block is too short."""
    arrays = {}
    for name, entry in table.items():
        dtype, data = np.dtype(TYPES[entry["kind"]]), block[entry["at"] : entry["at"] + _bytes_of(entry)]
        if len(data) < _bytes_of(entry):
            raise FormatError(f"The packed avatar ends within its '{name}'.", "It was cut.", "Export it again.")
        if entry["kind"] in SPLIT:
            data = np.frombuffer(data, np.uint8).reshape(2, -1).T.tobytes()
        arrays[name] = np.frombuffer(data, dtype).reshape(entry["shape"]).copy()
    return arrays


def _bytes_of(entry: Mapping[str, Any]) -> int:
    return int(np.prod(entry["shape"], dtype=np.int64)) * np.dtype(TYPES[entry["kind"]]).itemsize
