"""Which system a file or folder comes from, by what it holds."""

from collections.abc import Callable
from pathlib import Path

from lifemask.errors import FormatError
from lifemask.formats import arkit, flame_head_tracker, flashavatar, metrical_tracker, nerf_json, vhap
from lifemask.formats.entries import require_path

_FORMATS: dict[str, tuple[Callable[[Path], bool], str]] = {
    flashavatar.NAME: (flashavatar.looks_like, "a folder with imgs and alpha or parsing"),
    metrical_tracker.NAME: (metrical_tracker.looks_like, "a .frame file, or a folder with checkpoint/*.frame"),
    vhap.NAME: (vhap.looks_like, "transforms.json whose frames name a flame_param_path"),
    flame_head_tracker.NAME: (flame_head_tracker.looks_like, "a folder of numbered .npz files with cam and exp"),
    nerf_json.NAME: (nerf_json.looks_like, "transforms.json whose frames have a transform_matrix"),
    arkit.NAME_CSV: (arkit.looks_like_csv, "a .csv that begins with Timecode,BlendshapeCount"),
    arkit.NAME_JSON: (arkit.looks_like_json, "a .json with names, and frames of weights"),
}
"""In the order of asking: a folder may hold several, and the first says most of what is in it."""

FORMAT_NAMES = tuple(_FORMATS)


def guess_format(path: Path) -> str:
    """The name of the format of ``path``, one of ``FORMAT_NAMES``.

    Raises FileMissingError; FormatError that lists what was looked for.
    """
    require_path(path, "a file or folder of a tracker")
    for name, (looks_like, _) in _FORMATS.items():
        if looks_like(path):
            return name
    looked = "\n".join(f"  {name}: {what}" for name, (_, what) in _FORMATS.items())
    raise FormatError(
        f"{path} is of no known format.", f"Looked for\n{looked}", "Name the format, or give the folder above or below."
    )
