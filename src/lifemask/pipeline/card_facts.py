"""The parts of a card that name what an avatar was made with: the clip, the models, the head rig."""

import json
from pathlib import Path
from typing import Any

from lifemask.assets import find_asset
from lifemask.media.files import file_sha256
from lifemask.pipeline.stages.capture import CAPTURE
from lifemask.rig.bust import load_bust

_ALWAYS, _MATTE, _VOICE, _SCORE = (
    "face_landmarker",
    "selfie_segmentation",
    ("silero_vad", "speech_embedding"),
    "lpips_alex",
)
_OWN_FILES = {"matte": "matte_model", "parser": "parser_model"}
_BROUGHT = "brought by the avatar's maker; the licence of its publisher"
_BUST_LICENCE = "CC0 1.0 (MakeHuman base mesh, identity targets and ARKit face units)"
_FLAME_LICENCE = "FLAME's own licence, of the copy that the avatar's maker has; no part of it is passed on"


def inputs_of(folder: Path, record: dict[str, Any]) -> list[dict[str, Any]]:
    """What was filmed: its file name without the way to it, its content's hash, and what was used of it."""
    if "input" not in record:
        return []
    known, clip = record["input"], _capture(folder)
    return [
        {
            "name": Path(known["path"]).name,
            "sha256": known["sha256"],
            "bytes": known["bytes"],
            "duration_s": clip.get("duration_s"),
            "fps": clip.get("fps"),
            "size_wh": clip.get("size_wh"),
            "frames": clip.get("num_frames"),
            "frames_used": record["metrics"].get("capture", {}).get("frames_used"),
            "tracked_by": "another system" if "import" in record else "lifemask",
        }
    ]


def models_of(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Every network whose output went into the avatar or its figures."""
    config, metrics = record.get("config", {}), record.get("metrics", {})
    if not config:
        return []
    names = [_ALWAYS]
    if config["matte"] is None:
        names.append(_MATTE)
    if metrics.get("voice", {}).get("sound"):
        names.extend(_VOICE)
    if (metrics.get("evaluation") or {}).get("refined", {}).get("whole", {}).get("lpips") is not None:
        names.append(_SCORE)
    models = []
    for name in names:
        asset = find_asset(name)
        models.append(
            {
                "name": asset.name,
                "version": asset.version,
                "sha256": asset.sha256,
                "licence": asset.licence,
                "purpose": asset.purpose,
            }
        )
    for option, file in _OWN_FILES.items():
        if config.get(option) is not None:
            path = Path(config[file])
            models.append(
                {
                    "name": config[option],
                    "version": None,
                    "sha256": file_sha256(path) if path.is_file() else None,
                    "licence": _BROUGHT,
                    "purpose": {
                        "matte": "separates the person from the background",
                        "parser": "names the face's parts",
                    }[option],
                }
            )
    return models


def rig_of(rig: dict[str, Any]) -> dict[str, Any]:
    """The head rig that the Gaussians stand on, and whose data that is."""
    own = rig["name"] == load_bust().name
    return {"name": rig["name"], "hash": rig["hash"], "licence": _BUST_LICENCE if own else _FLAME_LICENCE}


def _capture(folder: Path) -> dict[str, Any]:
    try:
        return json.loads((folder / CAPTURE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
