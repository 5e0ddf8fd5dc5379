"""A finished re-enactment of one built-in person by another, held against the truth of both."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lifemask.avatar.avatar import Avatar
from lifemask.pipeline.config import Device
from lifemask.pipeline.driven import Driven, drive
from lifemask.pipeline.job import pick_device
from lifemask.pipeline.measure_reenact_motion import (
    CARRIED,
    EXCITED,
    Shown,
    closed_bounds,
    closures_kept,
    expressions_kept,
    gaze_kept,
    head_error,
    likeness,
)
from lifemask.pipeline.measure_reenact_person import Person, share_of_other, who_is_it
from lifemask.pipeline.motion_file import load_motion
from lifemask.pipeline.stages.tracking import TRACKING
from lifemask.synthetic.truth import SubjectTruth, load_truth
from lifemask.tracking.record import Tracking

AVATAR, DRIVER, RENDER, IDEAL = "avatar", "driver", "reenacted", "ideal"
"""Each is a clip and the folder of its run: the avatar's person, the driver, the avatar driven, and the avatar's person
filmed doing exactly what the driver does, which no re-enactment can surpass."""
FILMED = (AVATAR, DRIVER, IDEAL)


@dataclass(frozen=True)
class Reenactment:
    """A finished experiment: the ``truths`` of ``AVATAR`` and ``DRIVER``, the ``trackings`` of all four, the
    ``avatar``, and the motion that it was given."""

    truths: dict[str, SubjectTruth]
    trackings: dict[str, Tracking]
    avatar: Avatar
    driven: Driven

    @staticmethod
    def load(folder: Path, device: Device = "auto") -> "Reenactment":
        """What ``measure_reenact`` has made in ``folder``."""
        avatar = Avatar.load(folder / AVATAR, pick_device(device))
        driven = drive(avatar, folder / AVATAR, load_motion(folder / DRIVER / TRACKING, avatar.rig))
        return Reenactment(
            {name: load_truth(clip_of(folder, name)) for name in (AVATAR, DRIVER)},
            {name: Tracking.load(folder / name / TRACKING) for name in (*FILMED, RENDER)},
            avatar,
            driven,
        )

    def measured(self) -> dict[str, Any]:
        """Everything that the bench says, by what it is about. Frames in which no face was found in the render are left
        out and counted (``lost``)."""
        again, theirs, ideal = (self.trackings[name] for name in (RENDER, DRIVER, IDEAL))
        seen = again.tracked.astype(bool)
        rows = again.frame_index[seen]  # of the driver's tracking, frame by frame
        numbers = theirs.frame_index[rows]
        truth = Shown.of(self.truths[DRIVER], numbers)
        given = Shown.posed(self.driven.motion.code, self.avatar.rig, self.avatar.neutral).rows(rows)
        ways = {
            "tracked": Shown.of(theirs, rows),
            "transferred": given,
            "retracked": Shown.of(again, seen),
            "ideal": Shown.of(ideal, np.searchsorted(ideal.frame_index, numbers)),
        }
        rig = self.avatar.rig.to(device="cpu")
        expressions = expressions_kept(self.driven.names, truth, **ways, alike=likeness(rig))
        own = self.trackings[AVATAR]
        bounds = closed_bounds(Shown.of(own), Shown.of(self.truths[AVATAR], own.frame_index))
        return {
            "frames": len(rows),
            "lost": len(theirs) - len(rows),
            "size_wh": again.camera.size_wh,
            "device": self.avatar.device.type,
            "excited": EXCITED,
            "carried": CARRIED,
            "expressions": expressions,
            "below": [name for name, found in expressions.items() if found["retracked"] < CARRIED],
            "head": {name: head_error(shown.camera_from_head, truth.camera_from_head) for name, shown in ways.items()},
            "gaze": {name: gaze_kept(shown, truth) for name, shown in ways.items()},
            "closed_bounds_m": bounds,
            "closures": {
                name: closures_kept(ways[name], truth, bounds) for name in ("transferred", "retracked", "ideal")
            },
            "people": self._people(),
        }

    def _people(self) -> dict[str, Any]:
        """Whom the trackers find: distances to both people, and how far the way from one to the other."""
        rig = self.avatar.rig.to(device="cpu")
        true = {name: Person.of(self.truths[name], rig) for name in (AVATAR, DRIVER)}
        tracked = {name: Person.of(tracking, rig) for name, tracking in self.trackings.items()}
        own, theirs = tracked[AVATAR], tracked[DRIVER]
        return {
            "distance": who_is_it(tracked | {"driver_true": true[DRIVER]}, true | {"avatar_tracked": own}),
            "share_of_driver": {
                name: share_of_other(person, true[AVATAR], true[DRIVER]) for name, person in tracked.items()
            },
            "share_of_driver_tracked": {name: share_of_other(tracked[name], own, theirs) for name in (RENDER, IDEAL)},
        }


def clip_of(folder: Path, name: str) -> Path:
    """Where in the bench's ``folder`` the clip lies; its run is the folder of that ``name``."""
    return folder / f"{name}.mp4"
