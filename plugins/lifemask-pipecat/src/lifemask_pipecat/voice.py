"""An avatar with its voice, from its folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from lifemask.pipeline.avatar_voice import AvatarVoice


def load_voice(folder: str | Path, device: Literal["auto", "cpu", "cuda"] = "auto") -> "AvatarVoice":
    """The avatar in ``folder``, the result of ``lifemask create``. Takes seconds; load it once, for any number of
    sessions.

    Raises FileMissingError, FormatError, ConfigError and DeviceError, which say what to do.
    """
    from lifemask.avatar.avatar import Avatar
    from lifemask.pipeline.avatar_voice import AvatarVoice
    from lifemask.pipeline.job import pick_device

    return AvatarVoice.load(Path(folder), Avatar.load(Path(folder), pick_device(device)))
