"""A voice in, a video of the avatar saying it out: any sound file, any language, any length.

python examples/05_speak.py me hello.wav said.mp4 --energy 0.5
"""

import argparse
from pathlib import Path

from lifemask.pipeline.avatar_voice import VoiceOptions
from lifemask.pipeline.speak import Spoken, speak


def main(arguments: list[str] | None = None) -> Spoken:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("avatar", type=Path, help="folder of a finished avatar")
    parser.add_argument("sound", type=Path, help="any audio or video file with a voice")
    parser.add_argument("out", type=Path, help="video to write")
    parser.add_argument("--energy", type=float, default=1.0, help="how far head, brows and gaze move; 1 as in the clip")
    given = parser.parse_args(arguments)
    done = speak(given.avatar, given.sound, given.out, voice=VoiceOptions(energy=given.energy))
    print(
        f"{done.video.frames} frames with a {done.mouth} mouth, somebody speaks in {100 * done.speaking:.0f} % of them"
    )
    for warning in done.warnings:
        print(warning)
    return done


if __name__ == "__main__":
    main()
