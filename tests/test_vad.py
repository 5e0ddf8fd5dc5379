"""Speech or not: what it is told apart from, how loud it must be, how soon it is found."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file

from lifemask.assets import asset_path
from lifemask.speech.layers import MEL_HZ, SOUND_HZ
from lifemask.speech.mel import MelBands
from lifemask.speech.vad import VoiceActivity
from sound_made import babble, in_pieces, whole

SPEECH = (0.1 * babble(3.0)).astype(np.float32)
CUTS = st.lists(st.integers(0, len(SPEECH)), max_size=12).map(sorted)


def slow_speech(sound: np.ndarray, first: int) -> np.ndarray:
    """The network in torch, in steps of 32 ms that begin ``first`` samples before the sound."""
    weights = load_file(asset_path("silero_vad"))
    cell = torch.nn.LSTMCell(128, 128)
    cell.load_state_dict({name.removeprefix("lstm_cell."): w for name, w in weights.items() if "lstm" in name})
    padded = torch.from_numpy(2.0 * np.concatenate([np.zeros(64 + first, np.float32), sound]))
    state, sure = None, []
    with torch.no_grad():
        for start in range(0, len(padded) - 576 + 1, 512):
            piece = torch.nn.functional.pad(padded[None, start : start + 576], (0, 64), mode="reflect")
            waves = torch.conv1d(piece[:, None], weights["stft_conv.weight"], stride=128)
            seen = torch.hypot(waves[:, :129], waves[:, 129:])
            for layer, stride in ((1, 1), (2, 2), (3, 2), (4, 1)):
                weight, bias = weights[f"conv{layer}.weight"], weights[f"conv{layer}.bias"]
                seen = torch.conv1d(seen, weight, bias, stride=stride, padding=1).relu()
            state = cell(seen[:, :, 0], state)
            answer = torch.conv1d(state[0].relu()[:, :, None], weights["final_conv.weight"], weights["final_conv.bias"])
            sure.append(float(torch.sigmoid(answer)))
    return np.array(sure)


class TestSpeaking:
    def test_the_slow_twin(self):
        """Each row has the word of the last of three slow networks that ends within its 25 ms of sound."""
        figures = whole(VoiceActivity(), SPEECH)
        padded = np.concatenate([SPEECH, np.zeros(1000, np.float32)])
        words = {}
        for first in (0, 171, 342):
            for step, sure in enumerate(slow_speech(padded, first)):
                words[(step + 1) * 512 - first] = sure
        ends = np.array(sorted(words))
        for row, figure in enumerate(figures):
            latest = ends[ends <= 160 * row + 280].max(initial=-1)
            if latest >= 0:
                assert figure == pytest.approx(words[latest], abs=2e-5)

    @settings(max_examples=12, deadline=None)
    @given(cuts=CUTS, ahead=st.integers(0, 5))
    def test_however_the_sound_is_cut(self, cuts, ahead):
        """1e-5: an LSTM forgets the rounding of its past."""
        figures = whole(VoiceActivity(ahead=ahead), SPEECH)
        assert in_pieces(VoiceActivity(ahead=ahead), SPEECH, cuts) == pytest.approx(figures, abs=1e-5)
        assert len(figures) == len(whole(MelBands(), SPEECH))

    @pytest.mark.parametrize("ahead", [0, 3])
    def test_it_comes_with_its_bands(self, ahead):
        bands, speaking, behind = MelBands(), VoiceActivity(ahead=ahead), []
        rows = figures = 0
        for piece in np.split(SPEECH, range(0, len(SPEECH), 77)):
            rows, figures = rows + len(bands.push(piece)), figures + len(speaking.push(piece))
            behind.append(rows - figures)
        assert max(behind) == ahead

    @pytest.mark.parametrize("level_dbfs", [-8, -20, -40])
    def test_speech_at_any_level(self, level_dbfs):
        figures = whole(VoiceActivity(), 10.0 * SPEECH * 10 ** (level_dbfs / 20))
        assert (figures[20:-20] > 0.5).mean() > 0.85

    @pytest.mark.parametrize("name", ["silence", "white", "hum", "chords", "drums"])
    @pytest.mark.parametrize("level", [0.1, 0.005])
    def test_what_is_no_speech(self, name, level):
        assert whole(VoiceActivity(), level * no_speech(name)).max() < 0.5

    def test_it_begins_and_ends_with_the_words(self):
        """Within 70 ms with three rows of look-ahead, within 100 ms without; its ends are soft."""
        sound = np.concatenate([np.zeros(16_000), SPEECH[:24_000], np.zeros(16_000), SPEECH[:24_000], np.zeros(16_000)])
        sound = sound + 1e-4 * np.random.default_rng(0).standard_normal(len(sound))
        loud = np.concatenate([np.abs(sound), np.zeros(160)])[: len(sound) // 160 * 160].reshape(-1, 160).max(1) > 0.01
        for ahead, allowed_s in ((0, 0.1), (3, 0.07)):
            speaking = whole(VoiceActivity(ahead=ahead), sound) > 0.5
            assert edges_s(speaking) == pytest.approx(edges_s(loud), abs=allowed_s)


def edges_s(states: np.ndarray) -> np.ndarray:
    """When it changes, without interruptions of less than 0.3 s."""
    rows = np.nonzero(states)[0]
    breaks = np.nonzero(np.diff(rows) > 30)[0]
    return np.concatenate([rows[:1], *([rows[b], rows[b + 1]] for b in breaks), rows[-1:]]) / MEL_HZ


def no_speech(name: str) -> np.ndarray:
    """6 s of unit power."""
    time, random = np.arange(6 * SOUND_HZ) / SOUND_HZ, np.random.default_rng(0)
    beat = time % 0.25
    sound = {
        "silence": lambda: np.zeros_like(time),
        "white": lambda: random.standard_normal(len(time)),
        "hum": lambda: sum(np.sin(2 * np.pi * 50 * k * time) / k for k in range(1, 12)),
        "chords": lambda: (
            sum(
                np.sin(2 * np.pi * 220 * 2 ** ((note + 5 * (np.floor(time) % 2)) / 12) * k * time) / k
                for note in (0, 4, 7, 12)
                for k in range(1, 8)
            )
            * np.exp(-3 * (time % 0.5))
        ),
        "drums": lambda: (
            random.standard_normal(len(time)) * np.exp(-40 * beat)
            + 3 * np.sin(2 * np.pi * 60 * beat) * np.exp(-12 * beat)
        ),
    }[name]()
    return sound / max(float(np.std(sound)), 1e-9)
