"""The capture check: is this clip good for an avatar, what is missing, and which of its frames to use.

The statistics are gathered in the one pass over the clip that finds the landmarks anyway; `check_clip` is
that pass alone. Memory holds a few numbers a frame and two small pictures.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from lifemask.media.video import VideoFrame, VideoInfo, probe, read_frames
from lifemask.perception.camera_motion import CameraMotionMeter
from lifemask.perception.capture_findings import CaptureLimits, findings_for
from lifemask.perception.capture_report import (
    CaptureReport,
    Coverage,
    FaceFigures,
    Finding,
    Range,
    render_report,
)
from lifemask.perception.face_measures import FaceMeasure, measure_face
from lifemask.perception.frame_choice import choose_frames
from lifemask.perception.landmarks import FaceLandmarker, FaceObservation
from lifemask.perception.recording_guide import RECORDING_GUIDE

__all__ = [
    "RECORDING_GUIDE",
    "CaptureConfig",
    "CaptureReport",
    "CaptureStatistics",
    "Finding",
    "check_clip",
    "render_report",
]


@dataclass(frozen=True)
class CaptureConfig:
    """How the capture check measures and chooses."""

    max_frames: int = 900
    """Use at most this many frames; more of the same do not improve the avatar."""
    blurred_factor: float = 1.6
    """A frame whose edges are this many times wider than the clip's median is left out as blurred."""
    most_cut_off: float = 0.3
    """A frame with more of the face's outline than this outside the picture is left out."""
    looks_per_s: float = 5.0
    """How often the background is compared and other faces are searched for."""
    camera_uncertainty_px: float = 0.5
    """A look at the background with a larger standard error says nothing about the camera."""
    limits: CaptureLimits = field(default_factory=CaptureLimits)
    """When a finding becomes a note, a warning, or fatal."""


# Two frames are the same when their pictures differ by less than this, in grey levels: on average, and in the
# 16 x 16 block that differs most. Re-encoded copies stay below, a person who keeps still does not (measured).
_SAME_MEAN, _SAME_BLOCK, _BLOCK, _COMPARED_SIDE = 0.2, 1.6, 16, 256
# Beyond this turn the eyes' landmarks are guesses.
_EYES_SEEN_DEG = 35.0
# A blink: both lids below this fraction of their usual opening, for at most so long.
_CLOSED, _LONGEST_BLINK_S = 0.6, 0.7
_TEETH_SHOWN = 0.1
# A difference worth having in each of the features by which frames are chosen.
_FEATURE_SCALES = np.array([5.0, 5.0, 5.0, 0.08, 0.08, 5.0, 5.0])


class CaptureStatistics:
    """Gathers what the capture check needs, frame by frame, in the order in which the frames are shown."""

    def __init__(self, config: CaptureConfig | None = None) -> None:
        self._config = config or CaptureConfig()
        self._indices: list[int] = []
        self._times_s: list[float] = []
        self._faces: list[FaceMeasure | None] = []
        self._same: list[bool] = []
        self._searched = self._with_others = 0
        self._previous: np.ndarray | None = None
        self._camera = CameraMotionMeter()
        self._next_look_s = self._next_search_s = -np.inf

    def wants_face_count(self, timestamp_s: float) -> bool:
        """True when it is time to search the frame at `timestamp_s` for other faces (a few times a
        second)."""
        return timestamp_s >= self._next_search_s

    def add(self, frame: VideoFrame, observation: FaceObservation | None, faces: int | None = None) -> None:
        """Add one frame; `faces`: how many faces a search of the whole picture found, None when not
        searched."""
        self._indices.append(frame.index)
        self._times_s.append(frame.timestamp_s)
        self._same.append(self._is_same(frame.image))
        face = None if observation is None else measure_face(frame.image, observation)
        self._faces.append(face)
        if faces is not None:
            self._searched += 1
            self._with_others += faces > 1
            self._next_search_s = frame.timestamp_s + 1 / self._config.looks_per_s
        if face is not None and frame.timestamp_s >= self._next_look_s:
            self._camera.add(frame.image, face)
            self._next_look_s = frame.timestamp_s + 1 / self._config.looks_per_s

    def report(self, info: VideoInfo) -> CaptureReport:
        """Judge the frames added so far, of the clip that `info` describes."""
        config = self._config
        seen = np.array([face is not None for face in self._faces], bool)
        same = np.array(self._same, bool)
        blur = np.array([face.edge_blur_px if face else np.nan for face in self._faces])
        typical_blur = float(np.nanmedian(blur)) if seen.any() else np.nan
        blurred = seen & (blur > config.blurred_factor * typical_blur)
        cut_off = np.array([face.outside if face else 1.0 for face in self._faces]) > config.most_cut_off
        usable = seen & ~same & ~blurred & ~cut_off
        rows = choose_frames(self._features(), usable, config.max_frames)
        camera = self._camera.result(most_uncertain_px=config.camera_uncertainty_px)
        face, coverage = self._face_figures(info, seen), self._coverage(seen)
        return CaptureReport(
            duration_s=info.duration_s,
            fps=info.fps,
            num_frames=len(self._indices),
            size_wh=info.size_wh,
            rotation_deg=info.rotation_deg,
            variable_frame_rate=info.variable_frame_rate,
            has_audio=info.has_audio,
            duplicates=int(same.sum()),
            blurred=int(blurred.sum()),
            camera=camera,
            face=face,
            coverage=coverage,
            findings=findings_for(
                info, face, coverage, camera, int(same.sum()), int(blurred.sum()), len(seen), config.limits
            ),
            frames_used=tuple(self._indices[row] for row in rows),
            frames_reason=_reason(len(rows), usable, seen, same, blurred, cut_off, config.max_frames),
        )

    def _is_same(self, image: np.ndarray) -> bool:
        step = max(1, max(image.shape[:2]) // _COMPARED_SIDE)
        current, previous = image[::step, ::step, 1].astype(np.int16), self._previous
        self._previous = current
        if previous is None or previous.shape != current.shape:
            return False
        change = np.abs(current - previous)
        height, width = (max(_BLOCK, side // _BLOCK * _BLOCK) for side in change.shape)
        if change.mean() > _SAME_MEAN or min(change.shape) < _BLOCK:
            return bool(change.mean() <= _SAME_MEAN)
        blocks = change[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
        return bool(blocks.mean((1, 3)).max() <= _SAME_BLOCK)

    def _features(self) -> np.ndarray:
        """[T, 7] angles, mouth, eyes, gaze, scaled so that 1 is a difference worth having."""
        rows = [
            (f.yaw_deg, f.pitch_deg, f.roll_deg, f.mouth_opening, sum(f.eye_opening) / 2, *f.gaze_deg)
            if f
            else (0.0,) * len(_FEATURE_SCALES)
            for f in self._faces
        ]
        return np.array(rows, np.float64).reshape(-1, len(_FEATURE_SCALES)) / _FEATURE_SCALES

    def _face_figures(self, info: VideoInfo, seen: np.ndarray) -> FaceFigures | None:
        faces = [face for face in self._faces if face is not None]
        if not faces:
            return None
        median = lambda name: float(np.median([getattr(face, name) for face in faces]))  # noqa: E731
        centre = np.median([face.centre_px for face in faces], 0) / np.array(info.size_wh)
        return FaceFigures(
            found=float(seen.mean()),
            longest_gap_s=_longest_gap_s(np.array(self._times_s), seen),
            width_px=median("width_px"),
            centre=(float(centre[0]), float(centre[1])),
            cut_off=float(np.mean([face.outside > 0 for face in faces])),
            second_face=self._with_others / self._searched if self._searched else 0.0,
            edge_blur_px=median("edge_blur_px"),
            brightness=median("brightness"),
            side_ratio=median("side_ratio"),
            too_bright=median("too_bright"),
            too_dark=median("too_dark"),
        )

    def _coverage(self, seen: np.ndarray) -> Coverage | None:
        faces = [face for face in self._faces if face is not None]
        if not faces:
            return None
        pitch = np.array([face.pitch_deg for face in faces])
        frontal = [face for face in faces if abs(face.yaw_deg) < _EYES_SEEN_DEG] or faces
        return Coverage(
            yaw_deg=_spread([face.yaw_deg for face in faces]),
            pitch_deg=_spread(pitch - np.median(pitch)),
            roll_deg=_spread([face.roll_deg for face in faces]),
            mouth_opening=_spread([face.mouth_opening for face in faces]),
            teeth=float(np.mean([face.teeth > _TEETH_SHOWN for face in faces])),
            blinks=_count_blinks(self._times_s, self._faces),
            gaze_yaw_deg=_spread([face.gaze_deg[0] for face in frontal]),
            gaze_pitch_deg=_spread([face.gaze_deg[1] for face in frontal]),
        )


def check_clip(
    path: str | os.PathLike[str],
    landmarker: FaceLandmarker,
    config: CaptureConfig | None = None,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> CaptureReport:
    """Run the landmarks over the whole clip and judge it; `progress(done, of)` is called per frame.

    An unusable clip gives a report whose findings say so; `CaptureReport.raise_if_unusable` makes it an
    error.
    """
    info = probe(path)
    statistics = CaptureStatistics(config)
    for frame in read_frames(path):
        searched = statistics.wants_face_count(frame.timestamp_s)
        faces = len(landmarker.detect_faces(frame.image)) if searched else None
        statistics.add(frame, landmarker.track(frame.image), faces)
        if progress is not None:
            progress(frame.index + 1, info.num_frames)
    return statistics.report(info)


def _spread(values: np.ndarray | list[float]) -> Range:
    low, high = np.percentile(values, [2, 98])
    return float(low), float(high)


def _longest_gap_s(times_s: np.ndarray, seen: np.ndarray) -> float:
    """Longest stretch without a face, from the last frame with one (or the start) to the next one (or the
    end)."""
    frame_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.0
    edges = np.concatenate([[times_s[0] - frame_s], times_s[seen], [times_s[-1] + frame_s]])
    return float(max(0.0, np.diff(edges).max() - frame_s))


def _count_blinks(times_s: list[float], faces: list[FaceMeasure | None]) -> int:
    """How often both lids close for a moment, judged where the head faces the camera."""
    frontal = [(t, f) for t, f in zip(times_s, faces, strict=True) if f and abs(f.yaw_deg) < _EYES_SEEN_DEG]
    if not frontal:
        return 0
    opening = np.array([sum(face.eye_opening) / 2 for _, face in frontal])
    closed = opening < _CLOSED * np.percentile(opening, 80)
    changes = np.diff(np.concatenate([[0], closed.astype(int), [0]]))
    starts, ends = np.flatnonzero(changes == 1), np.flatnonzero(changes == -1)
    lengths_s = [frontal[end - 1][0] - frontal[start][0] for start, end in zip(starts, ends, strict=True)]
    return sum(length_s <= _LONGEST_BLINK_S for length_s in lengths_s)


def _reason(
    used: int,
    usable: np.ndarray,
    seen: np.ndarray,
    same: np.ndarray,
    blurred: np.ndarray,
    cut_off: np.ndarray,
    most: int,
) -> str:
    """Why these frames, in one sentence or two."""
    left_out = {
        "without a face": ~seen,
        "that repeat the one before": seen & same,
        "blurred by motion": seen & ~same & blurred,
        "with the face cut off": seen & ~same & ~blurred & cut_off,
    }
    parts = [f"{int(mask.sum())} {name}" for name, mask in left_out.items() if mask.any()]
    text = f"{used} of {len(seen)} frames are used"
    text += f"; left out: {', '.join(parts)}." if parts else "."
    if usable.sum() > most:
        text += (
            f" Of the {int(usable.sum())} good frames no more than {most} help: two thirds are spread"
            " evenly over the clip, the rest show the rarest poses, gazes and mouth shapes."
        )
    return text
