"""Which head rig a run stands on: the built-in bust, or the FLAME file that the user has."""

import os
from functools import lru_cache
from pathlib import Path

from lifemask.errors import FileMissingError, FormatError
from lifemask.perception.load_rig import load_rig
from lifemask.rig.bust import load_bust
from lifemask.rig.flame import FlameModel
from lifemask.rig.flame_file import HOW_TO_GET, read_flame
from lifemask.rig.head import HeadRig

VARIABLE = "LIFEMASK_FLAME"


def flame_source(named: Path | None) -> Path:
    """The FLAME file or folder: ``named``, else what the variable ``LIFEMASK_FLAME`` says.

    Raises FileMissingError, saying how to get FLAME, when there is neither.
    """
    if named is not None:
        return named.expanduser()
    if os.environ.get(VARIABLE):
        return Path(os.environ[VARIABLE]).expanduser()
    raise FileMissingError(
        "No FLAME model was given.",
        "Trackings of other systems are poses of FLAME, which is not part of Lifemask.",
        f"{HOW_TO_GET} Name it with --rig FILE, or in {VARIABLE}.",
    )


@lru_cache(maxsize=2)
def load_flame(source: Path) -> tuple[FlameModel, HeadRig]:
    """The FLAME model at ``source`` in its own space, and the same as a rig with its 478 landmarks."""
    return read_flame(source), load_rig(source)


def rig_hash(rig: HeadRig) -> str:
    """What names a rig in the files that depend on it: not FLAME's landmarks, which are found by looking."""
    return rig.geometry_hash if rig.has_jaw else rig.content_hash


def load_by_hash(name: str, wanted: str, source: Path | None, user: Path) -> HeadRig:
    """The rig on which the file ``user`` was made: ``name`` and its ``rig_hash``; if it is FLAME's, from ``source`` or
    from where ``LIFEMASK_FLAME`` says.

    Raises FormatError when it is another one, FileMissingError when FLAME's file is not there.
    """
    is_flame = name != load_bust().name
    if is_flame and (os.environ.get(VARIABLE) or source is None or not source.exists()):
        source = flame_source(None)
    rig = load_rig(source if is_flame else None)
    if rig_hash(rig) != wanted:
        raise FormatError(
            f"{user} was made on the rig {name} {wanted[:12]}, but "
            f"{source if is_flame else 'this version'} carries {rig.name} {rig_hash(rig)[:12]}.",
            "The Gaussians are bound to the triangles of that rig.",
            f"Name the FLAME file that was used in {VARIABLE}."
            if is_flame
            else "Use the version of Lifemask that made the avatar, or create it again.",
        )
    return rig
