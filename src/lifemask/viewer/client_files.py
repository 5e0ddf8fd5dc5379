"""The pages' built files, which lie in the package; they are made from ``web/`` (web/README.md)."""

import hashlib
from importlib.resources import files
from pathlib import Path

from lifemask.errors import FileMissingError

SOURCES = ("src", "pages", "build.mjs", "package.json", "package-lock.json", "tsconfig.json")
"""What the built files are made from, in ``web/``; as web/build.mjs says."""
STAMP = "sources.sha256"


def client_file(name: str) -> str:
    """A built file's text. Raises FileMissingError where the installation lacks it."""
    try:
        return files("lifemask.viewer").joinpath("client", name).read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError) as problem:
        raise FileMissingError(
            f"lifemask's own viewer/client/{name} is not there.",
            "The installation is incomplete, or the pages were never built.",
            "Install lifemask again; in a checkout: cd web && npm ci && npm run build",
        ) from problem


def sources_hash(web: Path) -> str:
    """One sha256 (hex) over names and contents of the sources in ``web``; web/build.mjs computes the same."""
    names = [web / name for name in SOURCES]
    paths = [path for name in names for path in (name.rglob("*") if name.is_dir() else [name]) if path.is_file()]
    lines = sorted((path.relative_to(web).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths)
    return hashlib.sha256("".join(f"{digest}  {name}\n" for name, digest in lines).encode()).hexdigest()
