"""Gaussians as a binary glTF 2.0 file with the ratified extension KHR_gaussian_splatting.

One primitive of points. Sizes and opacities are stored as they are, not as logarithm and logit; rotations w last;
colours as the zeroth spherical harmonic, which splats in the encoding that ``colorSpace`` names, blended before any
conversion. Programs without the extension show points in ``COLOR_0``.
"""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

from lifemask import __version__
from lifemask.formats.splats_record import Splats
from lifemask.media.files import replacing

NAME = "glb"
EXTENSION = "KHR_gaussian_splatting"
_MAGIC, _VERSION, _JSON, _BIN = 0x46546C67, 2, 0x4E4F534A, 0x004E4942
_FLOAT, _UNSIGNED_SHORT, _ARRAY_BUFFER, _POINTS = 5126, 5123, 34962, 0
_TYPES = {1: "SCALAR", 3: "VEC3", 4: "VEC4"}


def write(splats: Splats, path: Path, *, name: str = "avatar", extras: dict[str, Any] | None = None) -> None:
    """Write ``splats``, whose frame has to be glTF's: metres, y up, the front towards +z. ``extras`` becomes
    ``asset.extras``. Raises DiskFullError."""
    attributes = {
        "POSITION": splats.means_m,
        "COLOR_0": _fallback_colours(splats),
        f"{EXTENSION}:ROTATION": np.roll(splats.quats_wxyz, -1, axis=1),
        f"{EXTENSION}:SCALE": splats.scales_m,
        f"{EXTENSION}:OPACITY": np.clip(splats.opacities, 0, 1)[:, None],
        f"{EXTENSION}:SH_DEGREE_0_COEF_0": splats.harmonics,
    }
    views, accessors, columns, start = [], [], [], 0
    for values in attributes.values():
        column = np.ascontiguousarray(values, values.dtype.newbyteorder("<")).tobytes()
        views.append({"buffer": 0, "byteOffset": start, "byteLength": len(column), "target": _ARRAY_BUFFER})
        accessors.append(_accessor(len(accessors), values))
        columns.append(column)
        start += len(column)
    accessors[0] |= {"min": splats.means_m.min(0).tolist(), "max": splats.means_m.max(0).tolist()}
    splatting = {
        "kernel": "ellipse",
        "colorSpace": "srgb_rec709_display",
        "projection": "perspective",
        "sortingMethod": "cameraDistance",
    }
    primitive = {
        "attributes": {semantic: number for number, semantic in enumerate(attributes)},
        "mode": _POINTS,
        "extensions": {EXTENSION: splatting},
    }
    gltf = {
        "asset": {"version": "2.0", "generator": f"lifemask {__version__}"} | ({"extras": extras} if extras else {}),
        "extensionsUsed": [EXTENSION],
        "scene": 0,
        "scenes": [{"name": name, "nodes": [0]}],
        "nodes": [{"name": name, "mesh": 0}],
        "meshes": [{"name": name, "primitives": [primitive]}],
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": start}],
    }
    text = json.dumps(gltf, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    with replacing(path) as temporary, open(temporary, "wb") as file:
        file.write(struct.pack("<III", _MAGIC, _VERSION, 12 + 8 + len(text) + 8 + start))
        file.write(struct.pack("<II", len(text), _JSON) + text)
        file.write(struct.pack("<II", start, _BIN))
        file.writelines(columns)


def _accessor(view: int, values: np.ndarray) -> dict[str, Any]:
    whole = values.dtype == np.uint16
    return {
        "bufferView": view,
        "componentType": _UNSIGNED_SHORT if whole else _FLOAT,
        "count": len(values),
        "type": _TYPES[values.shape[1]],
    } | ({"normalized": True} if whole else {})


def _fallback_colours(splats: Splats) -> np.ndarray:
    """Linear colour and opacity ``[N, 4]`` uint16: glTF's own vertex colours are linear (IEC 61966-2-1)."""
    encoded = np.clip(splats.colours.astype(np.float64), 0, 1)
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return np.rint(65535 * np.column_stack([linear, np.clip(splats.opacities, 0, 1)])).astype(np.uint16)
