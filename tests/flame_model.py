"""A small model in FLAME's file layout, made of the built-in bust's head: looks like a head, is nobody's data.

``write_flame`` writes the files as the public ones are: a pickle with a chumpy array and a scipy sparse matrix,
masks, landmark embeddings (one with torch tensors inside), eyelids.
"""

import contextlib
import pickle
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from scipy import sparse

from lifemask.geometry.mesh_nearest import place_on_mesh
from lifemask.rig.bust import load_bust
from lifemask.rig.flame import FlameModel
from lifemask.rig.head import JOINT_NAMES
from lifemask.rig.landmark_sets import IBUG_68, LEFT_EYE, LIPS, RIGHT_EYE
from lifemask.rig.skinning import joint_positions, shape_vertices

KEPT = ("lips", "eyes", "lids", "brows", "nose", "ears", "scalp", "face", "neck")
# FLAME's origin lies below and behind the eyes.
ORIGIN = np.array([0.0, 0.024, 0.023])
HINGE_FROM = 0.8
MASKS = {
    "lips": ("lips",), "nose": ("nose",), "neck": ("neck",), "scalp": ("scalp",), "eye_region": ("lids", "brows"),
    "face": ("face", "lips", "nose", "lids", "brows"),
}  # fmt: skip


def make_flame(seed: int = 0, person: float = 0.0) -> FlameModel:
    """The model in memory: about 3800 vertices, 60 identities and 51 expressions of the bust, smooth noise else.

    Its mean head is the bust's, or a random other one ``person`` standard deviations away.
    """
    bust, random = load_bust(), np.random.default_rng(seed)
    kept = np.any([bust.regions[name].numpy() for name in KEPT], axis=0)
    faces = np.cumsum(kept)[bust.faces.numpy()[kept[bust.faces.numpy()].all(1)]] - 1
    identity = torch.from_numpy(random.normal(0, person, bust.num_identity)).float()
    whole = shape_vertices(bust, identity)
    head = whole.double().numpy()[kept]
    weights = bust.skin_weights.double().numpy()[kept]
    weights /= weights.sum(1, keepdims=True)
    names = bust.expression_names
    expressions = bust.expression_basis.double().numpy()[:, kept]
    jaw_open = expressions[names.index("jawOpen")]
    hinge, share = _fit_jaw(head, jaw_open)
    torso, neck, skull, left, right = (weights[:, JOINT_NAMES.index(name)] for name in JOINT_NAMES)
    flame_weights = np.stack([torso + neck / 2, (skull + neck / 2) * (1 - share), (skull + neck / 2) * share,
                              left, right], 1)  # fmt: skip
    joints = joint_positions(bust, whole).double().numpy()
    regressor = np.zeros((5, len(head)))
    for row, joint in enumerate((joints[0], joints[1], hinge)):
        regressor[row] = _regress(head, joint)
    regressor[3:] = np.stack([left, right]) / np.stack([left, right]).sum(1, keepdims=True)
    shapes = np.concatenate([
        bust.identity_basis.double().numpy()[:, kept], _smooth(head, 300 - bust.num_identity, 2e-4, random),
        np.delete(expressions, names.index("jawOpen"), 0), _smooth(head, 101 - len(names), 5e-4, random),
    ])  # fmt: skip
    regions = {name: mask.numpy()[kept] for name, mask in bust.regions.items()}
    masks = {name: np.flatnonzero(np.any([regions[r] for r in members], axis=0)) for name, members in MASKS.items()}
    sides = {"left": head[:, 0] > 0, "right": head[:, 0] < 0}
    for side, mask in sides.items():
        masks[f"{side}_eyeball"] = np.flatnonzero(regions["eyes"] & mask)
        masks[f"{side}_ear"] = np.flatnonzero(regions["ears"] & mask)
    blinks = [expressions[names.index(f"eyeBlink{side}")] for side in ("Left", "Right")]
    points = bust.landmarks(whole).double().numpy()
    some = np.unique(LIPS + LEFT_EYE + RIGHT_EYE)
    skin = ~regions["eyes"][faces].any(1)
    return FlameModel(
        v_template=head + ORIGIN,
        shapedirs=shapes.transpose(1, 2, 0),
        posedirs=_smooth(head, 36, 1e-3, random).transpose(1, 2, 0),
        J_regressor=regressor,
        weights=flame_weights,
        kintree_table=np.array([[-1, 0, 1, 1, 1], range(5)]),
        faces=faces,
        eyelids=np.stack(blinks),
        masks=masks,
        landmarks_68=place_on_mesh(points[list(IBUG_68)], head, faces, skin),
        mediapipe=(some, place_on_mesh(points[some], head, faces, skin)),
    )


def write_flame(folder: Path, model: FlameModel | None = None, *, companions: bool = True) -> Path:
    """``generic_model.pkl`` in ``folder`` in FLAME 2020's form, with all that may lie beside it; its path."""
    model = make_flame() if model is None else model
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "generic_model.pkl"
    with chumpy_stand_in() as chumpy_array, path.open("wb") as file:
        pickle.dump(pickled_content(model) | {"shapedirs": chumpy_array(model.shapedirs)}, file, protocol=2)
    if companions:
        _write_companions(folder, model)
    return path


def pickled_content(model: FlameModel) -> dict[str, object]:
    """The dictionary of a FLAME pickle, with plain arrays only but for the regressor."""
    kintree = model.kintree_table.astype(np.uint32)  # the root's parent becomes 2^32 - 1, as in the public files
    return {
        "v_template": model.v_template,
        "shapedirs": model.shapedirs,
        "posedirs": model.posedirs,
        "J_regressor": sparse.csc_matrix(model.J_regressor),
        "weights": model.weights,
        "kintree_table": kintree,
        "f": model.faces.astype(np.uint32),
        "J": model.J_regressor @ model.v_template,
        "bs_style": "lbs",
        "bs_type": "lrotmin",
    }


@contextlib.contextmanager
def chumpy_stand_in() -> Iterator[type]:
    """A class that pickles as ``chumpy.ch.Ch`` does; chumpy itself is neither needed nor there."""

    class Ch:
        def __init__(self, x: np.ndarray) -> None:
            self.x = x
            self._dirty_vars: set = set()
            self._itr = None

    Ch.__module__, Ch.__qualname__ = "chumpy.ch", "Ch"
    package, module = types.ModuleType("chumpy"), types.ModuleType("chumpy.ch")
    module.Ch = Ch  # type: ignore[attr-defined]
    sys.modules |= {"chumpy": package, "chumpy.ch": module}
    try:
        yield Ch
    finally:
        del sys.modules["chumpy"], sys.modules["chumpy.ch"]


def _write_companions(folder: Path, model: FlameModel) -> None:
    assert model.masks and model.eyelids is not None and model.landmarks_68 and model.mediapipe
    (folder / "FLAME_masks.pkl").write_bytes(pickle.dumps(model.masks, protocol=2))
    for name, lid in zip(("l_eyelid.npy", "r_eyelid.npy"), model.eyelids, strict=True):
        np.save(folder / name, lid)
    triangles, barycentrics = model.landmarks_68
    embedding = {
        "static_lmk_faces_idx": triangles[17:],
        "static_lmk_bary_coords": barycentrics[17:],
        "full_lmk_faces_idx": triangles[None],
        "full_lmk_bary_coords": barycentrics[None],
        # Two entries of the public file are torch tensors; its dynamic outline is the 17 points at 79 angles.
        "dynamic_lmk_faces_idx": torch.from_numpy(triangles[:17]).repeat(79, 1),
        "dynamic_lmk_bary_coords": torch.from_numpy(barycentrics[:17]).repeat(79, 1, 1),
    }
    np.save(folder / "landmark_embedding.npy", np.array(embedding, dtype=object), allow_pickle=True)
    numbers, (triangles, barycentrics) = model.mediapipe
    np.savez(
        folder / "mediapipe_landmark_embedding.npz",
        lmk_face_idx=triangles.astype(np.uint32),
        lmk_b_coords=barycentrics,
        landmark_indices=numbers.astype(np.int64),
    )


def _fit_jaw(head: np.ndarray, opened: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rotation about x that explains an opening jaw ``[V, 3]`` best: a point of its axis, and each vertex's
    share ``[V]`` of it."""
    travel = np.linalg.norm(opened, axis=1)
    chin = travel > HINGE_FROM * travel.max()
    start, end = head[chin, 1:], (head + opened)[chin, 1:]
    middle = start.mean(0), end.mean(0)
    u, _, vt = np.linalg.svd((start - middle[0]).T @ (end - middle[1]))
    turn = vt.T @ np.diag([1, np.linalg.det(vt.T @ u.T)]) @ u.T
    axis = np.linalg.solve(np.eye(2) - turn, middle[1] - turn @ middle[0])
    full = (head[:, 1:] - axis) @ (turn - np.eye(2)).T
    share = (opened[:, 1:] * full).sum(1) / np.maximum((full * full).sum(1), 1e-12)
    return np.array([0.0, *axis]), np.where(travel > 1e-4, share.clip(0, 1), 0)


def _regress(vertices: np.ndarray, joint: np.ndarray, count: int = 60) -> np.ndarray:
    """Weights ``[V]`` with sum 1 of the nearest vertices that give ``joint``: the least ones that do."""
    near = np.argsort(np.linalg.norm(vertices - joint, axis=1))[:count]
    system = np.concatenate([vertices[near].T, np.ones((1, count))])
    weights = np.zeros(len(vertices))
    weights[near] = np.linalg.lstsq(system, np.array([*joint, 1.0]), rcond=None)[0]
    return weights


def _smooth(vertices: np.ndarray, count: int, size_m: float, random: np.random.Generator) -> np.ndarray:
    """Displacements ``[count, V, 3]`` that vary over decimetres."""
    waves = random.normal(0, 12, (count, 3, 3))
    phases = random.uniform(0, 2 * np.pi, (count, 1, 3))
    return size_m * np.sin(np.einsum("vc,kcd->kvd", vertices, waves) + phases)
