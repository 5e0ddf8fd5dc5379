"""A voice for a written text, by the espeak-ng that the user has installed: for demos, not a voice to be proud of."""

import re
import shutil
import subprocess
from pathlib import Path

from lifemask.errors import ConfigError, DeviceError, LifemaskError
from lifemask.media.files import replacing

PROGRAMS = ("espeak-ng", "espeak")
"""What can speak, the better first."""

_LANGUAGE = re.compile(r"[A-Za-z][A-Za-z0-9+_-]*")
_WAV_HEADER_BYTES = 44


def spoken(text: str, out_wav: Path, language: str | None = None) -> Path:
    """Write `text` as it is spoken into a WAV file, whole or not at all, and return its path.

    `language` as espeak-ng names its voices (`fr`, `en-gb`, `de`); None is its own choice, English.
    Raises DeviceError when no espeak-ng is installed, ConfigError for a language that it has not or for no text.
    """
    if not text.strip():
        raise ConfigError("There is no text to speak.", fix='Give some words: --text "Hello".')
    if language is not None and _LANGUAGE.fullmatch(language) is None:
        raise _unknown(language)
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise DeviceError(
            "No program that speaks a text was found (espeak-ng or espeak).",
            "Lifemask has no voice of its own; a text is spoken by one that is installed.",
            "Install it: apt install espeak-ng (Linux), brew install espeak-ng (macOS), "
            "winget install eSpeak-NG.eSpeak-NG (Windows). Or give a recording in place of the text.",
        )
    with replacing(out_wav) as temporary:
        # Text goes through stdin: as an argument it could be an option, or too long.
        command = [program, "--stdin", "-b", "1", "-w", str(temporary)]
        command += [] if language is None else ["-v", language]
        done = subprocess.run(command, input=text.encode("utf-8", "replace"), capture_output=True, check=False)
        complaint = done.stderr.decode("utf-8", "replace").strip()
        if "voice does not exist" in complaint and language is not None:
            raise _unknown(language)
        if done.returncode or temporary.stat().st_size <= _WAV_HEADER_BYTES:
            raise LifemaskError(
                f"{program} did not speak the text.",
                f"It says: {complaint}" if complaint else "It made no sound; has the text any words?",
                "Try it alone: espeak-ng 'Hello'. Or give a recording in place of the text.",
            )
    return out_wav


def _unknown(language: str) -> ConfigError:
    return ConfigError(
        f"There is no voice for the language {language!r}.",
        "Languages are named as espeak-ng does: en, en-gb, fr, de, es, cmn.",
        "See them all: espeak-ng --voices",
    )
