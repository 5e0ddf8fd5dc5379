"""From what is heard of many streams to rows of an avatar's motion: the twin of ``VoiceMotion`` and
``AvatarVoice.motion`` for steps of 40 ms."""

from dataclasses import dataclass

import numpy as np
import torch

from lifemask.avatar.code_rows import CodeLayout
from lifemask.live.many_ears import Heard, ManyEars
from lifemask.live.many_lives import ManyLives
from lifemask.live.many_mouths import many, refuse_far, warm_mouths
from lifemask.live.many_state import States
from lifemask.pipeline.avatar_voice import AvatarVoice, VoiceOptions
from lifemask.pipeline.voice_file import VoiceFile
from lifemask.speech.ear import LIVE
from lifemask.speech.generic_mouth import GenericMouth
from lifemask.speech.layers import MEL_HZ, MELS_PER_MOTION, MOTION_HZ, Mouth
from lifemask.speech.life import Life, LifeRows
from lifemask.speech.mouth_space import MODE


@dataclass(frozen=True)
class CodeRows:
    """``n`` frames of a voice: ``rows [n, width]`` float32 as ``CodeLayout`` has them, ``speaking [n]`` 0 to 1."""

    rows: np.ndarray
    speaking: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)


class ManyBodies:
    """Streams of one avatar, one mouth and one frame rate."""

    def __init__(self, file: VoiceFile, layout: CodeLayout, mouth: Mouth, fps: float) -> None:
        self.layout, self._fps, self._from_rest = layout, fps, mouth.from_rest
        self.count = 0
        self.rest = file.rest_of(mouth.names)
        self._mouths, self._lives = many(mouth), ManyLives(file.life, fps)
        self._states = States(
            row=torch.tensor(-1),
            told=torch.tensor(0),
            weights=torch.from_numpy(self.rest),
            speaking=torch.zeros(MELS_PER_MOTION),
            emphasis=torch.zeros(MELS_PER_MOTION, dtype=torch.float64),
        )
        life = file.life
        self._mouth_at = columns(self.layout, mouth.names)
        self._life_at = columns(self.layout, life.lid_names + life.face_names)
        self._modes = min(self.layout.torso_modes, life.channels.modes)

    def begin(self, life: Life) -> int:
        """A new stream, which has the place that is returned."""
        place = self._lives.begin(life)
        self.count += 1
        assert self._states.begin() == place == self._mouths.states.begin()
        return place

    def end(self, place: int) -> None:
        """Another may have the place."""
        self.count -= 1
        for states in (self._lives, self._states, self._mouths.states):
            states.end(place)

    def step(self, at: np.ndarray, heard: Heard) -> list[CodeRows]:
        """The frames of the streams at the places ``at [B]``, each after its next row is ``heard``."""
        state = {name: self._states[name].numpy() for name in self._states.names}
        said = self._mouths.step(at, heard.rows)
        said = np.clip(self.rest + said, 0, 1) if self._from_rest else said
        now = self.rest + heard.free[:, None].astype(np.float32) * (said - self.rest)
        before = state["weights"][at]
        speaking = np.concatenate([state["speaking"][at], heard.speaking], 1)
        emphasis = np.concatenate([state["emphasis"][at], heard.emphasis], 1)
        row, told = state["row"][at] + 1, state["told"][at]
        until = np.floor(row / MOTION_HZ * self._fps + 1e-6).astype(int) + 1
        state["row"][at], state["told"][at], state["weights"][at] = row, until, now
        state["speaking"][at], state["emphasis"][at] = heard.speaking, heard.emphasis
        parts: list[list[CodeRows]] = [[] for _ in at]
        while len(some := np.flatnonzero(told < until)):
            time_s = told[some] / self._fps
            place = time_s * MOTION_HZ - (row[some] - 1)
            part = np.clip(place, 0, 1)[:, None].astype(np.float32)
            mouth = before[some] + part * (now[some] - before[some])
            band = np.round(time_s * MEL_HZ).astype(int) - MELS_PER_MOTION * (row[some] - 1)
            sure = speaking[some, band]
            rows = self._rows(mouth, self._lives.rows(at[some], sure, emphasis[some, band]))
            for number, stream in enumerate(some.tolist()):
                parts[stream].append(CodeRows(rows[number : number + 1], sure[number : number + 1]))
            told = told + (told < until)
        return [_joined(part, self.layout.width) for part in parts]

    def _rows(self, mouth: np.ndarray, life: LifeRows) -> np.ndarray:
        """As ``CodeLayout`` has them ``[n, width]``."""
        layout, count = self.layout, len(mouth)
        rows = np.zeros((count, layout.width), np.float32)
        rows[:, self._life_at] = life.expression
        rows[:, self._mouth_at] = mouth
        poses = [pose[:, :3].reshape(count, -1) for pose in (life.camera_from_head, life.camera_from_torso)]
        others = np.concatenate([life.eyes.reshape(count, -1), *poses, life.torso_modes[:, : self._modes]], 1)
        first = len(layout.expression_names)
        rows[:, first : first + others.shape[1]] = others
        return rows


@dataclass(frozen=True)
class Spoken:
    """Who speaks: a voice's ``file`` and ``mouth``, a ``life`` that was not asked for a row yet, and the ``layout`` of
    the rows. Making one raises what cannot work."""

    file: VoiceFile
    layout: CodeLayout
    mouth: Mouth
    life: Life
    fps: float

    @staticmethod
    def of(voice: AvatarVoice, options: VoiceOptions | None, fps: float) -> "Spoken":
        """One for a stream."""
        options = options or VoiceOptions()
        life = Life(voice.file.life, fps=fps, seed=options.seed, energy=options.energy, still=options.still)
        mouth = voice.mouth(options.mouth, live=True)
        refuse_far(mouth)
        return Spoken(voice.file, CodeLayout.of(voice.avatar), mouth, life, fps)

    @property
    def seconds_after(self) -> float:
        """How much sound after its own moment a row needs."""
        return LIVE.seconds_after + (0.0 if self.fps == MOTION_HZ else 1 / MOTION_HZ)

    @property
    def kind(self) -> tuple[int, bool, float]:
        """The same for those who can be computed together."""
        return id(self.file), isinstance(self.mouth, GenericMouth), self.fps


@dataclass(frozen=True)
class Place:
    """Where a stream is."""

    ear: int
    kind: tuple[int, bool, float]
    bodies: ManyBodies
    body: int


class ManyMotions:
    """Any number of streams of any avatars: ``begin`` one with its first ``FIRST`` samples, and ``step`` several."""

    def __init__(self) -> None:
        self._ears = ManyEars()
        self._ears.warm()
        warm_mouths()
        self._bodies: dict[tuple[int, bool, float], tuple[Spoken, ManyBodies]] = {}

    @torch.inference_mode()
    def begin(self, spoken: Spoken, first: np.ndarray) -> Place:
        """A new stream."""
        if spoken.kind not in self._bodies:
            self._bodies[spoken.kind] = spoken, ManyBodies(spoken.file, spoken.layout, spoken.mouth, spoken.fps)
        bodies = self._bodies[spoken.kind][1]
        return Place(self._ears.begin(first), spoken.kind, bodies, bodies.begin(spoken.life))

    def end(self, place: Place) -> None:
        """A stream ends."""
        self._ears.end(place.ear)
        place.bodies.end(place.body)
        if not place.bodies.count:
            del self._bodies[place.kind]

    @torch.inference_mode()
    def step(self, places: list[Place], blocks: np.ndarray) -> list[CodeRows | None]:
        """The frames of several streams after the next ``blocks [B, 640]`` of each; None of one of which too little was
        heard so far."""
        heard = self._ears.step(np.array([place.ear for place in places]), blocks)
        told: list[CodeRows | None] = [None] * len(places)
        groups: dict[int, list[int]] = {}
        for number, stream in enumerate(heard.streams.tolist()):
            groups.setdefault(id(places[stream].bodies), []).append(number)
        for numbers in groups.values():
            streams = heard.streams[numbers].tolist()
            at = np.array([places[stream].body for stream in streams])
            rows = places[streams[0]].bodies.step(at, heard.of(numbers))
            for stream, made in zip(streams, rows, strict=True):
                told[stream] = made
        return told


def columns(layout: CodeLayout, names: tuple[str, ...]) -> np.ndarray:
    """Where expressions of these names, and modes of the face, stand in a row."""
    first = layout.width - layout.face_modes
    place = {name: column for column, name in enumerate(layout.expression_names)}
    place |= {f"{MODE}{number}": first + number for number in range(layout.face_modes)}
    return np.array([place[name] for name in names])


def _joined(parts: list[CodeRows], width: int) -> CodeRows:
    if len(parts) == 1:
        return parts[0]
    rows = np.concatenate([np.zeros((0, width), np.float32), *(part.rows for part in parts)])
    return CodeRows(rows, np.concatenate([np.zeros(0, np.float32), *(part.speaking for part in parts)]))
