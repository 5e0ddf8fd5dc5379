"""Joints and skin weights of the bust: torso, neck and head in one smooth run, eyeballs on their own."""

import numpy as np

from bust_mesh import EYE_PARTS, BustMesh
from bust_topology import QuadMesh
from makehuman_assets import AssetReader

JOINTS = ("torso", "neck", "head", "eye_left", "eye_right")
# How far up the neck each of MakeHuman's neck bones is, 0 torso to 1 head.
NECK_BONES = {"neck01": 0.25, "neck02": 0.55, "neck03": 0.85}
TORSO_BONES = ("root", "pelvis", "spine", "clavicle", "shoulder", "breast", "upperarm", "lowerarm")
# Where MakeHuman's own weights are below this the skin is the torso's alone; between it and the head the run
# is harmonic, which this many averaging steps reach to a percent.
TORSO_LEVEL = 0.05
HARMONIC_STEPS = 400


def joint_positions(assets: AssetReader, bust: BustMesh) -> np.ndarray:
    """Positions ``[5, 3]`` in the head frame; the neck's is half way between the seventh vertebra and the
    skull."""
    base = assets.base_mesh()
    chest, low, high = (
        bust.position(bust.adult[base.vertices_of(group)].mean(0))
        for group in ("joint-spine-1", "joint-neck", "joint-head")
    )
    eyes = [bust.position(eye.centre) for eye in bust.eyes]
    positions = np.stack([chest, (low + high) / 2, high, *eyes])
    positions[:3, 0] = 0.0
    return positions


def skin_weights(assets: AssetReader, bust: BustMesh, mesh: QuadMesh, head_only: np.ndarray) -> np.ndarray:
    """Weights ``[V, 5]`` that sum to 1; ``head_only [V]`` bool is bound to the head alone."""
    skin = bust.source >= 0
    bones = assets.bone_weights()
    torso = sum(weight for bone, weight in bones.items() if bone.startswith(TORSO_BONES))
    neck = sum(bones[bone] for bone in NECK_BONES)
    up = np.clip(1 - torso - neck, 0, 1) + sum(level * bones[bone] for bone, level in NECK_BONES.items())
    height = np.ones(len(bust.template))
    height[skin] = up[bust.source[skin]]
    height[head_only] = 1.0
    height[height < TORSO_LEVEL] = 0.0
    free = skin & (height > 0) & ~head_only & (bust.part == 0)
    height = mesh.laplacian_smooth(height, free, HARMONIC_STEPS)
    weights = np.zeros((len(height), len(JOINTS)))
    weights[:, 0] = np.clip(1 - 2 * height, 0, 1)
    weights[:, 2] = np.clip(2 * height - 1, 0, 1)
    weights[:, 1] = 1 - weights[:, 0] - weights[:, 2]
    for joint, part in zip((3, 4), EYE_PARTS, strict=True):
        weights[bust.part == part] = np.eye(len(JOINTS))[joint]
    return weights
