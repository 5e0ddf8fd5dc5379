"""``lifemask view``: a page that looks into a run."""

import webbrowser

from lifemask.cli.commands import View
from lifemask.cli.terminal import Terminal
from lifemask.viewer.run_app import serve_run


def run(command: View, terminal: Terminal) -> int:
    """Serve the page until Ctrl-C."""
    server = serve_run(command.run, command.port)
    terminal.say(f"{command.run} is shown at {server.address} (this machine only); Ctrl-C ends it.")
    terminal.result({"address": server.address})
    if not command.no_browser:
        webbrowser.open(server.address)
    server.run()
    return 0
