"""FLAME (Li et al. 2017, "Learning a model of facial shape and expression from 4D scans") as a ``HeadRig``.

``FlameModel`` keeps the model's data in its own names and its own space; ``flame_rig`` is the same head in ours.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from lifemask.geometry.rotation import rigid
from lifemask.rig.flame_regions import flame_regions
from lifemask.rig.head import JAW, JOINT_NAMES, HeadRig
from lifemask.rig.landmark_sets import IBUG_68, IBUG_OUTLINE
from lifemask.rig.transfer import Correspondences, guess_landmarks

NUM_IDENTITY, NUM_EXPRESSIONS = 300, 100
ROOT, NECK, JAW_JOINT, EYE_LEFT, EYE_RIGHT = range(5)
# FLAME's joint for each of ours. FLAME's "neck" carries the skull, so it is our head; our own neck joint lies at
# the same place and moves nothing.
FLAME_JOINT = {"torso": ROOT, "neck": NECK, "head": NECK, "eye_left": EYE_LEFT, "eye_right": EYE_RIGHT, JAW: JAW_JOINT}
EYELID_NAMES = ("eyelid_left", "eyelid_right")

Embedding = tuple[np.ndarray, np.ndarray]
"""Places on a mesh: triangles ``[N]`` int64 and barycentrics ``[N, 3]``."""


@dataclass(frozen=True)
class FlameModel:
    """A FLAME model in its own names and space: metres, origin inside the head, +x the subject's left, +y up, +z out
    of the face.

    ``v_template [V, 3]``; ``shapedirs [V, 3, 400]``, 300 of identity and 100 of expression per standard deviation;
    ``posedirs [V, 3, 36]``; ``J_regressor [5, V]``; ``weights [V, 5]``; ``kintree_table [2, 5]``; ``faces [F, 3]``.
    What may be missing: ``eyelids [2, V, 3]`` (left, right); ``masks`` name -> vertex indices; the 68 landmarks of
    the whole face ``landmarks_68``, and ``mediapipe``, the numbers ``[N]`` of some of the 478 with their places.
    """

    v_template: np.ndarray
    shapedirs: np.ndarray
    posedirs: np.ndarray
    J_regressor: np.ndarray
    weights: np.ndarray
    kintree_table: np.ndarray
    faces: np.ndarray
    eyelids: np.ndarray | None = None
    masks: dict[str, np.ndarray] | None = None
    landmarks_68: Embedding | None = None
    mediapipe: tuple[np.ndarray, Embedding] | None = None

    @cached_property
    def origin_m(self) -> np.ndarray:
        """Our head frame's origin ``[3]`` in FLAME's space: between the eyes' joints of the template."""
        return (self.J_regressor @ self.v_template)[[EYE_LEFT, EYE_RIGHT]].mean(0)


def flame_rig(model: FlameModel, landmarks: Embedding | None = None, dtype: torch.dtype = torch.float32) -> HeadRig:
    """The model as a rig in our head frame, on the CPU: 300 identities, expressions ``expression_000`` to ``_099``,
    then ``eyelid_left`` and ``eyelid_right`` if the model has them.

    ``landmarks`` are the places of the 478 face landmarks. Without them they are guessed from the built-in bust's, to
    about a centimetre; ``lifemask.perception.load_rig`` finds the true ones.
    """
    template = model.v_template - model.origin_m
    order = [FLAME_JOINT[name] for name in (*JOINT_NAMES, JAW)]
    expressions, names = _expressions(model)
    regressor = model.J_regressor[order]
    joint_expression = np.einsum("jv,evc->ejc", regressor, expressions)
    # Lids are no part of FLAME's own shape, from which its joints are computed.
    joint_expression[NUM_EXPRESSIONS:] = 0
    skin = model.weights[:, order].copy()
    skin[:, JOINT_NAMES.index("neck")] = 0
    is_eye = skin[:, [JOINT_NAMES.index("eye_left"), JOINT_NAMES.index("eye_right")]].sum(1) > 0.5
    known = _known_landmarks(model, template)
    if landmarks is None:
        landmarks = guess_landmarks(template, model.faces, is_eye, known)
    triangles, barycentrics = landmarks
    points = (template[model.faces[triangles]] * barycentrics[..., None]).sum(1)
    regions = flame_regions(template, model.faces, is_eye, points, model.masks)
    real = lambda array: torch.from_numpy(np.ascontiguousarray(array, np.float64)).to(dtype)  # noqa: E731
    return HeadRig(
        name="flame",
        template=real(template),
        identity_basis=real(model.shapedirs[..., :NUM_IDENTITY].transpose(2, 0, 1)),
        expression_basis=real(expressions),
        expression_names=names,
        joint_names=(*JOINT_NAMES, JAW),
        joint_positions=real(regressor @ model.v_template - model.origin_m),
        # A sum that is not quite 1 would scale the camera's translation.
        skin_weights=real(skin / skin.sum(1, keepdims=True)),
        faces=torch.from_numpy(model.faces.astype(np.int64)),
        uv=real(_cylinder_uv(template)),
        regions={name: torch.from_numpy(mask) for name, mask in regions.items()},
        landmark_triangles=torch.from_numpy(triangles.astype(np.int64)),
        landmark_barycentrics=real(barycentrics),
        pose_correctives=real(model.posedirs.transpose(2, 0, 1)),
        joint_matrix=real(regressor),
        joint_expression=real(joint_expression),
    )


def _expressions(model: FlameModel) -> tuple[np.ndarray, tuple[str, ...]]:
    """``[E, V, 3]`` and names."""
    own = model.shapedirs[..., NUM_IDENTITY : NUM_IDENTITY + NUM_EXPRESSIONS].transpose(2, 0, 1)
    names = tuple(f"expression_{index:03d}" for index in range(NUM_EXPRESSIONS))
    if model.eyelids is None:
        return own, names
    return np.concatenate([own, model.eyelids]), names + EYELID_NAMES


def _known_landmarks(model: FlameModel, template: np.ndarray) -> Correspondences | None:
    """Those of the 478 landmarks whose places come with the model, MediaPipe's own before the nearest of iBUG's."""
    sources = [] if model.mediapipe is None else [model.mediapipe]
    if model.landmarks_68 is not None:
        # The outline follows the silhouette and is no place on the surface.
        triangles, barycentrics = model.landmarks_68
        sources.append((np.array(IBUG_68[IBUG_OUTLINE:]), (triangles[IBUG_OUTLINE:], barycentrics[IBUG_OUTLINE:])))
    if not sources:
        return None
    points = [(template[model.faces[at]] * shares[..., None]).sum(1) for _, (at, shares) in sources]
    numbers, first = np.unique(np.concatenate([numbers for numbers, _ in sources]), return_index=True)
    return numbers, np.concatenate(points)[first]


def _cylinder_uv(template: np.ndarray) -> np.ndarray:
    """``[V, 2]`` in [0, 1]: the angle about the head's vertical axis, 0.5 in front, and the height."""
    x, y, z = (template - template.mean(0)).T
    return np.stack([0.5 + np.arctan2(x, z) / (2 * np.pi), (y - y.min()) / np.ptp(y)], 1)


def camera_from_parts(
    camera_from_flame: Tensor, neck_rotation: Tensor, head_joint: Tensor, origin_m: Tensor
) -> tuple[Tensor, Tensor]:
    """``camera_from_head`` and ``camera_from_torso [..., 4, 4]`` of a FLAME head that its neck turns by
    ``neck_rotation [..., 3, 3]`` under ``camera_from_flame [..., 4, 4]``.

    ``head_joint [..., 3]`` is the head joint of that person and expression in our head frame (``posed_joints``);
    ``origin_m [3]`` the model's. FLAME's own global rotation belongs into ``camera_from_flame``.
    """
    torso = camera_from_flame @ _shift(origin_m)
    return torso @ _about(neck_rotation, head_joint), torso


def flame_from_parts(
    camera_from_head: Tensor, camera_from_torso: Tensor, head_joint: Tensor, origin_m: Tensor
) -> tuple[Tensor, Tensor]:
    """``camera_from_flame [..., 4, 4]`` and the neck's rotation ``[..., 3, 3]``: the inverse of
    ``camera_from_parts``.

    Our head and torso move freely, FLAME's only by a rotation about the neck: the head is kept exactly; a torso
    that is shifted against it loses that shift.
    """
    neck = camera_from_torso[..., :3, :3].transpose(-1, -2) @ camera_from_head[..., :3, :3]
    torso = camera_from_head @ _about(neck.transpose(-1, -2), head_joint)
    return torso @ _shift(-origin_m), neck


def _shift(origin: Tensor) -> Tensor:
    """``flame_from_head [4, 4]``, from the head frame's origin in FLAME's space."""
    return rigid(torch.eye(3, dtype=origin.dtype, device=origin.device), origin)


def _about(rotation: Tensor, pivot: Tensor) -> Tensor:
    """``[..., 4, 4]``: a rotation about a point that it leaves where it is."""
    shift = pivot - (rotation @ pivot[..., None])[..., 0]
    return rigid(rotation, shift)
