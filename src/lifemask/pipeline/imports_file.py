"""``imported.safetensors``: a foreign fit as it was read, unknown entries included, so that an export gives it back."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from lifemask.errors import FormatError
from lifemask.formats.flame_sequence import Extra, FlameSequence
from lifemask.media.files import atomic_write_bytes, in_fixed_order

SCHEMA = "lifemask-imported-1"
_PATHS = tuple(field.name for field in fields(FlameSequence) if field.name.endswith("_path"))
_ARRAYS = (
    "shape", "expression", "root", "neck", "jaw", "eye_left", "eye_right", "root_translation_m", "eyelids",
    "camera_from_world", "intrinsics", "vertex_offset_m", "timestamp_s",
)  # fmt: skip


def save_sequence(sequence: FlameSequence, path: Path) -> None:
    """Write the file atomically; numbers keep their type and every bit."""
    tensors = {name: getattr(sequence, name) for name in _ARRAYS if getattr(sequence, name) is not None}
    about = {
        "size_wh": list(sequence.size_wh),
        "frame_id": list(sequence.frame_id),
        "source": sequence.source,
        "paths": {name: [None if one is None else str(one) for one in getattr(sequence, name)] for name in _PATHS},
        "clip": _packed(sequence.extra.clip, "extra.clip", tensors),
        "frame": [_packed(one, f"extra.{row}", tensors) for row, one in enumerate(sequence.extra.frame)],
    }
    header = {"schema": SCHEMA, "about": json.dumps(about)}
    whole = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    atomic_write_bytes(path, in_fixed_order(save(whole, header)))


def load_sequence(path: Path) -> FlameSequence:
    """Read what ``save_sequence`` wrote; raises FormatError."""
    try:
        with safe_open(path, "np") as handle:
            header = handle.metadata() or {}
            tensors = {name: handle.get_tensor(name) for name in handle.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as problem:
        raise FormatError(f"{path} cannot be read as safetensors: {problem}") from problem
    if header.get("schema") != SCHEMA:
        raise FormatError(f"{path} has the schema {header.get('schema')!r}", f"Expected {SCHEMA!r}.")
    try:
        about = json.loads(header["about"])
        paths = {
            name: tuple(None if one is None else Path(one) for one in values) for name, values in about["paths"].items()
        }
        width, height = about["size_wh"]
        return FlameSequence(
            **{name: tensors.get(name) for name in _ARRAYS},  # type: ignore[arg-type]
            **paths,
            size_wh=(width, height),
            frame_id=tuple(about["frame_id"]),
            source=about["source"],
            extra=Extra(_unpacked(about["clip"], tensors), tuple(_unpacked(one, tensors) for one in about["frame"])),
        )
    except (KeyError, ValueError, TypeError) as problem:
        raise FormatError(f"{path} cannot be read: {problem!r}", "The file is older or was cut.") from problem


_TENSOR, _TEXTS, _TUPLE, _SCALAR = "$tensor", "$texts", "$tuple", "$scalar"


def _packed(value: Any, name: str, tensors: dict[str, np.ndarray]) -> Any:
    """JSON, with arrays moved to ``tensors`` and a reference left in their place."""
    if isinstance(value, dict):
        return {str(key): _packed(one, f"{name}.{key}", tensors) for key, one in value.items()}
    if isinstance(value, tuple):
        return {_TUPLE: [_packed(one, f"{name}.{place}", tensors) for place, one in enumerate(value)]}
    if isinstance(value, list):
        return [_packed(one, f"{name}.{place}", tensors) for place, one in enumerate(value)]
    if isinstance(value, np.generic):
        return {_SCALAR: _packed(np.asarray(value), name, tensors)}
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "U":
            return {_TEXTS: value.tolist()}
        tensors[name] = value
        return {_TENSOR: name}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise FormatError(f"The entry {name} is a {type(value).__name__}, which cannot be kept.")


def _unpacked(value: Any, tensors: dict[str, np.ndarray]) -> Any:
    if isinstance(value, list):
        return [_unpacked(one, tensors) for one in value]
    if not isinstance(value, dict):
        return value
    if _TENSOR in value:
        return tensors[value[_TENSOR]]
    if _SCALAR in value:
        return np.asarray(_unpacked(value[_SCALAR], tensors))[()]
    if _TEXTS in value:
        return np.array(value[_TEXTS])
    if _TUPLE in value:
        return tuple(_unpacked(one, tensors) for one in value[_TUPLE])
    return {key: _unpacked(one, tensors) for key, one in value.items()}
