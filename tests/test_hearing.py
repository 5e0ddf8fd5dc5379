"""What is heard of a sound: bands, speech or not, levels; the same however the sound is cut."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from lifemask.errors import ConfigError
from lifemask.speech.hearing import USUAL, Hearing, Normaliser, voice_of
from lifemask.speech.layers import MEL_BANDS, MEL_HZ, SOUND_HZ
from lifemask.speech.mel import MelBands, band_centres_hz
from lifemask.speech.vad import VoiceActivity
from sound_made import babble, in_pieces, whole

SPEECH = (0.1 * babble(3.0)).astype(np.float32)
LONG = (0.1 * babble(10.0, seed=1)).astype(np.float32)
CUTS = st.lists(st.integers(0, len(SPEECH)), max_size=12).map(sorted)


def slow_mel(sound: np.ndarray) -> np.ndarray:
    """Row by row in double precision, from the definition."""
    padded = np.concatenate([np.zeros(121), sound.astype(float), np.zeros(1000)])
    mel = lambda hz: 2595.0 * np.log10(1.0 + hz / 700.0)  # noqa: E731
    corners = 700.0 * (10.0 ** (np.linspace(mel(50.0), mel(7600.0), MEL_BANDS + 2) / 2595.0) - 1.0)
    bins = np.arange(257) * SOUND_HZ / 512
    rows = []
    for row in range(-(-len(sound) // 160)):
        # One sample more in front, for the difference; row k is centred at 80 + 160 k.
        piece = padded[row * 160 :][:401]
        power = np.abs(np.fft.rfft((piece[1:] - 0.97 * piece[:-1]) * np.hanning(400), 512)) ** 2
        bands = []
        for low, centre, high in zip(corners[:-2], corners[1:-1], corners[2:], strict=True):
            weights = np.interp(bins, [low, centre, high], [0.0, 1.0, 0.0])
            if not weights.any():
                weights[np.abs(bins - centre).argmin()] = 1.0
            bands.append(np.log(weights @ power + 1e-6))
        rows.append(bands)
    return np.array(rows)


class TestMel:
    def test_the_slow_twin(self):
        """5e-4: float32 against float64 where a band holds almost nothing."""
        rows = whole(MelBands(), SPEECH[:8100])
        assert rows.dtype == np.float32 and rows.shape == (51, MEL_BANDS)
        assert rows == pytest.approx(slow_mel(SPEECH[:8100]), abs=5e-4)

    @settings(max_examples=12, deadline=None)
    @given(cuts=CUTS)
    def test_however_the_sound_is_cut(self, cuts):
        """4e-6: four roundings of float32 at 10."""
        assert in_pieces(MelBands(), SPEECH, cuts) == pytest.approx(whole(MelBands(), SPEECH), abs=4e-6)

    @pytest.mark.parametrize("samples", [0, 1, 159, 160, 161, 279, 280, 281, 5000])
    def test_a_row_for_each_ten_ms_that_begin(self, samples):
        assert len(whole(MelBands(), np.ones(samples))) == -(-samples // 160)

    def test_a_row_comes_when_its_window_is_there(self):
        bands = MelBands()
        assert len(bands.push(np.ones(279))) == 0 and len(bands.push(np.ones(1))) == 1
        assert len(bands.push(np.ones(159))) == 0 and len(bands.push(np.ones(161))) == 2

    def test_rows_are_where_they_say(self):
        """The energy of a click lies around it, to within a sample of rounding."""
        sound = np.zeros(16_000)
        sound[8080] = 1.0
        energy = np.exp(whole(MelBands(), sound)).sum(1) - MEL_BANDS * 1e-6
        centres_s = (np.arange(len(energy)) + 0.5) / MEL_HZ
        assert energy @ centres_s / energy.sum() == pytest.approx(8080 / SOUND_HZ, abs=3e-4)

    def test_a_tone_is_in_its_band(self):
        for band in (10, 40, 70):
            tone = np.sin(2 * np.pi * band_centres_hz()[band] * np.arange(4000) / SOUND_HZ)
            assert whole(MelBands(), tone)[5:-5].mean(0).argmax() == band

    def test_flush_begins_anew(self):
        bands = MelBands()
        first = whole(bands, SPEECH[:5000])
        assert np.array_equal(whole(bands, SPEECH[:5000]), first)

    def test_silence_is_the_floor(self):
        assert np.allclose(whole(MelBands(), np.zeros(1000)), np.log(1e-6))


def heard(hearing: Hearing, sound: np.ndarray, cuts: list[int] | None = None) -> tuple[np.ndarray, np.ndarray]:
    parts = [hearing.push(piece) for piece in np.split(sound, cuts or [])] + [hearing.flush()]
    return np.concatenate([mel for mel, _ in parts]), np.concatenate([speaking for _, speaking in parts])


def dull(sound: np.ndarray) -> np.ndarray:
    """Through a cheap microphone: 12 dB less at 6 kHz than at 300 Hz."""
    return lfilter([0.45], [1.0, -0.55], sound)


class TestHearing:
    def test_bands_and_speech_of_the_same_moments(self):
        mel, speaking = heard(Hearing(ahead=3), SPEECH, [1000, 1001, 20_000])
        assert mel == pytest.approx(whole(MelBands(), SPEECH), abs=4e-6)
        assert speaking == pytest.approx(whole(VoiceActivity(ahead=3), SPEECH), abs=1e-5)

    @settings(max_examples=6, deadline=None)
    @given(cuts=CUTS, normalise=st.sampled_from(["none", "level", "tone"]))
    def test_however_the_sound_is_cut(self, cuts, normalise):
        mel, speaking = heard(Hearing(normalise=normalise, ahead=2), SPEECH)
        again, as_sure = heard(Hearing(normalise=normalise, ahead=2), SPEECH, cuts)
        assert again == pytest.approx(mel, abs=1e-4) and as_sure == pytest.approx(speaking, abs=1e-5)

    @pytest.mark.parametrize("normalise", ["level", "tone"])
    def test_nothing_of_the_future(self, normalise):
        """What comes after a row does not change it; 1e-4: sums in another order."""
        sound = np.concatenate([SPEECH, 3.0 * SPEECH])
        alone, _ = heard(Hearing(normalise=normalise), SPEECH)
        assert heard(Hearing(normalise=normalise), sound)[0][:290] == pytest.approx(alone[:290], abs=1e-4)

    @pytest.mark.parametrize("gain", [0.1, 4.0])
    def test_levels_are_made_equal(self, gain):
        """But for what was expected, which weighs as 50 rows beside the 350 or more that were heard."""
        rows = [heard(Hearing(normalise="level"), factor * LONG)[0][400:] for factor in (1.0, gain)]
        loud = rows[0] > -6
        assert np.abs(rows[1] - rows[0])[loud].mean() < abs(2 * np.log(gain)) * 50 / 400
        raw = [heard(Hearing(), factor * LONG)[0][400:] for factor in (1.0, gain)]
        assert np.abs(raw[1] - raw[0])[loud].mean() > 1.5

    def test_tones_are_made_equal(self):
        """The mean over the speech of the slow ripples; what remains of a row's shape is left alone."""
        apart = {}
        for normalise in ("level", "tone"):
            rows = [heard(Hearing(normalise=normalise), sound)[0][600:] for sound in (LONG, dull(LONG))]
            means = [each.mean(0) for each in rows]
            apart[normalise] = float(np.abs(means[1][:40].mean() - means[0][:40].mean()))
            apart[normalise] += float(np.abs(means[1][40:].mean() - means[0][40:].mean()))
        assert apart["tone"] < 0.3 * apart["level"]

    def test_a_voice_that_is_known_is_even_from_the_first_row(self):
        mel, speaking = heard(Hearing(), 0.02 * LONG)
        voice = voice_of(mel, speaking)
        even = Normaliser("tone", voice).push(mel, speaking)
        spoken = even[speaking > 0.5].mean(1)
        assert spoken.mean() == pytest.approx(USUAL.tone[0], abs=0.1)
        assert spoken[:200].mean() == pytest.approx(spoken.mean(), abs=0.5)
        unknown = Normaliser("tone").push(mel, speaking)[speaking > 0.5].mean(1)
        assert abs(unknown[:20].mean() - spoken.mean()) > 2.0

    def test_the_level_of_a_voice(self):
        """6 dB are 6 dB, and a pause or noise of any length changes nothing."""
        silence = 1e-4 * np.random.default_rng(0).standard_normal(SOUND_HZ * 5)
        levels = []
        for sound in (LONG, 0.5 * LONG, np.concatenate([silence, LONG, silence])):
            hearing = Hearing()
            heard(hearing, sound)
            levels.append(hearing.voice.level_dbfs)
        assert levels[1] - levels[0] == pytest.approx(-6.02, abs=0.7)
        assert levels[2] == pytest.approx(levels[0], abs=0.7)
        assert levels[0] == pytest.approx(20 * np.log10(LONG.std()), abs=6)

    def test_reset_forgets_flush_does_not(self):
        hearing = Hearing(normalise="tone")
        first = heard(hearing, SPEECH)
        assert not np.allclose(heard(hearing, SPEECH)[0], first[0], atol=1e-3)
        hearing.reset()
        again = heard(hearing, SPEECH)
        assert np.array_equal(again[0], first[0]) and np.array_equal(again[1], first[1])

    def test_nobody_speaks(self):
        mel, speaking = heard(Hearing(), np.zeros(8000))
        assert voice_of(mel, speaking) is USUAL and len(mel) == 50

    def test_an_unknown_way(self):
        with pytest.raises(ConfigError, match="expected none, level or tone"):
            Normaliser("volume")  # pyright: ignore[reportArgumentType]


def test_what_it_keeps_does_not_grow():
    """After ten seconds and after ninety."""
    hearing, sizes = Hearing(normalise="tone", ahead=3), []
    for seconds in (10, 80):
        for _ in range(seconds):
            hearing.push(LONG[:SOUND_HZ])
        sizes.append(len(pickle.dumps(hearing)))
    assert sizes[1] < sizes[0] + 5000
