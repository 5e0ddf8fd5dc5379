"""The architecture, read from the code: arrows point down, heavy packages have one door, imports are free."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "lifemask"
FILES = sorted(SOURCE.rglob("*.py"))

DOORS = {
    "av": {"media", "cli/verbs/doctor.py"},
    "ai_edge_litert": {"perception/litert.py"},
    "gsplat": {"splats/cuda.py"},
    "pocketsphinx": {"speech/phones.py"},
    "onnxruntime": {"perception/onnx_models.py"},
    "matplotlib": {"report"},
    "rich": {"cli"},
    "tyro": {"cli"},
    "fastapi": {"serve", "viewer"},
    "starlette": {"serve", "viewer"},
    "uvicorn": {"serve", "viewer"},
    "aiortc": {"serve/webrtc.py"},
    "c2pa": {"media/c2pa.py"},
}
"""Heavy or optional packages, and the only files or folders that may import them."""


def layers() -> list[list[str]]:
    """The rows of the layer table in the architecture page, top first."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    block = text.split("## Layers")[1].split("```")[1]
    return [row[:46].split() for row in block.strip().splitlines()]


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """Every import of a file, those inside functions too, with its line; relative ones are not used here."""
    for node in ast.walk(ast.parse(file.read_text(), str(file))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: a relative import hides its layer"
            module = node.module or ""
            names = [alias.name for alias in node.names] if module == "lifemask" else [""]
            yield from ((node.lineno, f"{module}.{name}".strip(".")) for name in names)


def package_of(name: str) -> str | None:
    """``lifemask.media.video`` to ``media``; ``None`` for others and for the package itself (its version)."""
    parts = name.split(".")
    return parts[1] if parts[0] == "lifemask" and len(parts) > 1 and not parts[1].startswith("__") else None


def test_the_page_names_every_package() -> None:
    named = {name for row in layers() for name in row}
    there = {path.stem for path in SOURCE.iterdir() if not path.name.startswith("__")}
    assert there == named


def test_arrows_point_downwards() -> None:
    rows = layers()
    level = {name: height for height, row in enumerate(rows) for name in row}
    upward = []
    for file in FILES:
        own = package_of("lifemask." + file.relative_to(SOURCE).with_suffix("").as_posix().replace("/", "."))
        if own is None:
            continue
        for line, name in imports(file):
            other = package_of(name)
            if other is None or other == own:
                continue
            # Only the bottom row's packages may know each other.
            allowed = level[other] > level[own] or level[other] == level[own] == len(rows) - 1
            if not allowed:
                upward.append(f"{file.relative_to(ROOT)}:{line}: {own} imports {other}")
    assert not upward, "\n".join(upward)


def test_heavy_packages_have_one_door() -> None:
    strays = []
    for file in FILES:
        place = file.relative_to(SOURCE).as_posix()
        for line, name in imports(file):
            doors = DOORS.get(name.split(".")[0])
            if doors is not None and not any(place == door or place.startswith(door + "/") for door in doors):
                strays.append(f"{place}:{line}: imports {name}, which belongs into {sorted(doors)}")
    assert not strays, "\n".join(strays)


def test_only_the_command_line_prints() -> None:
    prints = []
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
                prints.append(f"{file.relative_to(ROOT)}:{node.lineno}")
    assert not [where for where in prints if "/cli/" not in where]


@pytest.mark.parametrize(
    "code",
    [
        "import lifemask",
        "from lifemask.cli.main import main; main(['--help'])",
        "from lifemask.cli.main import main; main(['create', '--help'])",
    ],
)
def test_import_and_help_load_nothing_heavy(code: str) -> None:
    heavy = ["torch", "numba", "numpy", "scipy", "av", "matplotlib", "ai_edge_litert", "safetensors", "PIL"]
    probe = (
        "import json, sys\n"
        f"try:\n    {code}\nexcept SystemExit as end:\n    assert end.code in (0, None), end.code\n"
        f"sys.stderr.write(json.dumps([name for name in {heavy!r} if name in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert json.loads(done.stderr) == []
