"""``lifemask doctor``: can this machine do the work? Every line says ok, warn or fail, and what to do."""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from lifemask import __version__
from lifemask.cli.commands import Doctor
from lifemask.cli.terminal import Terminal
from lifemask.errors import LifemaskError

FREE_GB_WANTED = 5.0
FREE_GB_NEEDED = 0.5
MEMORY_GB_WANTED = 4.0
_SOUND_ENCODERS = {"aac": "AAC (.mp4, .mov)", "libopus": "Opus (.webm)", "flac": "FLAC (.mkv)"}


@dataclass(frozen=True)
class Finding:
    """One line of the examination."""

    state: Literal["ok", "warn", "fail"]
    name: str
    text: str
    fix: str = ""


def run(command: Doctor, terminal: Terminal) -> int:
    """Examine and print; the exit code is 10 when something that every run needs is broken."""
    findings: list[Finding] = []
    marks = {"ok": "[green]ok  [/]", "warn": "[yellow]warn[/]", "fail": "[bold red]fail[/]"}
    for examine in (_python, _packages, _threads, _encoders, _models, _device, _memory, _disk):
        for finding in _guarded(examine):
            findings.append(finding)
            terminal.say(f"{marks[finding.state]}  [bold]{finding.name:<12}[/] {finding.text}")
            if finding.fix:
                terminal.say(f"{'':18} [dim]→ {finding.fix}[/]")
    broken = [finding for finding in findings if finding.state == "fail"]
    terminal.result({"ok": not broken, "findings": [asdict(finding) for finding in findings]})
    terminal.say()
    terminal.say("Everything that is needed is there." if not broken else f"{len(broken)} thing(s) to repair.")
    return LifemaskError.exit_code if broken else 0


def _guarded(examine: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """A broken installation may raise anything; that is a finding, not the end of the examination."""
    try:
        yield from examine()
    except Exception as error:
        name = examine.__name__.strip("_")
        yield Finding(
            "fail", name, f"{type(error).__name__}: {error}", "Install again: pip install --force-reinstall ."
        )


def _python() -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    old = sys.version_info < (3, 11)
    yield Finding("fail" if old else "ok", "python", f"{version}, lifemask {__version__}", "Use 3.11+." if old else "")


def _packages() -> Iterator[Finding]:
    from lifemask.pipeline.run import versions

    found = {name: version for name, version in versions().items() if name not in ("python", "system")}
    missing = [name for name, version in found.items() if version == "not installed"]
    text = ", ".join(f"{name} {version}" for name, version in found.items())
    fix = f"pip install {' '.join(missing)}" if missing else ""
    yield Finding("fail" if missing else "ok", "packages", text, fix)


def _threads() -> Iterator[Finding]:
    import numba
    import numba.np.ufunc
    import numpy as np

    @numba.njit(parallel=True)
    def total(values):
        out = 0.0
        for k in numba.prange(len(values)):
            out += values[k]
        return out

    right = total(np.ones(10_000)) == 10_000
    text = f"{numba.get_num_threads()} threads on {os.cpu_count()} cores, {numba.np.ufunc.threading_layer()}"
    yield Finding("ok" if right else "fail", "numba", text, "" if right else "Reinstall numba.")


def _encoders() -> Iterator[Finding]:
    import av
    import numpy as np

    from lifemask.errors import ConfigError
    from lifemask.media.codecs import CODINGS, Codec
    from lifemask.media.video import VideoWriter

    names: dict[Codec, str] = {"h264": "H.264", "ffv1-gray": "FFV1", "prores4444": "ProRes 4444", "vp9": "VP9"}
    needed = ("h264", "ffv1-gray")
    frame, works, missing = np.zeros((32, 32, 4), np.uint8), [], []
    with tempfile.TemporaryDirectory(prefix="lifemask-") as folder:
        for codec, name in names.items():
            try:
                with VideoWriter(Path(folder) / f"a{CODINGS[codec].suffix}", 25, (32, 32), codec=codec) as writer:
                    writer.write(frame[..., 0] if codec == "ffv1-gray" else frame[..., : CODINGS[codec].channels])
            except ConfigError:
                if codec in needed:
                    raise
                missing.append(f"{name} ({CODINGS[codec].suffix})")
            else:
                works.append(name)
    yield Finding("ok", "encoders", f"{', '.join(works)} (PyAV {av.__version__})")
    if missing:
        fix = "Videos with a transparent background cannot be written to them; reinstall av from PyPI."
        yield Finding("warn", "encoders", f"no {', '.join(missing)}", fix)
    silent = [name for encoder, name in _SOUND_ENCODERS.items() if encoder not in av.codecs_available]
    if silent:
        fix = "Videos of that kind will have no sound; reinstall av from PyPI."
        yield Finding("warn", "encoders", f"no {', '.join(silent)}", fix)


def _models() -> Iterator[Finding]:
    from lifemask import assets

    for asset in assets.list_assets():
        present = assets.verify(asset.name)
        needed = not asset.optional
        text = f"{asset.name}: {'present' if present else 'not there'} ({asset.purpose})"
        later = "" if present else "It is fetched when first needed; now: " if needed else "Optional: "
        fix = f"{later}lifemask assets fetch {asset.name}" if later else ""
        yield Finding("ok" if present or not needed else "warn", "model", text, fix)


def _device() -> Iterator[Finding]:
    import importlib.util

    import torch

    if not torch.cuda.is_available():
        yield Finding("ok", "device", f"CPU ({torch.get_num_threads()} threads for torch); no NVIDIA GPU that works")
        return
    memory_gb = torch.cuda.get_device_properties(0).total_memory / 1e9
    yield Finding("ok", "device", f"{torch.cuda.get_device_name(0)}, {memory_gb:.0f} GB")
    if importlib.util.find_spec("gsplat") is None:
        fix = "pip install 'lifemask[cuda]'"
        yield Finding("warn", "device", "gsplat is not installed: the GPU's own rasteriser cannot be used", fix)


def _memory() -> Iterator[Finding]:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return
    total_gb = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    small = total_gb < MEMORY_GB_WANTED
    fix = f"A run wants {MEMORY_GB_WANTED:.0f} GB; close other programs." if small else ""
    yield Finding("warn" if small else "ok", "memory", f"{total_gb:.0f} GB", fix)


def _disk() -> Iterator[Finding]:
    free_gb = shutil.disk_usage(Path.cwd()).free / 1e9
    state = "fail" if free_gb < FREE_GB_NEEDED else "warn" if free_gb < FREE_GB_WANTED else "ok"
    fix = f"A run wants up to {FREE_GB_WANTED:.0f} GB." if state != "ok" else ""
    yield Finding(state, "disk", f"{free_gb:.1f} GB free in {Path.cwd()}", fix)
