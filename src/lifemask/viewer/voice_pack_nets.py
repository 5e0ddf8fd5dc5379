"""The networks of a voice as a page runs them: each layer as rows of weights over what lies side by side in memory.

A page's layers are all of one form, ``weight [outputs, inputs]`` over a stretch of memory. So convolutions are turned
here to where their inputs lie there: rows of time one behind the other, each with all its channels.
"""

from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from lifemask.assets import asset_path
from lifemask.errors import ConfigError
from lifemask.speech import mel, phonetics
from lifemask.speech.generic_mouth import SURE_OF_CONTACT, GenericMouth
from lifemask.speech.generic_mouth_net import DILATIONS
from lifemask.speech.layers import Mouth
from lifemask.speech.personal import PersonalMouth
from lifemask.speech.visemes import CHANNELS, EXPRESSIONS, LIP_ON_TEETH, LIPS_CLOSED, channel_weights
from lifemask.viewer.voice_pack_file import PackedArrays

_MOUTH_LEVELS, _MEMORY_LEVELS = 63, 127
"""How finely the weights of personal mouths and of the detector's memory are kept (docs/web_speech.md)."""


def pack_hearing(arrays: PackedArrays) -> None:
    """The bands of the two ears, the phonetic network's first layers, and the detector of speech."""
    arrays.whole("mel.window", np.hanning(mel.WINDOW))
    arrays.whole("mel.bands", mel.band_weights().T)
    arrays.whole("phonetic.window", phonetics.frame_window())
    arrays.whole("phonetic.bands", phonetics.mel_bank())
    net = phonetics.PhoneticNet(asset_path("speech_embedding"))
    for index, (kernel, bias) in enumerate(net.layers[: phonetics.NEAR + 1]):
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


def pack_mouth(arrays: PackedArrays, mouth: Mouth) -> dict[str, Any]:
    """A live ``mouth``, and what the header says of it. Raises ConfigError for one that is not live."""
    if isinstance(mouth, PersonalMouth) and mouth.kind == "live" and mouth.nets[0].shape.causal:
        about = _personal(arrays, mouth)
    elif isinstance(mouth, GenericMouth) and mouth.kind == "live":
        about = _generic(arrays, mouth)
    else:
        raise ConfigError("this mouth cannot run in a page", "Only mouths that hear live can.")
    return about | {"names": list(mouth.names), "from_rest": mouth.from_rest}


def _personal(arrays: PackedArrays, mouth: PersonalMouth) -> dict[str, Any]:
    shape = mouth.nets[0].shape
    arrays.whole("mouth.mean", mouth.mean)
    arrays.whole("mouth.spread", mouth.spread)
    for number, net in enumerate(mouth.nets):
        state = net.state_dict()
        for name in sorted({entry.rpartition(".")[0] for entry in state}):
            weight, bias = state[f"{name}.weight"], state[f"{name}.bias"]
            _layer(arrays, f"mouth.{number}.{name}", weight, bias, _MOUTH_LEVELS)
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
    layers: dict[str, nn.Module] = {"enter": net.enter, "heads": net.heads, "code": _one(net.code)}
    layers |= {f"hear.{number}": _one(layer) for number, layer in enumerate(net.hear)}
    for name, layer in layers.items():
        state = layer.state_dict()
        _layer(arrays, f"mouth.{name}", state["weight"], state["bias"])
    arrays.whole("mouth.scale", net.spread.numpy())
    arrays.whole("mouth.contacts", channel_weights()[[LIP_ON_TEETH, LIPS_CLOSED]])
    place = [CHANNELS.index(name.removesuffix("Left").removesuffix("Right")) for name in EXPRESSIONS]
    about = {"dilations": list(DILATIONS), "sure_of_contact": list(SURE_OF_CONTACT), "columns": place}
    return {"kind": "generic", "channels": len(CHANNELS)} | about


def _one(layer: nn.Module) -> nn.Module:
    """A convolution and the normalisation behind it as one convolution."""
    convolution, norm, *_ = layer.children()
    return fuse_conv_bn_eval(convolution, norm)  # pyright: ignore[reportArgumentType]


def _layer(
    arrays: PackedArrays, name: str, weight: torch.Tensor, bias: torch.Tensor, levels: int | None = None
) -> None:
    """Weights ``[out, in]`` or ``[out, in, time]``, which become ``[out, time * in]``; without ``levels`` float16."""
    weight = weight.detach()
    turned = (weight if weight.ndim == 2 else weight.transpose(1, 2).reshape(len(weight), -1)).numpy()
    if levels is None:
        arrays.halved(name, turned)
    else:
        arrays.narrowed(name, turned, levels)
    arrays.whole(f"{name}.bias", bias.detach().numpy())
