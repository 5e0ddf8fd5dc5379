"""A mouth that knows nobody: what any voice in any language does to any mouth.

A small net, trained on synthesised speech whose phones and times are known exactly, hears what is said through the same
ear as a person's own mouth, and says how the mouth of the built-in rig stands, whether the lips are closed, whether the
lower lip is at the teeth, and which viseme is said. Needs no recogniser and no words. How it was trained:
``scripts/build_generic_mouth.py``.
"""

import json
from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor

from lifemask.errors import ConfigError
from lifemask.media.files import atomic_write_bytes, in_fixed_order
from lifemask.speech.ear import REACHES, Ear, Reach
from lifemask.speech.generic_mouth_net import GenericNet, GenericShape, Outputs
from lifemask.speech.layers import MOTION_HZ
from lifemask.speech.visemes import EXPRESSIONS, LIP_ON_TEETH, LIPS_CLOSED, both_sides, channel_weights

FILES = {"ahead": "data/generic_ahead.safetensors", "live": "data/generic_live.safetensors"}
SURE_OF_CONTACT = (0.25, 0.5)
"""Below the first probability a contact changes nothing, above the second it is made in full."""


class GenericMouth:
    """The ``Mouth`` for which no person is needed. ``live`` hears 82 ms beyond a moment, otherwise 302 ms.

    Sound at any level from about -35 to -10 dBFS (RMS) is heard alike; it is not gated: where nobody speaks, what is
    heard as silence closes the mouth, and the one who knows better may do more.
    """

    from_rest = True

    def __init__(self, *, live: bool = False) -> None:
        self.kind = "live" if live else "ahead"
        self._net = _load(FILES[self.kind])
        self.names = EXPRESSIONS

    @property
    def reach(self) -> Reach:
        """What its ear hears."""
        return REACHES[self.kind]

    @property
    def shape(self) -> GenericShape:
        """Sizes of its net."""
        return self._net.shape

    @property
    def seconds_after(self) -> float:
        """How much sound after its own moment a row of motion needs."""
        return self.reach.seconds_after + self.shape.after / MOTION_HZ

    def begin(self) -> "GenericListening":
        """Begin to follow a voice."""
        return GenericListening(self)

    def weights(self, rows: np.ndarray) -> np.ndarray:
        """Weights ``[n, len(names)]`` float32 from ``rows [before + n + after, D]`` as its ear gives them."""
        return _weights(*(value[0] for value in vars(self._heard(rows)).values()))

    def entered(self, rows: Tensor) -> Tensor:
        """What enters of ``rows [n, D]`` by themselves, ``[n, shape.narrow]``."""
        with torch.inference_mode():
            return self._net.entered(rows[None])[0]

    def next_weights(self, entered: Tensor) -> np.ndarray:
        """Weights ``[B, len(names)]`` of one row of motion of each of ``B`` voices, of which ``entered [B, before + 1,
        shape.narrow]``."""
        with torch.inference_mode():
            return _weights(*(value[:, -1] for value in vars(self._net.heard(entered)).values()))

    def visemes(self, rows: np.ndarray) -> np.ndarray:
        """Probabilities ``[n, 15]`` of ``visemes.VISEMES`` from ``rows [before + n + after, D]``."""
        return torch.softmax(self._heard(rows).visemes[0], -1).numpy()

    def features(self, rows: np.ndarray) -> np.ndarray:
        """What the net makes of ``rows [before + n + after, D]`` before it decides, ``[n, shape.code]`` float32:
        phonetic features for a net of a person's own."""
        return self._heard(rows).code[0].numpy()

    def rows_of(self, sound: np.ndarray, count: int | None = None) -> np.ndarray:
        """``rows [before + n + after, D]`` of a whole ``sound`` (16 kHz), one for each 40 ms that it began, or exactly
        ``count`` of them: what is missing is silence."""
        ear = Ear(self.reach)
        heard = np.concatenate([ear.push(sound), ear.flush()])
        count = len(heard) if count is None else count
        missing = self.silence(max(0, count - len(heard)))
        parts = self.silence(self.shape.before), heard[:count], missing, self.silence(self.shape.after)
        return np.concatenate(parts)

    def silence(self, rows: int) -> np.ndarray:
        """What is heard before and after all sound, ``[rows, D]``."""
        return np.repeat(_silence(self.kind), rows, 0)

    def _heard(self, rows: np.ndarray) -> Outputs:
        beside = self.shape.before + self.shape.after
        if rows.ndim != 2 or rows.shape[1] != self.shape.inputs or len(rows) < beside:
            raise ConfigError(
                f"the generic mouth was given rows of shape {tuple(rows.shape)}",
                f"n rows of motion need [{beside} + n, {self.shape.inputs}]",
                "give the rows of its own ear, with those before and after",
            )
        with torch.inference_mode():
            # One row of motion more, which is dropped: none at all is no input to a convolution.
            heard = torch.from_numpy(np.concatenate([rows[:1], rows]))[None]
            return Outputs(*(value[:, 1:] for value in vars(self._net(heard)).values()))


class GenericListening:
    """A generic mouth that follows one voice."""

    def __init__(self, mouth: GenericMouth) -> None:
        self._mouth, self._ear = mouth, Ear(mouth.reach)
        self._rows = mouth.silence(mouth.shape.before)

    def push(self, samples: np.ndarray, mel: np.ndarray, speaking: np.ndarray) -> np.ndarray:
        """Weights of the rows that can now be told; the ear makes its own bands."""
        return self._told(self._ear.push(samples))

    def flush(self) -> np.ndarray:
        """Weights of the rows that the end completes; another sound may follow."""
        told = self._told(np.concatenate([self._ear.flush(), self._mouth.silence(self._mouth.shape.after)]))
        self._rows = self._mouth.silence(self._mouth.shape.before)
        return told

    def _told(self, rows: np.ndarray) -> np.ndarray:
        self._rows = np.concatenate([self._rows, rows])
        count = len(self._rows) - self._mouth.shape.before - self._mouth.shape.after
        if count <= 0:
            return np.zeros((0, len(self._mouth.names)), np.float32)
        weights = self._mouth.weights(self._rows)
        self._rows = self._rows[count:]
        return weights


def save_net(net: GenericNet, path: Path, about: dict) -> None:
    """Write a trained net for :class:`GenericMouth`, in half precision; ``about`` says how it came to be."""
    shape = {name: getattr(net.shape, name) for name in net.shape.__dataclass_fields__}
    header = {"shape": json.dumps(shape), "about": json.dumps(about)}
    state = {
        name: value.detach().to(torch.float16).contiguous() if value.is_floating_point() else value
        for name, value in net.state_dict().items()
    }
    atomic_write_bytes(path, in_fixed_order(save(state, header)))


@lru_cache(maxsize=2)
def _load(name: str) -> GenericNet:
    with (
        resources.as_file(resources.files("lifemask.speech") / name) as path,
        safe_open(path, framework="pt", device="cpu") as file,
    ):
        net = GenericNet(GenericShape(**json.loads(file.metadata()["shape"])))
        net.load_state_dict({key: file.get_tensor(key) for key in file.keys()})  # noqa: SIM118
    return net.eval().requires_grad_(False)


@lru_cache(maxsize=2)
def _silence(kind: str) -> np.ndarray:
    ear = Ear(REACHES[kind])
    return ear.push(np.zeros(16_000, np.float32))[-1:]


def _weights(mouth: Tensor, lips_closed: Tensor, lip_on_teeth: Tensor, *_: Tensor) -> np.ndarray:
    """Weights ``[n, E]`` of what the net says of ``n`` rows, as ``Outputs`` has it."""
    said, shapes = mouth.numpy(), channel_weights()
    for viseme, logits in ((LIP_ON_TEETH, lip_on_teeth), (LIPS_CLOSED, lips_closed)):
        held = _ramp(torch.sigmoid(logits).numpy())[:, None]
        said = (1 - held) * said + held * shapes[viseme]
    return both_sides(np.maximum(said, 0.0)).astype(np.float32)


def _ramp(value: np.ndarray) -> np.ndarray:
    low, high = SURE_OF_CONTACT
    value = np.clip((value - low) / (high - low), 0.0, 1.0)
    return value * value * (3.0 - 2.0 * value)
