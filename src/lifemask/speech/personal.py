"""A person's own mouth: what theirs does when it speaks, learned from their own clip."""

import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch

from lifemask.errors import FormatError
from lifemask.speech.ear import REACHES, Ear, Reach
from lifemask.speech.layers import MOTION_HZ
from lifemask.speech.mouth_net import Chorus, MouthNet, NetShape
from lifemask.speech.mouth_space import MouthSpace, Widening


@dataclass(frozen=True)
class PersonalMouth:
    """Networks that were trained on parts of a clip, whose mean is what the mouth does: a ``Mouth``.

    ``kind``: "ahead" hears half a second beyond a moment, "live" 82 ms. ``mean`` and ``spread [D]`` of the rows that
    they heard.
    """

    kind: str
    space: MouthSpace
    widening: Widening
    mean: np.ndarray
    spread: np.ndarray
    nets: tuple[MouthNet, ...]

    @property
    def from_rest(self) -> bool:
        """False: this person's rest is in what it has learned."""
        return False

    @property
    def names(self) -> tuple[str, ...]:
        """The weights that it gives."""
        return self.space.names

    @property
    def reach(self) -> Reach:
        """What its ear hears."""
        return REACHES[self.kind]

    @property
    def seconds_after(self) -> float:
        """How much sound after its own moment a row needs."""
        return self.reach.seconds_after + self.nets[0].shape.after / MOTION_HZ

    def begin(self) -> "PersonalListening":
        """Begin to follow a voice."""
        return PersonalListening(self)

    def weights(self, rows: np.ndarray) -> np.ndarray:
        """Weights ``[n, E]`` of ``rows [before + n + after, D]`` as the ear gives them."""
        return self.weights_of(self._chorus(torch.from_numpy((rows - self.mean) / self.spread)).numpy())

    def weights_of(self, said: np.ndarray) -> np.ndarray:
        """Weights ``[n, E]`` of what the networks say, ``[n, outputs]``."""
        return self.space.weights(said, self.opening_m(said[:, -1]))

    @cached_property
    def _chorus(self) -> Chorus:
        return Chorus(self.nets)

    def opening_m(self, said: np.ndarray) -> np.ndarray:
        """How far the lips open ``[n]`` in metres where the networks say ``said [n]``."""
        return self.widening(self.space.aperture_m[0] + self.space.aperture_m[1] * said)

    def to_tensors(self) -> dict[str, np.ndarray]:
        """Everything as arrays, for a safetensors file; the networks in half precision."""
        arrays = {f"space.{name}": value for name, value in self.space.to_tensors().items()}
        about = {"kind": self.kind, "names": self.names, "nets": [_about(net) for net in self.nets]}
        arrays |= {
            "mean": self.mean,
            "spread": self.spread,
            "widening.said": self.widening.said,
            "widening.true": self.widening.true,
        }
        arrays = {name: np.asarray(value, np.float32) for name, value in arrays.items()}
        for number, net in enumerate(self.nets):
            arrays |= {f"nets.{number}.{n}": value.half().numpy() for n, value in net.state_dict().items()}
        return arrays | {"about": np.frombuffer(json.dumps(about).encode(), np.uint8).copy()}

    @staticmethod
    def of_tensors(tensors: dict[str, np.ndarray]) -> "PersonalMouth":
        """What ``to_tensors`` gave. Raises FormatError naming what is missing."""
        try:
            about = json.loads(tensors["about"].tobytes())
            part = lambda prefix: {n[len(prefix) :]: v for n, v in tensors.items() if n.startswith(prefix)}  # noqa: E731
            nets = tuple(_net(entry, part(f"nets.{number}.")) for number, entry in enumerate(about["nets"]))
            space = MouthSpace.of_tensors(tuple(about["names"]), part("space."))
            widening = Widening(tensors["widening.said"], tensors["widening.true"])
            return PersonalMouth(about["kind"], space, widening, tensors["mean"], tensors["spread"], nets)
        except KeyError as missing:
            raise FormatError(f"a mouth has no entry {missing}", "The file is older or was cut.") from missing


class PersonalListening:
    """A personal mouth that follows one voice."""

    def __init__(self, mouth: PersonalMouth) -> None:
        self._mouth, self._ear, self._shape = mouth, Ear(mouth.reach), mouth.nets[0].shape
        self._rows = self._silence(self._shape.before)

    def push(self, samples: np.ndarray, mel: np.ndarray, speaking: np.ndarray) -> np.ndarray:
        """Weights of the rows that can now be told; the ear makes its own bands."""
        return self._told(self._ear.push(samples))

    def flush(self) -> np.ndarray:
        """Weights of the rows that the end completes."""
        told = self._told(np.concatenate([self._ear.flush(), self._silence(self._shape.after)]))
        self._rows = self._silence(self._shape.before)
        return told

    def _told(self, rows: np.ndarray) -> np.ndarray:
        self._rows = np.concatenate([self._rows, rows])
        count = len(self._rows) - self._shape.reach
        if count <= 0:
            return np.zeros((0, len(self._mouth.names)), np.float32)
        weights = self._mouth.weights(self._rows)
        self._rows = self._rows[count:]
        return weights

    def _silence(self, rows: int) -> np.ndarray:
        """Before and after the sound the networks hear what they heard on the mean."""
        return np.repeat(self._mouth.mean[None], rows, 0)


def _about(net: MouthNet) -> dict[str, Any]:
    shape = net.shape
    return {
        "inputs": shape.inputs, "outputs": shape.outputs, "channels": shape.channels, "dilations": shape.dilations,
        "causal": shape.causal,
    }  # fmt: skip


def _net(about: dict[str, Any], state: dict[str, np.ndarray]) -> MouthNet:
    net = MouthNet(replace(NetShape(**about), dilations=tuple(about["dilations"])))
    net.load_state_dict({name: torch.from_numpy(value).float() for name, value in state.items()})
    return net.eval().requires_grad_(False)
