"""The generator on a clock that stands while anything works; the runner, and a whole agent's session, in real time.

What no test does: the room. Without a server nothing can be published in it.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import numpy as np
import pytest
from lifemask_livekit import LifemaskAvatarSession, LifemaskVideoGenerator
from livekit import rtc
from livekit.agents import Agent, AgentSession
from livekit.agents.voice.avatar import AudioSegmentEnd, AvatarRunner, QueueAudioOutput

from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from test_live import now_s, run, spoken

HZ = 24_000
SIZE = (64, 64)
STILL = VoiceOptions(still=1.0)
Made = list[tuple[float, rtc.VideoFrame | rtc.AudioFrame | AudioSegmentEnd]]


def sound(seconds: float, seed: int = 0, hz: int = HZ, channels: int = 1) -> list[rtc.AudioFrame]:
    """Speech between silences of 50 ms, in pieces of 20 ms."""
    pcm = np.pad((20_000 * spoken(seconds - 0.1, seed, hz)).astype(np.int16), hz // 20)
    pcm = np.repeat(pcm[:, None], channels, 1)
    pieces = [pcm[at : at + hz // 50] for at in range(0, len(pcm), hz // 50)]
    return [rtc.AudioFrame(piece.tobytes(), hz, channels, len(piece)) for piece in pieces]


def joined(frames: list[rtc.AudioFrame]) -> np.ndarray:
    return np.concatenate([np.frombuffer(frame.data, np.int16) for frame in frames])


async def say(generator: LifemaskVideoGenerator, frames: list[rtc.AudioFrame]) -> None:
    for frame in [*frames, AudioSegmentEnd()]:
        await generator.push_audio(frame)


def of(kind: type, made: Made) -> list[Any]:
    return [frame for _, frame in made if isinstance(frame, kind)]


def times(kind: type, made: Made) -> list[float]:
    return [time_s for time_s, frame in made if isinstance(frame, kind)]


def mouth(frame: rtc.VideoFrame) -> np.ndarray:
    """The pixels around it."""
    picture = np.frombuffer(frame.data, np.uint8).reshape(frame.height, frame.width, 4)
    return picture[frame.height // 2 : frame.height * 3 // 4, frame.width // 3 : frame.width * 2 // 3].astype(float)


def moved(rest: rtc.VideoFrame, frames: list[rtc.VideoFrame]) -> float:
    """How far the mouth's pixels go from ``rest``, at most."""
    return max(float(np.abs(mouth(frame) - mouth(rest)).mean()) for frame in frames)


def test_sound_leaves_with_its_pictures_and_segments_end_once(voice: AvatarVoice) -> None:
    first, second, third = sound(0.83), sound(0.5, 1, 16_000, channels=2), sound(0.31, 2)

    async def main() -> Made:
        made: Made = []
        async with LifemaskVideoGenerator(voice, size_wh=SIZE, options=STILL) as generator:
            assert (generator.options.video_fps, generator.options.audio_sample_rate) == (25, HZ)
            async for frame in generator:
                made.append((now_s(), frame))
                seen = len(of(rtc.VideoFrame, made))
                if seen == 11 and isinstance(frame, rtc.VideoFrame):
                    await say(generator, first)
                    await say(generator, second)
                if seen == 95 and isinstance(frame, rtc.VideoFrame):
                    await say(generator, third)
                    await generator.push_audio(AudioSegmentEnd())
                if seen == 120:
                    break
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return made

    made = run(main())
    videos, audios = of(rtc.VideoFrame, made), of(rtc.AudioFrame, made)
    assert all((frame.width, frame.height, frame.type) == (*SIZE, rtc.VideoBufferType.RGBA) for frame in videos)
    assert all((np.frombuffer(frame.data, np.uint8)[3::4] == 255).all() for frame in videos)
    # The first picture comes twice; from then on one each 40 ms.
    assert bytes(videos[0].data) == bytes(videos[1].data)
    np.testing.assert_allclose(np.diff(times(rtc.VideoFrame, made)[1:]), 0.04, atol=1e-6)
    # Every sample that was pushed, silent ones too, and no other; at the stream's rate to the bit.
    heard = joined(audios)
    ends = np.cumsum([len(joined(first)), round(0.5 * HZ), len(joined(third))])
    assert len(heard) == ends[2]
    np.testing.assert_array_equal(heard[: ends[0]], joined(first))
    np.testing.assert_array_equal(heard[ends[1] :], joined(third))
    # Each segment ended when its last sound had left; the empty one too.
    left, told = 0, []
    for _, frame in made:
        left += frame.samples_per_channel if isinstance(frame, rtc.AudioFrame) else 0
        told += [left] * isinstance(frame, AudioSegmentEnd)
    assert told == [*ends, ends[2]]
    # Sound leaves when it is to be heard, in the frame that shows it; what was cut there comes at once.
    counts = np.cumsum([0, *(frame.samples_per_channel for frame in audios)])
    joint = sum(counts[:-1] < ends[1])
    starts = np.array(times(rtc.AudioFrame, made))
    early_s = counts[:joint] / HZ - (starts[:joint] - starts[0])
    assert (early_s >= -1e-6).all() and (early_s < 0.04).all() and (early_s > 1e-6).sum() == 1
    before = np.array(times(rtc.VideoFrame, made)[1:])
    assert all(0 <= start - before[before <= start].max() < 0.04 for start in starts)
    # The mouth moves while it speaks, and rests before and, when nobody has spoken for a second, after.
    assert moved(videos[1], videos[14:42]) > 4 * moved(videos[1], [*videos[2:11], *videos[85:95]])


def test_clearing_the_buffer_stops_sound_at_once(voice: AvatarVoice) -> None:
    words, answer = sound(14.0), sound(0.3, 1)

    async def clear(generator: LifemaskVideoGenerator, saying: asyncio.Task[None]) -> float:
        """Between two frames, as an agent does."""
        await asyncio.sleep(0.03)
        assert not saying.done(), "all was taken: nothing is held back"
        saying.cancel()
        await generator.clear_buffer()
        return now_s()

    async def main() -> tuple[Made, float]:
        made: Made = []
        saying = clearing = None
        async with LifemaskVideoGenerator(voice, size_wh=SIZE, options=STILL) as generator:
            async for frame in generator:
                made.append((now_s(), frame))
                seen = len(of(rtc.VideoFrame, made)) if isinstance(frame, rtc.VideoFrame) else 0
                if seen == 5:
                    saying = asyncio.create_task(say(generator, words))
                if seen == 30 and saying is not None:
                    clearing = asyncio.create_task(clear(generator, saying))
                if seen == 50:
                    await say(generator, answer)
                if seen == 70 and clearing is not None:
                    return made, await clearing
        raise AssertionError

    made, cleared_s = run(main())
    early = [(time_s, frame) for time_s, frame in made if time_s <= cleared_s]
    late = [(time_s, frame) for time_s, frame in made if time_s > cleared_s]
    heard = joined(of(rtc.AudioFrame, early))
    np.testing.assert_array_equal(heard, joined(words)[: len(heard)])
    assert 0.7 * HZ < len(heard) < HZ and not of(AudioSegmentEnd, early)
    # Nothing more of it, not even its end; the next is whole.
    np.testing.assert_array_equal(joined(of(rtc.AudioFrame, late)), joined(answer))
    assert len(of(AudioSegmentEnd, late)) == 1 and isinstance(late[-1][1], rtc.VideoFrame)
    # The mouth is at its rest 100 ms later, and stays there until the answer.
    rest, videos = of(rtc.VideoFrame, made)[1], [item for item in late if isinstance(item[1], rtc.VideoFrame)]
    resting = [frame for time_s, frame in videos if 0.1 <= time_s - cleared_s <= 0.8]
    assert moved(rest, of(rtc.VideoFrame, early)[10:]) > 4 * moved(rest, resting)


def test_a_consumer_that_was_held_up_catches_up(voice: AvatarVoice) -> None:
    words = sound(0.4)

    async def main() -> Made:
        made: Made = []
        async with LifemaskVideoGenerator(voice, size_wh=SIZE) as generator:
            async for frame in generator:
                made.append((now_s(), frame))
                if isinstance(frame, rtc.VideoFrame) and len(of(rtc.VideoFrame, made)) == 10:
                    await asyncio.sleep(1.0)
                    await say(generator, words)
                if made[-1][0] - made[0][0] > 2.6:
                    return made
        raise AssertionError

    made = run(main())
    start_s, seen_s = times(rtc.VideoFrame, made)[1], times(rtc.VideoFrame, made)[1:]
    # Silent frames are left out until the rest is on the clock's beat again; no sound is lost.
    beats = (np.array(seen_s[-20:]) - start_s) / 0.04
    np.testing.assert_allclose(beats, np.rint(beats), atol=1e-6)
    assert len(seen_s) <= 2.6 * 25 - 10
    np.testing.assert_array_equal(joined(of(rtc.AudioFrame, made)), joined(words))


class Roomless(AvatarRunner):
    """A runner that publishes nothing; its tracks are seen and heard here."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        video = rtc.LocalVideoTrack.create_video_track("video", self._video_source)
        audio = rtc.LocalAudioTrack.create_audio_track("audio", self._audio_source)
        self.streams = rtc.VideoStream(video), rtc.AudioStream(audio, sample_rate=HZ, num_channels=1)
        self.seen: list[tuple[float, rtc.VideoFrame]] = []
        self.heard: list[tuple[float, np.ndarray]] = []
        self.watching = [asyncio.create_task(self._see()), asyncio.create_task(self._hear())]

    async def _publish_track(self) -> None:
        self._video_publication = True  # type: ignore[assignment]

    async def _see(self) -> None:
        async for event in self.streams[0]:
            self.seen.append((now_s(), event.frame))

    async def _hear(self) -> None:
        async for event in self.streams[1]:
            self.heard.append((now_s(), np.frombuffer(event.frame.data, np.int16).copy()))

    async def aclose(self) -> None:
        await super().aclose()
        for task in self.watching:
            task.cancel()
        await asyncio.gather(*self.watching, return_exceptions=True)
        for stream in self.streams:
            await stream.aclose()


def test_an_agent_session_speaks_with_its_face(voice: AvatarVoice, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real ``AgentSession``, runner, synchroniser and tracks, in real time; the machine may be slow."""
    monkeypatch.setattr("lifemask_livekit.session.AvatarRunner", Roomless)
    words = sound(0.6)

    async def stream(frames: list[rtc.AudioFrame]) -> AsyncIterator[rtc.AudioFrame]:
        for frame in frames:
            yield frame

    async def main() -> tuple[Roomless, list[Any]]:
        before, events = asyncio.all_tasks(), []
        session, room = AgentSession(aec_warmup_duration=None), rtc.Room()
        avatar = LifemaskAvatarSession(voice, size_wh=SIZE, options=STILL)
        await avatar.start(session, room)
        with pytest.raises(RuntimeError, match="started already"):
            await avatar.start(session, room)
        output, runner = session.output.audio, avatar._runner
        assert isinstance(output, QueueAudioOutput) and isinstance(runner, Roomless) and avatar.avatar_identity == ""
        output.on("playback_started", lambda event: events.append(("started", now_s())))
        output.on("playback_finished", lambda event: events.append(event))
        await session.start(Agent(instructions="Speak."))
        await asyncio.sleep(0.4)
        await session.say("Words.", audio=stream(words)).wait_for_playout()
        long = session.say("Many words.", audio=stream(sound(8.0)))
        while len(events) < 3:
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.4)
        events.append(now_s())
        long.interrupt()
        await long.wait_for_playout()
        await asyncio.sleep(0.5)
        await avatar.aclose()
        await avatar.aclose()
        await session.aclose()
        await asyncio.sleep(0.1)
        assert asyncio.all_tasks() == before
        return runner, events

    runner, events = asyncio.run(main())
    assert len(events) == 5, events
    (_, started_s), whole, (_, again_s), interrupted_s, cut = events
    assert not whole.interrupted and whole.playback_position == pytest.approx(0.6, abs=1e-6)
    assert cut.interrupted and 0.3 <= cut.playback_position <= 1.0
    # On the other end of the tracks: as loud as it was, silent after the interruption, the mouth moving.
    loud = [(time_s, float(np.square(samples.astype(float)).sum())) for time_s, samples in runner.heard]
    energy = sum(power for time_s, power in loud if time_s < again_s)
    assert energy == pytest.approx(np.square(joined(words).astype(float)).sum(), rel=0.05)
    assert sum(power for time_s, power in loud if time_s > interrupted_s + 0.2) < 1e-3 * energy
    assert runner.seen[0][0] < started_s and runner.seen[-1][0] - runner.seen[0][0] > 1.5
    shown = [(time_s, frame.convert(rtc.VideoBufferType.RGBA)) for time_s, frame in runner.seen]
    before = [frame for time_s, frame in shown if started_s - 0.3 < time_s < started_s - 0.05]
    spoke = [frame for time_s, frame in shown if started_s < time_s < interrupted_s]
    assert moved(before[0], spoke) > 2 * moved(before[0], before)
