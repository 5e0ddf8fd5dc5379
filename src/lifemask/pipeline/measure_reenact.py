"""Does a re-enactment carry over what the driver does, and nothing of who the driver is?

Measured where everything is known: an avatar of one built-in person is driven by a film of another, and the render is
tracked again as if it were anybody's video.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from lifemask.avatar.config import TrainingConfig
from lifemask.pipeline.bench_folder import LOCK, SETTINGS, expect_own
from lifemask.pipeline.config import CreateConfig, Device
from lifemask.pipeline.create import create
from lifemask.pipeline.files import plain, remove, write_json
from lifemask.pipeline.lock import FolderLock
from lifemask.pipeline.measure_reenact_compare import AVATAR, DRIVER, FILMED, IDEAL, RENDER, Reenactment, clip_of
from lifemask.pipeline.measure_reenact_sheet import write_reenact_sheet
from lifemask.pipeline.reenact import reenact
from lifemask.pipeline.render import RenderOptions
from lifemask.progress import NULL_PROGRESS, Progress
from lifemask.synthetic.clip import render_clip
from lifemask.synthetic.truth import mattes_path, truth_path

SCHEMA = 1
RESULT, SHEET = "reenact.json", "reenact.png"
AVATAR_PERSON, DRIVER_PERSON = 0, 1
DRIVER_SEED_AHEAD = 6
"""The driver's motion has this much higher a seed: with the seed 0 for the avatar, the first clip of ten seconds in
which everything moves that speech, brows and eyes move at all."""


@dataclass(frozen=True)
class ReenactBench:
    """What is filmed, and how the avatar is made."""

    seconds: float = 10.0
    """Length of the films."""
    size: int = 512
    """Side of the films in pixels."""
    resolution: int = 256
    """Longer side in pixels at which the avatar is trained."""
    training: TrainingConfig = field(default_factory=lambda: TrainingConfig(images=1600))
    """How it is trained."""
    device: Device = "auto"
    """Where to compute."""
    seed: int = 0
    """Seed of the avatar's film and of everything random; the driver's is ``DRIVER_SEED_AHEAD`` higher."""

    @property
    def create(self) -> CreateConfig:
        """The settings of all runs: every frame, since frames of driver and render belong together."""
        return CreateConfig(
            frames="0:", resolution=self.resolution, device=self.device, seed=self.seed, training=self.training
        )


def measure_reenact(
    out: Path | None = None,
    bench: ReenactBench | None = None,
    progress: Progress = NULL_PROGRESS,
    *,
    force: bool = False,
) -> dict[str, Any]:
    """Film everybody, make the avatar, let the driver drive it, track the render, and compare; see
    docs/bench_reenact.md for what comes back, ready for JSON.

    With ``out`` films and runs stay there, with ``reenact.json`` and a sheet of driver and render; the same call goes
    on with what is whole. None takes a folder that goes away. ``force`` begins anew. Raises OutputExistsError for a
    folder that holds something else, RunBusyError while another process works in it, and the errors of ``create`` and
    ``reenact``.
    """
    bench = bench or ReenactBench()
    with _folder(out, bench, force) as folder:
        _film(folder, bench, progress)
        create(clip_of(folder, AVATAR), folder / AVATAR, bench.create, progress, until="training", force=True)
        reenact(
            folder / AVATAR,
            clip_of(folder, DRIVER),
            clip_of(folder, RENDER),
            options=RenderOptions(force=True),
            work=folder / DRIVER,
            device=bench.device,
            progress=progress,
        )
        for name in (RENDER, IDEAL):  # by force: of a render that has changed, the old tracking is worth nothing
            create(clip_of(folder, name), folder / name, bench.create, progress, until="tracking", force=True)
        made = Reenactment.load(folder, bench.device)
        found = plain(made.measured() | {"schema": SCHEMA, "settings": plain(bench)})
        if out is not None:
            found["frames_shown"] = write_reenact_sheet(
                out / SHEET, clip_of(folder, DRIVER), clip_of(folder, RENDER), made.truths[DRIVER]
            )
            write_json(out / RESULT, found)
        return found


def _film(folder: Path, bench: ReenactBench, progress: Progress) -> None:
    for name in FILMED:
        clip = clip_of(folder, name)
        if truth_path(clip).exists():  # it is written last
            progress.note(f"{clip.name}: up to date")
            continue
        render_clip(
            clip,
            seconds=bench.seconds,
            size=bench.size,
            seed=bench.seed + (0 if name == AVATAR else DRIVER_SEED_AHEAD),
            identity_seed=DRIVER_PERSON if name == DRIVER else AVATAR_PERSON,
            progress=progress,
        )


@contextmanager
def _folder(out: Path | None, bench: ReenactBench, force: bool) -> Iterator[Path]:
    """The folder to work in, locked: ``out``, if it holds this bench or nothing, or one that goes away."""
    torch.set_num_threads(1)  # as in create
    if out is None:
        with TemporaryDirectory() as folder:
            yield Path(folder)
        return
    known = {"schema": SCHEMA, "settings": plain(bench)}
    expect_own(out, known, force, "a bench with other settings")
    out.mkdir(parents=True, exist_ok=True)
    lock = FolderLock(out / LOCK)
    try:
        if force:
            _clear(out)
        write_json(out / SETTINGS, known)
        yield out
    finally:
        lock.release()


def _clear(out: Path) -> None:
    """Remove what a bench writes; other files stay."""
    for name in (*FILMED, RENDER):
        clip = clip_of(out, name)
        for path in (clip, truth_path(clip), mattes_path(clip), out / name):
            remove(path)
    for name in (RESULT, SHEET, SETTINGS):
        remove(out / name)
