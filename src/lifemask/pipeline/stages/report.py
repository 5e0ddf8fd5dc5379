"""The report: what the run found, as a page and as a video that compares."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lifemask.avatar.avatar import FILE as AVATAR
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.frames import FrameSource
from lifemask.avatar.store import FrameStore
from lifemask.media.video import probe
from lifemask.pipeline.job import Job
from lifemask.pipeline.run import Stage, StageWork
from lifemask.pipeline.stages.capture import CAPTURE, capture_report
from lifemask.pipeline.stages.evaluation import EVALUATION, load_evaluation
from lifemask.pipeline.stages.mattes import FRAMES
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.pipeline.stages.training import CURVE, REFINED, test_rows
from lifemask.report.data import (
    Figure,
    Finding,
    Pair,
    Quality,
    RegionQuality,
    ReportData,
    Sheet,
    StageCost,
    TrackingSeries,
    TrainingCurve,
)
from lifemask.report.motion import head_angles_deg
from lifemask.report.page import write_report
from lifemask.report.pictures import write_comparison
from lifemask.tracking.observations import interocular_px
from lifemask.tracking.record import Tracking

REPORT, VIDEO_NAME = "report", "test.mp4"
_EVENLY, _WORST = 6, 4
_RENDER_AT_ONCE = 8
_RIGHT_EYE_IRIS, _LEFT_EYE_IRIS = 468, 473


def report(job: Job) -> None:
    """Write ``report/`` with ``index.html`` and ``test.mp4``."""
    reads = (CAPTURE, FRAMES, TRACKING, AVATAR, REFINED, CURVE, EVALUATION)
    stage = Stage("report", 1, {"test": job.config.test}, reads, (REPORT,))
    job.execute(stage, lambda work: _report(job, work))


def _report(job: Job, work: StageWork) -> None:
    store = FrameStore.open(job.run.file(FRAMES))
    tracking = Tracking.load(job.run.file(TRACKING))
    rows = test_rows(job.config, store.count)
    scores = load_evaluation(job.run)
    folder = work.path(REPORT)
    psnr = np.array(scores["refined"]["psnr_db"])
    evenly = np.unique(np.linspace(0, len(rows) - 1, min(_EVENLY, len(rows))).round().astype(int))
    worst = np.sort(np.argsort(psnr)[:_WORST])
    kept: dict[int, Pair] = {}
    with job.progress.stage("report", total=len(rows)) as step:

        def pairs() -> Iterator[tuple[np.ndarray, np.ndarray]]:
            for k, (truth, render) in enumerate(_compared(job, store, rows)):
                if k in evenly or k in worst:
                    kept[k] = Pair(f"frame {tracking.frame_index[rows[k]]}, {psnr[k]:.1f} dB", truth, render)
                step(1)
                yield truth, render

        write_comparison(folder / VIDEO_NAME, pairs(), probe(job.run.video).fps)
    note = "Held-out frames with the refined tracking,"
    sheets = (
        Sheet("Contact sheet", f"{note} evenly spaced.", tuple(kept[int(k)] for k in evenly)),
        Sheet("Where it is worst", f"{note} lowest PSNR.", tuple(kept[int(k)] for k in worst)),
    )
    write_report(folder, _data(job, tracking, scores, sheets))


def _compared(job: Job, store: FrameStore, rows: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Real frame and rendering, uint8, of every row, with the refined tracking."""
    avatar = Avatar.load(job.run.path, job.device)
    motion = avatar.motion(Tracking.load(job.run.file(REFINED)))
    source = FrameSource(store, avatar.plate, avatar.camera, job.device)
    for start in range(0, len(rows), _RENDER_AT_ONCE):
        part = rows[start : start + _RENDER_AT_ONCE]
        where = torch.as_tensor(part, device=job.device)
        batch = source.batch(where)
        with torch.no_grad():
            rendered = batch.exposed(avatar.draw(motion.rows(where), batch)[0]).clamp(0, 1)
        rendered = (rendered * 255).round().byte().cpu().numpy()
        yield from zip(store.images(part), rendered, strict=True)


def _data(job: Job, tracking: Tracking, scores: dict[str, Any], sheets: tuple[Sheet, ...]) -> ReportData:
    checked = capture_report(job.run)
    curve = json.loads(job.run.file(CURVE).read_text())
    done = {name: entry for name, entry in job.run.record["stages"].items() if entry["state"] == "done"}
    stages = tuple(StageCost(name, entry["seconds"], entry["peak_memory_mb"]) for name, entry in done.items())
    count, rows = len(tracking), test_rows(job.config, len(tracking))
    width, height = tracking.camera.size_wh
    return ReportData(
        title=Path(job.run.video).name,
        subtitle=f"{count} frames at {width} × {height}: {rows[0]} trained on, {len(rows)} held out; "
        f"avatar at {job.config.resolution} × {job.config.resolution}",
        headline=_headline(job, tracking, stages, len(rows)),
        findings=tuple(Finding(f.severity, f.what, f.measured, f.advice) for f in checked.findings),
        clip_facts=checked.facts(),
        tracking=_series(tracking, int(rows[0])),
        training=TrainingCurve(np.array(curve["seconds"]), np.array(curve["loss"]), np.zeros(0), np.zeros(0)),
        quality=_quality(job.run.metrics["evaluation"]),
        frame_psnr_db={name: np.array(scores[key]["psnr_db"]) for key, name in _NAMES.items()},
        stages=stages,
        sheets=sheets,
        video=VIDEO_NAME,
        settings=job.run.record["config"],
        versions=job.run.record["versions"],
    )


_NAMES = {"as_tracked": "as tracked", "refined": "refined"}


def _headline(job: Job, tracking: Tracking, stages: tuple[StageCost, ...], tested: int) -> tuple[Figure, ...]:
    found = job.run.metrics["evaluation"]
    seconds = sum(stage.seconds for stage in stages)
    error = (
        100
        * np.nanmean(tracking.reprojection_px)
        / interocular_px(tracking.landmarks_px[tracking.tracked.astype(bool)])
    )
    return (
        Figure(
            "Test PSNR, refined",
            f"{found['refined']['whole']['psnr_db']:.1f} dB",
            f"{tested} held-out frames",
        ),
        Figure("Test PSNR, as tracked", f"{found['as_tracked']['whole']['psnr_db']:.1f} dB", "whole real frame"),
        Figure("Landmark error", f"{error:.1f} %", "of the distance between the eyes"),
        Figure(
            "Time",
            f"{int(seconds // 60)} min {int(seconds % 60):02d} s",
            f"all stages, {'CPU' if job.device == 'cpu' else 'GPU'}",
        ),
    )


def _quality(found: dict[str, Any]) -> tuple[RegionQuality, ...]:
    def one(key: str, region: str | None) -> Quality:
        values = found[key]["whole"] if region is None else found[key]["regions"][region]
        return Quality(values["psnr_db"], values["ssim"], values.get("lpips"))

    rows = [("whole frame", None), *((name.replace("_", " "), name) for name in found["refined"]["regions"])]
    return tuple(RegionQuality(label, one("as_tracked", name), one("refined", name)) for label, name in rows)


def _series(tracking: Tracking, first_test_row: int) -> TrackingSeries:
    start = tracking.timestamp_s[0]
    return TrackingSeries(
        time_s=tracking.timestamp_s - start,
        tracked=tracking.tracked.astype(bool),
        reprojection_px=tracking.reprojection_px,
        angles_deg=head_angles_deg(tracking.camera_from_head),
        position_mm=1000 * tracking.camera_from_head[:, :3, 3],
        lip_aperture_mm=1000 * tracking.lip_aperture_m,
        eyelid_aperture_mm=1000 * tracking.eyelid_aperture_m,
        interocular_px=interocular_px(tracking.landmarks_px[tracking.tracked.astype(bool)]),
        held_out_from_s=float(tracking.timestamp_s[first_test_row] - start),
    )
