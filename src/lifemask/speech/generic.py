"""A mouth that knows nobody: what any voice in any language does to any mouth.

A small net, trained on synthesised speech whose phones and times are known exactly, hears bands of sound and says how
the mouth of the built-in rig stands, whether the lips are closed, whether the lower lip is at the teeth, and which
viseme is said. Needs no recogniser and no words. How it was trained: ``scripts/build_generic_mouth.py``.
"""

import json
from functools import lru_cache
from importlib import resources

import numpy as np
import torch
from safetensors import safe_open

from lifemask.errors import ConfigError
from lifemask.speech.generic_net import LEVEL_CONTEXT, MouthNet, NetShape, Outputs, heard_bands
from lifemask.speech.layers import MEL_BANDS, MELS_PER_MOTION, Heard
from lifemask.speech.visemes import EXPRESSIONS, LIP_ON_TEETH, LIPS_CLOSED, both_sides, channel_weights

FILES = {False: "data/generic_mouth.safetensors", True: "data/generic_mouth_quick.safetensors"}

SURE_OF_CONTACT = (0.35, 0.65)
"""Below the first probability a contact changes nothing, above the second it is made in full."""
SURE_OF_SPEECH = (0.1, 0.35)
"""The same for whether somebody speaks: at rest below, free above."""
SPEECH_REACH = 10
"""Rows of bands by which speech reaches beyond its own time: lips move before they are heard."""


class GenericMouth:
    """The ``Mouth`` for which no training is needed; with ``quick=True`` it looks 40 ms ahead instead of 120.

    It expects bands exactly as ``speech/mel.py`` gives them, of sound at any level: not normalised in any way.
    """

    def __init__(self, *, quick: bool = False) -> None:
        self._net = _load(FILES[quick])
        self.names = EXPRESSIONS
        self.before = LEVEL_CONTEXT + self._net.shape.before
        self.after = self._net.shape.after

    @property
    def num_features(self) -> int:
        """D of :meth:`features`."""
        return self._net.shape.code

    def weights(self, heard: Heard) -> np.ndarray:
        """Expression weights ``[n, len(names)]`` float32 of the ``n`` rows of motion of ``heard``."""
        out = self._run(heard.mel)
        mouth = (out.mouth[0] * self._net.spread).numpy()
        shapes = channel_weights()
        for viseme, logits in ((LIP_ON_TEETH, out.lip_on_teeth), (LIPS_CLOSED, out.lips_closed)):
            held = _ramp(torch.sigmoid(logits[0]).numpy(), *SURE_OF_CONTACT)[:, None]
            mouth = (1 - held) * mouth + held * shapes[viseme]
        free = _ramp(self._speaking(heard.speaking), *SURE_OF_SPEECH)[:, None]
        return both_sides(np.maximum(mouth, 0.0) * free).astype(np.float32)

    def visemes(self, mel: np.ndarray) -> np.ndarray:
        """Probabilities ``[n, 15]`` of ``visemes.VISEMES`` from ``mel [before + 4 n + after, 80]``."""
        return torch.softmax(self._run(mel).visemes[0], -1).numpy()

    def features(self, mel: np.ndarray) -> np.ndarray:
        """What the net makes of the sound before it decides, ``[n, D]`` float32, one row for each row of motion of
        ``mel [before + 4 n + after, 80]``: phonetic features for a net of a person's own."""
        return self._run(mel).code[0].numpy()

    def _run(self, mel: np.ndarray) -> Outputs:
        rows = len(mel) - self.before - self.after
        if mel.ndim != 2 or mel.shape[1] != MEL_BANDS or rows < 0 or rows % MELS_PER_MOTION:
            raise ConfigError(
                f"the generic mouth was given bands of shape {tuple(mel.shape)}",
                f"n rows of motion need [{self.before} + 4 n + {self.after}, {MEL_BANDS}]",
                "give as many rows before and after as its `before` and `after` say",
            )
        if rows == 0:
            return _nothing(self._net)
        with torch.inference_mode():
            return self._net(torch.from_numpy(heard_bands(mel))[None])

    def _speaking(self, speaking: np.ndarray) -> np.ndarray:
        """The most sure of each row's own bands and those within reach, ``[n]``."""
        after = min(self.after, SPEECH_REACH)
        reach = speaking[self.before - SPEECH_REACH : len(speaking) - self.after + after]
        windows = np.lib.stride_tricks.sliding_window_view(reach, SPEECH_REACH + MELS_PER_MOTION + after)
        return windows[::MELS_PER_MOTION].max(-1)


def save_net(net: MouthNet, path, about: dict) -> None:
    """Write a trained net for :class:`GenericMouth`, in half precision; ``about`` says how it came to be."""
    from safetensors.torch import save

    from lifemask.media.files import atomic_write_bytes, in_fixed_order

    header = {"shape": json.dumps(net.shape.as_dict()), "about": json.dumps(about)}
    state = {name: value.detach().to(torch.float16).contiguous() for name, value in net.state_dict().items()}
    atomic_write_bytes(path, in_fixed_order(save(state, header)))


@lru_cache(maxsize=2)
def _load(name: str) -> MouthNet:
    with (
        resources.as_file(resources.files("lifemask.speech") / name) as path,
        safe_open(path, framework="pt", device="cpu") as file,
    ):
        shape = json.loads(file.metadata()["shape"])
        shape["offsets"] = tuple(map(tuple, shape["offsets"]))
        net = MouthNet(NetShape(**shape | {"patch": tuple(shape["patch"])}))
        net.load_state_dict({key: file.get_tensor(key).float() for key in file.keys()})  # noqa: SIM118
    return net.eval().requires_grad_(False)


def _nothing(net: MouthNet) -> Outputs:
    empty = torch.zeros(1, 0)
    wide = lambda columns: torch.zeros(1, 0, columns)  # noqa: E731
    return Outputs(wide(len(net.spread)), empty, empty, wide(15), wide(net.shape.code))


def _ramp(value: np.ndarray, low: float, high: float) -> np.ndarray:
    value = np.clip((value - low) / (high - low), 0.0, 1.0)
    return value * value * (3.0 - 2.0 * value)
