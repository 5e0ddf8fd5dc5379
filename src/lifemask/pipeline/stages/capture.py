"""One pass over the clip: where the face is in every frame, what the clip covers, which frames are used."""

import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lifemask.errors import ConfigError
from lifemask.media.video import VideoInfo, probe, read_frames
from lifemask.perception.camera_path import CameraMovedError, CameraPath, find_camera_path, map_points
from lifemask.perception.capture import CaptureReport, CaptureStatistics
from lifemask.perception.capture_findings import CaptureLimits, camera_moved
from lifemask.perception.face_points import BLENDSHAPE_NAMES
from lifemask.perception.landmarks import FaceLandmarker, FaceObservation
from lifemask.pipeline.config import parse_frames
from lifemask.pipeline.files import write_json
from lifemask.pipeline.job import Job
from lifemask.pipeline.run import VIDEO, RunFolder, Stage, StageWork
from lifemask.tracking.observations import Observations

CAPTURE, LANDMARKS, CAMERA_PATH = "capture.json", "landmarks.safetensors", "camera_path.safetensors"
_NOTHING = FaceObservation(
    np.zeros((478, 2), np.float32),
    np.zeros(478, np.float32),
    0.0,
    np.zeros(len(BLENDSHAPE_NAMES), np.float32),
)


def capture(job: Job) -> None:
    """Write ``capture.json``, the landmarks (of the frames as they are) and the camera's path (to one reference frame;
    the identity unless the camera moved); an unusable clip ends here with its own error."""
    settings = {"frames": job.config.frames, "face": job.config.face}
    stage = Stage("capture", 2, settings, job.reads(VIDEO), (CAPTURE, LANDMARKS, CAMERA_PATH))
    job.execute(stage, lambda work: _capture(job, work))


def capture_report(run: RunFolder) -> CaptureReport:
    """The finished capture check of a run."""
    return CaptureReport.from_dict(json.loads(run.file(CAPTURE).read_text()))


def camera_path(run: RunFolder) -> CameraPath:
    """Where each used frame lies in the reference frame."""
    return CameraPath.load(run.file(CAMERA_PATH))


def used_observations(run: RunFolder) -> Observations:
    """The landmarks of the frames that the capture check chose, in order, as one static camera sees them: where the
    camera moved, in the reference frame of its path."""
    seen = Observations.load(run.file(LANDMARKS))
    path = camera_path(run)
    seen = seen.select(np.flatnonzero(np.isin(seen.frame_index, path.frame_index)))
    if not path.moved:
        return seen
    return replace(
        seen,
        landmarks_px=(map_points(path.similarity, seen.landmarks_px) * seen.detected[:, None, None]).astype(np.float32),
        landmark_depth_px=(seen.landmark_depth_px * path.scale[:, None]).astype(np.float32),
    )


def _capture(job: Job, work: StageWork) -> dict[str, object]:
    info = probe(job.run.video)
    first, end = _range(job.config.frames, info)
    statistics, landmarker = CaptureStatistics(), FaceLandmarker(face=job.config.face)
    seen: list[FaceObservation | None] = []
    index: list[int] = []
    time_s: list[float] = []
    with job.progress.stage("capture check", total=end - first) as step:
        for frame in read_frames(job.run.video, start=first, stop=end):
            searched = statistics.wants_face_count(frame.timestamp_s)
            faces = len(landmarker.detect_faces(frame.image)) if searched else None
            seen.append(landmarker.track(frame.image))
            statistics.add(frame, seen[-1], faces)
            index.append(frame.index)
            time_s.append(frame.timestamp_s)
            step(1)
    part = replace(info, num_frames=len(index), duration_s=info.duration_s * len(index) / info.num_frames)
    report = statistics.report(part)
    report.raise_if_unusable(job.run.video)
    if job.config.frames is not None:
        report = replace(report, frames_used=tuple(index), frames_reason="All frames of --frames are used.")
    if job.imported is not None:
        used = sorted(set(index) & set(job.imported.video_frame.tolist()))
        report = replace(report, frames_used=tuple(used), frames_reason="The frames of the import are used.")
    for finding in report.findings:
        if finding.severity == "warn":
            job.progress.note(f"{finding.what}: {finding.measured}. {finding.advice}")
    observations = _observations(seen, index, time_s, info)
    path = _camera_path(job, report, observations)
    path.save(work.path(CAMERA_PATH))
    write_json(work.path(CAPTURE), report.to_dict())
    observations.save(work.path(LANDMARKS))
    return {
        "frames": len(index),
        "frames_used": len(report.frames_used),
        "with_face": sum(o is not None for o in seen),
        "camera_stabilised": path.moved,
    }


def _camera_path(job: Job, report: CaptureReport, seen: Observations) -> CameraPath:
    """One more pass over the used frames, if the camera moved. What was fitted by another system to the frames as they
    are keeps them."""
    used = seen.select(np.flatnonzero(np.isin(seen.frame_index, np.array(report.frames_used))))
    if job.imported is not None or not camera_moved(report.camera, report.size_wh, CaptureLimits()):
        return CameraPath.static(used.frame_index)
    with job.progress.stage("camera path", total=len(used) + 1) as step:

        def pictures(indices: list[int]) -> Iterator[np.ndarray]:
            for frame in read_frames(job.run.video, indices=indices):
                yield frame.image
                step(1)

        try:
            path = find_camera_path(pictures, used.landmarks_px, used.detected, used.frame_index, used.timestamp_s)
        except CameraMovedError as refused:
            if report.face is None or report.face.second_face <= CaptureLimits().many:
                raise
            job.progress.note(f"{refused.what} But someone else is in the picture: it is taken to have stood still.")
            path = CameraPath.static(used.frame_index)
    if path.moved:
        job.progress.note("The clip is hand-held: its motion is taken out by the background (camera_path.safetensors).")
    return path


def _observations(
    seen: list[FaceObservation | None], index: list[int], time_s: list[float], info: VideoInfo
) -> Observations:
    rows = [observation or _NOTHING for observation in seen]
    return Observations(
        landmarks_px=np.stack([row.landmarks_px for row in rows]),
        landmark_depth_px=np.stack([row.depth_px for row in rows]),
        detected=np.array([observation is not None for observation in seen]),
        timestamp_s=np.array(time_s),
        frame_index=np.array(index),
        blendshapes=np.stack([row.blendshapes for row in rows]),
        blendshape_names=tuple(BLENDSHAPE_NAMES),
        size_wh=info.size_wh,
    )


def _range(frames: str | None, info: VideoInfo) -> tuple[int, int]:
    first, end = parse_frames(frames)
    if first >= info.num_frames:
        raise ConfigError(f"--frames {frames} begins after the end of the clip", f"It has {info.num_frames} frames.")
    return first, min(end or info.num_frames, info.num_frames)
