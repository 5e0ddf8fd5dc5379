"""What a re-enactment keeps of a motion whose truth is known: expressions, head, gaze, closed lids and lips."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from lifemask.geometry.rotation import axis_angle_from_rotation, rotation_from_axis_angle
from lifemask.pipeline.measure_face import gaze_error
from lifemask.rig.apertures import eyelid_aperture, lip_aperture
from lifemask.rig.code import RigCode
from lifemask.rig.head import HeadRig
from lifemask.rig.skinning import pose_vertices
from lifemask.synthetic.truth import SubjectTruth
from lifemask.tracking.compare import motion_kept
from lifemask.tracking.record import Tracking

EXCITED = 0.05
"""Standard deviation of a true weight over the clip from which on it is well excited."""
CARRIED = 0.9
"""Correlation with the truth from which on an expression counts as carried over."""
CLOSED_M = {"lips": 0.5e-3, "lids": 1e-3}
"""Lips and lids whose true opening is less than this are closed; not everybody's lids meet."""
CLOSED_PERCENTILE = 95
"""How open closed lips and lids are found at most, as this percentile over frames in which they truly are closed."""
WIDE_M = 3e-3
"""Lips and lids whose true opening is more than this are open."""
_ALIGNMENTS, _BATCH = 8, 32


@dataclass(frozen=True)
class Shown:
    """What a face does in ``T`` frames, float64: ``expression [T, E]``, gaze ``eyes [T, 2, 2]`` (yaw, pitch; radians),
    ``camera_from_head [T, 4, 4]``, openings ``lips_m [T]`` and ``lids_m [T, 2]`` in metres."""

    expression: np.ndarray
    eyes: np.ndarray
    camera_from_head: np.ndarray
    lips_m: np.ndarray
    lids_m: np.ndarray

    @staticmethod
    def of(source: Tracking | SubjectTruth, rows: np.ndarray | slice = slice(None)) -> "Shown":
        """Some frames of a tracking or of a truth."""
        arrays = (
            source.expression, source.eyes, source.camera_from_head, source.lip_aperture_m, source.eyelid_aperture_m
        )  # fmt: skip
        return Shown(*(np.asarray(array, np.float64)[rows] for array in arrays))

    @staticmethod
    def posed(code: RigCode, rig: HeadRig, neutral: torch.Tensor) -> "Shown":
        """What the person at rest ``neutral [V, 3]`` does with ``code``; openings are those of the posed rig."""
        lips, lids = [], []
        with torch.no_grad():
            for start in range(0, len(code.expression), _BATCH):
                vertices = pose_vertices(rig, neutral, code[start : start + _BATCH])
                lips.append(lip_aperture(rig, vertices))
                lids.append(eyelid_aperture(rig, vertices))
        arrays = (code.expression, code.eyes, code.camera_from_head, torch.cat(lips), torch.cat(lids))
        return Shown(*(array.detach().cpu().double().numpy() for array in arrays))

    def rows(self, rows: np.ndarray) -> "Shown":
        """Some frames."""
        return Shown(*(array[rows] for array in vars(self).values()))


def correlation(found: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Of each column of ``[T, N]`` over time, ``[N]``; 0 for what does not move."""
    a, b = found - found.mean(0), true - true.mean(0)
    scale = np.sqrt((a**2).sum(0) * (b**2).sum(0))
    return (a * b).sum(0) / np.maximum(scale, 1e-12)


def likeness(rig: HeadRig) -> np.ndarray:
    """``[E, E]`` square metres: how far expressions move the 478 landmarks along each other. Row times weights is how
    far a face goes along that expression's movement, whichever weights make it go there."""
    moved = rig.landmarks(rig.expression_basis).flatten(1).double()
    return (moved @ moved.T).cpu().numpy()


def expressions_kept(
    names: Sequence[str],
    truth: Shown,
    *,
    tracked: Shown,
    transferred: Shown,
    retracked: Shown,
    ideal: Shown,
    alike: np.ndarray,
) -> dict[str, dict[str, Any]]:
    """Of every well-excited weight by its name: ``std`` of the truth, and correlations over time. With the truth: of
    the driver's own tracking (``tracked``), of the code that the avatar was given (``transferred``), of the render
    tracked anew (``retracked``), and of a film in which the avatar's person does exactly what the driver does, tracked
    too (``ideal``). Of the tracked render with the code given (``rendering``) and with that film (``as_ideal``).

    ``movement``: correlation of render and truth along the weight's movement of the landmarks (``alike`` of
    ``likeness``), where it is no matter which weights it was attributed to. ``gains``: by how much the weight of each
    way changes when the true one changes by 1. ``taken_by``: the weight of the render that goes best with what its own
    leaves of the truth, and that correlation.
    """
    std = truth.expression.std(0)
    ways = {"tracked": tracked, "transferred": transferred, "retracked": retracked, "ideal": ideal}
    columns = {name: correlation(shown.expression, truth.expression) for name, shown in ways.items()}
    columns["rendering"] = correlation(retracked.expression, transferred.expression)
    columns["as_ideal"] = correlation(retracked.expression, ideal.expression)
    columns["movement"] = correlation(retracked.expression @ alike, truth.expression @ alike)
    found = {}
    for column in np.flatnonzero(std >= EXCITED).tolist():
        true, render = truth.expression[:, column], retracked.expression[:, column]
        found[names[column]] = {"std": float(std[column])} | {
            name: float(values[column]) for name, values in columns.items()
        }
        found[names[column]] |= {
            "gains": {name: _slope(shown.expression[:, column], true) for name, shown in ways.items()},
            "taken_by": _taken_by(names, true - true.mean() - (render - render.mean()), retracked.expression, column),
        }
    return found


def head_error(found: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """How poses ``[T, 4, 4]`` turn, against true ones: ``mean_deg`` and ``max_deg`` angle after the best constant turns
    in the room (another resting pose) and in the head (another frame of the rig) are taken out; ``kept``: share of the
    true turning that is there; ``true_deg``: mean angle of the true poses from their own mean, for comparison."""
    aligned, truth = np.array(found, np.float64), true[:, :3, :3]
    aligned[:, :3, :3] = _aligned(aligned[:, :3, :3], truth)
    off = _angle_deg(aligned[:, :3, :3].transpose(0, 2, 1) @ truth)
    return {
        "mean_deg": float(off.mean()),
        "max_deg": float(off.max()),
        "kept": motion_kept(aligned, true),
        "true_deg": float(_angle_deg(_nearest_rotation(truth.mean(0)).T @ truth).mean()),
    }


def gaze_kept(found: Shown, truth: Shown) -> dict[str, Any]:
    """Gaze against the truth while both eyes are truly open. ``mean_deg``: without each eye's constant offset, since
    gaze goes over as differences from rest; ``true_deg``: mean angle of the true gaze from its own mean; ``yaw`` and
    ``pitch``: ``correlation`` and ``gain`` (change for 1 of the true one), means of both eyes."""
    still = np.broadcast_to(truth.eyes.mean(0), truth.eyes.shape)
    wide = (truth.lids_m > WIDE_M).all(1)
    angles = {}
    for axis, name in enumerate(("yaw", "pitch")):
        seen, true = found.eyes[wide, :, axis], truth.eyes[wide, :, axis]
        gains = [_slope(*columns) for columns in zip(seen.T, true.T, strict=True)]
        angles[name] = {"correlation": float(correlation(seen, true).mean()), "gain": float(np.mean(gains))}
    return angles | {
        "mean_deg": gaze_error(found.eyes, truth.eyes, truth.lids_m)["gaze_without_offset_deg"],
        "true_deg": gaze_error(still, truth.eyes, truth.lids_m)["gaze_without_offset_deg"],
    }


def closed_bounds(own: Shown, truth: Shown) -> dict[str, np.ndarray]:
    """How open "lips" (``[1]``) and "lids" (``[2]``) are at most when they are closed, metres: ``CLOSED_M``, or further
    where ``own``, the tracking of the avatar's clip, finds them so while its ``truth`` says that they are closed."""

    def bound(found: np.ndarray, closed: np.ndarray, limit: float) -> float:
        return max(limit, float(np.percentile(found[closed], CLOSED_PERCENTILE))) if closed.any() else limit

    pairs = {name: (_opening(own, name), _opening(truth, name) < limit) for name, limit in CLOSED_M.items()}
    return {
        name: np.array([bound(*columns, CLOSED_M[name]) for columns in zip(found.T, closed.T, strict=True)])
        for name, (found, closed) in pairs.items()
    }


def closures_kept(shown: Shown, truth: Shown, bounds: dict[str, np.ndarray]) -> dict[str, dict[str, Any]]:
    """For "lips" and "lids" (each eye counts): of the ``closed`` frames in which the driver's truly are, the share in
    which those of ``shown`` are within ``bounds`` (``kept``), and how open they are in the median (``median_m``); of
    the ``open`` ones in which the driver's are wide open, the share in which they are ``falsely`` closed. None without
    such frames."""
    kept = {}
    for name, limit in CLOSED_M.items():
        true, opening = _opening(truth, name), _opening(shown, name)
        closed, wide, found = true < limit, true > WIDE_M, opening <= bounds[name]
        kept[name] = {
            "closed": int(closed.sum()),
            "kept": float(found[closed].mean()) if closed.any() else None,
            "median_m": float(np.median(opening[closed])) if closed.any() else None,
            "open": int(wide.sum()),
            "falsely": float(found[wide].mean()) if wide.any() else None,
        }
    return kept


def _opening(shown: Shown, name: str) -> np.ndarray:
    """``[T, 1]`` of "lips", ``[T, 2]`` of "lids", metres."""
    return shown.lips_m[:, None] if name == "lips" else shown.lids_m


def _slope(found: np.ndarray, true: np.ndarray) -> float:
    moved = true - true.mean()
    return float((found * moved).sum() / (moved**2).sum())


def _taken_by(names: Sequence[str], missing: np.ndarray, weights: np.ndarray, own: int) -> dict[str, Any]:
    """The weight of ``weights [T, E]`` beside ``own`` that goes best with what is ``missing [T]``."""
    goes_with = correlation(weights, missing[:, None])
    goes_with[own] = 0
    best = int(goes_with.argmax())
    return {"name": names[best], "correlation": float(goes_with[best])}


def _aligned(found: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Rotations ``[T, 3, 3]`` with one constant turn before and one after them that bring them to ``true``, by least
    squares over the angles (Gauss-Newton)."""
    found = _nearest_rotation((true @ found.transpose(0, 2, 1)).mean(0)) @ found
    for _ in range(_ALIGNMENTS):
        rest = _axis_angle(found.transpose(0, 2, 1) @ true)
        columns = np.concatenate([found.transpose(0, 2, 1), np.tile(np.eye(3), (len(found), 1, 1))], 2)
        after, before = np.linalg.lstsq(columns.reshape(-1, 6), rest.reshape(-1), rcond=None)[0].reshape(2, 3)
        found = _rotation(after) @ found @ _rotation(before)
    return found


def _nearest_rotation(matrix: np.ndarray) -> np.ndarray:
    u, _, vt = np.linalg.svd(matrix)
    return u @ np.diag([1, 1, np.linalg.det(u @ vt)]) @ vt


def _rotation(axis_angle: np.ndarray) -> np.ndarray:
    return rotation_from_axis_angle(torch.as_tensor(axis_angle)).numpy()


def _axis_angle(rotation: np.ndarray) -> np.ndarray:
    return axis_angle_from_rotation(torch.as_tensor(np.ascontiguousarray(rotation))).numpy()


def _angle_deg(rotation: np.ndarray) -> np.ndarray:
    return np.degrees(np.linalg.norm(_axis_angle(rotation), axis=-1))
