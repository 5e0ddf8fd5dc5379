"""A voice is pushed in as a microphone would, piece by piece in real time; the avatar says it, and lives on.

    python examples/06_stream.py me voice.wav out.mp4

Everything that a live server does is here: one task pushes sound, one loop takes frames, each with its own sound.
"""

import argparse
import asyncio
import contextlib
import tempfile
import time
import wave
from pathlib import Path

import numpy as np

from lifemask.avatar.avatar import Avatar
from lifemask.live.records import StreamStatistics
from lifemask.live.stream import AvatarStream
from lifemask.media.output import open_output
from lifemask.media.speech_sound import SPEECH_HZ, SpeechSound
from lifemask.media.video import read_frames
from lifemask.pipeline.avatar_voice import AvatarVoice

PIECE = SPEECH_HZ // 50
IDLE_S = 0.6
AUDIO_HZ = 48_000


async def speak(stream: AvatarStream, sound: Path, seconds: float) -> None:
    """Push the beginning of a file at the pace of speech, in pieces of 20 ms."""
    await asyncio.sleep(IDLE_S)
    reader = SpeechSound(sound, 0.0, seconds)
    begun_s, pushed = time.monotonic(), 0
    for block in reader.blocks():
        for at in range(0, len(block), PIECE):
            piece = block[at : at + PIECE]
            pushed += len(piece)
            await asyncio.sleep(begun_s + pushed / SPEECH_HZ - time.monotonic())
            await stream.push_audio(piece, SPEECH_HZ)
    await stream.flush()


async def film(stream: AvatarStream, sound: Path, seconds: float, video: Path, heard: Path) -> None:
    """Write all frames until the voice has ended and a little longer, and their sound."""
    speaking = asyncio.create_task(speak(stream, sound, seconds))
    quiet = 0
    with (
        contextlib.closing(wave.open(str(heard), "wb")) as wav,
        open_output(video, stream.fps, stream.size_wh, with_alpha=False) as output,
    ):
        wav.setparams((1, 2, AUDIO_HZ, 0, "NONE", ""))
        async for frame in stream.frames():
            await asyncio.to_thread(output.write, frame.picture)
            wav.writeframes((32_767 * np.clip(frame.audio, -1, 1)).astype("<i2").tobytes())
            quiet = quiet + 1 if speaking.done() and frame.sound_time_s is None else 0
            if quiet > IDLE_S * stream.fps:
                break
    await speaking


async def run(
    folder: Path, sound: Path, out: Path, seconds: float, size_wh: tuple[int, int] | None
) -> StreamStatistics:
    avatar = Avatar.load(folder)
    voice = AvatarVoice.load(folder, avatar)
    with tempfile.TemporaryDirectory() as scratch:
        video, heard = Path(scratch) / "frames.mkv", Path(scratch) / "heard.wav"
        async with AvatarStream(voice, size_wh=size_wh, audio_hz=AUDIO_HZ) as stream:
            await film(stream, sound, seconds, video, heard)
        with open_output(out, stream.fps, stream.size_wh, with_alpha=False, sound=heard) as output:
            for frame in read_frames(video):
                output.write(frame.image)
    return stream.statistics


def main(arguments: list[str] | None = None) -> StreamStatistics:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("avatar", type=Path, help="folder of a finished avatar")
    parser.add_argument("sound", type=Path, help="any audio or video file with a voice")
    parser.add_argument("out", type=Path, help="video to write: .mp4")
    parser.add_argument("--seconds", type=float, default=20.0, help="so much of the voice")
    parser.add_argument("--size", type=int, nargs=2, metavar=("WIDTH", "HEIGHT"), help="of the frames")
    given = parser.parse_args(arguments)
    size_wh = None if given.size is None else (given.size[0], given.size[1])
    return asyncio.run(run(given.avatar, given.sound, given.out, given.seconds, size_wh))


if __name__ == "__main__":
    print(main())
