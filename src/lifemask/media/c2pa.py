"""Content Credentials (C2PA): a signed statement inside a video that it was made by software, and of what.

Signing needs the extra ``c2pa``, a certificate whose use is one that C2PA allows, and its private key; without them
nothing is signed. No network is asked for a time stamp.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lifemask import __version__
from lifemask.errors import ConfigError, DeviceError
from lifemask.media.files import replacing

CERTIFICATE, KEY = "LIFEMASK_C2PA_CERT", "LIFEMASK_C2PA_KEY"
"""Environment variables that name the files."""
TYPES = {".mp4": "video/mp4", ".mov": "video/quicktime"}
"""What can be signed, by its suffix."""
DIGITAL_SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
FACTS = "lifemask.avatar"
"""Label of the assertion that says which avatar it was."""


@dataclass(frozen=True)
class Credentials:
    """A PEM ``certificate``, followed by those that vouch for it, and its PEM private ``key``, as bytes."""

    certificate: bytes = field(repr=False)
    key: bytes = field(repr=False)

    @staticmethod
    def given(certificate: Path | None = None, key: Path | None = None) -> "Credentials | None":
        """Those in the files that are named, else in those of ``LIFEMASK_C2PA_CERT`` and ``LIFEMASK_C2PA_KEY``; None
        where neither names any. Raises ConfigError for one without the other and for files that cannot be read."""
        files = [
            given or (Path(os.environ[name]) if os.environ.get(name) else None)
            for given, name in ((certificate, CERTIFICATE), (key, KEY))
        ]
        if files == [None, None]:
            return None
        if None in files:
            raise ConfigError(
                "a C2PA certificate without a key, or a key without a certificate, was given",
                "Signing takes both.",
                f"Name both: --c2pa-cert FILE --c2pa-key FILE, or {CERTIFICATE} and {KEY}.",
            )
        try:
            return Credentials(*(file.read_bytes() for file in files if file is not None))
        except OSError as problem:
            raise ConfigError(
                f"{problem.filename} cannot be read: {problem.strerror}", "It was named for signing videos."
            ) from problem

    @property
    def algorithm(self) -> str:
        """C2PA's name of how the key signs. Raises ConfigError for a key that is none, or of no allowed kind."""
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
        from cryptography.hazmat.primitives.serialization import load_pem_private_key

        try:
            key = load_pem_private_key(self.key, None)
        except (ValueError, TypeError) as problem:
            raise ConfigError(
                f"the C2PA key cannot be read: {problem}", "Expected a private key as PEM, without a password."
            ) from problem
        if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.key_size in (256, 384, 521):
            return {256: "es256", 384: "es384", 521: "es512"}[key.curve.key_size]
        if isinstance(key, ed25519.Ed25519PrivateKey):
            return "ed25519"
        if isinstance(key, rsa.RSAPrivateKey):
            return "ps256"
        raise ConfigError(
            "the C2PA key is of a kind that C2PA does not allow",
            "Allowed are NIST P-256, P-384 and P-521, Ed25519 and RSA.",
        )


def expect_signable(path: Path) -> None:
    """Raise ConfigError for a file that cannot carry Content Credentials, DeviceError without the extra."""
    if path.suffix.lower() not in TYPES:
        raise ConfigError(
            f"{path.name} cannot be signed",
            f"Content Credentials are written into {' and '.join(TYPES)} here.",
            f"Write one of these, or sign nothing: leave --c2pa-cert out and {CERTIFICATE} unset.",
        )
    _library()


def sign(path: Path, credentials: Credentials, title: str, facts: dict[str, Any]) -> None:
    """Put a signed statement into the finished video ``path``: that software created it, and ``facts``, JSON-like, of
    what. The file is replaced as a whole.

    Raises ConfigError for a certificate or key that C2PA refuses, and the errors of ``expect_signable``.
    """
    expect_signable(path)
    library = _library()
    manifest = {
        "claim_generator_info": [{"name": "lifemask", "version": __version__}],
        "title": title,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [_created()]}},
            {"label": FACTS, "data": facts},
        ],
    }
    info = library.C2paSignerInfo(credentials.algorithm, credentials.certificate, credentials.key, None)
    try:
        with (
            replacing(path) as temporary,
            library.Signer.from_info(info) as signer,
            library.Builder(json.dumps(manifest)) as builder,
            open(path, "rb") as source,
            open(temporary, "w+b") as target,
        ):
            builder.sign(signer, TYPES[path.suffix.lower()], source, target)
    except library.C2paError as problem:
        raise ConfigError(
            f"{path.name} could not be signed: {problem}",
            "The usual cause is a certificate that is not for this: C2PA asks for a leaf with digitalSignature and one "
            "of emailProtection, documentSigning or C2PA's own use, and the chain to it without the root.",
            "docs/card.md says how to get one.",
        ) from problem


def _created() -> dict[str, Any]:
    return {
        "action": "c2pa.created",
        "digitalSourceType": DIGITAL_SOURCE_TYPE,
        "softwareAgent": {"name": "lifemask", "version": __version__},
    }


def _library() -> Any:
    try:
        import c2pa
    except ImportError as missing:
        raise DeviceError(
            "videos cannot be signed here: the package c2pa is not installed",
            "It is an extra of Lifemask.",
            "pip install 'lifemask[c2pa]'",
        ) from missing
    return c2pa
