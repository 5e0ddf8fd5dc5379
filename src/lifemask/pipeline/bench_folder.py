"""A folder in which a bench goes on where it was: its own, or an empty one."""

import json
from pathlib import Path
from typing import Any

from lifemask.errors import OutputExistsError
from lifemask.pipeline.files import hash_value

SETTINGS, LOCK = "settings.json", ".lock"


def expect_own(out: Path, known: dict[str, Any], force: bool, other: str) -> None:
    """Refuse a folder that holds something else than a bench with the settings ``known``, unless ``force``; ``other``
    is what a bench with different ones is called.

    Raises OutputExistsError.
    """
    if out.exists() and not out.is_dir():
        raise OutputExistsError(f"{out} is a file, not a folder", fix="Name a folder with -o.")
    if force or not out.exists() or not any(child.name != LOCK for child in out.iterdir()):
        return
    try:
        there = json.loads((out / SETTINGS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        there = None
    if there is not None and hash_value(there) == hash_value(known):
        return
    what = "something else" if there is None else other
    raise OutputExistsError(
        f"{out} holds {what}",
        "Nothing is overwritten without being asked.",
        "Name another folder with -o, or add --force to begin anew in this one.",
    )
