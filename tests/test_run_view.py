"""The page that looks into a run: pictures of all kinds, a training that goes on, and nobody from elsewhere."""

import io
import json
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
import torch
from PIL import Image

from conftest import TinyRun
from lifemask.errors import FileMissingError
from lifemask.pipeline.job import Job
from lifemask.pipeline.run import RunFolder
from lifemask.pipeline.stages import training
from lifemask.pipeline.stages.mattes import load_plate
from lifemask.progress import NULL_PROGRESS
from lifemask.tracking.record import Tracking
from lifemask.viewer.run_app import RunServer, serve_run
from lifemask.viewer.run_pictures import LAYERS
from lifemask.viewer.run_view import RunView


@pytest.fixture(scope="module")
def server(tiny_run: TinyRun) -> Iterator[RunServer]:
    server = serve_run(tiny_run.folder, 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server
    server.stop()
    thread.join()


@pytest.fixture(scope="module")
def client(server: RunServer) -> Iterator[httpx.Client]:
    transport = httpx.HTTPTransport(retries=20)
    with httpx.Client(base_url=server.address, timeout=60, transport=transport) as client:
        yield client


def picture(client: httpx.Client, layer: str, row: int) -> np.ndarray:
    answer = client.get(f"/picture/{layer}/{row}")
    assert answer.status_code == 200, answer.text
    return np.asarray(Image.open(io.BytesIO(answer.content)), np.float32)


class TestAFinishedRun:
    def test_every_layer_is_a_picture_of_its_own(self, client: httpx.Client) -> None:
        assert client.get("/api/run").json()["layers"] == list(LAYERS)
        pictures = {layer: picture(client, layer, 5) for layer in LAYERS}
        assert len({image.shape for image in pictures.values()}) == 1
        for layer in LAYERS[1:]:
            assert (np.abs(pictures[layer] - pictures["frame"]).max(-1) > 20).mean() > 0.002, layer

    def test_the_error_is_that_of_the_render(self, client: httpx.Client) -> None:
        frame, render, error = (picture(client, layer, 5) for layer in ("frame", "render", "error"))
        off = np.abs(frame - render).mean(-1)
        brightness = error.mean(-1)
        assert brightness[off > 40].mean() > 3 * brightness[off < 4].mean()

    def test_landmarks_lie_on_the_face(self, client: httpx.Client, tiny_run: TinyRun) -> None:
        changed = np.abs(picture(client, "landmarks", 5) - picture(client, "frame", 5)).max(-1) > 60
        matte = np.abs(picture(client, "matte", 5) - picture(client, "frame", 5)).max(-1) < 30
        assert changed.sum() > 300
        assert matte[changed].mean() > 0.97

    def test_curves_are_those_of_its_files(self, client: httpx.Client, tiny_run: TinyRun) -> None:
        series, tracking = client.get("/api/series").json(), Tracking.load(tiny_run.folder / "refined.safetensors")
        assert np.allclose(series["lips_mm"], 1000 * tracking.lip_aperture_m, atol=1e-3)
        assert len(series["psnr_db"]["refined"]) == len(tracking) - client.get("/api/run").json()["held_out_from"]

    def test_what_there_is_not_says_so(self, client: httpx.Client) -> None:
        assert "no frame 100000" in client.get("/picture/frame/100000").json()["error"]["what"]
        unknown = client.get("/picture/secrets/0")
        assert unknown.status_code == 404 and "no layer 'secrets'" in unknown.json()["error"]["what"]
        assert client.get("/page/../run_view.py").status_code == 404

    def test_another_name_for_this_machine_is_refused(self, server: RunServer) -> None:
        assert httpx.get(server.address + "api/run", headers={"Host": "evil.example"}).status_code == 400


class TestARunThatGoesOn:
    def test_a_training_is_drawn_as_it_was_saved_last(self, tiny_run: TinyRun, tmp_path: Path) -> None:
        folder = tmp_path / "run"
        shutil.copytree(tiny_run.folder, folder)
        for name in ("avatar.safetensors", "refined.safetensors", "training.json"):
            (folder / name).unlink()
        view = RunView(folder)
        assert "render" not in view.summary()["layers"]
        with pytest.raises(FileMissingError, match="no avatar yet"):
            view.picture("render", 3)
        with RunFolder.reopen(folder) as run:
            job = Job(run, tiny_run.config, "cpu", NULL_PROGRESS)
            torch.manual_seed(0)
            trainer = training.new_trainer(job, Tracking.load(run.file("tracking.safetensors")), load_plate(run))
        scratch = folder / ".work" / "training" / "scratch-0123"
        scratch.mkdir(parents=True)
        losses = []
        for _ in range(2):
            for _ in range(25):
                trainer.curve.append((float(trainer.images_done), trainer.images_done, float(trainer.step())))
            trainer.save(scratch / "checkpoint.safetensors")
            frame, render = (view.picture(layer, 3).astype(np.float32) for layer in ("frame", "render"))
            losses.append(float(np.abs(frame - render).mean()))
            found = view.training()
            assert found["running"] and found["images"][-1] == trainer.images_done - 1
        assert losses[1] < losses[0]
        assert view.summary()["training"]

    def test_a_folder_that_is_no_run_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(FileMissingError, match="is not a run folder"):
            RunView(tmp_path)

    def test_before_tracking_there_are_frames_alone(self, tiny_run: TinyRun, tmp_path: Path) -> None:
        folder = tmp_path / "run"
        shutil.copytree(tiny_run.folder, folder)
        for path in folder.glob("*.safetensors"):
            path.unlink()
        record = json.loads((folder / "run.json").read_text())
        record["stages"] = {name: record["stages"][name] for name in ("capture", "mattes")}
        (folder / "run.json").write_text(json.dumps(record))
        view = RunView(folder)
        assert view.summary()["layers"] == ["frame", "matte"]
        assert view.picture("matte", 0).std() > 10
        with pytest.raises(FileMissingError, match="not tracked yet"):
            view.picture("mesh", 0)
