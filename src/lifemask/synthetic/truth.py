"""``CLIP.truth.safetensors``: everything exact about a rendered clip. The names are those of
``tracking.safetensors``."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from lifemask.errors import FileMissingError, FormatError
from lifemask.geometry.camera import Camera
from lifemask.media.files import atomic_write_bytes
from lifemask.rig.apertures import eyelid_aperture, lip_aperture
from lifemask.rig.code import RigCode
from lifemask.rig.skinning import pose_vertices
from lifemask.synthetic.motion import SubjectMotion
from lifemask.synthetic.subject import Subject
from lifemask.synthetic.voice import SpokenTruth

SCHEMA = "lifemask-truth-1"
SPOKEN = "spoken."
CHUNK = 32
"""Frames posed at once: memory does not grow with the clip."""


@dataclass(frozen=True)
class SubjectTruth:
    """``T`` frames of one subject under one static camera.

    Transforms ``[T, 4, 4]`` (OpenCV camera, metres, column vectors); ``expression [T, E]`` with its names;
    ``eyes [T, 2, 2]`` gaze (yaw, pitch) in radians, left then right; ``identity [I]`` in standard deviations;
    ``vertex_offset_m [V, 3]`` beside the basis and ``neutral_m [V, 3]`` the person at rest; ``landmarks_px
    [T, 478, 2]`` the rig's landmarks projected; ``lip_aperture_m [T]`` and ``eyelid_aperture_m [T, 2]`` on
    the posed rig; ``spoken`` what is said, None in silence.
    """

    camera: Camera
    timestamp_s: np.ndarray
    camera_from_head: np.ndarray
    camera_from_torso: np.ndarray
    expression: np.ndarray
    expression_names: tuple[str, ...]
    eyes: np.ndarray
    identity: np.ndarray
    vertex_offset_m: np.ndarray
    neutral_m: np.ndarray
    landmarks_px: np.ndarray
    lip_aperture_m: np.ndarray
    eyelid_aperture_m: np.ndarray
    rig_hash: str
    identity_seed: int
    spoken: SpokenTruth | None = None

    def __len__(self) -> int:
        return len(self.timestamp_s)

    @staticmethod
    def of(motion: SubjectMotion, subject: Subject, camera: Camera) -> "SubjectTruth":
        """What ``motion`` of ``subject`` looks like to ``camera``."""
        rig, neutral, code = subject.rig, torch.from_numpy(subject.neutral), motion.code()
        landmarks, lips, lids = [], [], []
        for start in range(0, len(motion), CHUNK):
            vertices = pose_vertices(rig, neutral, code[start : start + CHUNK])
            landmarks.append(camera.project(rig.landmarks(vertices)).numpy())
            lips.append(lip_aperture(rig, vertices).numpy())
            lids.append(eyelid_aperture(rig, vertices).numpy())
        return SubjectTruth(
            camera=camera,
            timestamp_s=motion.timestamp_s,
            camera_from_head=motion.camera_from_head,
            camera_from_torso=motion.camera_from_torso,
            expression=motion.expression,
            expression_names=motion.expression_names,
            eyes=motion.eyes,
            identity=subject.identity,
            vertex_offset_m=subject.vertex_offset_m,
            neutral_m=subject.neutral,
            landmarks_px=np.concatenate(landmarks),
            lip_aperture_m=np.concatenate(lips),
            eyelid_aperture_m=np.concatenate(lids),
            rig_hash=rig.content_hash,
            identity_seed=subject.seed,
            spoken=None if motion.said is None else SpokenTruth.of(motion.said, motion.timestamp_s),
        )

    def code(self) -> RigCode:
        """The frames as a rig code, float32."""
        arrays = (self.expression, self.eyes, self.camera_from_head, self.camera_from_torso)
        return RigCode(*(torch.as_tensor(array, dtype=torch.float32) for array in arrays))

    def save(self, path: Path) -> None:
        """Write the file atomically."""
        arrays = {name: np.ascontiguousarray(getattr(self, name)) for name in _ARRAYS}
        arrays |= {
            "camera.K": self.camera.matrix,
            "camera.size_wh": np.array(self.camera.size_wh, np.int64),
            "tracked": np.ones(len(self), np.bool_),
            "reprojection_px": np.zeros(len(self), np.float32),
        }
        header = {
            "schema": SCHEMA,
            "expression_names": ",".join(self.expression_names),
            "rig_hash": self.rig_hash,
            "identity_seed": str(self.identity_seed),
        }
        if self.spoken is not None:
            arrays |= {SPOKEN + name: np.ascontiguousarray(array) for name, array in self.spoken.to_tensors().items()}
            header["phones"] = " ".join(self.spoken.phones)
        atomic_write_bytes(path, save(arrays, header))


_ARRAYS = tuple(field.name for field in fields(SubjectTruth) if field.type in (np.ndarray, "np.ndarray"))


def truth_path(clip: Path) -> Path:
    """Where the truth of a clip lies: beside it."""
    return clip.with_suffix(".truth.safetensors")


def mattes_path(clip: Path) -> Path:
    """Where the exact mattes of a clip lie: beside it."""
    return clip.with_suffix(".mattes.mkv")


def load_truth(path: Path | str) -> SubjectTruth:
    """Read the truth of a clip; ``path`` is the clip or the truth file itself.

    Raises FileMissingError, FormatError.
    """
    path = Path(path)
    if path.suffix != ".safetensors":
        path = truth_path(path)
    if not path.exists():
        raise FileMissingError(
            f"{path} does not exist.",
            "Only clips of the built-in subject have a truth.",
            "Run: lifemask demo",
        )
    try:
        with safe_open(path, "np") as handle:
            header = handle.metadata() or {}
            arrays = {name: handle.get_tensor(name) for name in handle.keys()}  # noqa: SIM118
        if header.get("schema") != SCHEMA:
            raise FormatError(f"{path} has the schema {header.get('schema')!r}.", f"Expected {SCHEMA!r}.")
        width, height = (int(value) for value in arrays["camera.size_wh"])
        return SubjectTruth(
            camera=Camera.from_matrix(arrays["camera.K"], (width, height)),
            expression_names=tuple(header["expression_names"].split(",")),
            rig_hash=header["rig_hash"],
            identity_seed=int(header["identity_seed"]),
            spoken=None if "phones" not in header else SpokenTruth.of_tensors(header["phones"], arrays, SPOKEN),
            **{name: arrays[name] for name in _ARRAYS},
        )
    except SafetensorError as problem:
        raise FormatError(f"{path} cannot be read as safetensors: {problem}.") from problem
    except KeyError as missing:
        raise FormatError(f"{path}: no entry {missing}.", "The file is older or was cut.") from missing
