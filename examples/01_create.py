"""From a clip to an avatar: everything that `lifemask create` does, as one call.

    python examples/01_create.py me.mp4 me

Without a clip the built-in subject is filmed, speaking, so that the example runs anywhere. The call can be stopped at
any time: the same call goes on.
"""

import argparse
from pathlib import Path

from lifemask.pipeline.config import CreateConfig
from lifemask.pipeline.create import CreateResult, create
from lifemask.synthetic.clip import render_clip


def main(arguments: list[str] | None = None, config: CreateConfig | None = None) -> CreateResult:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", type=Path, nargs="?", help="about 30 seconds of a person; none films the subject")
    parser.add_argument("out", type=Path, help="folder of the run")
    given = parser.parse_args(arguments)
    clip = given.clip
    if clip is None:
        given.out.mkdir(parents=True, exist_ok=True)
        clip = given.out.with_name(f"{given.out.name}-subject.mp4")
        if not clip.exists():
            render_clip(clip, seconds=16, size=512, voice=True)
    result = create(clip, given.out, config)
    for name, cost in result.costs.items():
        print(f"{name:12} {cost['seconds']:7.1f} s {cost['peak_memory_mb']:7.0f} MB")
    for kind, scores in result.metrics["evaluation"].items():
        if isinstance(scores, dict) and "whole" in scores:
            print(f"held-out frames, {kind.replace('_', ' ')}: {scores['whole']['psnr_db']:.1f} dB")
    return result


if __name__ == "__main__":
    main()
