"""The plugins for agents, against the packages that they plug into; their tests lie with them."""

import subprocess
import sys
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parent.parent / "plugins"
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
