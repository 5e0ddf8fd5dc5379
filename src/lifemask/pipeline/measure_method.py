"""One method of ``bench avatar``: trained with a look at the held-out frames now and then, scored, and timed.

The record of a part is written with its checkpoint, so that a killed bench goes on in the middle of a training; time
that is spent on looking, scoring and saving is not the training's.
"""

import copy
import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

import lifemask
from lifemask.avatar.evaluate import Evaluation, evaluate
from lifemask.avatar.flashavatar_config import FlashAvatarConfig
from lifemask.avatar.flashavatar_train import FlashAvatarTrainer
from lifemask.avatar.model import frozen
from lifemask.avatar.motion import Motion, MotionTable
from lifemask.avatar.refine import Refiner
from lifemask.avatar.train import Trainer
from lifemask.pipeline.files import hash_value, plain, write_json
from lifemask.pipeline.measure_stand import AnyTrainer, Stand
from lifemask.pipeline.memory import PeakMemory
from lifemask.threads import get_threads

OURS, BASELINE = "lifemask", "flashavatar"
CHUNK_S = 1.0
"""Training between two looks at the clock."""
SAVE_EVERY_S = 60.0
SPEED_BATCHES = {"cpu": (1, 4), "cuda": (1, 16)}
LEAST_REPEATS = 5
_AT_ONCE = 4
_SHARED_CODE = ("splats", "rig", "geometry", "threads.py", "avatar/frames.py", "avatar/store.py", "avatar/motion.py")
_SCORING_CODE = (
    "metrics", "perception/regions.py", "avatar/evaluate.py", "avatar/refine.py", "avatar/lbfgs.py", "avatar/avatar.py",
    "pipeline/measure_method.py",
)  # fmt: skip
_BASELINE_CODE = "flashavatar"


@dataclass(frozen=True)
class Looks:
    """When and for how long is looked."""

    first_s: float = 1.0
    """Seconds of training at the first point of the curves."""
    ratio: float = 1.6
    """Seconds at each further point, in those of the point before."""
    speed_s: float = 3.0
    """Seconds for which rendering is timed, for each size of a batch."""

    def following(self, seconds: float) -> float:
        """The first point beyond ``seconds`` of training."""
        at = self.first_s
        while at <= seconds:
            at *= self.ratio
        return at


@dataclass(frozen=True)
class Contestant:
    """A method and how far it is trained: ``images`` pictures, and ``seconds`` at most; ``preset`` for the baseline."""

    method: str
    images: int
    seconds: float | None = None
    preset: FlashAvatarConfig | None = None

    @property
    def name(self) -> str:
        """Of its files and in messages."""
        return self.method if self.preset is not None else f"{self.method}-{self.images}"

    def build(self, stand: Stand) -> AnyTrainer:
        """Its trainer before the first step."""
        if self.preset is not None:
            return stand.preset(self.preset)
        return stand.ours(replace(stand.job.config.training, images=self.images))

    def done(self, images: int, seconds: float) -> bool:
        """Whether a training that has come that far is at its end."""
        return images >= self.images or (self.seconds is not None and seconds >= self.seconds)


@dataclass
class _Part:
    """What is known of a contestant, in ``<folder>/<name>.json`` and ``.safetensors``."""

    folder: Path
    contestant: Contestant
    record: dict[str, Any]

    @staticmethod
    def open(folder: Path, contestant: Contestant) -> "_Part":
        path = folder / f"{contestant.name}.json"
        try:
            record = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            record = {}
        return _Part(folder, contestant, record)

    @property
    def checkpoint(self) -> Path:
        return self.folder / f"{self.contestant.name}.safetensors"

    def save(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.record = plain(self.record)
        write_json(self.folder / f"{self.contestant.name}.json", self.record)


def measure_method(stand: Stand, contestant: Contestant, folder: Path, looks: Looks) -> dict[str, Any]:
    """All that is measured of one contestant, from ``folder`` where it is known already."""
    part, progress = _Part.open(folder, contestant), stand.job.progress
    trained, scored = _keys(stand, contestant)
    known = part.record
    if known and (known.get("trained_by") != trained or not part.checkpoint.exists()):
        progress.note(f"{contestant.name}: again, because program, settings, tracking or device changed")
        known.clear()
    ended = bool(known) and contestant.done(known["images"], known["train_s"])
    if ended and known.get("scored_by") == scored and known.get("scored_images") == known["images"]:
        progress.note(f"{contestant.name}: up to date")
        return known
    with _torch_threads():
        began = time.monotonic()
        trainer = contestant.build(stand)
        stand.settle()
        setup_s = time.monotonic() - began
        if known:
            trainer.load(part.checkpoint)
        else:
            known |= {"method": contestant.method, "name": contestant.name, "trained_by": trained, "curve": []}
            known |= {"setup_s": setup_s, "peak_memory_mb": 0.0}
        if ended:
            torch.set_num_threads(known["torch_threads"])
        else:
            _train(stand, contestant, trainer, part, looks)
        _score(stand, trainer, part, looks)
    known = part.record
    known |= {"scored_by": scored, "scored_images": known["images"]}
    part.save()
    return part.record


def pictures(stand: Stand, contestant: Contestant, folder: Path, rows: np.ndarray) -> np.ndarray:
    """The finished contestant's pictures uint8 ``[B, H, W, 3]`` of ``rows`` as tracked."""
    trainer = contestant.build(stand)
    trainer.load(_Part.open(folder, contestant).checkpoint)
    render, out = stand.renderer(trainer), []
    for start in range(0, len(rows), _AT_ONCE):
        part = torch.as_tensor(rows[start : start + _AT_ONCE], device=stand.device)
        out.append((render(trainer.motion.rows(part)) * 255).round().byte().cpu().numpy())
    return np.concatenate(out)


def _train(stand: Stand, contestant: Contestant, trainer: AnyTrainer, part: _Part, looks: Looks) -> None:
    """From where the trainer is to its end, with points of the curve and checkpoints on the way."""
    known, progress = part.record, stand.job.progress
    known["curve"] = [point for point in known["curve"] if point["images"] <= trainer.images_done]
    if isinstance(trainer, FlashAvatarTrainer):
        trainer.prepare(progress)
        known["lpips_vgg"] = trainer.perceptual is not None
        if trainer.perceptual is None:
            progress.note("without LPIPS (VGG) in the preset's loss: lifemask assets fetch lpips_vgg")
    known["torch_threads"] = _warm_up(stand, trainer)
    total = contestant.images if contestant.seconds is None else None
    saved = time.monotonic()
    with progress.stage(contestant.name, total=total) as step:
        step(trainer.images_done)
        while not contestant.done(trainer.images_done, trainer.seconds):
            before, look_at = trainer.images_done, looks.following(trainer.seconds)
            until = min(look_at, contestant.seconds or look_at)
            peak_mb = _advance(stand, trainer, min(CHUNK_S, until - trainer.seconds))
            known["peak_memory_mb"] = max(known["peak_memory_mb"], peak_mb)
            if trainer.seconds >= look_at:
                known["curve"].append(_point(stand, trainer))
            step(trainer.images_done - before, info=_told(known["curve"], trainer, contestant))
            if trainer.seconds >= look_at or time.monotonic() - saved > SAVE_EVERY_S:
                trainer.save(part.checkpoint)
                known |= _pace(trainer)
                part.save()
                known, saved = part.record, time.monotonic()
    if not known["curve"] or known["curve"][-1]["images"] < trainer.images_done:
        known["curve"].append(_point(stand, trainer))
    trainer.save(part.checkpoint)
    known |= _pace(trainer)
    part.save()


def _warm_up(stand: Stand, trainer: AnyTrainer) -> int:
    """A few steps of a copy: what is compiled or tuned at first use belongs to neither method. Returns the threads that
    torch is left with.

    Ours is parallel above torch (see ``create``). The preset's large products may be shared among torch's threads,
    which pays on a machine that is idle and costs a lot on one that is not: the faster way is taken.
    """
    alone = torch.get_num_threads()
    ways = {alone, get_threads()} if isinstance(trainer, FlashAvatarTrainer) else {alone}
    seconds = {}
    for threads in sorted(ways):
        torch.set_num_threads(threads)
        for _ in range(2):
            short = _short(trainer)
            short.advance(float("inf"))
            seconds[threads] = short.seconds
    stand.settle()
    fastest = min(seconds, key=lambda threads: seconds[threads])
    torch.set_num_threads(fastest)
    return fastest


def _short(trainer: AnyTrainer) -> AnyTrainer:
    """A copy that ends after a few steps."""
    model = copy.deepcopy(trainer.model)
    if isinstance(trainer, FlashAvatarTrainer):
        soon = 1 if trainer.images > trainer.config.perceptual_from else trainer.config.perceptual_from
        return replace(trainer, model=model, config=replace(trainer.config, iterations=3, perceptual_from=soon))
    return replace(trainer, model=model, config=replace(trainer.config, images=4 * trainer.batch))


def _advance(stand: Stand, trainer: AnyTrainer, seconds: float) -> float:
    """Train, and return the peak of the memory meanwhile in MB (1e6): of the card, or of the whole process."""
    if stand.device.type == "cpu":
        with PeakMemory() as memory:
            trainer.advance(seconds)
        return memory.peak_mb
    torch.cuda.reset_peak_memory_stats(stand.device)
    trainer.advance(seconds)
    return torch.cuda.max_memory_allocated(stand.device) / 1e6


def _point(stand: Stand, trainer: AnyTrainer) -> dict[str, Any]:
    """One point of the curve: means over a few held-out frames as tracked."""
    found = evaluate(
        trainer.render, stand.rig, stand.neutral, trainer.motion, stand.source, stand.few,
        by_region=False, perceptual=stand.perceptual,
    )  # fmt: skip
    return {"seconds": trainer.seconds, "images": trainer.images_done, **found.summary()["whole"]}


def _told(curve: list[dict[str, Any]], trainer: AnyTrainer, contestant: Contestant) -> str:
    quality = f"{curve[-1]['psnr_db']:.1f} dB" if curve else ""
    if contestant.seconds is None:
        return quality
    return f"{trainer.seconds:.0f} of at most {contestant.seconds:.0f} s of training, {quality}".rstrip(", ")


def _pace(trainer: AnyTrainer) -> dict[str, Any]:
    steps = trainer.images_done / trainer.batch
    return {
        "images": trainer.images_done,
        "steps": round(steps),
        "train_s": trainer.seconds,
        "images_per_s": trainer.images_done / trainer.seconds,
        "steps_per_s": steps / trainer.seconds,
    }


def _score(stand: Stand, trainer: AnyTrainer, part: _Part, looks: Looks) -> None:
    """Quality as tracked and refined, size and speed of the finished model."""
    progress, rows = stand.job.progress, stand.refined_rows

    def scored(motion: Motion, which: np.ndarray) -> Evaluation:
        return evaluate(
            trainer.render, stand.rig, stand.neutral, motion, stand.source, which,
            posed_by=stand.motion, perceptual=stand.perceptual, progress=progress,
        )  # fmt: skip

    tracked = scored(trainer.motion, stand.test)
    began = time.monotonic()
    refined_motion = _refined(stand, trainer, rows)
    stand.settle()
    fit_ms = 1000 * (time.monotonic() - began) / len(rows)
    part.record |= {
        "gaussians": len(trainer.model.corners),  # type: ignore[arg-type]
        "model_bytes": sum(t.numel() * t.element_size() for t in stand.model_tensors(trainer)),
        "scores": {"as_tracked": tracked.summary(), "refined": scored(refined_motion, rows).summary()},
        "per_frame": {"rows": stand.test, "psnr_db": tracked.psnr_db, "ssim": tracked.ssim, "lpips": tracked.lpips},
        "fit_ms_a_frame": fit_ms,
        "frames_per_s": {
            str(batch): frames_per_s(stand, trainer.motion, stand.renderer(trainer), batch, looks.speed_s)
            for batch in SPEED_BATCHES[stand.job.device]
        },
    }


def _refined(stand: Stand, trainer: AnyTrainer, rows: np.ndarray) -> Motion:
    """Poses and codes of ``rows`` fitted to their pictures with the model frozen."""
    config = stand.job.config.training.on(stand.job.device)
    refiner = Refiner(trainer.render, stand.source, config.motion, config.ssim_weight)
    # Ours has learned corrections of the training frames, from which the first held-out ones start.
    learned = trainer.table.value if isinstance(trainer, Trainer) else None
    with frozen(*trainer.model.parameters()):
        table = MotionTable(trainer.motion, config.motion, learned)
        return refiner.frames(trainer.motion, table, rows, stand.job.progress)


def frames_per_s(
    stand: Stand, motion: Motion, render: Callable[[Motion], Tensor], batch: int, at_least_s: float
) -> float:
    """Pictures a second from rig codes that lie on the device to pictures that lie there; the median of many calls."""
    motion = motion.rows(torch.arange(batch, device=stand.device) % len(motion.modes))
    seconds: list[float] = []
    for _ in range(3):
        render(motion)
    end = time.perf_counter() + at_least_s
    while len(seconds) < LEAST_REPEATS or time.perf_counter() < end:
        stand.settle()
        began = time.perf_counter()
        render(motion)
        stand.settle()
        seconds.append(time.perf_counter() - began)
    return batch / statistics.median(seconds)


def _keys(stand: Stand, contestant: Contestant) -> tuple[str, str]:
    """What a training, and a scoring, depends on: settings, code, tracked frames and device."""
    root = Path(lifemask.__file__).parent
    files = {path.relative_to(root).as_posix(): path for path in root.rglob("*.py")}
    own = [name for name in files if name.startswith("avatar/") and not name.startswith(_SCORING_CODE)]
    own = [name for name in own if (_BASELINE_CODE in name) == (contestant.preset is not None)]
    built_by = set() if contestant.preset is not None else {"pipeline/stages/training.py"}
    trained = {name for name in files if name.startswith(_SHARED_CODE)} | set(own) | built_by
    scored = trained | {name for name in files if name.startswith(_SCORING_CODE)}

    settings = plain(contestant.preset or replace(stand.job.config.training, images=contestant.images))
    settings.pop("iterations", None)  # how far it goes, not how

    def key(names: set[str]) -> str:
        code = {name: files[name].read_text() for name in names}
        return hash_value([stand.device_name, stand.inputs, stand.test, stand.job.config.seed, settings, code])

    return key(trained), key(scored)


@contextmanager
def _torch_threads() -> Iterator[None]:
    """Whatever becomes of torch's threads, afterwards they are as before."""
    before = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(before)
