"""What every stage of a run is given."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lifemask.errors import DeviceError
from lifemask.perception.load_rig import load_rig
from lifemask.pipeline.config import CreateConfig, Device
from lifemask.pipeline.imported import Imported
from lifemask.pipeline.run import IMPORT, RunFolder, Stage, StageWork
from lifemask.progress import Progress
from lifemask.rig.head import HeadRig


@dataclass(frozen=True)
class Job:
    """An open run with its settings, the device to compute on ("cpu" or "cuda") and the listener."""

    run: RunFolder
    config: CreateConfig
    device: str
    progress: Progress

    @cached_property
    def rig(self) -> HeadRig:
        """The run's head rig, on the CPU."""
        return load_rig(self.config.rig)

    @cached_property
    def imported(self) -> Imported | None:
        """What the run's tracking comes from, if it was made by another system."""
        return None if self.run.imported is None else Imported.open(self.run.imported)

    def reads(self, *names: str) -> tuple[str, ...]:
        """``names``, and what was imported, if anything was."""
        return names if self.run.imported is None else (*names, IMPORT)

    def execute(self, stage: Stage, body: Callable[[StageWork], dict[str, Any] | None]) -> None:
        """Run the stage or say why not; see ``RunFolder.execute``."""
        reason = self.run.stale(stage)
        if not reason:
            self.progress.note(f"{stage.name}: up to date")
        elif reason != "new":
            self.progress.note(f"{stage.name}: again, because {reason}")
        self.run.execute(stage, body)


def pick_device(wanted: Device) -> str:
    """``"cuda"`` when it is asked for or, with "auto", when a GPU and its rasteriser are there; else "cpu".

    Raises ``DeviceError`` when "cuda" is asked for and cannot be had.
    """
    import importlib.util

    import torch

    if wanted == "cpu":
        return "cpu"
    lacks = "" if torch.cuda.is_available() else "PyTorch sees no NVIDIA GPU here."
    if not lacks and importlib.util.find_spec("gsplat") is None:
        lacks = "gsplat, the GPU's rasteriser, is not installed: pip install 'lifemask[cuda]'."
    if wanted == "cuda" and lacks:
        raise DeviceError("--device cuda cannot be had", lacks, "Look at the machine: lifemask doctor")
    return "cpu" if lacks else "cuda"
