"""Settings of a whole run: nested, frozen, written as JSON with every run."""

from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Literal

from lifemask.avatar.config import TrainingConfig
from lifemask.errors import ConfigError, FormatError
from lifemask.speech.config import MouthTraining
from lifemask.tracking.config import TrackingConfig

Device = Literal["auto", "cpu", "cuda"]

HELD_OUT_SHARE = 0.1
HELD_OUT_MOST = 100


@dataclass(frozen=True)
class CreateConfig:
    """Everything that decides what comes out of a clip."""

    frames: str | None = None
    """Frames to use, "first:end" (end not included, either may be empty); None: the capture check chooses."""
    test: int | None = None
    """How many of the last frames are held out for evaluation; None holds out a tenth, at most 100."""
    resolution: int = 256
    """Side of the square, in pixels, whose area the pictures have that the avatar is trained on."""
    face: int | None = None
    """Which face to follow when there are several, 0 being the largest; None takes the largest."""
    device: Device = "auto"
    """Where to compute; auto takes an NVIDIA GPU when there is one that works."""
    seed: int = 0
    """Seed of everything random."""
    rig: Path | None = None
    """A FLAME model file, or the folder with it, for an imported run; None takes the built-in bust."""
    matte: Literal["rvm"] | None = None
    """Cut the person out with another network than the built-in one; its file is --matte-model."""
    matte_model: Path | None = None
    """RVM as an ONNX file."""
    parser: Literal["bisenet"] | None = None
    """Take the face's regions from a parsing network too; its file is --parser-model."""
    parser_model: Path | None = None
    """BiSeNet as an ONNX file."""
    refine: Path | None = None
    """Folder of a finished avatar of the same person, which follows the clip by its rendering (lifemask track)."""
    tracking: TrackingConfig = field(default_factory=TrackingConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    speech: MouthTraining = field(default_factory=MouthTraining)

    def __post_init__(self) -> None:
        if not 32 <= self.resolution <= 4096:
            raise ConfigError(
                f"--resolution {self.resolution} cannot work",
                "Expected 32 to 4096 pixels.",
                "Try --resolution 256.",
            )
        if self.test is not None and self.test < 1:
            raise ConfigError(
                f"--test {self.test} leaves nothing to evaluate on",
                "Expected at least 1 frame.",
                "Try --test 100.",
            )
        if self.face is not None and self.face < 0:
            raise ConfigError(f"--face {self.face} is no face", "Faces are numbered from 0, the largest.")
        parse_frames(self.frames)
        for name in _PATHS:
            if (path := getattr(self, name)) is not None:
                # A run goes on from any folder, and run.json holds texts.
                object.__setattr__(self, name, Path(path).expanduser().absolute())
        _check_model("matte", self.matte, self.matte_model, "rvm")
        _check_model("parser", self.parser, self.parser_model, "bisenet")


_PATHS = ("rig", "refine", "matte_model", "parser_model")


def _check_model(option: str, name: str | None, model: Path | None, known: str) -> None:
    if (name is None) != (model is None):
        given, lacks = f"--{option} {name}", f"--{option}-model FILE"
        if name is None:
            given, lacks = f"--{option}-model", f"--{option} {known}"
        raise ConfigError(
            f"{given} comes without {lacks}",
            "The networks are not shipped: one option names the kind, the other the file.",
            f"Use --{option} {known} --{option}-model FILE.onnx, or neither.",
        )


def config_from_record(values: dict[str, Any]) -> CreateConfig:
    """The settings that ``run.json`` holds; raises ``FormatError`` when they are those of another version."""
    try:
        return _rebuilt(CreateConfig, values)
    except (TypeError, AttributeError) as error:
        raise FormatError(
            f"The settings in run.json do not fit this version of Lifemask ({error})",
            "The run was made by another version.",
            "Run it again with this one: lifemask create VIDEO -o FOLDER",
        ) from error


def _rebuilt(kind: type, values: dict[str, Any]) -> Any:
    """A nested dataclass from nested dicts."""
    nested = {field.name: field.default_factory for field in fields(kind) if is_dataclass(field.default_factory)}
    built = {name: _rebuilt(nested[name], value) if name in nested else value for name, value in values.items()}
    return kind(**built)


def parse_frames(frames: str | None) -> tuple[int, int | None]:
    """``"100:838"`` to ``(100, 838)``; an empty end, or no text at all, to ``None``: the end of the clip."""
    if frames is None:
        return 0, None
    parts = frames.split(":")
    try:
        first, end = (int(part) if part.strip() else None for part in parts)
    except ValueError:
        raise _bad_frames(frames) from None
    if (first or 0) < 0 or (end is not None and end <= (first or 0)):
        raise _bad_frames(frames)
    return first or 0, end


def held_out(config: CreateConfig, count: int) -> int:
    """How many of ``count`` used frames are the test set: at least one, and some are left to train on."""
    wanted = config.test if config.test is not None else min(HELD_OUT_MOST, round(count * HELD_OUT_SHARE))
    if config.test is not None and config.test >= count:
        raise ConfigError(
            f"--test {config.test} leaves no frame to train on: the clip gives {count} frames",
            "The last frames are held out, the others are trained on.",
            f"Try --test {max(1, round(count * HELD_OUT_SHARE))}.",
        )
    return max(1, wanted)


def _bad_frames(frames: str) -> ConfigError:
    return ConfigError(
        f"--frames {frames!r} is no range of frames",
        'Expected "first:end" with first < end; the end is not included.',
        "Try --frames 0:838, or --frames 100: for all from frame 100 on.",
    )
