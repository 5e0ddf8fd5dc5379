"""The landmarks of a rig are found by looking at it, put on edges, and kept; FLAME is loaded with all of it."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from flame_model import make_flame, write_flame
from lifemask import assets
from lifemask.errors import FileMissingError, NoFaceError
from lifemask.geometry.mesh_nearest import place_on_mesh
from lifemask.perception import landmark_embedding, load_rig
from lifemask.perception.landmark_embedding import embed_landmarks
from lifemask.rig.apertures import eyelid_aperture, lip_aperture
from lifemask.rig.bust import load_bust
from lifemask.rig.code import RigCode
from lifemask.rig.flame import flame_rig
from lifemask.rig.head import HeadRig
from lifemask.rig.landmark_sets import (
    FACE_OVAL,
    INNER_LIPS,
    LEFT_EYE,
    LEFT_IRIS,
    OUTER_LIPS,
    RIGHT_EYE,
    RIGHT_IRIS,
)  # fmt: skip
from lifemask.rig.skinning import pose_vertices

EDGES = np.array(INNER_LIPS + LEFT_EYE + RIGHT_EYE)


@pytest.fixture(autouse=True)
def few_views(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six of the twenty-one views, one of the two lights: a quarter of a minute less per rig."""
    views = tuple((yaw, pitch) for yaw in (-25, 0, 25) for pitch in (-12, 12))
    monkeypatch.setattr(landmark_embedding, "VIEWS_DEG", views)
    monkeypatch.setattr(landmark_embedding, "LIGHTS", landmark_embedding.LIGHTS[:1])


@pytest.fixture()
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own that has the landmarker."""
    landmarker = assets.asset_path("face_landmarker")
    monkeypatch.setenv("LIFEMASK_HOME", str(tmp_path / "home"))
    kept = assets.stored_path(assets.find_asset("face_landmarker"))
    kept.parent.mkdir(parents=True)
    kept.symlink_to(landmarker)
    load_rig._load_flame.cache_clear()
    return tmp_path / "home"


def with_places(rig: HeadRig, places: tuple[np.ndarray, np.ndarray]) -> HeadRig:
    triangles, barycentrics = torch.from_numpy(places[0]), torch.from_numpy(places[1]).float()
    return dataclasses.replace(rig, landmark_triangles=triangles, landmark_barycentrics=barycentrics)


def test_landmarks_of_the_bust_are_found_again() -> None:
    """The packaged ones were found from 42 pictures and snapped to the mesh's own edges; here are 6."""
    bust = load_bust()
    found = with_places(bust, embed_landmarks(bust))
    away = (found.landmarks(bust.template) - bust.landmarks(bust.template)).norm(dim=-1).numpy()
    assert np.median(away) < 0.0015, "the landmarker itself differs between views by about a millimetre"
    assert np.median(away[list(OUTER_LIPS)]) < 0.0015
    assert np.median(away[list(FACE_OVAL)]) < 0.004, "the outline follows the silhouette"
    # Irises are placed by the anatomy: the front of the eyeball and a ring of known radius.
    assert away[list(LEFT_IRIS + RIGHT_IRIS)].max() < 1e-4
    down = (found.landmarks(bust.template) - bust.landmarks(bust.template))[EDGES, 1].abs()
    # Edges are seen from the front, to a tenth of a millimetre, where the packaged lines run a little behind them;
    # at the corners, where edges rise, landmarks that are a millimetre off sideways are as much off in height.
    assert float(down.median()) < 0.0005
    torch.testing.assert_close(eyelid_aperture(found, bust.template), eyelid_aperture(bust, bust.template), atol=5e-4,
                               rtol=0)  # fmt: skip
    assert abs(float(lip_aperture(found, bust.template))) < 0.0007


def test_flame_is_loaded_with_landmarks_that_measure(own_cache: Path, tmp_path: Path) -> None:
    model = make_flame(seed=3, person=0.5)
    write_flame(tmp_path / "flame", dataclasses.replace(model, mediapipe=None, landmarks_68=None), companions=False)
    for name, lid in zip(("l_eyelid.npy", "r_eyelid.npy"), model.eyelids, strict=True):
        np.save(tmp_path / "flame" / name, lid)
    rig = load_rig.load_rig(tmp_path / "flame")
    assert abs(float(lip_aperture(rig, rig.template))) < 0.002, "the lips of the mean head meet"
    opened = eyelid_aperture(rig, rig.template)
    assert bool(((opened > 0.004) & (opened < 0.014)).all())
    rest = RigCode.at_rest(rig.num_expressions, torch.eye(4))
    for side, name in enumerate(("eyelid_left", "eyelid_right")):
        code = dataclasses.replace(rest, expression=torch.zeros(rig.num_expressions))
        code.expression[rig.expression_names.index(name)] = 1.0
        closed = eyelid_aperture(rig, pose_vertices(rig, rig.template, code))
        # Another person's lids close at a weight a little off 1.
        assert abs(float(closed[side] / opened[side])) < 0.4 and float(closed[1 - side]) == float(opened[1 - side])
    jaw = dataclasses.replace(rest, jaw=torch.tensor([0.3, 0.0, 0.0]))
    assert 0.01 < float(lip_aperture(rig, pose_vertices(rig, rig.template, jaw))) < 0.05

    kept = list((own_cache / "landmarks").iterdir())
    assert len(kept) == 1
    load_rig._load_flame.cache_clear()
    written = kept[0].stat().st_mtime_ns
    assert load_rig.load_rig(tmp_path / "flame").content_hash == rig.content_hash
    assert kept[0].stat().st_mtime_ns == written, "what is kept is not looked for again"


def test_damaged_places_are_found_again(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only whether it looks again counts here: the places come from the model itself."""
    model = dataclasses.replace(make_flame(), mediapipe=None)
    rig, looks = flame_rig(model), []
    places = rig.landmark_triangles.numpy(), rig.landmark_barycentrics.double().numpy()
    monkeypatch.setattr(load_rig, "embed_landmarks", lambda rig: looks.append(rig) or places)
    load_rig.find_landmarks(model)
    (kept,) = (own_cache / "landmarks").iterdir()
    for damage in (kept.read_bytes()[:1000], b"", b"text"):
        kept.write_bytes(damage)
        looks.clear()
        triangles, barycentrics = load_rig.find_landmarks(model)
        assert len(looks) == load_rig.ROUNDS
        np.testing.assert_array_equal(triangles, places[0])
        np.testing.assert_array_equal(barycentrics, places[1])
    looks.clear()
    load_rig.find_landmarks(model)
    assert not looks


def test_the_models_own_mediapipe_points_are_preferred(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = make_flame()
    elsewhere = np.zeros(478, np.int64), np.tile([1.0, 0.0, 0.0], (478, 1))
    monkeypatch.setattr(load_rig, "embed_landmarks", lambda rig: elsewhere)
    triangles, barycentrics = load_rig.find_landmarks(model)
    assert model.mediapipe is not None
    numbers, (own_triangles, own_barycentrics) = model.mediapipe
    np.testing.assert_array_equal(triangles[numbers], own_triangles)
    np.testing.assert_array_equal(barycentrics[numbers], own_barycentrics)
    others = np.setdiff1d(np.arange(478), numbers)
    assert (triangles[others] == 0).all()


def test_no_source_is_the_bust_and_a_missing_one_says_how_to_get_it(tmp_path: Path) -> None:
    assert load_rig.load_rig() is load_bust()
    with pytest.raises(FileMissingError, match="Register at"):
        load_rig.load_rig(tmp_path / "flame2023.pkl")


def test_a_rig_without_a_face_is_refused() -> None:
    bust = load_bust()
    turned = dataclasses.replace(bust, template=bust.template * torch.tensor([-1.0, 1.0, -1.0]))
    with pytest.raises(NoFaceError, match="does not recognise"):
        embed_landmarks(turned)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_nearest_places_are_nearest(seed: int) -> None:
    """Against many random points of the mesh: none is nearer than the place found, and the place is on the mesh."""
    random = np.random.default_rng(seed)
    vertices = random.normal(size=(12, 3))
    faces = np.array([random.permutation(12)[:3] for _ in range(10)])
    allowed = random.uniform(size=10) < 0.7
    allowed[0] = True
    points = random.normal(size=(5, 3))
    triangles, barycentrics = place_on_mesh(points, vertices, faces, allowed)
    assert allowed[triangles].all() and (barycentrics >= 0).all()
    np.testing.assert_allclose(barycentrics.sum(1), 1, atol=1e-12)
    found = (vertices[faces[triangles]] * barycentrics[..., None]).sum(1)
    samples = random.dirichlet((1, 1, 1), (10, 200))[allowed]
    others = np.einsum("fsk,fkc->fsc", samples, vertices[faces[allowed]]).reshape(-1, 3)
    least = np.linalg.norm(others[None] - points[:, None], axis=-1).min(1)
    assert (np.linalg.norm(found - points, axis=1) <= least + 1e-9).all()
