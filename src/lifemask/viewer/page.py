"""An avatar as one HTML file that opens anywhere, without a server and without a network."""

import base64
import gzip
import html
import importlib.util
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lifemask import __version__
from lifemask.errors import ConfigError, OutputExistsError
from lifemask.media.files import atomic_write_text
from lifemask.viewer.client_files import client_file
from lifemask.viewer.pack import pack_avatar, read_card

SUFFIXES = (".html", ".htm")
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval' blob: data:; worker-src blob: data:; "
    "style-src 'unsafe-inline'; img-src blob: data:; media-src blob: data:; connect-src blob: data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""What browsers hold the page to: nothing but itself, from nowhere but itself."""


@dataclass(frozen=True)
class PageSizes:
    """Bytes of a page: in all, and as the file holds them of the ``avatar``, its ``voice`` (0 without one), and the
    ``script``; the rest is the page's own text."""

    total: int
    avatar: int
    voice: int
    script: int


def export_page(folder: Path, out: Path, *, force: bool = False, voice: bool = True) -> PageSizes:
    """Write the avatar in ``folder`` as one page ``out`` (.html), with its voice if it has one and ``voice``.

    A ``card.json`` in the folder goes along. Raises OutputExistsError unless ``force``, ConfigError for another suffix
    and for avatars on FLAME heads, FileMissingError and FormatError for a folder that holds no avatar.
    """
    folder, out = Path(folder), Path(out)
    if out.suffix.lower() not in SUFFIXES:
        raise ConfigError(f"{out} does not end with .html", "A page is an HTML file.", f"Name it {out.stem}.html")
    if out.is_dir() or (out.exists() and not force):
        raise OutputExistsError(f"{out} exists already.", "Nothing is overwritten unasked.", "Add --force, or move it.")
    avatar = _as_text(pack_avatar(folder))
    packed_voice = _voice(folder) if voice else None
    spoken = "" if packed_voice is None else _as_text(packed_voice)
    script = _as_text(gzip.compress(client_file("page.js").encode(), 9, mtime=0))
    page = assembled(_name(folder), read_card(folder), {"avatar": avatar, "voice": spoken, "script": script})
    atomic_write_text(out, page)
    return PageSizes(len(page.encode()), len(avatar), len(spoken), len(script))


def assembled(name: str, card: Mapping[str, Any] | None, parts: Mapping[str, str]) -> str:
    """The page's text: ``name`` and ``card`` are escaped, ``parts`` are base64."""
    values = {
        "policy": POLICY,
        "generator": f"lifemask {__version__}",
        "description": f"{name}: a synthetic avatar, driven by a voice or by hand.",
        "title": name,
        "waiting": "The avatar is being unpacked…",
    }
    values = {key: html.escape(value) for key, value in values.items()}
    files = {"style": "frame.css", "loader": "loader.js", "licences": "licences.txt"}
    values |= {part: client_file(file) for part, file in files.items()} | {"card": _json(card)} | dict(parts)
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], client_file("page.html"))


def _json(card: Mapping[str, Any] | None) -> str:
    """JSON within a script element: no text of it can end that."""
    text = json.dumps(card, ensure_ascii=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _name(folder: Path) -> str:
    card = read_card(folder) or {}
    title = card.get("title")
    return title if isinstance(title, str) and title.strip() else folder.resolve().name


def _voice(folder: Path) -> bytes | None:
    if importlib.util.find_spec("lifemask.viewer.voice_pack") is None:
        return None
    from lifemask.viewer.voice_pack import voice_pack

    return voice_pack(folder)


def _as_text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
