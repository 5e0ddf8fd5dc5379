"""One door to every way of writing a rendered video: the path says which."""

import os
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np

from lifemask.errors import ConfigError, OutputExistsError
from lifemask.media.c2pa import expect_signable
from lifemask.media.codecs import Codec
from lifemask.media.png_sequence import PngSequenceWriter
from lifemask.media.provenance import Provenance
from lifemask.media.sound import Sound
from lifemask.media.video_writer import SYNTHETIC_MEDIA_MARK, VideoWriter

# Suffix -> codec without and with opacity.
_CODECS: dict[str, tuple[Codec, Codec | None]] = {
    ".mp4": ("h264", None),
    ".mov": ("prores4444-rgb", "prores4444"),
    ".webm": ("vp9-rgb", "vp9"),
    ".mkv": ("ffv1-rgb", "ffv1-rgba"),
}
_EXPECTED = (
    "Expected .mp4 (H.264), .mov (ProRes 4444), .webm (VP9), .mkv (FFV1, lossless), or a folder for PNG pictures: "
    "a name without a suffix, or with a / at its end."
)


class Output(Protocol):
    """A context manager that takes frames; what it writes appears when the block ends without an exception."""

    path: Path

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None: ...

    def write(self, image: np.ndarray) -> None:
        """Append one frame: uint8 [H,W,4] RGBA with straight colour if opened `with_alpha`, else [H,W,3] RGB."""
        ...


def open_output(
    path: str | os.PathLike[str],
    fps: float | Fraction,
    size_wh: tuple[int, int],
    *,
    with_alpha: bool,
    force: bool = False,
    sound: str | os.PathLike[str] | None = None,
    sound_start_s: float = 0.0,
    sound_duration_s: float | None = None,
    provenance: Provenance | None = None,
) -> Output:
    """The writer that belongs to `path`, marked as synthetic media; nothing is written before it is entered.

    .mp4 is H.264, .mov ProRes 4444, .webm VP9, .mkv lossless FFV1; a name without suffix, a name that ends with / or
    an existing folder gets a sequence of PNG pictures. All but .mp4 can hold opacity. All but pictures can hold
    sound: that of the video or audio file `sound` from `sound_start_s` on, for at most `sound_duration_s`.
    `provenance`: the avatar that is shown, for the marks; with credentials the file is signed.

    Raises ConfigError (another suffix, opacity into .mp4, sound into pictures, a kind that cannot be signed),
    DeviceError where signing is not installed, OutputExistsError unless `force`;
    when it is entered the errors of `VideoWriter`.
    """
    target, suffix = Path(path), Path(path).suffix.lower()
    metadata = SYNTHETIC_MEDIA_MARK if provenance is None else provenance.metadata
    if provenance is not None and provenance.credentials is not None:
        expect_signable(target)
    if is_picture_folder(path):
        if sound is not None:
            raise ConfigError(
                f"{target} is a folder of pictures, which cannot hold sound.",
                fix="Leave the sound away, or write a video: .mp4, .mov, .webm or .mkv.",
            )
        return PngSequenceWriter(target, size_wh, with_alpha=with_alpha, force=force, metadata=metadata)
    if suffix not in _CODECS:
        raise ConfigError(f"{target.name} has a suffix that no format here has.", _EXPECTED)
    opaque, transparent = _CODECS[suffix]
    codec = transparent if with_alpha else opaque
    if codec is None:
        raise ConfigError(
            f"{target.name} cannot be transparent.",
            "H.264 in .mp4 has no opacity.",
            "Write .mov (ProRes 4444, for editing), .webm (VP9, for the web), .mkv (FFV1, lossless), "
            "or a folder of PNG pictures (a name without a suffix).",
        )
    if target.is_dir():
        raise OutputExistsError(f"{target} is a folder.", "A video of that name cannot be written.", "Rename one.")
    if target.exists() and not force:
        raise OutputExistsError(f"{target} exists.", "Nothing is overwritten without being asked.", "Add --force.")
    heard = None if sound is None else Sound(Path(sound), sound_start_s, sound_duration_s)
    seal = None if provenance is None else provenance.seal
    return VideoWriter(target, fps, size_wh, codec=codec, metadata=metadata, sound=heard, seal=seal)


def is_picture_folder(path: str | os.PathLike[str]) -> bool:
    """Whether `open_output` would write PNG pictures into a folder of that name; those have no sound."""
    text, suffix = os.fspath(path), Path(path).suffix.lower()
    if suffix in _CODECS:
        return False
    return suffix == "" or text.endswith(("/", os.sep)) or Path(path).is_dir()
