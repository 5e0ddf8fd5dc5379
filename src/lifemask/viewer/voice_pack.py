"""A person's voice for a page: everything that moves an avatar by sound without a server, in one compressed file."""

from pathlib import Path
from typing import Any

from lifemask.assets import find_asset
from lifemask.avatar.avatar import Avatar
from lifemask.avatar.code_rows import CodeLayout
from lifemask.pipeline.avatar_voice import AvatarVoice
from lifemask.pipeline.voice_file import VOICE
from lifemask.viewer.voice_pack_file import PackedArrays
from lifemask.viewer.voice_pack_life import pack_life
from lifemask.viewer.voice_pack_nets import pack_hearing, pack_mouth

_HEARS = ("speech_embedding", "silero_vad")


def voice_pack(folder: Path) -> bytes | None:
    """The voice of the avatar in ``folder``, packed; None if the folder holds no voice. The same for the same folder.

    Raises the errors of ``Avatar.load`` and ``AvatarVoice.load``, and AssetError where the networks are not there.
    """
    if not (folder / VOICE).exists():
        return None
    return pack_voice(AvatarVoice.load(folder, Avatar.load(folder)))


def pack_voice(voice: AvatarVoice) -> bytes:
    """A ``voice``, packed: its own live mouth if it has one, else the generic one."""
    layout = CodeLayout.of(voice.avatar)
    mouth, motion = voice.mouth(live=True), voice.begin(live=True)
    arrays = PackedArrays()
    pack_hearing(arrays)
    mouth_header = pack_mouth(arrays, mouth)
    arrays.whole("mouth.rest", voice.file.rest_of(mouth.names))
    life_header = pack_life(arrays, voice.file.life)
    return arrays.packed({
        "layout": {
            "expressionNames": layout.expression_names,
            "torsoModes": layout.torso_modes,
            "faceModes": layout.face_modes,
        },
        "latency_s": motion.seconds_after,
        "mouth": mouth_header,
        "life": life_header,
        "networks": [_about(name) for name in _HEARS],
    })  # fmt: skip


def _about(name: str) -> dict[str, Any]:
    asset = find_asset(name)
    return {"name": asset.name, "version": asset.version, "sha256": asset.sha256, "licence": asset.licence}
