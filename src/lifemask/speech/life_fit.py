"""A spectrum of scores that gives *values* the filmed spectrum: what makes values out of scores colours them too."""

from dataclasses import replace

import numpy as np

from lifemask.speech.life_reach import Reach
from lifemask.speech.life_spectrum import CrossSpectrum, band_power, centres_hz
from lifemask.speech.life_wander import Wander

_ROUNDS, _SECONDS, _FPS = 5, 180.0, 25.0
_TRUST = 3.0
_BRIDGE_HZ = 1.0
"""What is faster than this is lost where a straight line bridges a blink."""


def fitted(spectrum: CrossSpectrum, reach: Reach, values: np.ndarray, fps: float, filmed: np.ndarray) -> CrossSpectrum:
    """The ``spectrum`` with powers such that, through ``reach``, motion as long as ``values [T, C]`` has their powers
    on average, in the measure in which those are known (as in surrogates of a given distribution and spectrum:
    Schreiber & Schmitz 1996, Phys. Rev. Lett. 77). ``filmed [C]``: the share of the values that is not bridged."""
    wanted, number = band_power(values, fps)
    wanted *= filmed ** -np.clip(centres_hz() / _BRIDGE_HZ, 0, 1)[:, None]
    share = (number / (number + _TRUST))[:, None]
    length = round(len(values) / fps * _FPS)
    blocks = max(1, round(_SECONDS * _FPS / length))
    for seed in range(_ROUNDS):
        slow, quick = Wander(spectrum, _FPS, seed).rows(blocks * length)
        made = reach.values(slow + quick).reshape(blocks, length, -1)
        found = np.mean([band_power(block, _FPS, noise=False)[0] for block in made], 0)
        both = (wanted > 0) & (found > 0) & (share > 0)
        change = np.where(both, np.log(np.where(both, wanted, 1) / np.where(both, found, 1)), 0)
        # The level is the reach's; only the colour is sought.
        weight = np.where(both, found, 0)
        change -= (weight * change).sum(0) / np.maximum(weight.sum(0), 1e-30)
        spectrum = replace(spectrum, power=spectrum.power * np.exp(np.clip(0.6 * share * change, -1, 1)))
    return spectrum
