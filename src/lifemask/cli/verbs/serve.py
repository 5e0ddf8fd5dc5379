"""``lifemask serve``: avatars for other programs and for browsers."""

import os
import shlex

from lifemask.cli.commands import Serve
from lifemask.cli.terminal import Terminal
from lifemask.serve.config import ServeConfig
from lifemask.serve.keys import read_keys


def run(command: Serve, terminal: Terminal) -> int:
    """Serve until Ctrl-C or SIGTERM, and let what runs end."""
    config = ServeConfig(
        avatars=command.avatars,
        uploads=command.uploads,
        host=command.host,
        port=command.port,
        api_keys=read_keys(command.api_key_file, os.environ),
        allow_origin=command.allow_origin,
        create_options=tuple(shlex.split(command.create_options)),
        drain_seconds=command.drain_seconds,
        limits=command.limits,
        device=command.device,
    )
    from lifemask.pipeline.card import card_in, consent_warning
    from lifemask.serve.run import serve

    for folder in config.avatars:
        if (warning := consent_warning(card_in(folder))) is not None:
            terminal.text(warning)

    def ready(address: str) -> None:
        who = f"{len(config.api_keys)} API keys" if config.api_keys else "this machine only"
        terminal.say(f"Avatars are served at {address} ({who}); Ctrl-C ends it.")
        terminal.result({"address": address})

    serve(config, ready)
    return 0
