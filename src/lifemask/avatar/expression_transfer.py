"""One person's expressions as another's: differences from rest, with lids and lips that meet where they met."""

from dataclasses import dataclass

import numpy as np

from lifemask.avatar.rest import BLINKS, Rest, beside_blink, opposites, shut_eyes
from lifemask.errors import ConfigError
from lifemask.rig.flame import EYELID_NAMES

CLOSED_PERCENTILE, CLOSED_AT_REST_M = 5, 0.5e-3
"""Lips that rest this much more open than the clip's closed ones are closed at rest."""
NEARLY_CLOSED_M = 4e-3
"""Lips that are less open than this are watched: they close exactly as the driver's do."""
_UNBOUNDED = "expression_"


@dataclass(frozen=True)
class Face:
    """What transfer has to know of someone's face, whose weights are ``names``: at ``rest``; with its eyes ``closed``;
    the blink weights ``shut [2]`` at which the lids meet; ``closed_m``: how far the lips open against rest when they
    are closed."""

    names: tuple[str, ...]
    rest: Rest
    closed: Rest
    shut: np.ndarray
    closed_m: float


def face_of(
    names: tuple[str, ...],
    rest: Rest,
    shut: np.ndarray,
    expression: np.ndarray,
    eyes: np.ndarray | None,
    lips: np.ndarray,
) -> Face:
    """The face that shows ``expression [T, E]`` and ``eyes [T, 2, 2]``, all frames with a face of a clip; ``lips [E]``
    metres of opening for each weight."""
    least_m = float(np.percentile((expression - rest.expression) @ lips, CLOSED_PERCENTILE))
    # A resting face that is more closed than the clip ever is was put together of too few frames.
    closed_m = least_m if least_m > 0 else min(0.0, least_m + CLOSED_AT_REST_M)
    return Face(names, rest, shut_eyes(expression, eyes, rest, names, shut), shut, closed_m)


def transferred_face(
    weights: np.ndarray, eyes: np.ndarray | None, driver: Face, own: Face, lips: np.ndarray, *, gaze: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """``weights [T, E]`` and ``eyes [T, 2, 2]`` of ``driver`` as weights ``[T, F]`` and eyes ``[T, 2, 2]`` of ``own``,
    whose lips each weight opens by ``lips [F]`` metres.

    Rest goes to rest and closed eyes to closed eyes; what goes away from there goes as far, within what the weights can
    be. What the driver does not have, and without ``gaze`` the eyes, stay as they are there. Raises ConfigError when
    nothing in the two has the same name.
    """
    shared = [(driver.names.index(name), column) for column, name in enumerate(own.names) if name in driver.names]
    if not shared:
        raise ConfigError(
            f"The motion's weights ({driver.names[0]}, ...) mean nothing to the avatar's rig ({own.names[0]}, ...)",
            "They are coefficients of another model of the face.",
            "Name the model that they belong to: --rig FLAME_FILE",
        )
    there, here = (list(columns) for columns in zip(*shared, strict=True))
    found, rest, closed = np.tile(own.rest.expression, (len(weights), 1)), *_in(own, driver, here, there)
    found[:, here] = weights[:, there]
    closure = _closure(found, rest, driver, own)
    before, after = np.tile(rest, (len(weights), 1)), np.tile(own.rest.expression, (len(weights), 1))
    for side, name in enumerate(_blinks(own)):
        moved = beside_blink(own.names, name)
        share = np.clip(closure[:, side], 0, 1)[:, None]
        before[:, moved] += share * (closed - rest)[moved]
        after[:, moved] += share * (own.closed.expression - own.rest.expression)[moved]
    out = found - before + after
    for pair in opposites(own.names):
        out[:, pair] = _signed(*(values[:, pair] for values in (found, before, after)))
    for side, name in enumerate(_blinks(own)):
        column = own.names.index(name)
        if name in driver.names:
            out[:, column] = own.rest.expression[column] + closure[:, side] * (
                own.shut[side] - own.rest.expression[column]
            )
    if not gaze:
        looks = [column for column, name in enumerate(own.names) if name.startswith("eyeLook")]
        out[:, looks] = after[:, looks]
    bounded = np.array([not name.startswith(_UNBOUNDED) for name in own.names])
    out[:, bounded] = np.clip(out[:, bounded], 0, 1)
    _close_lips(out, (found - rest) @ lips, driver, own, lips)
    share = np.clip(closure, 0, 1)[..., None]
    looks_at = own.rest.eyes + share * (own.closed.eyes - own.rest.eyes)
    if gaze and eyes is not None:
        looks_at = looks_at + eyes - driver.rest.eyes - share * (driver.closed.eyes - driver.rest.eyes)
    return out, looks_at


def _in(own: Face, driver: Face, here: list[int], there: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """The driver's rest and closed eyes in the avatar's weights ``[F]``; the avatar's own rest for what it lacks."""
    rest, closed = own.rest.expression.copy(), own.rest.expression.copy()
    rest[here], closed[here] = driver.rest.expression[there], driver.closed.expression[there]
    return rest, closed


def _blinks(face: Face) -> tuple[str, ...]:
    """The names of its blink weights, left then right."""
    known = BLINKS if BLINKS[0] in face.names else EYELID_NAMES
    return known if all(name in face.names for name in known) else ()


def _closure(found: np.ndarray, rest: np.ndarray, driver: Face, own: Face) -> np.ndarray:
    """How far each eye of the driver is closed: ``[T, 2]``, 0 at rest, 1 shut."""
    closure = np.zeros((len(found), 2))
    for side, name in enumerate(_blinks(own)):
        column = own.names.index(name)
        closure[:, side] = (found[:, column] - rest[column]) / max(driver.shut[side] - rest[column], 1e-3)
    return closure


def _signed(found: np.ndarray, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Two weights ``[T, 2]`` that are one movement's two signs, shifted from ``before`` to ``after`` as one number;
    what both have in common, which moves nothing, is shifted by itself."""
    common = np.maximum(found.min(1) - before.min(1) + after.min(1), 0)
    signed = (found - before + after) @ np.array([1.0, -1.0])
    return np.stack([np.maximum(signed, 0) + common, np.maximum(-signed, 0) + common], 1)


def _close_lips(out: np.ndarray, wanted: np.ndarray, driver: Face, own: Face, lips: np.ndarray) -> None:
    """Nearly closed lips are made as open as ``wanted [T]`` says, their closed level being the avatar's: weights that
    ended at a bound have changed that. The jaw closes first, then the lips over an open jaw."""
    if "jawOpen" not in own.names or not lips.any():
        return
    jaw, close = own.names.index("jawOpen"), own.names.index("mouthClose")
    share = np.clip(1 - (wanted - driver.closed_m) / NEARLY_CLOSED_M, 0, 1)
    share = share * share * (3 - 2 * share)
    target = wanted + share * (own.closed_m - driver.closed_m)
    wrong = share * (target - (out - own.rest.expression) @ lips)
    lower = np.clip(wrong / lips[jaw], -out[:, jaw], 0)
    out[:, jaw] += lower
    out[:, close] = np.clip(out[:, close] + (wrong - lower * lips[jaw]) / lips[close], 0, 1)
