"""``card.json``: what an avatar is, of whom, from what, how good, and what it is not for. It goes along with it.

A card is made of what the run has written and of what its maker has declared, of nothing else: it is the same however
often it is made. docs/card.md describes it.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from lifemask import __version__
from lifemask.avatar.avatar import FILE as AVATAR
from lifemask.avatar.avatar import avatar_file
from lifemask.errors import ConfigError, FormatError
from lifemask.media.c2pa import Credentials
from lifemask.media.files import atomic_write_text
from lifemask.media.provenance import Provenance
from lifemask.pipeline.card_facts import inputs_of, models_of, rig_of
from lifemask.pipeline.card_limits import INTENDED, NOT_FOR, limits_of
from lifemask.pipeline.files import plain
from lifemask.pipeline.run import RunFolder

CARD = "card.json"
SCHEMA = "lifemask-card-1"
MOST_CONSENT = 20_000
"""Characters of a consent statement."""


@dataclass(frozen=True)
class About:
    """What the maker of an avatar declares: a ``title``, the filmed person's ``consent`` in their own words, and
    whether the subject is ``synthetic``, so that there is nobody to ask. None: as declared before, if ever.

    Raises ConfigError for a consent without words, or with too many.
    """

    title: str | None = None
    consent: str | None = None
    synthetic: bool | None = None

    def __post_init__(self) -> None:
        if self.consent is not None and not 1 <= len(self.consent.strip()) <= MOST_CONSENT:
            raise ConfigError(
                f"a consent statement of {len(self.consent.strip())} characters cannot be taken",
                f"Expected 1 to {MOST_CONSENT}: what the filmed person has agreed to, in their own words.",
                'For example: --consent "I, N. N., agree that an avatar of me is made for ..."',
            )

    @staticmethod
    def read(consent: str | None, consent_file: Path | None, title: str | None = None) -> "About":
        """From a text or a UTF-8 file, not both. Raises ConfigError."""
        if consent is not None and consent_file is not None:
            raise ConfigError("--consent and --consent-file were both given", fix="Give one of them.")
        if consent_file is not None:
            try:
                consent = consent_file.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as problem:
                raise ConfigError(
                    f"{consent_file} cannot be read as a text: {problem}",
                    "A consent statement is plain text in UTF-8.",
                ) from problem
        return About(title, consent)


def write_card(run: RunFolder) -> None:
    """Bring the card beside a run's avatar up to date; one that is right is not touched."""
    text = card_text(card_of_run(run.path, run.record))
    path = run.file(CARD)
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        atomic_write_text(path, text)


def card_in(folder: Path) -> dict[str, Any]:
    """The card of the avatar in ``folder``; one that was made without gets one from its run, or from itself alone.

    Raises FileMissingError where there is no avatar, FormatError for a damaged card.
    """
    path = folder / CARD
    if not path.is_file():
        avatar_file(folder)
        return card_of_run(folder, _record_in(folder))
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        if card["schema"] != SCHEMA:
            raise ValueError(f"it has the schema {card['schema']!r}, expected {SCHEMA!r}")
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise FormatError(
            f"{path} cannot be read as a card: {problem}",
            "It was edited or damaged.",
            f"Remove it and run the command that made the avatar again: lifemask create VIDEO -o {folder}",
        ) from problem
    return card


def ensure_card(folder: Path) -> dict[str, Any]:
    """The card of the avatar in ``folder``, written beside it if there was none."""
    card = card_in(folder)
    if not (folder / CARD).is_file():
        atomic_write_text(folder / CARD, card_text(card))
    return card


def card_of_run(folder: Path, record: dict[str, Any]) -> dict[str, Any]:
    """The card of the avatar in ``folder``, whose ``run.json`` holds ``record`` (empty: only the avatar is there)."""
    declared = record.get("declared", {})
    synthetic = bool(declared.get("synthetic"))
    stages = record.get("stages", {})
    measured = stages.get("evaluation", {}).get("state") == "done"
    metrics = record["metrics"].get("evaluation") if measured else None
    trained = stages.get("training", {})
    title = declared.get("title") or folder.resolve().name
    made = _made(folder)
    return plain(
        {
            "schema": SCHEMA,
            "title": title,
            "created": trained.get("started"),
            "synthetic_media": "Everything that this avatar shows or says is made by software.",
            "subject": {
                "kind": "synthetic" if synthetic else "person",
                "consent": {"required": not synthetic, **_consent(declared.get("consent"))},
            },
            "inputs": inputs_of(folder, record),
            "software": {"name": "lifemask", "version": record.get("lifemask", __version__)},
            "models": models_of(record),
            "rig": rig_of(made["rig"]),
            "avatar": {name: made[name] for name in ("gaussians", "frame_wh", "trained_wh")}
            | {
                "trained_on_frames": record.get("metrics", {}).get("training", {}).get("trained_on"),
                "sha256": trained.get("outputs", {}).get(AVATAR, {}).get("sha256"),
            },
            "voice": stages.get("voice", {}).get("state") == "done" and bool(record["metrics"]["voice"].get("sound")),
            "metrics": None if metrics is None else {"held_out": metrics},
            "limits": limits_of(folder, metrics, synthetic=synthetic),
            "use": {"intended": list(INTENDED), "not_for": list(NOT_FOR)},
        }
    )


def card_text(card: dict[str, Any]) -> str:
    """What ``card.json`` holds."""
    return json.dumps(card, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def card_sha256(card: dict[str, Any]) -> str:
    """What names a card in files that are made of its avatar: the sha256 of ``card.json``."""
    return hashlib.sha256(card_text(card).encode()).hexdigest()


def provenance_of(card: dict[str, Any], credentials: Credentials | None = None) -> Provenance:
    """What a video of the card's avatar says of itself."""
    subject = card["subject"]
    return Provenance(
        card["title"], card_sha256(card), subject["kind"] == "person", subject["consent"]["given"], credentials
    )


def consent_warning(card: dict[str, Any]) -> str | None:
    """What to say wherever an avatar of a person without a consent statement is passed on; None when all is well."""
    consent = card["subject"]["consent"]
    if consent["given"] or not consent["required"]:
        return None
    return (
        f"The avatar '{card['title']}' carries no consent of the person that it shows. "
        'Run its create again with --consent "..." to add their statement.'
    )


def _consent(statement: str | None) -> dict[str, Any]:
    return {"given": statement is not None, "statement": statement}


def _record_in(folder: Path) -> dict[str, Any]:
    try:
        return json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as problem:
        raise FormatError(f"{folder / 'run.json'} cannot be read: {problem}", "It was edited or damaged.") from problem


def _made(folder: Path) -> dict[str, Any]:
    """What the avatar's own file says of itself; its tensors are not read."""
    path = avatar_file(folder)
    try:
        with safe_open(path, "np") as handle:
            about = json.loads((handle.metadata() or {})["about"])
            height, width, _ = handle.get_slice("plate").get_shape()
            gaussians = handle.get_slice("model.base").get_shape()[0]
    except (SafetensorError, OSError, KeyError, ValueError) as problem:
        raise FormatError(f"{path} cannot be read as an avatar: {problem}") from problem
    return {
        "rig": about["rig"],
        "gaussians": gaussians,
        "frame_wh": [width, height],
        "trained_wh": about["view"][-2:],
    }
