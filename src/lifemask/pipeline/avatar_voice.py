"""An avatar that speaks: from the motion of a voice to the avatar's own, ready to be rendered."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch

from lifemask.avatar.avatar import Avatar
from lifemask.avatar.motion import Motion
from lifemask.errors import ConfigError, FileMissingError
from lifemask.perception.rig_source import rig_hash
from lifemask.pipeline.voice_file import VOICE, VoiceFile
from lifemask.rig.code import RigCode
from lifemask.speech.generic_mouth import GenericMouth
from lifemask.speech.hearing import USUAL, Voice
from lifemask.speech.layers import Mouth
from lifemask.speech.mouth_space import MODE
from lifemask.speech.voice import VoiceMotion, VoiceRows

MouthChoice = Literal["auto", "personal", "generic"]


@dataclass(frozen=True)
class VoiceOptions:
    """How a voice moves an avatar."""

    mouth: MouthChoice = "auto"
    """Whose mouth: the person's own, one of anybody, or the person's own if there is one (auto)."""
    seed: int = 0
    """Seed of all that lives beside the mouth."""
    energy: float = 1.0
    """How far head, brows and gaze move, 1 as in the clip."""
    still: float = 0.0
    """1 holds head, brows and gaze at rest; only blinks remain."""


@dataclass(frozen=True)
class AvatarVoice:
    """An ``avatar`` and the ``file`` that says how its person speaks."""

    avatar: Avatar
    file: VoiceFile

    @staticmethod
    def load(folder: Path, avatar: Avatar) -> "AvatarVoice":
        """The voice of the avatar in ``folder``. Raises FileMissingError, FormatError, and ConfigError for another
        rig's."""
        path = folder / VOICE
        if avatar.rig.has_jaw:
            raise ConfigError(
                f"{folder} holds an avatar on a FLAME head, which cannot speak yet",
                "A voice drives the expressions of the built-in head.",
                "Make one on it: lifemask create VIDEO -o FOLDER, without --rig",
            )
        if not path.exists():
            raise FileMissingError(
                f"{folder} holds no {VOICE}.",
                "It was made by an earlier version, or only the avatar was copied.",
                f"Run the command that made it again, lifemask create VIDEO -o {folder}: only its voice is learned.",
            )
        file = VoiceFile.load(path)
        if file.rig_hash != rig_hash(avatar.rig):
            raise ConfigError(
                f"{path} and the avatar beside it stand on different rigs",
                "They come from different runs.",
                "Put the voice of the avatar's own run beside it.",
            )
        return AvatarVoice(avatar, file)

    def mouth(self, choice: MouthChoice = "auto", *, live: bool = False) -> Mouth:
        """The mouth that is chosen. Raises ConfigError for a personal one that there is not."""
        own = self.file.mouths.get("live" if live else "ahead")
        if choice == "personal" and own is None:
            raise ConfigError(
                "this avatar has no mouth of its own",
                "Its clip has no sound, or too little speech to learn from.",
                "Let it speak with anybody's: --mouth generic",
            )
        return GenericMouth(live=live) if own is None or choice == "generic" else own

    def begin(
        self, options: VoiceOptions | None = None, *, fps: float = 25.0, live: bool = False, start: Voice = USUAL
    ) -> VoiceMotion:
        """Begin to follow a voice; ``live`` looks ahead as little as can be."""
        options = options or VoiceOptions()
        mouth = self.mouth(options.mouth, live=live)
        return VoiceMotion(
            mouth,
            self.file.rest_of(mouth.names),
            self.file.life,
            fps=fps,
            seed=options.seed,
            energy=options.energy,
            still=options.still,
            start=start,
        )

    def motion(self, voice: VoiceMotion, rows: VoiceRows) -> Motion:
        """The avatar's motion of some frames of ``voice``."""
        names, device = self.avatar.rig.expression_names, self.avatar.device
        count, sizes = len(rows), self.avatar.model.num_modes
        expression, modes = np.zeros((count, len(names)), np.float32), np.zeros((count, sizes["face"]), np.float32)
        place = {name: number for number, name in enumerate(names)}
        for part, values in ((voice.life.names, rows.life.expression), (voice.mouth.names, rows.mouth)):
            for column, name in enumerate(part):
                if name.startswith(MODE):
                    modes[:, int(name[len(MODE) :])] = values[:, column]
                else:
                    expression[:, place[name]] = values[:, column]
        torso = np.zeros((count, sizes["torso"]), np.float32)
        known = min(sizes["torso"], rows.life.torso_modes.shape[1])
        torso[:, :known] = rows.life.torso_modes[:, :known]
        to = lambda array: torch.as_tensor(array, dtype=torch.float32, device=device)  # noqa: E731
        life = rows.life
        code = RigCode(to(expression), to(life.eyes), to(life.camera_from_head), to(life.camera_from_torso))
        return Motion(code, to(torso), to(modes))
