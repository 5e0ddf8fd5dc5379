"""The plugins for agents, against the packages that they plug into; their tests lie with them."""

import asyncio
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PLUGINS = ROOT / "plugins"
PACKAGES = {"lifemask_livekit": "livekit.agents", "lifemask_pipecat": "pipecat"}
for name in PACKAGES:
    folder = PLUGINS / name.replace("_", "-")
    sys.path[:0] = [str(folder / "src"), str(folder / "tests")]
pytest.register_assert_rewrite(*(f"test_{name}" for name in PACKAGES))
for package in PACKAGES.values():
    pytest.importorskip(package)

from test_lifemask_livekit import *  # noqa: E402, F403
from test_lifemask_pipecat import *  # noqa: E402, F403

from test_live import voice  # noqa: E402, F401


@pytest.mark.parametrize("name", PACKAGES)
def test_importing_a_plugin_loads_no_engine(name: str) -> None:
    code = f"import sys, {name}; print([part for part in ('torch', 'numba', 'lifemask') if part in sys.modules])"
    path = {"PYTHONPATH": str(PLUGINS / name.replace("_", "-") / "src")}
    done = subprocess.run([sys.executable, "-c", code], env=path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_examples_fit_the_installed_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as goes without keys and a server: everything is put together."""
    from lifemask_pipecat import LifemaskVideoService
    from pipecat.processors.frame_processor import FrameProcessor
    from pipecat.transports.base_input import BaseInputTransport
    from pipecat.transports.base_output import BaseOutputTransport
    from pipecat.transports.base_transport import BaseTransport

    monkeypatch.setenv("OPENAI_API_KEY", "none")
    agent = runpy.run_path(str(ROOT / "examples" / "agents" / "livekit_agent.py"))
    assert agent["server"].setup_fnc is agent["prewarm"]
    example = runpy.run_path(str(ROOT / "examples" / "agents" / "pipecat_bot.py"))

    class Transport(BaseTransport):
        def input(self) -> FrameProcessor:
            return BaseInputTransport(example["media"]())

        def output(self) -> FrameProcessor:
            return BaseOutputTransport(example["media"]())

    async def main() -> list[FrameProcessor]:
        part, parts = example["worker"](Transport(), "me")._pipeline, []
        for whole in part.processors:
            parts += getattr(whole, "processors", [whole])
        return parts

    kinds = [type(part) for part in asyncio.run(main())]
    assert kinds.index(LifemaskVideoService) == kinds.index(BaseOutputTransport) - 1
