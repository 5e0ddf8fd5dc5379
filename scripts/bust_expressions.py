"""The 52 ARKit expressions of the bust, with blinks that close exactly and eyeballs that stay."""

import numpy as np

from bust_mesh import BustMesh
from bust_topology import QuadMesh, lid_margin
from makehuman_assets import AssetReader

FOLDER = "faceunits01/targets/faceunits"
# In the order of Apple's ARFaceAnchor.BlendShapeLocation documentation.
ARKIT_NAMES = tuple(
    [
        "eyeBlinkLeft",
        "eyeLookDownLeft",
        "eyeLookInLeft",
        "eyeLookOutLeft",
        "eyeLookUpLeft",
        "eyeSquintLeft",
        "eyeWideLeft",
        "eyeBlinkRight",
        "eyeLookDownRight",
        "eyeLookInRight",
        "eyeLookOutRight",
        "eyeLookUpRight",
        "eyeSquintRight",
        "eyeWideRight",
        "jawForward",
        "jawLeft",
        "jawRight",
        "jawOpen",
        "mouthClose",
        "mouthFunnel",
        "mouthPucker",
        "mouthLeft",
        "mouthRight",
        "mouthSmileLeft",
        "mouthSmileRight",
        "mouthFrownLeft",
        "mouthFrownRight",
        "mouthDimpleLeft",
        "mouthDimpleRight",
        "mouthStretchLeft",
        "mouthStretchRight",
        "mouthRollLower",
        "mouthRollUpper",
        "mouthShrugLower",
        "mouthShrugUpper",
        "mouthPressLeft",
        "mouthPressRight",
        "mouthLowerDownLeft",
        "mouthLowerDownRight",
        "mouthUpperUpLeft",
        "mouthUpperUpRight",
        "browDownLeft",
        "browDownRight",
        "browInnerUp",
        "browOuterUpLeft",
        "browOuterUpRight",
        "cheekPuff",
        "cheekSquintLeft",
        "cheekSquintRight",
        "noseSneerLeft",
        "noseSneerRight",
        "tongueOut",
    ]
)
# How far along the lid a correction of the margin reaches.
LID_REACH_M = 0.0025
# Towards the corners of the eye the lids hardly open; from this opening on, a vertex says how far the lid
# must go.
OPEN_M = 0.003


def expression_basis(assets: AssetReader, bust: BustMesh, mesh: QuadMesh) -> np.ndarray:
    """Displacements ``[52, V, 3]`` in metres at weight 1, in the order of ``ARKIT_NAMES``."""
    basis = np.stack(
        [bust.displacement(assets.target(f"{FOLDER}/{name}.target"), move_eyes=False) for name in ARKIT_NAMES]
    )
    for side, name in enumerate(("eyeBlinkLeft", "eyeBlinkRight")):
        index = ARKIT_NAMES.index(name)
        basis[index] = _closing_blink(basis[index], bust, lid_margin(mesh, bust.source, bust.template, side))
    return basis


def _closing_blink(blink: np.ndarray, bust: BustMesh, margin: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """``blink [V, 3]`` changed so that at weight 1 the upper lid's margin lies exactly on the lower one's.

    The asset was sculpted on a wider eye: on the average adult its upper lid passes through the lower one.
    Every vertex keeps the asset's direction, scaled by what the margin above or below it needs; the small
    rest that a scale cannot give is spread over the upper lid around the margin.
    """
    upper, lower = margin
    rest = bust.template
    needed = _onto(rest[upper], rest[lower]) - rest[upper]
    asset = blink[upper]
    known = -needed[:, 1] > OPEN_M
    scale = (asset * needed).sum(1)[known] / (asset * asset).sum(1)[known]

    side = np.sign(rest[:, 0]) == np.sign(rest[upper, 0].mean())
    moved = np.where(side & (np.linalg.norm(blink, axis=1) > 0))[0]
    fixed = blink.copy()
    fixed[moved] *= np.interp(rest[moved, 0], rest[upper, 0][known], scale)[:, None]

    closed = rest + fixed
    needed = _onto(closed[upper], closed[lower]) - rest[upper]
    left = needed - fixed[upper]
    near = np.exp(-((rest[moved, None] - rest[upper]) ** 2).sum(-1) / (2 * LID_REACH_M**2))
    travel = np.linalg.norm(blink[moved], axis=1, keepdims=True) / np.linalg.norm(asset, axis=1).clip(OPEN_M)
    weight = near * travel.clip(0, 1)
    fixed[moved] += (weight / near.sum(1, keepdims=True).clip(1)) @ left
    fixed[upper] = needed
    return fixed


def _onto(points: np.ndarray, line: np.ndarray) -> np.ndarray:
    """Where ``points [n, 3]`` come to lie on a polyline ordered by x, each at its own x."""
    x = points[:, 0]
    return np.stack([x, *(np.interp(x, line[:, 0], line[:, axis]) for axis in (1, 2))], 1)
