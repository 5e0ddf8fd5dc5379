"""``lifemask assets``: the model files."""

from lifemask import assets
from lifemask.cli.commands import Assets
from lifemask.cli.terminal import Terminal
from lifemask.errors import AssetError, ConfigError


def run(command: Assets, terminal: Terminal) -> int:
    """List, fetch, verify or locate."""
    if command.archive is not None and (command.action != "fetch" or len(command.names) != 1):
        raise ConfigError(
            "--archive goes with fetch and one name",
            "An archive is searched for one model file.",
            "lifemask assets fetch NAME --archive PATH",
        )
    chosen = [assets.find_asset(name) for name in command.names]
    if not chosen:
        wanted = assets.list_assets()
        chosen = [asset for asset in wanted if command.action in ("list", "verify") or not asset.optional]
    if command.action == "fetch":
        _fetch(chosen, command, terminal)
    present = {asset.name: assets.verify(asset.name) for asset in chosen}
    terminal.result({"assets": [_described(asset, present[asset.name]) for asset in chosen]})
    if command.action == "path":
        for asset in chosen:
            terminal.say(str(assets.asset_path(asset.name)))
        return 0
    rows = []
    for asset in chosen:
        state = "[green]present[/]" if present[asset.name] else "[dim]optional[/]" if asset.optional else "absent"
        rows.append([asset.name, state, f"{asset.size / 1e6:.1f} MB", asset.licence, asset.purpose])
    terminal.table(["name", "state", "size", "licence", "what it does"], rows)
    terminal.say(f"[dim]in {assets.cache_folder()}[/]")
    missing = [asset.name for asset in chosen if not present[asset.name] and not asset.optional]
    if missing and command.action == "verify":
        raise AssetError(
            f"Not there or not as it should be: {', '.join(missing)}",
            "A file is only used when its sha256 is right.",
            f"lifemask assets fetch {' '.join(missing)}",
        )
    return 0


def _fetch(chosen: list[assets.Asset], command: Assets, terminal: Terminal) -> None:
    with terminal.progress().stage("fetching", total=len(chosen)) as step:
        for asset in chosen:
            step(0, info=asset.name)
            assets.fetch(asset.name, archive=command.archive)
            step(1)


def _described(asset: assets.Asset, present: bool) -> dict[str, object]:
    return {
        "name": asset.name,
        "version": asset.version,
        "present": present,
        "path": str(assets.stored_path(asset)),
        "sha256": asset.sha256,
        "size": asset.size,
        "licence": asset.licence,
        "purpose": asset.purpose,
        "optional": asset.optional,
    }
