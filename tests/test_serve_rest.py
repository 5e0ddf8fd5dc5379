"""The REST interface of a real server: what it tells, what it makes, and what it refuses."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lifemask.cli.main import main
from lifemask.errors import ConfigError
from lifemask.media.video import probe
from lifemask.pipeline.card import card_in
from lifemask.serve.config import Limits, ServeConfig
from lifemask.serve.keys import Keys, read_keys
from lifemask.serve.limits import Bucket
from lifemask.serve.measure_load import measure_load
from lifemask.serve.messages import Microphone
from serve_made import Running, running, served_avatar, sound
from sound_made import text

__all__ = ["served_avatar"]

LIMITS = {"clip_mb": 1.0, "sound_mb": 1.0, "sound_seconds": 5.0, "clip_seconds": 3.0, "jobs_waiting": 1}
KEYS = ("first-key-of-two-0001", "second-key-of-two-002")
CONSENT = "I, the tester, agree that an avatar of me is made for tests."


@pytest.fixture(scope="module")
def server(served_avatar: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(served_avatar, limits=LIMITS, uploads=tmp_path_factory.mktemp("uploads")) as server:
        yield server


@pytest.fixture(scope="module")
def dark_clip(film: Callable[..., Path]) -> Path:
    """Nobody is in it."""
    return film("dark.mp4", [np.full((96, 96, 3), 40, np.uint8)] * 60)


def voice_file(path: Path, seconds: float) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(sound(seconds).tobytes())
    return path


def problem(answer: Any) -> dict[str, str]:
    """The error of an answer, which has its form."""
    error = answer.json()["error"]
    assert answer.json().keys() == {"error"} and error.keys() == {"what", "why", "fix", "code"} and error["what"]
    return error


def test_what_there_is(server: Running, served_avatar: Path) -> None:
    health = server.http.get("/v1/health").json()
    assert (health["status"], health["avatars"], health["streams"], health["jobs"]) == ("ok", 1, 0, 0)
    listed = server.http.get("/v1/avatars").json()
    assert listed == {"avatars": [{"name": "small-one", "has_voice": True, "title": "Small_One"}]}
    about = server.http.get("/v1/avatars/small-one").json()
    assert (about["size_wh"], about["gaussians"]) == ([96, 96], 800)
    assert about["layout"]["width"] == len(about["layout"]["expression_names"]) + 4 + 24 + 4 + 2
    assert server.http.get("/v1/avatars/small-one/card").json() == about["card"] == card_in(served_avatar)
    (served_avatar / "card.json").write_text("{}")
    try:
        assert problem(server.http.get("/v1/avatars/small-one/card"))["code"] == "FormatError"
        assert server.http.get("/v1/avatars").json()["avatars"][0]["title"] is None
    finally:
        (served_avatar / "card.json").unlink()


def test_packed(server: Running, served_avatar: Path) -> None:
    from lifemask.viewer.pack import pack_avatar

    answer = server.http.get("/v1/avatars/small-one/packed")
    assert answer.content == pack_avatar(served_avatar) and answer.headers["content-type"] == "application/octet-stream"
    again = server.http.get("/v1/avatars/small-one/packed", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and not again.content


@pytest.mark.parametrize(
    "path",
    ["avatars/nobody", "avatars/..%2Fsmall-one", "avatars/%2e%2e", "avatars/.jobs", "avatars/small-one%00", "jobs/1",
     "avatars/Small_One", "avatars/" + 80 * "a", "nothing"],
)  # fmt: skip
def test_no_such_thing(server: Running, path: str) -> None:
    answer = server.http.get(f"/v1/{path}")
    assert answer.status_code == 404 and problem(answer)["code"] == "not_found"


def test_a_link_out_of_the_uploads_is_no_avatar(server: Running, served_avatar: Path) -> None:
    link = server.state.config.uploads / "outside"
    link.symlink_to(served_avatar)
    try:
        assert server.http.get("/v1/avatars/outside").status_code == 404
    finally:
        link.unlink()


def test_the_interface_describes_itself(server: Running) -> None:
    described = server.http.get("/openapi.json").json()
    assert {"/v1/avatars", "/v1/avatars/{name}/speak", "/v1/avatars/{name}/offer"} <= described["paths"].keys()
    for path, methods in described["paths"].items():
        for method, about in methods.items():
            assert about["summary"] and about["description"], f"{method} {path}"
            errors = [code for code in about["responses"] if code[0] in "45"]
            schemas = [about["responses"][code]["content"]["application/json"]["schema"] for code in errors]
            assert path == "/v1/health" or all(schema["$ref"].endswith("ProblemBody") for schema in schemas), path
    assert server.http.get("/docs").status_code == 200


def test_the_page(server: Running) -> None:
    answer = server.http.get("/")
    assert answer.status_code == 200 and (b"<html" in answer.content.lower() or b"/docs" in answer.content)


def test_foreign_pages_and_hosts(server: Running) -> None:
    ours = server.server.address
    for headers, code in (
        ({"Host": "evil.example"}, "foreign_host"),
        ({"Host": "[::1"}, "foreign_host"),
        ({"Origin": "https://evil.example"}, "foreign_origin"),
        ({"Origin": "null"}, "foreign_origin"),
        ({"Origin": ours.replace("http", "https") + "1"}, "foreign_origin"),
    ):
        answer = server.http.post("/v1/avatars/small-one/speak", headers=headers)
        assert answer.status_code == 403 and problem(answer)["code"] == code
    answer = server.http.post("/v1/avatars/small-one/speak", headers={"Origin": ours})
    assert problem(answer)["code"] == "bad_upload" and "access-control-allow-origin" not in answer.headers


def test_keys_origins_and_rates(served_avatar: Path) -> None:
    page = "https://page.example"
    with running(
        served_avatar, api_keys=KEYS, allow_origin=(page,), limits={"requests_per_minute": 20}
    ) as server:  # fmt: skip
        bearer = lambda key: {"Authorization": f"Bearer {key}"}  # noqa: E731
        assert server.http.get("/v1/health").status_code == 200
        for headers in ({}, bearer("first-key-of-two-0002"), bearer("x"), {"Authorization": KEYS[0]}):
            answer = server.http.get("/v1/avatars", headers=headers)
            assert answer.status_code == 401 and problem(answer)["code"] == "unauthorised"
        assert server.http.post(f"/v1/avatars?key={KEYS[0]}").status_code == 401
        assert server.http.get(f"/v1/avatars?key={KEYS[1]}").status_code == 200
        ask = {
            "Origin": page,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization",
        }
        allowed = server.http.options("/v1/avatars", headers=ask)
        assert allowed.status_code == 200 and allowed.headers["access-control-allow-origin"] == page
        answers = [server.http.get("/v1/avatars", headers=bearer(KEYS[0]) | {"Origin": page}) for _ in range(22)]
        assert answers[0].status_code == 200 and answers[-1].status_code == 429
        assert problem(answers[-1])["code"] == "too_many_requests" and int(answers[-1].headers["retry-after"]) >= 1
        assert answers[-1].headers["access-control-allow-origin"] == page
        assert server.http.get("/v1/avatars", headers=bearer(KEYS[1])).status_code == 200, "keys share one measure"


def test_a_giant_upload_is_cut_off_early(server: Running) -> None:
    port = int(server.server.address.rsplit(":", 1)[1])
    with socket.create_connection(("127.0.0.1", port), 20) as raw:
        raw.sendall(
            b"POST /v1/avatars/small-one/speak HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        sent, piece = 0, b"10000\r\n" + bytes(65_536) + b"\r\n"
        try:
            while sent < 64e6:
                raw.sendall(piece)
                sent += 65_536
        except OSError:
            pass
        assert sent < 32e6, "it was taken on and on"
    answer = server.http.post("/v1/avatars/small-one/speak", content=bytes(1_100_000))
    assert answer.status_code == 413 and problem(answer)["code"] == "too_large"
    form = {"file": ("a.wav", bytes(1_040_000))}
    assert server.http.post("/v1/avatars/small-one/speak", files=form).status_code == 413
    assert server.http.get("/v1/health").json()["status"] == "ok"


def test_what_cannot_be_said(server: Running, tmp_path: Path) -> None:
    url = "/v1/avatars/small-one/speak"
    for query, content, status, code in (
        ("", text(tmp_path / "a.txt").read_bytes(), 415, "not_sound"),
        ("", voice_file(tmp_path / "long.wav", 6.0).read_bytes(), 422, "too_long"),
        ("", b"", 422, "bad_upload"),
        ("?fps=1000", b"x", 422, "invalid"),
        ("?background=/etc/passwd", b"x", 422, "invalid"),
    ):
        answer = server.http.post(url + query, content=content)
        assert (answer.status_code, problem(answer)["code"]) == (status, code), answer.text
        assert "/tmp" not in answer.text
    assert problem(server.http.post(url, files={"other": b"x"}))["code"] == "bad_upload"
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert problem(server.http.post(url, content=b"no form", headers=broken))["code"] == "bad_upload"
    assert server.http.post("/v1/avatars/nobody/speak", content=b"x").status_code == 404


def test_a_sound_becomes_a_video(server: Running, tmp_path: Path) -> None:
    form = {"file": ("../../voice.wav", voice_file(tmp_path / "a.wav", 1.0).read_bytes())}
    answer = server.http.post("/v1/avatars/small-one/speak?background=%2300ff00&max_side=64", files=form)
    assert answer.status_code == 200 and answer.headers["content-type"] == "video/mp4", answer.text
    (tmp_path / "out.mp4").write_bytes(answer.content)
    info = probe(tmp_path / "out.mp4")
    assert (info.size_wh, info.num_frames, info.has_audio) == ((64, 64), 25, True)


def test_what_cannot_become_an_avatar(server: Running, dark_clip: Path, film: Callable[..., Path]) -> None:
    long = film("long.mp4", [np.zeros((96, 96, 3), np.uint8)] * 100)
    fields = {"name": "new-one", "consent": CONSENT}
    for changes, content, status, code in (
        ({"consent": " "}, dark_clip.read_bytes(), 422, "no_consent"),
        ({}, b"no video", 415, "NotAVideoError"),
        ({}, long.read_bytes(), 422, "too_long"),
        ({"name": "../new"}, dark_clip.read_bytes(), 422, "bad_name"),
        ({"name": "small-one"}, dark_clip.read_bytes(), 409, "name_taken"),
    ):
        answer = server.http.post("/v1/avatars", data=fields | changes, files={"file": ("my.mp4", content)})
        assert (answer.status_code, problem(answer)["code"]) == (status, code), answer.text
        assert "/tmp" not in answer.text
    assert os.listdir(server.state.config.uploads / ".jobs") == [".lock"]
    answer = server.http.post("/v1/avatars", data={**fields, "name": "x" * 9000}, files={"file": b"x"})
    assert problem(answer)["code"] == "bad_upload"


def events(server: Running, job: str) -> list[tuple[str, dict]]:
    found = []
    with server.http.stream("GET", f"/v1/jobs/{job}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for line in stream.iter_lines():
            if line.startswith("event: "):
                found.append((line[7:], {}))
            elif line.startswith("data: "):
                found[-1] = (found[-1][0], json.loads(line[6:]))
    return found


def test_jobs_wait_fail_and_are_stopped(server: Running, dark_clip: Path) -> None:
    def post(name: str) -> Any:
        clip = {"file": ("dark.mp4", dark_clip.read_bytes())}
        return server.http.post("/v1/avatars", data={"name": name, "consent": CONSENT}, files=clip)

    first, second = post("one").json(), post("two").json()
    assert (first["name"], second["state"]) == ("one", "queued")
    full = post("three")
    assert full.status_code == 429 and problem(full)["code"] == "queue_full" and full.headers["retry-after"]
    assert server.http.delete(f"/v1/jobs/{second['id']}").json()["state"] == "cancelled"
    assert post("one").status_code == 409
    told = events(server, first["id"])
    assert told[0][0] == "state" and told[-1][0] == "end"
    last = told[-1][1]
    assert last["state"] == "failed" and last["error"]["code"] in ("NoFaceError", "UnusableClipError")
    assert last == server.http.get(f"/v1/jobs/{first['id']}").json()
    assert events(server, first["id"]) == [("end", last)], "the last state is told again"
    assert os.listdir(server.state.config.uploads / ".jobs") == [".lock"]
    third = post("one").json()
    while server.http.get(f"/v1/jobs/{third['id']}").json()["state"] != "running":
        time.sleep(0.05)
    assert server.http.delete(f"/v1/jobs/{third['id']}").json()["state"] == "cancelled"
    assert "avatars" in server.http.get("/v1/avatars").json() and server.http.get("/v1/health").json()["jobs"] == 0


@pytest.mark.slow
def test_a_clip_becomes_an_avatar(talking_clip: Path, tmp_path: Path) -> None:
    options = (
        "--resolution 64 --device cpu --tracking.iterations 60 --training.images 60 --training.avatar.gaussians 2000"
    )
    with running(uploads=tmp_path, create_options=tuple(options.split())) as server:
        clip = {"file": ("talking.mp4", talking_clip.read_bytes())}
        job = server.http.post("/v1/avatars", data={"name": "made", "consent": CONSENT}, files=clip).json()
        server.http.timeout = 600
        told = events(server, job["id"])
        assert told[-1][1]["state"] == "done", told[-1]
        assert {event["stage"] for _, event in told} >= {"capture check", "pictures"}
        assert server.http.get("/v1/avatars/made").json()["size_wh"] == [160, 160]
        assert CONSENT in json.dumps(server.http.get("/v1/avatars/made/card").json())


def test_what_cannot_be_served(served_avatar: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def refused(*arguments: str) -> dict:
        code = main(["serve", *arguments, "--json"])
        error = json.loads(capsys.readouterr().out)["error"]
        assert code == error["exit_code"] != 0
        return error

    assert "without API keys" in refused(str(served_avatar), "--host", "0.0.0.0")["what"]
    assert refused()["what"] == "nothing to serve was given"
    assert "avatar.safetensors" in refused(str(tmp_path))["what"]
    assert "origin" in refused(str(served_avatar), "--allow-origin", "example.org")["what"]
    (tmp_path / "keys").write_text("# none\n")
    assert "no key" in refused(str(served_avatar), "--api-key-file", str(tmp_path / "keys"))["what"]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"127.0.0.1:{port}" in refused(str(served_avatar), "--port", str(port))["what"]
    with pytest.raises(ConfigError, match="--streams 0"):
        Limits(streams=0)
    assert ServeConfig(uploads=tmp_path, host="0.0.0.0", api_keys=KEYS).host == "0.0.0.0"


def test_keys_and_buckets(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text(f"# mine\n{KEYS[0]}\n\n")
    keys = read_keys(tmp_path / "keys", {"LIFEMASK_API_KEYS": f"{KEYS[1]},{KEYS[0]}"})
    assert set(keys) == set(KEYS) and len(keys) == 2
    assert (Keys(KEYS).owner(KEYS[1]), Keys(KEYS).owner(None), Keys(KEYS).owner("x")) == ("key 2", None, None)
    with pytest.raises(ConfigError, match="key 1"):
        read_keys(None, {"LIFEMASK_API_KEYS": "short"})
    now = 0.0
    bucket = Bucket(2.0, 3.0, lambda: now)
    assert [bucket.take() for _ in range(3)] == [0, 0, 0] and bucket.take() == pytest.approx(0.5)
    now = 0.5
    assert bucket.take() == 0 and bucket.take() > 0


def test_a_signal_ends_it_well(served_avatar: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "lifemask", "serve", str(served_avatar), "--port", "0", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as server:  # fmt: skip
        assert server.stdout is not None and server.stderr is not None
        said = ""
        while "}" not in said:
            said += server.stdout.readline()
        assert json.loads(said)["address"].startswith("http://127.0.0.1:")
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0 and "Traceback" not in server.stderr.read()


def test_a_microphone_does_not_fall_behind() -> None:
    class Stream:
        waits_s = 0.0

        async def push_audio(self, pcm: np.ndarray, rate_hz: int) -> None:
            self.waits_s += len(pcm) / rate_hz

    async def main() -> list[float]:
        stream, waits = Stream(), []
        microphone = Microphone(stream, lambda: stream.waits_s)
        await microphone.push_audio(np.zeros(32_000, np.int16), 16_000)  # two seconds come at once
        for _ in range(200):
            stream.waits_s = max(0.0, stream.waits_s - 0.02)
            await microphone.push_audio(np.zeros(320, np.int16), 16_000)
            waits.append(stream.waits_s)
        return waits

    waits = asyncio.run(main())
    assert waits[0] > 1.9 and max(waits[-50:]) <= 0.4
    assert min(waits) > 0.15, "more was left out than had to be"


def test_load_is_measured(served_avatar: Path, tmp_path: Path) -> None:
    """In real time, on whatever this machine has left: nothing is asked of its speed."""
    record = measure_load(served_avatar, voice_file(tmp_path / "a.wav", 3.0), speakers=(2,), seconds=1.0)
    (load,) = record.loads
    assert load.speakers == 2 and load.frames > 5 and 0 <= load.missed < 0.9
    # A row needs 82 ms of sound beyond its moment, of which 40 are its own.
    assert 0.02 < load.latency_s[0] < load.centre_s[0] and list(load.latency_s) == sorted(load.latency_s)
    assert load.server_cores > 0 and record.most == (2 if load.in_time else 0)
