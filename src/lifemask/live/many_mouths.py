"""The mouths of many streams at once, a row of motion of each at a time."""

from typing import Protocol, cast

import numpy as np
import torch
from torch import Tensor

from lifemask.errors import ConfigError
from lifemask.live.many_kernels import joined, over_rows
from lifemask.live.many_state import States
from lifemask.speech.ear import LIVE
from lifemask.speech.generic_mouth import GenericMouth
from lifemask.speech.layers import Mouth
from lifemask.speech.mouth_net import CausalChorus
from lifemask.speech.personal import PersonalMouth


class ManyMouths(Protocol):
    """One mouth that several streams use."""

    states: States

    def step(self, at: np.ndarray, rows: Tensor) -> np.ndarray:
        """Weights float32 ``[B, E]`` of the streams at the places ``at [B]``, of the ear's next ``rows [B, D]``."""
        ...


class ManyPersonal:
    """A person's own mouth."""

    def __init__(self, mouth: PersonalMouth) -> None:
        self._mouth, self._chorus = mouth, CausalChorus(mouth.nets)
        self._mean, self._spread = torch.from_numpy(mouth.mean), torch.from_numpy(mouth.spread)
        past = self._chorus.begin()
        self._names = [f"{number}" for number in range(len(past))]
        self.states = States(**dict(zip(self._names, past, strict=True)))

    def step(self, at: np.ndarray, rows: Tensor) -> np.ndarray:
        """As ``ManyMouths`` says."""
        past = [self.states[name].numpy() for name in self._names]
        recall = lambda block, hidden: over_rows(hidden, past[block], at)  # noqa: E731
        return self._mouth.weights_of(self._chorus.step(recall, (rows - self._mean) / self._spread).numpy())


class ManyGeneric:
    """Anybody's mouth."""

    def __init__(self, mouth: GenericMouth) -> None:
        self._mouth = mouth
        silence = torch.from_numpy(mouth.silence(mouth.shape.before))
        self.states = States(entered=mouth.entered(silence).reshape(-1).clone())

    def step(self, at: np.ndarray, rows: Tensor) -> np.ndarray:
        """As ``ManyMouths`` says."""
        entered = self._mouth.entered(rows)
        whole = joined(self.states["entered"].numpy(), at, entered.numpy())
        return self._mouth.next_weights(torch.from_numpy(whole).view(len(at), -1, entered.shape[1]))


def many(mouth: Mouth) -> ManyMouths:
    """The mouth for many. Raises ConfigError as ``refuse_far`` does."""
    refuse_far(mouth)
    return ManyPersonal(mouth) if isinstance(mouth, PersonalMouth) else ManyGeneric(cast(GenericMouth, mouth))


def warm_mouths() -> None:
    """Do once what is slow the first time, whoever's mouth it is."""
    over_rows(np.zeros((1, 1, 1), np.float32), np.zeros((1, 1, 2, 1), np.float32), np.array([0]))


def refuse_far(mouth: Mouth) -> None:
    """Raises ConfigError for a mouth that hears further than a live one does."""
    personal = isinstance(mouth, PersonalMouth) and mouth.reach is LIVE and mouth.nets[0].shape.causal
    generic = isinstance(mouth, GenericMouth) and mouth.reach is LIVE and not mouth.shape.after
    if not (personal or generic):
        raise ConfigError(
            "this mouth cannot be driven together with others",
            "It hears more of what comes than a live one does.",
            "Drive it alone: AvatarStream(voice)",
        )
