"""The service in a real pipeline with a real output transport whose wire ends here, on a clock that stands while
anything works."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from lifemask_pipecat import LifemaskVideoService
from pipecat.frames.frames import (
    ErrorFrame,
    Frame,
    InterruptionFrame,
    OutputAudioRawFrame,
    OutputImageRawFrame,
    StartFrame,
    TextFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams
from pipecat.workers.runner import WorkerRunner

from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from test_live import now_s, run, spoken

HZ = 24_000
SIZE = (64, 64)
STILL = VoiceOptions(still=1.0)


@dataclass
class Essential(TextFrame):
    """A frame that no interruption may take away."""

    interruptible: bool = field(default=False, init=False)


class Recorder(FrameProcessor):
    """Notes what the avatar makes, and when."""

    def __init__(self, made: list[tuple[float, Frame]]) -> None:
        super().__init__()
        self._made = made

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if direction == FrameDirection.DOWNSTREAM:
            self._made.append((now_s(), frame))
        await self.push_frame(frame, direction)


class Wire(BaseOutputTransport):
    """The output transport without a network."""

    def __init__(self) -> None:
        super().__init__(
            TransportParams(
                audio_out_enabled=True, audio_out_10ms_chunks=1, audio_out_end_silence_secs=0,
                video_out_enabled=True, video_out_is_live=True, video_out_framerate=25,
                video_out_width=SIZE[0], video_out_height=SIZE[1],
            )
        )  # fmt: skip
        self.sound: list[bytes] = []
        self.pictures = 0

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_video_frame(self, frame: OutputImageRawFrame) -> bool:
        self.pictures += 1
        return True

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        self.sound.append(frame.audio)
        return True


@dataclass
class Bot:
    """A pipeline that runs, and what came of it."""

    worker: PipelineWorker
    wire: Wire
    made: list[tuple[float, Frame]]
    errors: list[ErrorFrame] = field(default_factory=list)

    async def say(self, *frames: Frame) -> None:
        await self.worker.queue_frames(frames)

    def of(self, kind: type) -> list[Any]:
        return [frame for _, frame in self.made if isinstance(frame, kind)]

    def times(self, kind: type) -> list[float]:
        return [time_s for time_s, frame in self.made if isinstance(frame, kind)]


async def bot(avatar: Any, talk: Callable[[Bot], Awaitable[None]]) -> Bot:
    """The pipeline until it ends by itself; ``talk`` begins when the first picture has come."""
    before = asyncio.all_tasks()
    made, wire = [], Wire()
    service = LifemaskVideoService(avatar=avatar, size_wh=SIZE, options=STILL)
    worker = PipelineWorker(
        Pipeline([service, Recorder(made), wire]),
        params=PipelineParams(audio_out_sample_rate=HZ, enable_metrics=True),
        enable_rtvi=False,
    )
    made_bot = Bot(worker, wire, made)

    @worker.event_handler("on_pipeline_error")
    async def failed(worker: PipelineWorker, frame: ErrorFrame) -> None:
        made_bot.errors.append(frame)

    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    talking = asyncio.create_task(talk(made_bot))
    await runner.run()
    await talking
    assert asyncio.all_tasks() == before
    return made_bot


def sound(seconds: float, seed: int = 0, hz: int = HZ, channels: int = 1, name: str = "a") -> list[TTSAudioRawFrame]:
    """Speech between silences of 50 ms, in pieces of 20 ms."""
    pcm = np.pad((20_000 * spoken(seconds - 0.1, seed, hz)).astype(np.int16), hz // 20)
    pcm = np.repeat(pcm[:, None], channels, 1)
    pieces = [pcm[at : at + hz // 50] for at in range(0, len(pcm), hz // 50)]
    return [TTSAudioRawFrame(piece.tobytes(), hz, channels, context_id=name) for piece in pieces]


def joined(frames: list[Any]) -> np.ndarray:
    return np.concatenate([np.frombuffer(frame.audio, np.int16) for frame in frames])


def moved(rest: OutputImageRawFrame, frames: list[OutputImageRawFrame]) -> float:
    """How far the pixels around the mouth go from ``rest``, at most."""

    def mouth(frame: OutputImageRawFrame) -> np.ndarray:
        width, height = frame.size
        picture = np.frombuffer(frame.image, np.uint8).reshape(height, width, 3)
        return picture[height // 2 : height * 3 // 4, width // 3 : width * 2 // 3].astype(float)

    return max(float(np.abs(mouth(frame) - mouth(rest)).mean()) for frame in frames)


def test_a_bot_speaks_with_its_face(voice: AvatarVoice) -> None:
    first, second, other = sound(0.44), sound(0.4, 1), sound(0.5, 2, 16_000, channels=2, name="b")

    async def talk(bot: Bot) -> None:
        await asyncio.sleep(0.6)
        await bot.say(TTSStartedFrame(context_id="a"), *first, TextFrame("between"), *second, TTSStoppedFrame("a"))
        await bot.say(TTSStartedFrame(context_id="b"), *other, TTSStoppedFrame(context_id="b"))
        # An end waits for all that was said.
        await bot.worker.stop_when_done()

    done = run(bot(voice, talk))
    images = done.of(OutputImageRawFrame)
    assert not done.errors and all((image.size, image.format) == (SIZE, "RGB") for image in images)
    np.testing.assert_allclose(np.diff(done.times(OutputImageRawFrame)), 0.04, atol=1e-6)
    # Every sample that was pushed, silent ones too, and no other; at the pipeline's rate to the bit.
    heard, own = joined(done.of(TTSAudioRawFrame)), joined([*first, *second])
    np.testing.assert_array_equal(heard[: len(own)], own)
    assert len(heard) == len(own) + round(0.5 * HZ)
    # All else is in its place among it, once.
    left, order = 0, []
    for _, frame in done.made:
        if isinstance(frame, TTSAudioRawFrame):
            left += frame.num_frames
            assert frame.context_id == ("a" if left <= len(own) else "b")
        elif isinstance(frame, (TTSStartedFrame, TTSStoppedFrame, TextFrame)):
            order.append((type(frame), left))
    assert order == [
        (TTSStartedFrame, 0),
        (TextFrame, len(joined(first))),
        (TTSStoppedFrame, len(own)),
        (TTSStartedFrame, len(own)),
        (TTSStoppedFrame, len(heard)),
    ]
    # Sound leaves when it is to be heard, in the frame that shows it; pieces that were cut there are told at once.
    starts, seen = np.array(done.times(TTSAudioRawFrame)), np.array(done.times(OutputImageRawFrame))
    counts = np.cumsum([0, *(frame.num_frames for frame in done.of(TTSAudioRawFrame))])[:-1] / HZ
    assert (starts - starts[0] <= counts + 1e-6).all() and (starts - starts[0] > counts - 0.04).all()
    assert all(0 <= start - seen[seen <= start].max() < 0.04 for start in starts)
    # The mouth moves while it speaks, and rests before. All reached the wire, where a run is padded to 10 ms.
    assert moved(images[0], images[18:45]) > 4 * moved(images[0], images[1:15])
    np.testing.assert_array_equal(np.frombuffer(b"".join(done.wire.sound), np.int16)[: len(own)], own)
    assert len(b"".join(done.wire.sound)) // 2 - len(heard) <= 2 * HZ // 100
    # How many pictures the transport has time for is a matter of the machine.
    assert len(images) >= done.wire.pictures >= 5


def test_an_interruption_stops_sound_at_once(voice: AvatarVoice) -> None:
    at: list[float] = []
    words, answer = sound(14.0), sound(0.3, 1, name="b")

    async def talk(bot: Bot) -> None:
        await asyncio.sleep(0.5)
        await bot.say(
            TTSStartedFrame(context_id="a"), *words, Essential("kept"), TextFrame("lost"), TTSStoppedFrame("a")
        )
        await asyncio.sleep(1.01)
        at.append(now_s())
        await bot.say(InterruptionFrame())
        await asyncio.sleep(0.9)
        await bot.say(*answer, TTSStoppedFrame(context_id="b"))
        await bot.worker.stop_when_done()

    done = run(bot(voice, talk))
    (interrupted_s,) = at
    audios = [(time_s, frame) for time_s, frame in done.made if isinstance(frame, TTSAudioRawFrame)]
    early, late = [[f for t, f in audios if (t > interrupted_s) == after] for after in (False, True)]
    np.testing.assert_array_equal(joined(early), joined(words)[: len(joined(early))])
    assert 0.7 * HZ < len(joined(early)) < HZ
    # Nothing more of it, neither what followed, but what may not be lost; and then the answer, whole.
    np.testing.assert_array_equal(joined(late), joined(answer))
    assert [frame.text for frame in done.of(TextFrame)] == ["kept"]
    assert [frame.context_id for frame in done.of(TTSStoppedFrame)] == ["b"]
    # The mouth is at its rest 100 ms later, and stays there until the answer.
    images = [(time_s - interrupted_s, frame) for time_s, frame in done.made if isinstance(frame, OutputImageRawFrame)]
    rest, resting = images[0][1], [frame for time_s, frame in images if 0.1 <= time_s <= 0.9]
    assert len(resting) == 20
    assert moved(rest, [frame for time_s, frame in images if -0.6 < time_s < 0]) > 4 * moved(rest, resting)


def test_a_cancelled_pipeline_ends_at_once(voice: AvatarVoice) -> None:
    spent_s = []

    async def talk(bot: Bot) -> None:
        await asyncio.sleep(0.5)
        await bot.say(*sound(14.0), TTSStoppedFrame(context_id="a"))
        await asyncio.sleep(0.5)
        begun_s = now_s()
        await bot.worker.cancel()
        spent_s.append(now_s() - begun_s)

    done = run(bot(voice, talk))
    assert spent_s[0] < 0.1 and 0.2 * HZ < len(joined(done.of(TTSAudioRawFrame))) < HZ


def test_without_an_avatar_it_speaks_on(tmp_path: Path) -> None:
    words = sound(0.3)

    async def talk(bot: Bot) -> None:
        await asyncio.sleep(0.5)
        await bot.say(TTSStartedFrame(context_id="a"), *words, TTSStoppedFrame(context_id="a"))
        await bot.worker.stop_when_done()

    done = run(bot(tmp_path / "nobody", talk))
    (error,) = done.errors
    assert "nobody" in error.error and error.processor is not None and not error.processor.is_usable
    np.testing.assert_array_equal(joined(done.of(TTSAudioRawFrame)), joined(words))
    assert not done.of(OutputImageRawFrame)
