"""A clip tracked on a FLAME model, and written as the frames that FLAME's own trackers write."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conftest import TinyRun
from flame_model import write_flame
from lifemask.formats import metrical_tracker
from lifemask.pipeline.create import create, go_on
from lifemask.pipeline.exports import export_run
from lifemask.pipeline.imports import ImportOptions, import_run
from lifemask.tracking.record import Tracking


@pytest.fixture(scope="module")
def flame(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated model in FLAME's file layout."""
    folder = tmp_path_factory.mktemp("flame")
    write_flame(folder)
    return folder


@pytest.fixture(scope="module")
def tracked(flame: Path, tiny_run: TinyRun, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tracked") / "run"
    create(tiny_run.clip, folder, replace(tiny_run.config, rig=flame), until="tracking")
    return folder


def test_flame_follows_the_clip(tracked: Path, tiny_run: TinyRun) -> None:
    tracking = Tracking.load(tracked / "tracking.safetensors")
    assert tracking.jaw is not None and tracking.identity.shape == (300,)
    assert not tracking.vertex_offset_m.any()  # FLAME's coefficients say it all
    interocular_px = np.linalg.norm(tracking.landmarks_px[:, 468] - tracking.landmarks_px[:, 473], axis=1).mean()
    assert np.nanmean(tracking.reprojection_px) < 0.035 * interocular_px
    # The jaw opens with the mouth: landmarks on a face of 60 pixels leave a tenth of its motion open.
    lips = tracking.lip_aperture_m
    assert np.corrcoef(np.linalg.norm(tracking.jaw, axis=1), lips)[0, 1] > 0.6 and np.ptp(lips) > 0.003


def test_frames_come_back_as_they_were_written(tracked: Path, flame: Path, tmp_path: Path) -> None:
    tracking = Tracking.load(tracked / "tracking.safetensors")
    count = export_run(tracked, metrical_tracker.NAME, tmp_path / "frames")
    assert count == len(tracking)
    sequence = metrical_tracker.read(tmp_path / "frames")
    np.testing.assert_array_equal(sequence.shape.astype(np.float32), tracking.identity)
    np.testing.assert_array_equal(sequence.expression.astype(np.float32), tracking.expression[:, :100])
    # Verified like anybody's: posed on the model, projected into the pictures, compared with what is seen there.
    again = tmp_path / "again"
    import_run(tmp_path / "frames", again, ImportOptions(rig=flame))
    go_on(again, device="cpu", until="tracking")
    back = Tracking.load(again / "tracking.safetensors")
    # float32 rotations and translations of about a metre.
    np.testing.assert_allclose(back.camera_from_head, tracking.camera_from_head, atol=2e-6)
    np.testing.assert_allclose(back.camera.matrix, tracking.camera.matrix, rtol=1e-6)
    np.testing.assert_allclose(back.lip_aperture_m, tracking.lip_aperture_m, atol=1e-5)
