"""An avatar replays its own clip, or anybody's motion, over any background.

python examples/04_render.py me again.mp4
python examples/04_render.py me cut-out.mov --background transparent
python examples/04_render.py me as-them.mp4 --motion them --frames 0:100
"""

import argparse
from pathlib import Path

from lifemask.pipeline.render import Rendered, RenderOptions
from lifemask.pipeline.replay import replay


def main(arguments: list[str] | None = None) -> Rendered:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("avatar", type=Path, help="folder of a finished avatar")
    parser.add_argument("out", type=Path, help=".mp4, .mov, .webm, .mkv, or a folder for pictures")
    parser.add_argument("--motion", type=Path, help="a run, an ARKit recording or .frame files; none replays the clip")
    parser.add_argument("--background", help="a colour, a picture, a video, transparent; none takes the clip's own")
    parser.add_argument("--frames", help="first:end")
    given = parser.parse_args(arguments)
    options = RenderOptions(background=given.background)
    done = replay(given.avatar, given.out, motion_file=given.motion, frames=given.frames, options=options)
    print(f"{done.video.frames} frames at {done.video.fps:.3g} fps in {done.video.path}")
    for beyond in done.beyond.quantities:
        print(f"{beyond.name} leaves what was filmed in {100 * beyond.share:.0f} % of the frames")
    return done.video


if __name__ == "__main__":
    main()
