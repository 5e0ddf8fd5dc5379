"""The container of a packed voice: named arrays behind a header of JSON, all of it compressed by gzip.

Behind the length of the header (four bytes, little-endian) and the header stand the arrays, each from a multiple of
four bytes on. How each is stored is chosen by what it is: `whole` numbers keep float32, weights are `halved` to float16
or `narrowed` to some levels of a scale that each of their outputs has, and motion is `tracked`: 12 bits of each
column's range, as differences of differences along time, low bytes before high ones, which compress well.
``web/src/speech/pack.ts`` reads it, docs/web_speech.md describes it.
"""

import gzip
import json
from dataclasses import dataclass, field
from typing import Any

import numpy as np

SCHEMA = "lifemask-packed-voice-1"
_LEVELS = 4095
_ALIGNED = 4


@dataclass
class PackedArrays:
    """Arrays on their way into a file; `packed` with a header is the file."""

    _entries: list[dict[str, Any]] = field(default_factory=list)
    _parts: list[bytes] = field(default_factory=list)
    _length: int = 0

    def whole(self, name: str, array: np.ndarray) -> None:
        """Keep float32."""
        self._add(name, "f32", np.asarray(array, "<f4"))

    def halved(self, name: str, array: np.ndarray) -> None:
        """Keep float16."""
        self._add(name, "f16", np.asarray(array, "<f2"))

    def narrowed(self, name: str, weight: np.ndarray, most: int) -> None:
        """Keep ``weight [outputs, inputs]`` as whole numbers from ``-most`` to ``most`` (at most 127), and float32
        ``NAME.scale [outputs]`` by which they are multiplied."""
        scale = np.maximum(np.abs(weight).max(1), 1e-12).astype(np.float32) / most
        self._add(name, "i8", np.round(weight / scale[:, None]).astype(np.int8))
        self.whole(f"{name}.scale", scale)

    def tracked(self, name: str, rows: np.ndarray) -> None:
        """Keep ``rows [T, C]`` column by column, and float32 ``NAME.range [C, 2]``: least and largest."""
        low, high = rows.min(0), rows.max(0)
        levels = np.round((rows - low) / np.maximum(high - low, 1e-12) * _LEVELS).astype(np.int32)
        bends = np.diff(levels, n=2, axis=0, prepend=np.zeros((2, rows.shape[1]), np.int32))
        columns = np.ascontiguousarray(bends.T.astype("<i2"))
        self._add(name, "tracks", np.moveaxis(columns.view(np.uint8).reshape(*columns.shape, 2), 2, 0))
        self.whole(f"{name}.range", np.stack([low, high], 1))

    def packed(self, header: dict[str, Any]) -> bytes:
        """The file, the same for the same content."""
        about = json.dumps(header | {"schema": SCHEMA, "arrays": self._entries}, separators=(",", ":")).encode()
        about += b" " * (-len(about) % _ALIGNED)
        return gzip.compress(len(about).to_bytes(4, "little") + about + b"".join(self._parts), 9, mtime=0)

    def _add(self, name: str, kind: str, array: np.ndarray) -> None:
        content = np.ascontiguousarray(array).tobytes()
        content += b"\0" * (-len(content) % _ALIGNED)
        self._entries.append({"name": name, "kind": kind, "shape": list(array.shape), "at": self._length})
        self._parts.append(content)
        self._length += len(content)
