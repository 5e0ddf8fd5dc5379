"""What a clip tells about how somebody moves beside the mouth: everything that a life is sampled from."""

from dataclasses import dataclass, fields

import numpy as np
from scipy.ndimage import binary_dilation

from lifemask.errors import ConfigError, FormatError
from lifemask.speech.life_activity import Liveliness
from lifemask.speech.life_blinks import BlinkStatistics, find_blinks, likeliness
from lifemask.speech.life_channels import UPPER_FACE, Channels
from lifemask.speech.life_film import Film, bridged
from lifemask.speech.life_fit import fitted
from lifemask.speech.life_gaze import GazeStatistics
from lifemask.speech.life_pose import (
    HEAD_PIVOT_M,
    LEAST_NECK_M,
    TORSO_PIVOT_M,
    mean_pose,
    neck_offsets,
    pose_channels,
    poses,
)
from lifemask.speech.life_reach import Reach, scores_of, without_strays
from lifemask.speech.life_spectrum import CrossSpectrum
from lifemask.tracking.record import Tracking

BLINKS = (("eyeBlinkLeft", "eyeBlinkRight"), ("eyelid_left", "eyelid_right"))
LOOKS = tuple(f"eyeLook{way}{side}" for side in ("Left", "Right") for way in ("Down", "In", "Out", "Up"))
_BESIDE_S = 0.12
"""What goes along with a blink begins and ends by this much before and after it."""
_USUAL_BLINKS = 4.0
"""Blinks of which half is taken for what this person's brows do with every blink."""


@dataclass(frozen=True)
class Companions:
    """What goes along with shut lids: ``face [N]`` the upper face, ``looks [L - 2]`` and ``gaze [2]`` while they are
    shut; ``share [N]``, 0 to 1, how much of the face goes along, and ``known``, 1 if shut lids were seen, else 0.

    What is around the eyes goes along wholly: an avatar knows shut eyes only as they were filmed.
    """

    face: np.ndarray
    looks: np.ndarray
    gaze: np.ndarray
    share: np.ndarray
    known: np.ndarray

    @staticmethod
    def of(
        face: np.ndarray, face_names: tuple[str, ...], looks: np.ndarray, gaze: np.ndarray, shut: np.ndarray
    ) -> "Companions":
        """Of weights ``[T, ...]`` and ``gaze [T, 2]`` at the rows ``shut [n]``, in which lids are."""
        known, at = np.array(float(len(shut) > 0)), shut if len(shut) else slice(None)
        around = np.array([name.startswith("eye") for name in face_names], bool)
        share = np.where(around, known, len(shut) / (len(shut) + _USUAL_BLINKS))
        return Companions(face[at].mean(0), looks[at].mean(0), gaze[at].mean(0), share, known)


@dataclass(frozen=True)
class LifeStatistics:
    """One person's life. ``lid_names``: both lids' blinks, left then right, then the looks that there are;
    ``face_names``: the rest of the upper face; ``head_mean`` and ``torso_mean [4, 4]``;
    ``neck_m [2, 3]``: least and largest ``neck_offsets``."""

    lid_names: tuple[str, ...]
    face_names: tuple[str, ...]
    head_mean: np.ndarray
    torso_mean: np.ndarray
    neck_m: np.ndarray
    reach: Reach
    spectrum: CrossSpectrum
    liveliness: Liveliness
    blinks: BlinkStatistics
    gaze: GazeStatistics
    companions: Companions

    @property
    def channels(self) -> Channels:
        """What moves together."""
        return Channels(len(self.reach.knots) - 12 - len(self.face_names), len(self.face_names))

    @property
    def sides(self) -> np.ndarray:
        """``[L]``: 0 for the left eye's lids, 1 for the right one's."""
        return _sides(self.lid_names)

    @staticmethod
    def of(
        tracking: Tracking, speaking: np.ndarray | None = None, emphasis: np.ndarray | None = None
    ) -> "LifeStatistics":
        """Of a person's own clip, best as refined.

        ``speaking [T]``: 0 to 1, how much a voice is heard in every frame; None: not known, all of it is taken for
        speech. ``emphasis [T]``: how loud, in standard deviations of the loudness of speech; None: not known. What a
        clip is too short for, or does not show, is drawn towards what is usual of people. Raises UnusableClipError for
        less than a second of tracked frames, ConfigError for arrays that do not fit and rigs without lids.
        """
        film = Film.of(tracking, speaking, emphasis)
        lid_names, face_names = _names_of(tracking.expression_names)
        columns = [tracking.expression_names.index(name) for name in lid_names + face_names]
        lids, face = np.split(film.expression[:, columns], [len(lid_names)], 1)
        blinks = find_blinks(lids[:, :2], film.fps)
        seen = _eyes_open(blinks.start, blinks.end, film)

        head_mean, torso_mean = mean_pose(film.head, HEAD_PIVOT_M), mean_pose(film.torso, TORSO_PIVOT_M)
        head = pose_channels(film.head, head_mean, HEAD_PIVOT_M)
        torso = pose_channels(film.torso, torso_mean, TORSO_PIVOT_M)
        channels = Channels(film.modes.shape[1], len(face_names))
        rigid = without_strays(np.concatenate([head, torso], 1), channels.least[:12])
        neck = neck_offsets(
            poses(rigid[:, :6], head_mean, HEAD_PIVOT_M), poses(rigid[:, 6:], torso_mean, TORSO_PIVOT_M)
        )
        values = np.concatenate([rigid, film.modes, bridged(face, seen)], 1)
        scores = scores_of(values)
        bounded = channels.groups == 2
        filmed = np.where(bounded, seen.mean(), 1.0)
        reach = Reach.of(values, len(film) / film.fps, channels.usual, channels.least, bounded)

        activity = film.activity()
        likely = np.ones(len(film)) if activity is None else likeliness(activity.present, activity.since_end_s)
        turns = head[:, :3] - reach.rest[:3]
        found = LifeStatistics(
            lid_names,
            face_names,
            head_mean,
            torso_mean,
            np.stack([neck.min(0) - LEAST_NECK_M, neck.max(0) + LEAST_NECK_M]),
            reach,
            fitted(CrossSpectrum.of(scores, film.fps, channels.steepness), reach, values, film.fps, filmed),
            Liveliness.of(np.gradient(scores, axis=0), scores, channels.groups, activity, film.fps),
            BlinkStatistics.of(lids[:, :2], film.fps, likely),
            GazeStatistics.of(film.eyes, turns, lids, _sides(lid_names), seen, film.fps),
            Companions.of(face, face_names, lids[:, 2:], film.eyes.mean(1), blinks.shut),
        )
        # Rounded as a file rounds them: a life that was saved is the same life.
        return LifeStatistics.of_tensors(found.to_tensors())

    def to_tensors(self) -> dict[str, np.ndarray]:
        """Everything as arrays, for a safetensors file: float32, and names as the bytes of their text."""
        texts = {"names.lids": ",".join(self.lid_names), "names.face": ",".join(self.face_names)}
        arrays = {name: getattr(self, name) for name in _OWN}
        for part, kind in _PARTS.items():
            arrays |= {f"{part}.{f.name}": getattr(getattr(self, part), f.name) for f in fields(kind)}
        out = {name: np.array(value, np.float32) for name, value in arrays.items()}
        return out | {name: np.frombuffer(text.encode(), np.uint8).copy() for name, text in texts.items()}

    @staticmethod
    def of_tensors(tensors: dict[str, np.ndarray]) -> "LifeStatistics":
        """What ``to_tensors`` gave, out of a dict that may hold more. Raises FormatError naming what is missing."""
        try:
            names = [tensors[f"names.{kind}"].tobytes().decode() for kind in ("lids", "face")]
            arrays = {name: np.asarray(tensors[name], np.float64) for name in _OWN}
            parts = {
                part: kind(**{f.name: np.asarray(tensors[f"{part}.{f.name}"], np.float64) for f in fields(kind)})
                for part, kind in _PARTS.items()
            }
        except KeyError as missing:
            raise FormatError(f"a life has no entry {missing}", "The file is older or was cut.") from missing
        lids, face = (tuple(text.split(",")) if text else () for text in names)
        return LifeStatistics(lids, face, **arrays, **parts)


_OWN = ("head_mean", "torso_mean", "neck_m")
_PARTS = {
    "reach": Reach, "spectrum": CrossSpectrum, "liveliness": Liveliness, "blinks": BlinkStatistics,
    "gaze": GazeStatistics, "companions": Companions,
}  # fmt: skip


def _names_of(names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lids and the rest of the upper face among a rig's expressions."""
    pair = next((pair for pair in BLINKS if set(pair) <= set(names)), None)
    if pair is None:
        raise ConfigError(
            "this rig has no expression that shuts the lids", f"Expected {' or '.join(map(str, BLINKS))}."
        )
    return pair + tuple(name for name in LOOKS if name in names), tuple(name for name in UPPER_FACE if name in names)


def _sides(names: tuple[str, ...]) -> np.ndarray:
    return np.array([int(name.lower().endswith("right")) for name in names])


def _eyes_open(start: np.ndarray, end: np.ndarray, film: Film) -> np.ndarray:
    """``[T]``: rows without a blink and what goes along with it; all of them, should that leave nearly none."""
    shut = np.zeros(len(film), bool)
    for first, last in zip(start, end, strict=True):
        shut[first : last + 1] = True
    beside = round(_BESIDE_S * film.fps)
    seen = np.logical_not(binary_dilation(shut, np.ones(2 * beside + 1, bool)))
    return seen if seen.sum() >= 8 else np.ones(len(film), bool)
