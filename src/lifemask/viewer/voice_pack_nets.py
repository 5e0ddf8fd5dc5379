"""The networks of a voice as a page runs them: each layer as rows of weights over what lies side by side in memory.

A page's layers are all of one form, ``weight [outputs, inputs]`` over a stretch of memory. So convolutions are turned
here to where their inputs lie there: rows of time one behind the other, each with all its channels.
"""

from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file

from lifemask.assets import asset_path
from lifemask.errors import ConfigError
from lifemask.speech import mel, phonetics
from lifemask.speech.generic_mouth import SURE_OF_CONTACT, GenericMouth
from lifemask.speech.generic_mouth_net import DILATIONS
from lifemask.speech.personal import PersonalMouth
from lifemask.speech.visemes import CHANNELS, EXPRESSIONS, LIP_ON_TEETH, LIPS_CLOSED, channel_weights
from lifemask.viewer.voice_pack_file import PackedArrays

_NEAR_LAYERS = 11
"""Of the phonetic network's: up to the layer that a live mouth hears."""
_MOUTH_LEVELS, _MEMORY_LEVELS = 63, 127
"""How finely the weights of mouths and of the detector's memory are kept; docs/web_speech.md says what that costs."""


def pack_hearing(arrays: PackedArrays) -> None:
    """The bands of the two ears, the phonetic network's first layers, and the detector of speech."""
    arrays.whole("mel.window", np.hanning(mel.WINDOW))
    arrays.whole("mel.bands", mel._bands().T)
    arrays.whole("phonetic.window", phonetics._window() * phonetics._FULL_SCALE)
    arrays.whole("phonetic.bands", phonetics._mel_bank())
    net = phonetics.PhoneticNet(asset_path("speech_embedding"))
    for index, (kernel, bias) in enumerate(net._layers[:_NEAR_LAYERS]):
        # [out, in, time, bands] to [out, time, bands, in].
        arrays.halved(f"phonetic.{index}", kernel.permute(0, 2, 3, 1).reshape(len(kernel), -1).numpy())
        arrays.whole(f"phonetic.{index}.bias", bias.numpy())
    weights = load_file(asset_path("silero_vad"))
    for number in range(1, 5):
        kernel = weights[f"conv{number}.weight"].transpose(0, 2, 1)
        arrays.halved(f"vad.{number}", kernel.reshape(len(kernel), -1))
        arrays.whole(f"vad.{number}.bias", weights[f"conv{number}.bias"])
    memory = np.concatenate([weights["lstm_cell.weight_ih"], weights["lstm_cell.weight_hh"]], 1)
    arrays.narrowed("vad.memory", memory, _MEMORY_LEVELS)
    arrays.whole("vad.memory.bias", weights["lstm_cell.bias_ih"] + weights["lstm_cell.bias_hh"])
    arrays.whole("vad.answer", weights["final_conv.weight"][:, :, 0])
    arrays.whole("vad.answer.bias", weights["final_conv.bias"])


def pack_mouth(arrays: PackedArrays, mouth: PersonalMouth | GenericMouth) -> dict[str, Any]:
    """A live ``mouth``, and what the header says of it."""
    about = _generic(arrays, mouth) if isinstance(mouth, GenericMouth) else _personal(arrays, mouth)
    return about | {"names": list(mouth.names), "from_rest": mouth.from_rest}


def _personal(arrays: PackedArrays, mouth: PersonalMouth) -> dict[str, Any]:
    shape = mouth.nets[0].shape
    if mouth.kind != "live" or not shape.causal:
        raise ConfigError(f"a mouth that hears '{mouth.kind}' cannot run in a page", "Expected one that is live.")
    arrays.whole("mouth.mean", mouth.mean)
    arrays.whole("mouth.spread", mouth.spread)
    for number, net in enumerate(mouth.nets):
        of = f"mouth.{number}"
        _layer(arrays, f"{of}.stem", net.stem.weight, net.stem.bias)
        for block, (wide, narrow) in enumerate(zip(net.wide, net.narrow, strict=True)):
            _layer(arrays, f"{of}.wide.{block}", wide.weight, wide.bias)
            _layer(arrays, f"{of}.narrow.{block}", narrow.weight, narrow.bias)
        _layer(arrays, f"{of}.head", net.head.weight, net.head.bias)
    for name, value in mouth.space.to_tensors().items():
        arrays.whole(f"space.{name}", value)
    arrays.whole("widening.said", mouth.widening.said)
    arrays.whole("widening.true", mouth.widening.true)
    about = {"nets": len(mouth.nets), "channels": shape.channels, "dilations": list(shape.dilations)}
    return {"kind": "personal", "outputs": shape.outputs} | about


def _generic(arrays: PackedArrays, mouth: GenericMouth) -> dict[str, Any]:
    net = mouth._net
    arrays.whole("mouth.mean", net.mean.numpy())
    arrays.whole("mouth.spread", net.deviation.numpy())
    arrays.whole("mouth.silence", mouth.silence(1)[0])
    _layer(arrays, "mouth.enter", net.enter.weight, net.enter.bias)
    for name, layer in (
        *((f"mouth.hear.{number}", layer) for number, layer in enumerate(net.hear)),
        ("mouth.code", net.code),
    ):
        convolution, norm = layer[0], layer[1]
        gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        _layer(arrays, name, convolution.weight * gain[:, None, None], norm.bias - norm.running_mean * gain)
    _layer(arrays, "mouth.heads", net.heads.weight, net.heads.bias)
    arrays.whole("mouth.scale", net.spread.numpy())
    arrays.whole("mouth.contacts", channel_weights()[[LIP_ON_TEETH, LIPS_CLOSED]])
    place = [CHANNELS.index(name.removesuffix("Left").removesuffix("Right")) for name in EXPRESSIONS]
    about = {"dilations": list(DILATIONS), "sure_of_contact": list(SURE_OF_CONTACT), "columns": place}
    return {"kind": "generic", "channels": len(CHANNELS)} | about


def _layer(arrays: PackedArrays, name: str, weight: torch.Tensor, bias: torch.Tensor) -> None:
    """Weights ``[out, in]`` or ``[out, in, time]``, which become ``[out, time * in]``."""
    weight = weight.detach()
    turned = weight if weight.ndim == 2 else weight.transpose(1, 2).reshape(len(weight), -1)
    arrays.narrowed(name, turned.numpy(), _MOUTH_LEVELS)
    arrays.whole(f"{name}.bias", bias.detach().numpy())
