"""``lifemask demo``: the built-in subject speaks in front of the camera, then the whole run, and its avatar speaks."""

from lifemask.cli.commands import Demo
from lifemask.cli.terminal import Terminal
from lifemask.cli.verbs.create import tell
from lifemask.pipeline.card import About
from lifemask.pipeline.create import create
from lifemask.pipeline.demo import film, speak_new_words


def run(command: Demo, terminal: Terminal) -> int:
    """Render the clip unless it is there, run every stage, let the avatar say new words, and say where all lies."""
    config, progress = command.config, terminal.progress()
    clip = film(command.out, seconds=command.seconds, seed=config.seed, progress=progress)
    about = About(title="The built-in subject", synthetic=True)
    done = create(clip, command.out / "run", config, progress, force=command.force, about=about)
    spoken = speak_new_words(done.path, command.out, seed=config.seed, device=config.device, progress=progress)
    tell(done, terminal, speaking=spoken.video.path)
    return 0
