"""The mouth that knows nobody: visemes, coarticulation, the net, and the phones of pocketsphinx."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter

from lifemask.errors import ConfigError
from lifemask.rig.bust import load_bust
from lifemask.speech import phones as recogniser
from lifemask.speech.coarticulation import coarticulate, contact, visemes_at
from lifemask.speech.generic_measure import (
    closed_below_m,
    closures_found,
    likeness,
    lip_opening_m,
    viseme_rules,
)
from lifemask.speech.generic_mouth import GenericMouth
from lifemask.speech.layers import SOUND_HZ
from lifemask.speech.visemes import (
    CHANNELS,
    EXPRESSIONS,
    LIP_ON_TEETH,
    LIPS_CLOSED,
    SHAPES,
    SILENCE,
    VISEMES,
    Phone,
    both_sides,
    channel_weights,
    of_arpabet,
    of_ipa,
    phones_of,
)

# Between the lips of the built-in rig at rest, in millimetres, as the page on the generic mouth writes them.
OPENINGS_MM = {
    "sil": -0.2, "PP": -1.2, "FF": 1.4, "TH": 4.9, "DD": 4.9, "kk": 5.6, "CH": 5.2, "SS": 4.4, "nn": 5.3, "RR": 4.9,
    "aa": 10.8, "E": 8.4, "I": 6.4, "O": 5.9, "U": 3.0,
}  # fmt: skip


def opening_mm(channels: np.ndarray) -> np.ndarray:
    return 1000 * lip_opening_m(both_sides(channels), EXPRESSIONS)


def test_visemes_open_the_rig_as_written() -> None:
    opened = dict(zip(VISEMES, opening_mm(channel_weights()), strict=True))
    assert opened == pytest.approx(OPENINGS_MM, abs=0.06)
    assert opened["PP"] < 0 < opened["FF"] < min(opened[name] for name in VISEMES[3:])
    assert set(EXPRESSIONS) <= set(load_bust().expression_names)
    assert {channel for shape in SHAPES.values() for channel in shape} <= set(CHANNELS)


def width_mm(viseme: str) -> float:
    rig = load_bust()
    weights = torch.from_numpy(both_sides(channel_weights()[VISEMES.index(viseme)]))
    basis = rig.expression_basis[[rig.expression_names.index(name) for name in EXPRESSIONS]]
    points = rig.landmarks(rig.template + torch.einsum("e,evc->vc", weights, basis))
    return 1000 * float((points[61] - points[291]).norm())


def test_rounded_vowels_are_narrow_and_spread_ones_wide() -> None:
    assert width_mm("U") < width_mm("O") < width_mm("sil") - 3 < width_mm("sil") + 1 < width_mm("E") < width_mm("I")


def test_phones_of_two_alphabets() -> None:
    assert [name for name, _ in of_arpabet("AY1")] == ["aa", "I"]
    assert of_arpabet("b") == (("PP", 1.0),) and of_arpabet("?") == ()
    assert [name for name, _ in of_ipa("aɪ")] == ["aa", "I"] and [name for name, _ in of_ipa("tʃ")] == ["CH"]
    assert of_ipa("iː") == of_ipa("i") and of_ipa("tʲ") == of_ipa("t") and of_ipa("ʲ") == of_ipa("j")
    assert of_ipa("ɔ̃")[0][0] == "O" and of_ipa("ɛ̃")[0][0] == "aa" and of_ipa("ç")[0][0] == "kk"
    assert of_ipa("") == (("sil", 1.0),)
    first, second = phones_of(of_ipa("aɪ"), 1.0, 1.2)
    assert (first.start_s, first.end_s, second.end_s) == pytest.approx((1.0, 1.1, 1.2))


@st.composite
def said(draw) -> list[Phone]:
    kinds = draw(st.lists(st.integers(0, len(VISEMES) - 1), min_size=1, max_size=12))
    lengths = draw(st.lists(st.floats(0.04, 0.25), min_size=len(kinds), max_size=len(kinds)))
    edges = 0.3 + np.cumsum([0.0, *lengths])
    return [Phone(kind, float(a), float(b)) for kind, (a, b) in zip(kinds, pairwise(edges), strict=True)]


@settings(max_examples=40, deadline=None)
@given(said(), st.sampled_from((25.0, 30.0, 100.0)))
def test_contacts_win_and_nothing_is_wider_than_its_phones(phones: list[Phone], rate_hz: float) -> None:
    times_s = np.arange(int((phones[-1].end_s + 0.6) * rate_hz)) / rate_hz
    mouth = coarticulate(phones, times_s)
    shapes = channel_weights()
    assert mouth.shape == (len(times_s), len(CHANNELS)) and (mouth >= -1e-6).all()
    assert (mouth <= shapes[[phone.viseme for phone in phones]].max(0) + 1e-6).all()
    for phone in phones:
        if phone.viseme == LIPS_CLOSED:
            inside = (times_s >= phone.start_s - 1e-9) & (times_s <= phone.end_s + 1e-9)
            assert np.abs(mouth[inside] - shapes[LIPS_CLOSED]).max(1).min() < 1e-3
    # At rest before anything is said; and again within a tenth of a second of the last contact's ramp.
    assert np.abs(mouth[times_s > phones[-1].end_s + 0.5]).max(initial=0) < 1e-6


def test_a_closure_between_open_vowels_closes_the_lips_and_they_open_again() -> None:
    phones = [Phone(VISEMES.index(name), at, at + 0.1) for name, at in (("aa", 0.2), ("PP", 0.3), ("aa", 0.4))]
    opened = opening_mm(coarticulate(phones, np.arange(20) / 25))
    assert opened[6] > 6 and opened[11] > 6 and opened[8:10].min() < 0
    assert contact(phones, np.arange(20) / 25, LIP_ON_TEETH).max() == 0
    assert (visemes_at(phones, np.array([0.1, 0.25, 0.35, 0.7])) == [SILENCE, 10, LIPS_CLOSED, SILENCE]).all()


def test_openings_scale_what_opens_and_leave_the_lips_round() -> None:
    times_s = np.arange(20) / 25
    round_, half = (coarticulate([Phone(13, 0.2, 0.5, opening)], times_s)[8] for opening in (1.0, 0.5))
    assert half[CHANNELS.index("jawOpen")] == pytest.approx(0.5 * round_[CHANNELS.index("jawOpen")], rel=1e-5)
    assert half[CHANNELS.index("mouthPucker")] == pytest.approx(round_[CHANNELS.index("mouthPucker")], rel=1e-5)


def vowel(seconds: float, formants_hz: tuple[float, ...], pitch_hz: float = 120.0) -> np.ndarray:
    """A voice's pulses, duller towards the high, through resonances: all that the ear needs for a vowel."""
    sound = np.zeros(int(seconds * SOUND_HZ), np.float64)
    sound[:: int(SOUND_HZ / pitch_hz)] = 1.0
    sound = lfilter([1.0], [1.0, -0.9], sound)
    for hz in formants_hz:
        angle, radius = 2 * np.pi * hz / SOUND_HZ, 0.985
        sound = lfilter([1.0], [1.0, -2 * radius * np.cos(angle), radius**2], sound)
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


def words() -> np.ndarray:
    """ "a - pa - pa - i", made of pulses, silence and resonances."""
    quiet, gap = np.zeros(SOUND_HZ // 2, np.float32), np.zeros(int(0.09 * SOUND_HZ), np.float32)
    a, i = (750.0, 1200.0, 2600.0), (280.0, 2300.0, 3000.0)
    return np.concatenate([quiet, vowel(0.3, a), gap, vowel(0.25, a), gap, vowel(0.25, a), vowel(0.3, i), quiet, quiet])


@pytest.fixture(params=[False, True], ids=["ahead", "live"])
def mouth(request) -> GenericMouth:
    return GenericMouth(live=request.param)


def opened_mm(mouth: GenericMouth, sound: np.ndarray) -> np.ndarray:
    return 1000 * lip_opening_m(mouth.weights(mouth.rows_of(sound)), mouth.names)


def test_pieces_of_a_stream_give_the_rows_of_the_whole(mouth: GenericMouth) -> None:
    sound = words()
    rows = mouth.rows_of(sound)
    whole = mouth.weights(rows)
    assert whole.shape == (-(-len(sound) // 640), len(mouth.names)) and whole.dtype == np.float32
    listening = mouth.begin()
    nothing = np.zeros((0, 80), np.float32)
    for _ in range(2):  # one sound after another
        cuts = np.split(sound, [100, 7000, 7001, 20_000])
        told = [*(listening.push(piece, nothing, nothing[:, 0]) for piece in cuts), listening.flush()]
        # Convolutions of other lengths add in another order.
        np.testing.assert_allclose(np.concatenate(told), whole, atol=2e-4)
    assert mouth.features(rows).shape == (len(whole), mouth.shape.code)
    np.testing.assert_allclose(mouth.visemes(rows).sum(1), 1, atol=1e-5)


def test_hears_no_farther_than_it_says(mouth: GenericMouth) -> None:
    sound = words()
    row = 20
    end = int((row / 25 + mouth.seconds_after) * SOUND_HZ)
    told = mouth.begin().push(sound[:end], np.zeros((0, 80)), np.zeros(0))
    assert len(told) == row + 1
    assert mouth.seconds_after < (0.1 if mouth.kind == "live" else 0.31)


def test_vowels_open_and_silence_closes(mouth: GenericMouth) -> None:
    opened = opened_mm(mouth, words())
    assert opened[14:18].mean() > 4  # "a"
    # Within a pause it is ready to speak again; after 0.6 s, longer than it remembers, it is at rest.
    assert opened[2:8].max() < 1.6 and opened[44:].max() < 3 and opened[60:].max() < 1.6


def test_level_changes_little(mouth: GenericMouth) -> None:
    assert np.abs(opened_mm(mouth, words()) - opened_mm(mouth, 0.2 * words())).mean() < 1.0


def test_wrong_rows_are_refused_and_none_is_none(mouth: GenericMouth) -> None:
    beside = mouth.shape.before + mouth.shape.after
    with pytest.raises(ConfigError, match="rows of motion need"):
        mouth.weights(mouth.silence(beside - 1))
    with pytest.raises(ConfigError, match="rows of motion need"):
        mouth.features(np.zeros((20, 80), np.float32))
    assert mouth.weights(mouth.silence(beside)).shape == (0, len(mouth.names))


def test_likeness_finds_a_lag_and_an_amplitude() -> None:
    time_s = np.arange(200) / 25
    true = np.sin(2 * np.pi * 1.3 * time_s) + 0.5 * np.sin(2 * np.pi * 3.1 * time_s)
    late = np.sin(2 * np.pi * 1.3 * (time_s - 0.06)) + 0.5 * np.sin(2 * np.pi * 3.1 * (time_s - 0.06))
    found = likeness(0.5 * late, true)
    assert found.lag_s == pytest.approx(0.06, abs=0.005) and found.amplitude == pytest.approx(0.5, abs=0.02)
    assert found.correlation_at_lag > 0.99 > found.correlation


def test_closures_are_counted() -> None:
    opening = np.full(50, 0.005)
    opening[20] = 0.5 * closed_below_m(load_bust())
    phones = [Phone(LIPS_CLOSED, 0.78, 0.83), Phone(LIPS_CLOSED, 1.2, 1.3), Phone(10, 1.3, 1.5)]
    assert closures_found(phones, opening) == (1, 2)


needs_pocketsphinx = pytest.mark.skipif(not recogniser.available(), reason="pocketsphinx is not installed")


@needs_pocketsphinx
def test_recognised_phones_cover_the_sound_and_hear_the_vowel() -> None:
    sound = np.concatenate([words()] * 10)  # 20 s: longer than is decoded at once
    phones = list(recogniser.recognise([sound[:50_000], sound[50_000:]]))
    edges = [(phone.start_s, phone.end_s) for phone in phones]
    assert all(end <= begin + 1e-6 for (_, end), (begin, _) in pairwise(edges))
    assert edges[0][0] < 0.1 and edges[-1][1] == pytest.approx(len(sound) / SOUND_HZ, abs=0.1)
    assert visemes_at(phones, np.array([0.1]))[0] == SILENCE
    assert (visemes_at(phones, np.arange(0.0, 2.0, 0.01)) != SILENCE).any()
    assert viseme_rules([sound], 100).shape == (100, len(EXPRESSIONS))


@needs_pocketsphinx
def test_words_that_no_dictionary_has_are_named() -> None:
    with pytest.raises(ConfigError, match="no pronunciation for 'qqxz'"):
        recogniser.align("hello qqxz", words())


def test_without_pocketsphinx_the_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recogniser, "available", lambda: False)
    with pytest.raises(ConfigError, match=r"lifemask\[phones\]"):
        next(recogniser.recognise([words()]))
