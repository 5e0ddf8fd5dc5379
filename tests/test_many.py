"""Many voices at once: the motion of each is that of a voice alone."""

import asyncio

import numpy as np
import pytest

from conftest import TinyRun
from lifemask.avatar.avatar import Avatar
from lifemask.live.many import CodeRows, ManyVoices, PooledVoice
from lifemask.live.many_stream import CodeStream
from lifemask.perception.rig_source import rig_hash
from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from lifemask.pipeline.voice_file import VoiceFile
from lifemask.speech.config import MouthTraining
from lifemask.speech.life_statistics import LifeStatistics
from lifemask.speech.personal_training import Clip, learn
from lifemask.synthetic.motion import talking
from lifemask.tracking.record import Tracking
from sound_made import babble

HZ = 16_000
ROUNDING = 2e-4
"""Single precision through some twenty layers, summed in another order: of numbers of order one."""


@pytest.fixture(scope="module")
def voice(tiny_run: TinyRun) -> AvatarVoice:
    """The tiny avatar with a mouth of its own that was hardly taught."""
    avatar, tracking = Avatar.load(tiny_run.folder), Tracking.load(tiny_run.folder / "refined.safetensors")
    motion, sound = talking(8.0, 25.0, seed=1), (0.1 * babble(8.0)).astype(np.float32)
    clip = Clip(sound, motion.expression, None, np.ones(len(motion), bool))
    taught = learn(clip, avatar.rig, avatar.neutral, ("live",), MouthTraining(members=2, steps=2))
    modes = np.zeros(avatar.model.num_modes["face"])
    file = VoiceFile(
        rig_hash(avatar.rig), avatar.rig.expression_names, motion.expression[0], modes,
        LifeStatistics.of(tracking, None, None), {"live": taught["live"].mouth},
    )  # fmt: skip
    return AvatarVoice(avatar, file)


def spoken(seconds: float, seed: int = 0, louder: float = 0.1) -> np.ndarray:
    return (louder * babble(seconds, seed)).astype(np.float32)


def alone(pooled: PooledVoice, voice: AvatarVoice, options: VoiceOptions, fps: float, sound: np.ndarray) -> CodeRows:
    """What a ``VoiceMotion`` of its own makes of the sound."""
    motion = voice.begin(options, fps=fps, live=True)
    rows = motion.push(sound)
    return CodeRows(pooled.layout.rows(voice.motion(motion, rows)), rows.speaking)


async def take(pooled: PooledVoice, count: int) -> CodeRows:
    parts = []
    async for rows in pooled:
        parts.append(rows)
        if sum(map(len, parts)) >= count:
            break
    return CodeRows(*(np.concatenate([getattr(part, name) for part in parts]) for name in ("rows", "speaking")))


def assert_same(made: CodeRows, wanted: CodeRows) -> None:
    assert len(made) == len(wanted)
    np.testing.assert_allclose(made.speaking, wanted.speaking, atol=ROUNDING)
    np.testing.assert_allclose(made.rows, wanted.rows, atol=ROUNDING)


def test_one_of_many_is_as_alone(voice: AvatarVoice) -> None:
    """Voices that begin at different times, are cut differently, come and go, and are of different avatars."""
    plans = [
        (VoiceOptions(seed=1), 25.0, spoken(3.0, 1), 320),
        (VoiceOptions(seed=2, energy=0.5), 25.0, spoken(2.5, 2, 0.02), 1111),
        (VoiceOptions(seed=3, mouth="generic"), 25.0, spoken(2.0, 3), 640),
        (VoiceOptions(seed=4, still=1.0), 30.0, spoken(2.0, 4, 0.3), 77),
        (VoiceOptions(seed=5, mouth="generic"), 24.0, spoken(1.5, 5), 9000),
    ]

    async def one(pool: ManyVoices, number: int) -> None:
        options, fps, sound, step = plans[number % len(plans)]
        await asyncio.sleep(0.05 * number)
        pooled = pool.open(voice, options, fps=fps)
        wanted = alone(pooled, voice, options, fps, sound)
        reading = asyncio.create_task(take(pooled, len(wanted)))
        for at in range(0, len(sound), step):
            await pooled.push(sound[at : at + step])
        assert_same(await reading, wanted)
        pooled.close()

    async def main() -> None:
        async with ManyVoices() as pool:
            await asyncio.gather(*(one(pool, number) for number in range(2 * len(plans))))
            assert len(pool) == 0

    asyncio.run(main())


def test_a_stream_speaks_and_is_interrupted(voice: AvatarVoice) -> None:
    sound = spoken(5.0, 7)

    async def main() -> None:
        async with ManyVoices() as pool, CodeStream(pool, voice) as stream:
            rows = []
            async for row in stream.rows():
                rows.append(row)
                if row.index == 5:
                    await stream.push_audio(sound)
                if row.index == 30:
                    assert await stream.interrupt() > 3.0
                if row.index == 45:
                    break
            assert [row.index for row in rows] == list(range(46))
            heard = [row.index for row in rows if row.sound_time_s is not None]
            assert heard == list(range(heard[0], heard[-1] + 1)) and heard[0] <= 15 and heard[-1] == 30

    asyncio.run(main())
