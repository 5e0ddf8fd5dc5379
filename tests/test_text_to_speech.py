"""A text is spoken by an installed espeak-ng; without one it is said how to get it."""

import shutil

import numpy as np
import pytest

from lifemask.errors import ConfigError, DeviceError, LifemaskError
from lifemask.media.speech_sound import SPEECH_HZ, SpeechSound
from lifemask.speech.text_to_speech import PROGRAMS, spoken

installed = pytest.mark.skipif(not any(map(shutil.which, PROGRAMS)), reason="espeak-ng is not installed")


@installed
@pytest.mark.parametrize(
    ("text", "language"), [("Hello there, this is a voice.", None), ("Où êtes-vous allés ?", "fr")]
)
def test_a_text_is_heard(tmp_path, text, language):
    path = spoken(text, tmp_path / "voice.wav", language)
    samples = np.concatenate(list(SpeechSound(path).blocks()))
    assert 0.8 < len(samples) / SPEECH_HZ < 4 and np.abs(samples).max() > 0.1
    assert [each.name for each in tmp_path.iterdir()] == ["voice.wav"]


@installed
def test_the_language_changes_the_voice(tmp_path):
    texts = [spoken("six cents", tmp_path / f"{language}.wav", language).read_bytes() for language in ("en", "fr")]
    assert texts[0] != texts[1]


@installed
@pytest.mark.parametrize("text", ["-h", "--version", "-w other.wav", "$(touch other.wav); `ls`", "a\nb\n\nc"])
def test_a_text_is_only_text(tmp_path, text, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert len(list(SpeechSound(spoken(text, tmp_path / "voice.wav")).blocks())) > 0
    assert [each.name for each in tmp_path.iterdir()] == ["voice.wav"]


@installed
@pytest.mark.parametrize("language", ["xx-nowhere", "qqq"])
def test_a_language_that_it_has_not(tmp_path, language):
    (tmp_path / "voice.wav").write_bytes(b"old")
    with pytest.raises(ConfigError, match=f"no voice for the language '{language}'") as caught:
        spoken("Hello", tmp_path / "voice.wav", language)
    assert caught.value.fix == "See them all: espeak-ng --voices"
    assert (tmp_path / "voice.wav").read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("language", ["-w/etc/passwd", "", "en gb", "../en"])
def test_what_is_no_language(tmp_path, language):
    with pytest.raises(ConfigError, match="no voice for the language"):
        spoken("Hello", tmp_path / "voice.wav", language)


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_no_text(tmp_path, text):
    with pytest.raises(ConfigError, match="no text to speak"):
        spoken(text, tmp_path / "voice.wav")


def test_nothing_installed(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(DeviceError, match="No program that speaks a text was found") as caught:
        spoken("Hello", tmp_path / "voice.wav")
    assert "apt install espeak-ng" in caught.value.fix and caught.value.exit_code == 21
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("script", "says"), [("exit 3", "made no sound"), ("echo broken >&2; exit 0", "broken")])
def test_a_program_that_fails(tmp_path, monkeypatch, script, says):
    """A real process that does what a broken installation does."""
    program = tmp_path / "bin" / "espeak-ng"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    with pytest.raises(LifemaskError, match=says):
        spoken("Hello", tmp_path / "voice.wav")
    assert not (tmp_path / "voice.wav").exists()
