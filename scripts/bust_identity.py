"""Identity basis of the bust: principal components of MakeHuman's shape targets, in standard deviations."""

from dataclasses import dataclass

import numpy as np

from bust_mesh import EYE_PARTS, MACRO, BustMesh
from makehuman_assets import AssetReader

NUM_COMPONENTS = 60
LOCAL_FOLDERS = (
    "head",
    "forehead",
    "eyebrows",
    "eyes",
    "nose",
    "mouth",
    "chin",
    "cheek",
    "ears",
    "neck",
    "asym",
    "torso",
)
ANCESTRIES = ("african", "asian", "caucasian")
# Targets are sculpted as the far ends of their sliders: a person is a Gaussian draw over all of them, each
# with a share of its end as standard deviation. The common factor is set by ``FACE_STD_M``.
MACRO_SHARE = 3.0
# Root-mean-square distance of a face's vertices from the mean face over adults, rigid motion removed.
FACE_STD_M = 0.0038
# How much a vertex counts when components are chosen: the face is what a clip measures.
WEIGHT_FACE, WEIGHT_HEAD, WEIGHT_TORSO = 1.0, 0.4, 0.1


@dataclass(frozen=True)
class IdentityBasis:
    """``basis [I, V, 3]`` metres for one standard deviation; the share of the targets' variance that it
    keeps, weighted towards the face (``energy``) and on the facial skin alone (``face_energy``)."""

    basis: np.ndarray
    energy: float
    face_energy: float
    num_targets: int


def identity_basis(assets: AssetReader, bust: BustMesh, face: np.ndarray, head: np.ndarray) -> IdentityBasis:
    """Components from all shape targets that touch the bust; ``face`` and ``head [V]`` bool."""
    targets = _targets(assets)
    samples = []
    for target, share in targets:
        moved = bust.displacement(target, move_eyes=True)
        if np.abs(moved).max() > 1e-5:
            samples.append(share * _without_rigid(moved, bust.template, face, bust))
    samples = np.stack(samples)
    variance = (samples[:, face] ** 2).sum(-1).sum(0).mean()
    samples *= FACE_STD_M / np.sqrt(variance)

    weight = np.where(face, WEIGHT_FACE, np.where(head, WEIGHT_HEAD, WEIGHT_TORSO))
    flat = (samples * weight[:, None]).reshape(len(samples), -1)
    directions, size, _ = np.linalg.svd(flat, full_matrices=False)
    # x = sum_t z_t sample_t with z ~ N(0, 1) has the same distribution as sum_k a_k basis_k with a ~ N(0, 1).
    basis = np.einsum("tk,tvc->kvc", directions[:, :NUM_COMPONENTS], samples)
    kept = (basis[:, face] ** 2).sum() / (samples[:, face] ** 2).sum()
    energy = (size[:NUM_COMPONENTS] ** 2).sum() / (size**2).sum()
    return IdentityBasis(basis, float(energy), float(kept), len(samples))


def _targets(assets: AssetReader) -> list[tuple[np.ndarray, float]]:
    """Displacements of the base mesh with the share of each that is one standard deviation."""
    targets = [
        (assets.target(path), 1.0)
        for folder in LOCAL_FOLDERS
        for path in assets.target_paths(f"mpfb2/targets/{folder}")
    ]
    people = {
        (ancestry, sex, age): assets.target(f"{MACRO}{ancestry}-{sex}-{age}.target.gz")
        for ancestry in ANCESTRIES
        for sex in ("female", "male")
        for age in ("young", "old")
    }
    young = sum(shape for (_, _, age), shape in people.items() if age == "young") / 6
    for (ancestry, sex, age), shape in people.items():
        before = young if age == "young" else people[ancestry, sex, "young"]
        targets.append((shape - before, MACRO_SHARE))
    for sex in ("female", "male"):
        average = assets.target(f"{MACRO}universal-{sex}-young-averagemuscle-averageweight.target.gz")
        for path in assets.target_paths("mpfb2/targets/macrodetails"):
            if f"universal-{sex}-young-" in path:
                targets.append((assets.target(path) - average, MACRO_SHARE))
    return targets


def _without_rigid(moved: np.ndarray, template: np.ndarray, face: np.ndarray, bust: BustMesh) -> np.ndarray:
    """Remove what a pose could do: the eyes' mid-point stays, and the face does not turn (to first order)."""
    eyes = [bust.part == part for part in EYE_PARTS]
    moved = moved - (moved[eyes[0]].mean(0) + moved[eyes[1]].mean(0)) / 2
    arm, change = template[face], moved[face]
    inertia = (arm * arm).sum() * np.eye(3) - arm.T @ arm
    turn = np.linalg.solve(inertia, np.cross(arm, change).sum(0))
    pivots = template.copy()
    for eye in eyes:
        pivots[eye] = template[eye].mean(0)  # a turn to first order would stretch a sphere
    return moved - np.cross(turn, pivots)
