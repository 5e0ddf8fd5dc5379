"""``voice.safetensors``: how a person moves when they speak. It stands beside the avatar and is read with it."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save

from lifemask.media.files import atomic_write_bytes, in_fixed_order, read_tensors
from lifemask.speech.life_statistics import LifeStatistics
from lifemask.speech.mouth_space import MODE
from lifemask.speech.personal import PersonalMouth

VOICE = "voice.safetensors"
SCHEMA = "lifemask-voice-1"


@dataclass(frozen=True)
class VoiceFile:
    """``life`` of a person, their own ``mouths`` by kind ("ahead", "live"; none where the clip has too little speech),
    and their mouth at rest: ``rest [E]`` of the rig's ``names``, ``rest_modes [F]`` of the avatar's face.

    ``facts``: what was found of the clip, for people and programs.
    """

    rig_hash: str
    names: tuple[str, ...]
    rest: np.ndarray
    rest_modes: np.ndarray
    life: LifeStatistics
    mouths: dict[str, PersonalMouth]
    facts: dict[str, Any] = field(default_factory=dict)

    def rest_of(self, names: tuple[str, ...]) -> np.ndarray:
        """The mouth at rest ``[len(names)]``, of expressions and modes."""
        known = dict(zip(self.names, self.rest.tolist(), strict=True))
        known |= {f"{MODE}{number}": value for number, value in enumerate(self.rest_modes.tolist())}
        return np.array([known[name] for name in names], np.float32)

    def save(self, path: Path) -> None:
        """Write the file atomically."""
        arrays = {f"life.{name}": value for name, value in self.life.to_tensors().items()}
        for kind, mouth in self.mouths.items():
            arrays |= {f"mouth.{kind}.{name}": value for name, value in mouth.to_tensors().items()}
        arrays |= {"rest": np.float32(self.rest), "rest_modes": np.float32(self.rest_modes)}
        header = {
            "schema": SCHEMA,
            "rig_hash": self.rig_hash,
            "expression_names": ",".join(self.names),
            "mouths": ",".join(self.mouths),
            "facts": json.dumps(self.facts),
        }
        whole = {name: np.asarray(value, order="C") for name, value in arrays.items()}
        atomic_write_bytes(path, in_fixed_order(save(whole, header)))

    @staticmethod
    def load(path: Path) -> "VoiceFile":
        """Read what ``save`` wrote. Raises FormatError."""
        header, arrays = read_tensors(path, SCHEMA)
        part = lambda prefix: {n[len(prefix) :]: v for n, v in arrays.items() if n.startswith(prefix)}  # noqa: E731
        kinds = [kind for kind in header["mouths"].split(",") if kind]
        return VoiceFile(
            header["rig_hash"],
            tuple(header["expression_names"].split(",")),
            arrays["rest"],
            arrays["rest_modes"],
            LifeStatistics.of_tensors(part("life.")),
            {kind: PersonalMouth.of_tensors(part(f"mouth.{kind}.")) for kind in kinds},
            json.loads(header["facts"]),
        )
