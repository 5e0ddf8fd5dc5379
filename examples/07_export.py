"""An avatar in other tools: a web page that needs no server, and one moment of it as Gaussians that viewers show.

    python examples/07_export.py me exports

Everything carries the avatar's card: who it shows, what they agreed to, what it was made of, how good it is.
"""

import argparse
from pathlib import Path

from lifemask.pipeline.card import card_in, consent_warning
from lifemask.pipeline.exports_splats import SPLATS, export_splats
from lifemask.viewer.page import export_page


def main(arguments: list[str] | None = None) -> dict[str, Path]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("avatar", type=Path, help="folder of a finished avatar")
    parser.add_argument("out", type=Path, help="folder for the files")
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    card = card_in(given.avatar)
    print(f"{card['title']}, of a subject that is: {card['subject']['kind']}")
    print(consent_warning(card) or "with consent")
    made = {"html": given.out / "avatar.html"}
    print(f"a page of {export_page(given.avatar, made['html'], force=True).total / 1e6:.1f} MB")
    for kind in SPLATS:
        made[kind] = given.out / f"avatar.{kind}"
        done = export_splats(given.avatar, kind, made[kind], force=True)
        print(f"{done.path}: {done.gaussians} Gaussians at {done.moment}, {done.path.stat().st_size / 1e6:.2f} MB")
    return made


if __name__ == "__main__":
    main()
