"""One pass over the clip: where the face is in every frame, what the clip covers, which frames are used."""

import json
from dataclasses import replace

import numpy as np

from lifemask.errors import ConfigError
from lifemask.media.video import VideoInfo, probe, read_frames
from lifemask.perception.capture import CaptureReport, CaptureStatistics
from lifemask.perception.face_points import BLENDSHAPE_NAMES
from lifemask.perception.landmarks import FaceLandmarker, FaceObservation
from lifemask.pipeline.config import parse_frames
from lifemask.pipeline.files import write_json
from lifemask.pipeline.job import Job
from lifemask.pipeline.run import VIDEO, RunFolder, Stage, StageWork
from lifemask.tracking.observations import Observations

CAPTURE, LANDMARKS = "capture.json", "landmarks.safetensors"
_NOTHING = FaceObservation(
    np.zeros((478, 2), np.float32),
    np.zeros(478, np.float32),
    0.0,
    np.zeros(len(BLENDSHAPE_NAMES), np.float32),
)


def capture(job: Job) -> None:
    """Write ``capture.json`` and the landmarks; an unusable clip ends here with its own error."""
    settings = {"frames": job.config.frames, "face": job.config.face}
    job.execute(Stage("capture", 1, settings, job.reads(VIDEO), (CAPTURE, LANDMARKS)), lambda work: _capture(job, work))


def capture_report(run: RunFolder) -> CaptureReport:
    """The finished capture check of a run."""
    return CaptureReport.from_dict(json.loads(run.file(CAPTURE).read_text()))


def used_observations(run: RunFolder) -> Observations:
    """The landmarks of the frames that the capture check chose, in order."""
    seen = Observations.load(run.file(LANDMARKS))
    rows = np.flatnonzero(np.isin(seen.frame_index, np.array(capture_report(run).frames_used)))
    return seen.select(rows)


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
    write_json(work.path(CAPTURE), report.to_dict())
    _observations(seen, index, time_s, info).save(work.path(LANDMARKS))
    return {
        "frames": len(index),
        "frames_used": len(report.frames_used),
        "with_face": sum(o is not None for o in seen),
    }


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
