"""The lips of the bust meet: closed at rest, and not through each other where an expression only moves them.

At rest the average adult's lips leave a slit through which the teeth show. Several expressions, sculpted on
lips of another shape, push one lip into the other.
"""

from dataclasses import replace

import numpy as np

from bust_expressions import ARKIT_NAMES
from bust_mesh import BustMesh
from bust_topology import QuadMesh, lip_lines

# The lips press upon each other by this much, and give way around the line at which they meet over this
# distance.
OVERLAP_M = 0.0004
REACH_M = 0.004
# Expressions that only move or shape closed lips. The others press, roll or shrug them on purpose; mouthClose
# undoes jawOpen.
KEEP_APART = (
    "mouthSmileLeft", "mouthSmileRight", "mouthPucker", "mouthLeft", "mouthRight", "cheekPuff",
)  # fmt: skip


def meeting_lips(bust: BustMesh, mesh: QuadMesh, expressions: np.ndarray) -> tuple[BustMesh, np.ndarray]:
    """The bust with its mouth closed at rest, and ``expressions [52, V, 3]`` without new overlap of the
    lips."""
    template = bust.template
    upper, inner = lip_lines(mesh, bust.source, template)
    lower = _ridge(mesh, template, inner)
    x = template[:, 0]

    def between(values: np.ndarray) -> np.ndarray:
        """How much more of ``values [V]`` the upper lip has than the lower one, by x: ``[V]``."""
        return np.interp(x, x[upper], values[upper]) - np.interp(x, x[lower], values[lower])

    # Which lip a vertex belongs to is told by how far it follows the jaw: not at all (+1/2), wholly (-1/2),
    # or, towards the corners of the mouth, in between; there it stays.
    jaw = -expressions[ARKIT_NAMES.index("jawOpen")][:, 1]
    follows = np.clip(jaw / np.interp(x, x[inner], jaw[inner]).clip(1e-3), 0, 1)
    distance = np.linalg.norm(template[:, None] - template[np.concatenate([upper, lower])], axis=-1).min(1)
    gives = np.exp(-0.5 * (distance / REACH_M) ** 2) * (0.5 - follows)
    gives[(bust.part != 0) | (np.abs(x) > x[upper].max())] = 0

    closed = template.copy()
    closed[:, 1] -= np.maximum(between(template[:, 1]) + OVERLAP_M, 0) * gives
    expressions = expressions.copy()
    for name in KEEP_APART:
        moved = expressions[ARKIT_NAMES.index(name)]
        moved[:, 1] += np.maximum(-between(moved[:, 1]), 0) * gives
    return replace(bust, template=closed), expressions


def _ridge(mesh: QuadMesh, template: np.ndarray, line: np.ndarray) -> np.ndarray:
    """The line of the lower lip that is seen: of each vertex of ``line`` and its neighbours the foremost high
    one."""
    best = {max((v, *mesh.neighbours(v)), key=lambda n: template[n, 1] + template[n, 2]) for v in line}
    return np.array(sorted(best, key=lambda v: template[v, 0]))
