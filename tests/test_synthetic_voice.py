"""The synthetic subject's voice: its phones, its sound, its mouth, and that the three agree."""

import wave
from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import welch

from lifemask.errors import ConfigError
from lifemask.media.video import probe
from lifemask.pipeline.demo import NEW_WORDS, SPEAKING, film, speak_new_words
from lifemask.pipeline.measure_speech_truth import Followed, spoken_truth
from lifemask.rig.bust import load_bust
from lifemask.speech.generic_measure import closed_below_m
from lifemask.speech.layers import MOTION_HZ, SOUND_HZ
from lifemask.speech.visemes import ARPABET, ARPABET_GLIDES, VISEMES
from lifemask.synthetic import SubjectTruth, load_subject, load_truth, render_clip, subject_camera, talking
from lifemask.synthetic.voice import SpokenTruth, mouth_tracks, voice_path, write_voice
from lifemask.synthetic.voice_phones import CONSONANTS, STOPS, VOWELS
from lifemask.synthetic.voice_sound import sound_of
from lifemask.synthetic.voice_words import WORDS, Utterance, utterance, visemes_of

SECONDS = 12.0
SHUT_M = closed_below_m(load_bust())


@pytest.fixture(scope="module")
def said() -> Utterance:
    return utterance(SECONDS, seed=5)


@pytest.fixture(scope="module")
def sound(said: Utterance) -> np.ndarray:
    return sound_of(said)


@pytest.fixture(scope="module")
def truth() -> SubjectTruth:
    return SubjectTruth.of(talking(SECONDS, seed=5, voice=True), load_subject(), subject_camera(64))


def power_db(sound: np.ndarray) -> float:
    return 10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20)


def part(sound: np.ndarray, start_s: float, end_s: float) -> np.ndarray:
    return sound[round(start_s * SOUND_HZ) : round(end_s * SOUND_HZ)]


class TestWhatIsSaid:
    def test_every_phone_of_every_word_has_a_mouth_and_a_sound(self):
        names = {name.rstrip("012") for phones in WORDS.values() for name in phones.split()}
        assert names <= set(ARPABET) | set(ARPABET_GLIDES)
        assert names <= set(VOWELS) | set(CONSONANTS) | {"HH"}

    @pytest.mark.parametrize("seed", range(4))
    def test_all_visemes_are_said_in_a_clip_of_the_demo(self, seed):
        words = utterance(16.0, seed).words
        assert {viseme for word in words for viseme in visemes_of(word)} == set(VISEMES) - {"sil"}

    @pytest.mark.parametrize("seed", range(4))
    def test_phrases_and_pauses_are_as_people_speak(self, seed):
        spoken = utterance(30.0, seed)
        starts, ends = (np.array([getattr(p, name) for p in spoken.phones]) for name in ("start_s", "end_s"))
        assert starts[0] > 0.2 and ends[-1] < 30.0 and np.all(starts[1:] >= ends[:-1] - 1e-9)
        gaps = (starts[1:] - ends[:-1])[starts[1:] > ends[:-1] + 1e-9]
        assert len(gaps) >= 5 and gaps.min() > 0.29 and gaps.max() < 0.81
        assert np.all((ends - starts > 0.03) & (ends - starts < 0.5))
        assert 0.6 < np.sum(ends - starts) / 30 < 0.9

    def test_a_seed_says_the_same_and_another_something_else(self, said):
        assert utterance(SECONDS, seed=5) == said
        assert utterance(SECONDS, seed=6).words != said.words

    @pytest.mark.parametrize("seconds", [0.1, 0.9, 1.5])
    def test_little_time_holds_little(self, seconds):
        spoken = utterance(seconds)
        assert all(phone.end_s <= seconds for phone in spoken.phones)
        assert len(sound_of(spoken)) == round(seconds * SOUND_HZ)


class TestSound:
    def test_it_is_the_same_again_and_within_bounds(self, said, sound):
        np.testing.assert_array_equal(sound, sound_of(said))
        assert sound.dtype == np.float32 and len(sound) == round(SECONDS * SOUND_HZ)
        assert np.abs(sound).max() < 0.99
        assert -24 < power_db(sound[sound != 0]) < -18  # as recordings have voices

    def test_pauses_and_closures_of_stops_are_silent(self, said, sound):
        shut = [phone for phone in said.phones if phone.kind in STOPS]
        assert len(shut) > 10
        assert max(np.abs(part(sound, phone.start_s, phone.open_s)).max() for phone in shut) == 0
        assert max(np.abs(part(sound, a.end_s, b.start_s)).max(initial=0) for a, b in pairs(said) if a.final) == 0

    def test_vowels_hisses_and_hums_are_heard(self, said, sound):
        level = {}
        for phone in said.phones:
            start_s = phone.open_s if phone.kind in STOPS else phone.start_s
            level.setdefault(phone.kind, []).append(power_db(part(sound, start_s, phone.end_s)))
        loudest = max(np.mean(level[kind]) for kind in VOWELS if kind in level)
        assert all(loudest - 12 < np.mean(level[kind]) for kind in VOWELS if kind in level)
        assert all(loudest - 32 < np.mean(levels) for levels in level.values())

    def test_vowels_differ_by_their_resonances(self):
        for kind, (first_hz, second_hz, _) in VOWELS.items():
            if kind in ARPABET_GLIDES:
                continue
            spoken = utterance(1.0)
            one = replace(utterance(2.0).phones[0], name=f"{kind}1", start_s=0.2, open_s=0.2, end_s=0.9, final=True)
            hz, power = welch(sound_of(replace(spoken, phones=(one,)))[4800:12800], SOUND_HZ, nperseg=1024)
            around = lambda at, hz=hz, power=power: power[np.abs(hz - at) < 130].max()  # noqa: E731
            valley = 0.5 * (first_hz + second_hz)
            if second_hz - first_hz > 900:  # apart far enough to be two
                assert around(second_hz) > 2 * power[np.abs(hz - valley) < 60].max(), kind
            assert around(first_hz) > 30 * around(min(3900, second_hz + 2600)), kind

    def test_s_is_higher_than_sh_and_a_vowel_is_lower(self):
        one = utterance(2.0).phones[0]

        def middle_hz(name: str) -> float:
            phone = replace(one, name=name, start_s=0.2, open_s=0.2, end_s=0.8, final=True)
            hz, power = welch(sound_of(replace(utterance(1.0), phones=(phone,)))[4000:12000], SOUND_HZ, nperseg=512)
            return float((hz * power).sum() / power.sum())

        assert middle_hz("S") > middle_hz("SH") + 1000 > middle_hz("AA1") + 2000

    def test_another_voice_is_higher(self, said):
        def pitch_hz(sound: np.ndarray) -> float:
            vowel = max(said.phones, key=lambda phone: (phone.kind in VOWELS) * (phone.end_s - phone.start_s))
            piece = part(sound, vowel.start_s, vowel.end_s)
            piece = piece - piece.mean()
            self_likeness = np.correlate(piece, piece, "full")[len(piece) - 1 :]
            first, last = SOUND_HZ // 320, SOUND_HZ // 70
            return SOUND_HZ / (first + int(self_likeness[first:last].argmax()))

        low, high = pitch_hz(sound_of(said)), pitch_hz(sound_of(said, pitch=1.7, tract=1.15))
        assert 80 < low < 160 and 1.5 < high / low < 1.9

    def test_a_detector_takes_it_for_speech_and_its_pauses_for_none(self, said, sound):
        from lifemask.speech.vad import VoiceActivity

        activity = VoiceActivity()
        sure = np.concatenate([activity.push(sound), activity.flush()])
        at = (np.arange(len(sure)) + 0.5) / 100
        vowels = np.zeros(len(sure), bool)
        pauses = np.zeros(len(sure), bool)
        for phone in said.phones:
            if phone.kind in VOWELS:
                vowels |= (at > phone.start_s + 0.03) & (at < phone.end_s)
        for last, following in pairs(said):
            if last.final:  # the detector is 60 ms late, and 32 ms long
                pauses |= (at > last.end_s + 0.15) & (at < following.start_s - 0.01)
        assert (sure[vowels] > 0.5).mean() > 0.97
        assert pauses.sum() > 50 and (sure[pauses] > 0.5).mean() < 0.03


class TestMouth:
    def test_lips_are_shut_in_every_closure_and_open_between(self, truth):
        found = Followed.of(truth.lip_aperture_m, truth, SHUT_M)
        assert found.closures >= 6 and found.found == found.closures
        assert np.percentile(truth.lip_aperture_m, 90) > 4 * SHUT_M

    def test_sound_and_mouth_are_in_step(self, sound, truth):
        per_frame = round(SOUND_HZ / MOTION_HZ)
        loud = np.convolve(np.square(sound, dtype=np.float64), np.ones(per_frame) / per_frame, "same")[::per_frame]
        loud = np.sqrt(loud[: len(truth)])
        alike = [np.corrcoef(np.roll(loud, k)[4:-4], truth.lip_aperture_m[4:-4])[0, 1] for k in range(-4, 5)]
        assert abs(int(np.argmax(alike)) - 4) <= 1 and max(alike) > 0.5

    def test_the_lag_of_its_clip_is_none(self, sound, truth):
        from lifemask.speech.baselines import bands_of
        from lifemask.speech.lag import audio_video_lag

        jaw = truth.expression[:, truth.expression_names.index("jawOpen")]
        lag = audio_video_lag(*bands_of(sound, len(truth)), np.stack([truth.lip_aperture_m, jaw], 1), truth.timestamp_s)
        assert lag.seconds is not None and abs(lag.seconds) < 0.015

    def test_a_pause_is_a_mouth_at_rest(self, said):
        pause = next((a.end_s, b.start_s) for a, b in pairs(said) if a.final and b.start_s - a.end_s > 0.4)
        times_s = np.arange(0, SECONDS, 0.04)
        rows = (times_s > pause[0] + 0.15) & (times_s < pause[1] - 0.15)
        weights = np.stack(list(mouth_tracks(said, times_s).values()), 1)
        assert rows.any() and weights[rows].max() < 0.05 < weights.max()

    def test_without_a_voice_nothing_has_changed(self):
        silent = talking(2.0, seed=3)
        assert silent.said is None
        assert talking(2.0, seed=3, voice=True).said == utterance(2.0, 3)


class TestTruth:
    def test_it_names_what_is_said_in_each_frame(self, said, truth):
        spoken = truth.spoken
        assert spoken is not None and spoken.phones == tuple(phone.name for phone in said.phones)
        middle = said.phones[3]
        frame = round(0.5 * (middle.start_s + middle.end_s) * MOTION_HZ)
        assert set(spoken.viseme_names) == set(VISEMES)
        assert spoken.viseme_names[frame] in {viseme for word in said.words for viseme in visemes_of(word)}
        assert np.all(truth.lip_aperture_m[spoken.shut] < SHUT_M)
        assert len(spoken.closure_s) == sum(phone.kind in ("P", "B", "M") for phone in said.phones)

    def test_a_clip_holds_the_voice_and_its_truth(self, tmp_path):
        from lifemask.media.speech_sound import SpeechSound

        clip = tmp_path / "clip.mp4"
        made = render_clip(clip, seconds=2.0, fps=5.0, size=64, seed=1, voice=True)
        read = load_truth(clip)
        assert isinstance(read.spoken, SpokenTruth) and made.spoken is not None
        assert read.spoken.phones == made.spoken.phones
        for name, array in made.spoken.to_tensors().items():
            np.testing.assert_array_equal(read.spoken.to_tensors()[name], array)
        heard, exact = np.concatenate(list(SpeechSound(clip).blocks())), sound_of(utterance(2.0, 1))
        count = min(len(heard), len(exact))
        shifts = np.arange(-40, 41)
        alike = [np.dot(heard[100 + k : count - 100 + k], exact[100 : count - 100]) for k in shifts]
        assert abs(shifts[int(np.argmax(alike))]) <= 1  # 16 samples are a millisecond
        with wave.open(str(voice_path(clip))) as file:
            assert file.getframerate() == SOUND_HZ and file.getnframes() == len(exact)

    def test_a_silent_clip_has_none(self, tmp_path):
        render_clip(tmp_path / "clip.mp4", seconds=0.4, fps=5.0, size=64)
        assert load_truth(tmp_path / "clip.mp4").spoken is None
        assert not voice_path(tmp_path / "clip.mp4").exists()

    def test_the_file_of_a_voice_is_its_sound(self, said, sound, tmp_path):
        with wave.open(str(write_voice(said, tmp_path / "voice.wav"))) as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767
        np.testing.assert_allclose(samples, sound, atol=0.51 / 32767)


class TestMeasure:
    def test_lips_that_are_late_or_never_meet_are_told(self, truth):
        late = Followed.of(np.roll(truth.lip_aperture_m, 2), truth, SHUT_M)
        assert late.lag_s == pytest.approx(2 / MOTION_HZ, abs=0.005) and late.correlation < 0.9
        narrow = Followed.of(0.004 + 0.5 * truth.lip_aperture_m, truth, SHUT_M)
        assert narrow.found == 0 and narrow.amplitude == pytest.approx(0.5, abs=0.01) and narrow.shut == 0

    def test_a_silent_truth_measures_nothing(self, truth):
        with pytest.raises(ConfigError, match="no voice"):
            Followed.of(truth.lip_aperture_m, replace(truth, spoken=None), SHUT_M)

    def test_the_new_words_are_those_of_no_clip(self):
        sound, truth = spoken_truth(2.0)
        assert len(sound) == 2 * SOUND_HZ and len(truth) == 2 * MOTION_HZ
        assert utterance(16.0, 0).words[:3] != utterance(2.0, 90_210).words[:3]


class TestDemo:
    def test_a_clip_that_is_there_is_not_filmed_again(self, tmp_path):
        there = tmp_path / "subject-2s-4.mp4"
        render_clip(there, seconds=2.0, fps=5.0, size=64, seed=4, voice=True)
        made = there.stat().st_mtime_ns
        assert film(tmp_path, seconds=2.0, seed=4) == there and there.stat().st_mtime_ns == made

    def test_an_avatar_says_new_words(self, tiny_run, tmp_path):
        spoken = speak_new_words(tiny_run.folder, tmp_path, seconds=1.2, device="cpu")
        video = probe(spoken.video.path)
        assert video.has_audio and spoken.video.frames == 30
        assert spoken.video.path == tmp_path / SPEAKING and (tmp_path / NEW_WORDS).exists()
        speak_new_words(tiny_run.folder, tmp_path, seconds=1.2, device="cpu")  # again: the demo owns its video


def pairs(said: Utterance):
    return zip(said.phones[:-1], said.phones[1:], strict=True)
