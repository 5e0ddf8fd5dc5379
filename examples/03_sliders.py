"""An avatar moved by sliders: one picture for each of a few expressions, side by side.

    python examples/03_sliders.py me faces.png jawOpen mouthSmileLeft+mouthSmileRight eyeBlinkLeft

Weights are ARKit's 52, 0 to 1. What the clip has shown looks like the person; the rest is what the rig makes of them.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from lifemask.avatar.avatar import Avatar
from lifemask.avatar.code_rows import CodeLayout
from lifemask.pipeline.driven import home_in
from lifemask.pipeline.exports_splats import at_rest

USUAL = ["jawOpen", "mouthSmileLeft+mouthSmileRight", "mouthPucker", "browInnerUp", "eyeBlinkLeft+eyeBlinkRight"]


def main(arguments: list[str] | None = None) -> np.ndarray:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("avatar", type=Path, help="folder of a finished avatar")
    parser.add_argument("out", type=Path, help="picture to write, .png")
    parser.add_argument("sliders", nargs="*", default=USUAL, help="one picture for each: NAME or NAME+NAME")
    given = parser.parse_args(arguments)

    avatar = Avatar.load(given.avatar)
    layout = CodeLayout.of(avatar)
    # One row for each picture: this person as they are when they express nothing, and then with a slider moved.
    rest = layout.rows(at_rest(avatar, home_in(given.avatar, avatar)))
    rows = rest.repeat(1 + len(given.sliders), 0)
    for row, names in zip(rows[1:], given.sliders, strict=True):
        for name in names.split("+"):
            if name not in layout.expression_names:
                parser.error(f"there is no slider {name}; there are {', '.join(layout.expression_names)}")
            row[layout.expression_names.index(name)] = 1.0

    width, height = avatar.frame_wh
    plate = torch.as_tensor(avatar.plate.copy()).float() / 255
    sheet = np.empty((height, len(rows) * width, 3), np.uint8)
    for place, row in enumerate(rows):
        (picture,) = avatar.layer(layout.motion(row[None])).over(plate)
        sheet[:, place * width : (place + 1) * width] = (255 * picture).round().byte().numpy()
    Image.fromarray(sheet).save(given.out)
    return sheet


if __name__ == "__main__":
    main()
