"""The bundle adjustment of the skin on a head whose texture, shape and poses are known: drawn, not filmed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from lifemask.geometry.camera import Camera, View
from lifemask.geometry.mesh_raster import rasterize_mesh
from lifemask.geometry.rotation import rotation_from_axis_angle
from lifemask.rig.bust import load_bust
from lifemask.rig.landmark_sets import LEFT_IRIS, RIGHT_IRIS
from lifemask.tracking.config import TrackingConfig
from lifemask.tracking.landmark_model import FRONTAL, ClipCamera, LandmarkModel, used_landmarks
from lifemask.tracking.person import Person
from lifemask.tracking.photometric import Bundle, SkinTracker, adjust_bundle
from lifemask.tracking.skin_store import SkinStore, SkinStoreWriter
from lifemask.tracking.terms import Bounds, Terms, landmark_weights

SIDE, FRAMES, FOCAL_PX = 200, 14, 420.0
READ = 0.7
"""Of its angle a nod is read by landmarks."""


@pytest.fixture(scope="module")
def turns() -> np.ndarray:
    """True turns of the head, ``[T, 3]`` radians: nods, shakes and tilts."""
    t = np.linspace(0, 2 * np.pi, FRAMES, endpoint=False)
    return np.radians(np.stack([8 * np.sin(t), 14 * np.cos(2 * t + 1), 4 * np.sin(3 * t)], 1))


@pytest.fixture(scope="module")
def store(turns: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> SkinStore:
    """Pictures of the rig with a fine random texture and a light that stays where it is."""
    rig = load_bust()
    vertices, faces = rig.template.numpy(), rig.faces.numpy()
    paint = np.random.default_rng(0).uniform(0.3, 0.7, len(vertices))
    camera = Camera((FOCAL_PX, FOCAL_PX), (SIDE / 2, SIDE / 2), (SIDE, SIDE))
    rotations = (rotation_from_axis_angle(torch.as_tensor(turns)) @ FRONTAL.double()).numpy()
    writer = SkinStoreWriter(tmp_path_factory.mktemp("skin") / "skin", View(0, 0, SIDE, SIDE, (SIDE, SIDE)))
    for rotation in rotations:
        posed = vertices @ rotation.T + np.array([0, 0, 0.45])
        pixels = camera.project(torch.as_tensor(posed)).numpy()
        seen = rasterize_mesh(pixels, posed[:, 2], faces, (SIDE, SIDE))
        shown = seen.triangle >= 0
        picture = np.zeros((SIDE, SIDE))
        picture[shown] = (paint[faces[seen.triangle[shown]]] * seen.barycentric[shown]).sum(1)
        picture *= np.linspace(0.7, 1.2, SIDE)  # a lamp at the side of the room
        grey = np.repeat((picture.clip(0, 1) * 255).round().astype(np.uint8)[..., None], 3, 2)
        writer.add(grey, (shown * 255).astype(np.uint8))
    writer.close()
    return SkinStore.open(writer.folder)


def adjusted(store: SkinStore, turns: np.ndarray, config: TrackingConfig) -> tuple[Bundle, np.ndarray]:
    """From poses that are read too small; also what it started from."""
    rig, used = load_bust(), used_landmarks()
    model = LandmarkModel.from_rig(rig, used)
    terms = Terms(model, config, Bounds.of(rig), 1.0, landmark_weights(config)[used], torch.zeros(11))
    person = Person.start(model, ClipCamera(FOCAL_PX, 1.0, torch.tensor([SIDE / 2, SIDE / 2])))
    state = np.zeros((FRAMES, model.layout.size))
    state[:, model.layout.turn] = turns * [READ, 1, 1]
    state[:, model.layout.move] = 0, 0, 0.45
    irises = rig.landmarks(rig.template)[[RIGHT_IRIS[0], LEFT_IRIS[0]]]
    apart_px = float((irises[0] - irises[1]).norm()) * FOCAL_PX / 0.45
    with ThreadPoolExecutor(2) as pool:
        tracker = SkinTracker.of(rig, rig.template.numpy(), person, store, terms, pool)
        return adjust_bundle(tracker, np.arange(FRAMES), state, apart_px, lambda _: None), state


def nods(found: np.ndarray, turns: np.ndarray) -> float:
    """How much of its angle a nod has."""
    return float(np.polyfit(turns[:, 0], found[:, 0], 1)[0])


def test_nods_get_their_angle_back(store: SkinStore, turns: np.ndarray) -> None:
    config = TrackingConfig(focal_px=FOCAL_PX)
    bundle, start = adjusted(store, turns, config)
    assert nods(start, turns) == pytest.approx(READ)
    # The texture is coarser than pores (the rig's vertices), the face 140 pixels wide.
    assert nods(bundle.state, turns) == pytest.approx(1, abs=0.06)
    away = bundle.state[:, :3] - turns
    away = np.degrees(np.linalg.norm(away - away.mean(0), axis=1))
    assert away.mean() < 0.5 and away.max() < 1.5
    assert len(bundle.textures) == 2 and (bundle.textures[0].trust > 0.5).mean() > 0.3


def test_a_known_person_and_camera_are_left_alone(store: SkinStore, turns: np.ndarray) -> None:
    bundle, _ = adjusted(store, turns, TrackingConfig(focal_px=FOCAL_PX, skin_identity_weight=1e9))
    assert float(bundle.tracker.person.identity.abs().max()) < 1e-3
    assert bundle.tracker.person.camera.zoom == pytest.approx(1, abs=1e-6)


def test_an_unknown_focal_length_comes_with_its_uncertainty(store: SkinStore, turns: np.ndarray) -> None:
    bundle, _ = adjusted(store, turns, replace(TrackingConfig(), skin_identity_weight=1e9))
    assert 0 < bundle.focal_sigma < 0.5
    assert abs(np.log(bundle.tracker.person.camera.zoom)) < 0.2


def test_a_store_that_was_cut_says_so(store: SkinStore, tmp_path: Path) -> None:
    from lifemask.errors import FormatError

    with pytest.raises(FormatError, match="holds no finished pictures of the face"):
        SkinStore.open(tmp_path)
    with pytest.raises(FormatError, match="ends before frame 99"):
        store.picture(99)
