"""An avatar as one small file for renderers elsewhere; docs/formats/packed_avatar.md has every section of it."""

import gzip
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from lifemask.avatar.attributes import SLICES, WIDTH
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.code_rows import CodeLayout
from lifemask.errors import FormatError
from lifemask.rig.skinning import joint_positions
from lifemask.viewer.pack_rest import Filmed, filmed
from lifemask.viewer.pack_sections import Sections

MAGIC = b"LMPK"
SCHEMA = "lifemask-packed-avatar-1"
CARD = "card.json"

BASE_STEPS = {"position_m": 1e-5, "rotation": 1e-3, "log_scale": 4e-3, "colour": 1e-3, "opacity": 2e-2}
"""Steps in which the base's attributes are kept."""
BASES_STEPS = {"position_m": 6e-5, "rotation": 1e-2, "log_scale": 1.5e-2, "colour": 4e-3, "opacity": 5e-2}
"""Steps of what a basis does to the attributes where its weight is as large as it usually gets."""
USUAL_PERCENTILE = 98
EXPRESSION_STEP_M, SKIN_STEPS, BARYCENTRIC_STEPS = 1e-5, 4095, 255
PLATE_QUALITY = 95
_LEVEL = 9


def pack_avatar(folder: Path, avatar: Avatar | None = None) -> bytes:
    """The avatar in ``folder`` (loaded unless given, then on the CPU) as one file for the browser.

    Raises ConfigError for avatars on FLAME heads, FileMissingError and FormatError as ``Avatar.load``, and FormatError
    for a card that is no JSON object.
    """
    avatar = avatar or Avatar.load(folder)
    layout = CodeLayout.of(avatar)
    seen = filmed(folder, avatar, layout)
    sections = Sections()
    _add_gaussians(sections, avatar, seen)
    _add_rig(sections, avatar)
    _add_networks(sections, avatar)
    sections.add("rest", seen.rest, "f32")
    sections.add_bytes("plate", _webp(avatar.plate))
    header = {
        "schema": SCHEMA,
        "name": folder.resolve().name,
        "layout": {
            "expression_names": layout.expression_names,
            "torso_modes": layout.torso_modes,
            "face_modes": layout.face_modes,
        },
        "camera": {
            "focal": avatar.camera.focal_px,
            "principal": avatar.camera.principal_px,
            "size": avatar.camera.size_wh,
        },
        "frame_size": avatar.frame_wh,
        "trained_scale": avatar.view.size_wh[0] / avatar.view.width_px,
        "gaussians": len(avatar.model.corners),
        "head_gaussians": avatar.model.num_head,
        "filmed": {"yaw": seen.yaw, "pitch": seen.pitch},
        "card": read_card(folder),
    }
    return compressed(header, sections)


def compressed(header: dict[str, Any], sections: Sections) -> bytes:
    """Magic, header and sections as one file: the same bytes for the same content."""
    text = json.dumps(header | {"sections": sections.table()}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    whole = MAGIC + len(text).to_bytes(4, "little") + text + sections.data()
    return gzip.compress(whole, _LEVEL, mtime=0)


def read_card(folder: Path) -> dict[str, Any] | None:
    """The avatar's card in ``folder``, if there is one. Raises FormatError if it is no JSON object."""
    path = folder / CARD
    if not path.exists():
        return None
    try:
        card = json.loads(path.read_text("utf-8"))
    except (ValueError, OSError) as problem:
        raise FormatError(f"{path} cannot be read: {problem}", fix="Remove it, or make the avatar again.") from problem
    if not isinstance(card, dict):
        raise FormatError(f"{path} holds no JSON object.", fix="Remove it, or make the avatar again.")
    return card


def _add_gaussians(sections: Sections, avatar: Avatar, seen: Filmed) -> None:
    model = avatar.model
    corners, barycentric = model.corners.numpy(), model.barycentric.numpy()
    # Neighbours on the surface stand beside each other in the file: what is alike compresses.
    part = np.arange(len(corners)) >= model.num_head
    order = np.lexsort((corners[:, 2], corners[:, 1], corners[:, 0], part))
    sorted_corners = corners[order]
    relative = np.stack([
        np.diff(sorted_corners[:, 0], prepend=0),
        sorted_corners[:, 1] - sorted_corners[:, 0],
        sorted_corners[:, 2] - sorted_corners[:, 0],
    ])  # fmt: skip
    sections.add("corners", relative, "i16")
    sections.add("barycentric", np.round(barycentric[order, 1:].T * BARYCENTRIC_STEPS), "u8")
    with torch.no_grad():
        base = (model.base * model.base_units).numpy()[order]
    steps = _columns(BASE_STEPS)
    sections.add("base", np.round(base / steps).T, "i16")
    sections.add("base_steps", steps, "f32")
    for number, name in enumerate(("head", "torso")):
        own = order[: model.num_head] if number == 0 else order[model.num_head :] - model.num_head
        bases = model.bases[number].detach().numpy()
        bases = bases.reshape(len(bases), -1, WIDTH)[:, own] * model.bases_units.numpy()
        usual = np.maximum(np.percentile(np.abs(seen.weights[number]), USUAL_PERCENTILE, axis=0), 1e-6)
        steps = _columns(BASES_STEPS) / usual[:, None]
        # Few numbers are larger than 127 steps: for their columns the steps are wider.
        steps = np.maximum(steps, np.abs(bases).max(1, initial=0) / 127).astype(np.float32)
        sections.add(f"{name}_bases", np.round(bases / steps[:, None]).transpose(0, 2, 1), "i8")
        sections.add(f"{name}_steps", steps, "f32")


def _columns(steps: Mapping[str, float]) -> np.ndarray:
    columns = np.empty(WIDTH, np.float32)
    for name, place in SLICES.items():
        columns[place] = steps[name]
    return columns


def _add_rig(sections: Sections, avatar: Avatar) -> None:
    rig, neutral = avatar.rig, avatar.neutral.numpy()
    step = np.float32(np.abs(neutral).max() / 32767)
    sections.add("neutral", np.round(neutral.T / step), "i16")
    sections.add("neutral_step", np.array([step]), "f32")
    sections.add("joints", joint_positions(rig, avatar.neutral).numpy(), "f32")
    sections.add("skin", np.round(rig.weights_by_joint.numpy() * SKIN_STEPS), "u16")
    moved = np.round(rig.expression_basis.numpy() / EXPRESSION_STEP_M)
    expression, vertex = np.nonzero(np.any(moved, -1))
    counts = np.bincount(expression, minlength=len(moved))
    first = np.concatenate([[True], np.diff(expression) != 0]) if len(expression) else np.zeros(0, bool)
    sections.add("expression_counts", counts, "u32")
    sections.add("expression_vertices", np.where(first, vertex, np.diff(vertex, prepend=0)), "u16")
    sections.add("expression_moves", moved[expression, vertex].T, "i16")


def _add_networks(sections: Sections, avatar: Avatar) -> None:
    for number, name in enumerate(("head", "torso")):
        state = avatar.model.networks[number].state_dict()
        for layer in (0, 2, 4):
            sections.add(f"{name}_net.{layer}.weight", state[f"{layer}.weight"].numpy(), "f32")
            sections.add(f"{name}_net.{layer}.bias", state[f"{layer}.bias"].numpy(), "f32")
    for name, values in vars(avatar.space).items():
        sections.add(f"space.{name}", values.numpy(), "f32")


def _webp(plate: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(plate).save(stream, "WEBP", quality=PLATE_QUALITY, method=6)
    return stream.getvalue()
