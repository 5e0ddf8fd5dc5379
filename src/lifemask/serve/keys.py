"""API keys: where they come from, and whose a shown one is."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from pathlib import Path

from lifemask.errors import ConfigError, FileMissingError

ENVIRONMENT = "LIFEMASK_API_KEYS"
_KEY = re.compile(r"[\x21-\x7e]{16,256}")


class Keys:
    """Tells whose key was shown, in a time that does not depend on how much of it is right."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        self._digests = [hashlib.sha256(key.encode()).digest() for key in keys]

    def __bool__(self) -> bool:
        return bool(self._digests)

    def owner(self, shown: str | None) -> str | None:
        """ "key 1" for the first key; None for a wrong one or none."""
        digest, found = hashlib.sha256((shown or "").encode()).digest(), None
        for number, known in enumerate(self._digests, 1):
            if hmac.compare_digest(digest, known):
                found = f"key {number}"
        return found


def read_keys(path: Path | None, environment: Mapping[str, str]) -> tuple[str, ...]:
    """Keys of a file, one in a line (# begins a comment), and of ``LIFEMASK_API_KEYS``, between commas.

    Raises FileMissingError, and ConfigError for a key that is too short or a file without any.
    """
    keys = [key.strip() for key in environment.get(ENVIRONMENT, "").split(",") if key.strip()]
    if path is not None:
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise FileMissingError(f"{path} cannot be read as a list of keys: {error}") from error
        found = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
        if not found:
            raise ConfigError(f"{path} holds no key", "Without keys everybody would be let in.", _HOW)
        keys += found
    for number, key in enumerate(keys, 1):
        if not _KEY.fullmatch(key):
            raise ConfigError(f"key {number} cannot be used", "Expected 16 to 256 letters, without spaces.", _HOW)
    return tuple(dict.fromkeys(keys))


_HOW = "Make one: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
