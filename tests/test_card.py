"""The avatar's card, and the marks and signatures of what is made with it."""

import json
import shutil
from pathlib import Path

import av
import c2pa
import numpy as np
import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from PIL import Image

from c2pa_made import chain
from conftest import TinyRun, tiny_config
from lifemask import __version__
from lifemask.avatar.avatar import Avatar
from lifemask.cli import main as cli
from lifemask.errors import ConfigError, FileMissingError, FormatError
from lifemask.formats import arkit
from lifemask.media.c2pa import CERTIFICATE, DIGITAL_SOURCE_TYPE, FACTS, KEY, Credentials
from lifemask.media.files import file_sha256
from lifemask.media.output import open_output
from lifemask.media.provenance import XMP, Provenance
from lifemask.perception.rig_source import rig_hash
from lifemask.pipeline.card import (
    About,
    card_in,
    card_sha256,
    card_text,
    consent_warning,
    ensure_card,
    provenance_of,
)
from lifemask.pipeline.card_page import card_markdown
from lifemask.pipeline.create import create, go_on
from lifemask.pipeline.run import RunFolder
from lifemask.pipeline.voice_file import VOICE, VoiceFile
from lifemask.speech.life_statistics import LifeStatistics
from lifemask.tracking.record import Tracking
from sound_made import babble, recording

STATEMENT = "I, Zoë, agree that an avatar of me\nis made for lessons."
SIZE = (64, 48)
IN_COMMENT = f"digitalSourceType={DIGITAL_SOURCE_TYPE}"


@pytest.fixture
def copy(tiny_run: TinyRun, tmp_path: Path) -> Path:
    shutil.copytree(tiny_run.folder, tmp_path / "zoe")
    return tmp_path / "zoe"


def test_a_finished_run_has_its_card(tiny_run: TinyRun) -> None:
    card = json.loads((tiny_run.folder / "card.json").read_text(encoding="utf-8"))
    assert card == card_in(tiny_run.folder) and card["schema"] == "lifemask-card-1"
    assert card["software"] == {"name": "lifemask", "version": __version__}
    (clip,) = card["inputs"]
    assert clip["name"] == tiny_run.clip.name and clip["sha256"] == file_sha256(tiny_run.clip)
    assert clip["frames_used"] == clip["frames"] == 52 and clip["duration_s"] == pytest.approx(2.08)
    assert str(tiny_run.clip.parent) not in card_text(card), "where a clip lies is nobody's business"
    assert card["avatar"]["sha256"] == file_sha256(tiny_run.folder / "avatar.safetensors")
    assert card["avatar"]["gaussians"] == len(Avatar.load(tiny_run.folder).model.base)
    assert {model["name"] for model in card["models"]} >= {"face_landmarker", "selfie_segmentation"}
    assert all(len(model["sha256"]) == 64 and model["licence"] for model in card["models"])
    assert card["rig"]["licence"].startswith("CC0")
    for kind in ("as_tracked", "refined"):
        assert card["metrics"]["held_out"][kind] == tiny_run.metrics["evaluation"][kind]
    limits = " ".join(card["limits"])
    reached = tiny_run.metrics["evaluation"]["refined"]["whole"]["psnr_db"]
    assert "Filmed were head turns of yaw" in limits and f"{reached:.1f} dB with motion refined" in limits
    assert any("Impersonation" in sentence for sentence in card["use"]["not_for"])


def test_without_consent_it_says_so(tiny_run: TinyRun) -> None:
    card = card_in(tiny_run.folder)
    assert card["subject"] == {"kind": "person", "consent": {"required": True, "given": False, "statement": None}}
    assert "carries no consent" in str(consent_warning(card))
    assert "**No statement of consent was given.**" in card_markdown(card)


def test_consent_comes_later_and_stays(copy: Path, tiny_run: TinyRun) -> None:
    before = file_sha256(copy / "avatar.safetensors")
    create(tiny_run.clip, copy, tiny_run.config, about=About("Zoë", STATEMENT))
    stated = (copy / "card.json").stat().st_mtime_ns
    create(tiny_run.clip, copy, tiny_run.config)
    card = card_in(copy)
    assert card["subject"]["consent"] == {"required": True, "given": True, "statement": STATEMENT}
    assert card["title"] == "Zoë" and consent_warning(card) is None
    assert (copy / "card.json").stat().st_mtime_ns == stated, "what is right is not written again"
    assert file_sha256(copy / "avatar.safetensors") == before, "what is declared costs no training"
    assert "> I, Zoë, agree that an avatar of me\n> is made for lessons." in card_markdown(card)


def test_consent_belongs_to_the_clip(tmp_path: Path) -> None:
    """A folder that is taken over for another clip does not keep the first person's word."""
    for name in ("a", "b"):
        (tmp_path / f"{name}.mp4").write_bytes(name.encode())
    with RunFolder.open(tmp_path / "run", video=tmp_path / "a.mp4", config=tiny_config()) as run:
        run.declare({"consent": STATEMENT, "title": None})
        assert run.record["declared"] == {"title": "run", "consent": STATEMENT}
    with RunFolder.open(tmp_path / "run", video=tmp_path / "a.mp4", config=tiny_config()) as run:
        assert run.record["declared"]["consent"] == STATEMENT
    with RunFolder.open(tmp_path / "run", video=tmp_path / "b.mp4", config=tiny_config(), force=True) as run:
        assert "declared" not in run.record


def test_figures_follow_the_evaluation(copy: Path) -> None:
    record = json.loads((copy / "run.json").read_text())
    record["stages"]["evaluation"]["state"] = "failed"
    (copy / "run.json").write_text(json.dumps(record))
    go_on(copy, until="training")
    card = card_in(copy)
    assert card["metrics"] is None and "was not measured" in " ".join(card["limits"])
    assert "Not measured." in card_markdown(card)
    go_on(copy, until="evaluation")
    assert (
        card_in(copy)["metrics"]["held_out"]["refined"]["frames"]
        == record["metrics"]["evaluation"]["refined"]["frames"]
    )


def test_a_synthetic_subject_needs_no_consent(copy: Path) -> None:
    go_on(copy, until="training", about=About("The built-in subject", synthetic=True))
    card = card_in(copy)
    assert card["subject"] == {"kind": "synthetic", "consent": {"required": False, "given": False, "statement": None}}
    assert consent_warning(card) is None and "nobody whose consent" in card_markdown(card)
    assert "an avatar of a synthetic subject" in provenance_of(card).metadata["comment"]


def test_avatars_without_a_card_get_one(copy: Path, tmp_path: Path) -> None:
    known = card_in(copy)
    (copy / "card.json").unlink()
    assert card_in(copy) == known, "the same of the run, wherever it lies now"
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(copy / "avatar.safetensors", alone)
    card = ensure_card(alone)
    assert card == card_in(alone) and (alone / "card.json").is_file()
    assert card["title"] == "alone" and card["inputs"] == [] and card["models"] == [] and card["metrics"] is None
    assert card["avatar"]["gaussians"] == known["avatar"]["gaussians"] and not card["subject"]["consent"]["given"]
    assert "alone" in card_markdown(card)
    with pytest.raises(FileMissingError, match=r"holds no avatar\.safetensors"):
        card_in(tmp_path)


@pytest.mark.parametrize("text", ["", "{}", '{"schema": "lifemask-card-0"}', "[1]", '"x"'])
def test_a_damaged_card(text: str, copy: Path) -> None:
    (copy / "card.json").write_text(text)
    with pytest.raises(FormatError, match="cannot be read as a card"):
        card_in(copy)


def test_what_is_no_statement(tmp_path: Path) -> None:
    for text, message in (("  \n", "0 characters"), ("x" * 20_001, "20001 characters")):
        with pytest.raises(ConfigError, match=message):
            About(consent=text)
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(ConfigError, match="cannot be read as a text"):
        About.read(None, tmp_path / "a.txt")
    with pytest.raises(ConfigError, match="cannot be read as a text"):
        About.read(None, tmp_path / "b.txt")
    (tmp_path / "c.txt").write_text(STATEMENT, encoding="utf-8")
    assert About.read(None, tmp_path / "c.txt", "Z") == About("Z", STATEMENT)
    with pytest.raises(ConfigError, match="both given"):
        About.read("I agree", tmp_path / "c.txt")


def test_the_verbs_take_and_show_it(copy: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["create", str(copy), "--consent", " ", "--device", "cpu"]) == 20
    out = tmp_path / "card.md"
    assert cli.main(["export", str(copy), "--to", "card", "-o", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["card"] == card_in(copy)
    assert out.read_text(encoding="utf-8").startswith("# run\n")
    assert cli.main(["export", str(copy), "--to", "card", "-o", str(out)]) == 16


def written(path: Path, provenance: Provenance, *, with_alpha: bool = False) -> Path:
    with open_output(path, 25, SIZE, with_alpha=with_alpha, provenance=provenance) as output:
        for level in range(8):
            output.write(np.full((SIZE[1], SIZE[0], 4 if with_alpha else 3), 20 * level, np.uint8))
    return path


@pytest.mark.parametrize("name", ["a.mp4", "a.mov", "a.webm", "a.mkv"])
def test_every_video_says_of_which_avatar_it_is(name: str, tiny_run: TinyRun, tmp_path: Path) -> None:
    card = card_in(tiny_run.folder)
    for with_alpha in (False, True) if name != "a.mp4" else (False,):
        path = written(tmp_path / f"{with_alpha}-{name}", provenance_of(card), with_alpha=with_alpha)
        with av.open(str(path)) as container:
            said = {key.lower(): text for key, text in container.metadata.items()}
        assert IN_COMMENT in said["comment"] and f"avatarCard=sha256:{card_sha256(card)}" in said["comment"]
        assert said["description"].startswith("Synthetic media.")


def test_every_picture_says_it_too(tiny_run: TinyRun, tmp_path: Path) -> None:
    card = card_in(tiny_run.folder)
    for picture in written(tmp_path / "frames", provenance_of(card), with_alpha=True).iterdir():
        texts = Image.open(picture).text
        assert f"avatarCard=sha256:{card_sha256(card)}" in texts["Comment"] and IN_COMMENT in texts["Comment"]
        assert f"DigitalSourceType>{DIGITAL_SOURCE_TYPE}</" in texts[XMP]


def test_what_is_rendered_names_its_card(
    tiny_run: TinyRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verb itself, signed by what the environment names."""
    certificate, key = chain(tmp_path / "keys")
    monkeypatch.setenv(CERTIFICATE, str(certificate))
    monkeypatch.setenv(KEY, str(key))
    out = tmp_path / "a.mp4"
    assert cli.main(["render", str(tiny_run.folder), "--frames", "0:3", "-o", str(out), "--device", "cpu"]) == 0
    with av.open(str(out)) as container:
        assert f"avatarCard=sha256:{card_sha256(card_in(tiny_run.folder))}" in container.metadata["comment"]
        assert sum(1 for _ in container.decode(video=0)) == 3
    assert signed(out)["title"] == card_in(tiny_run.folder)["title"]
    assert cli.main(["render", str(tiny_run.folder), "--frames", "0:3", "-o", str(tmp_path / "b.webm")]) == 20
    assert "b.webm cannot be signed" in capsys.readouterr().err
    assert not (tmp_path / "b.webm").exists()


def signed(path: Path) -> dict:
    """The active manifest of a file whose signature and content are as they were signed."""
    with c2pa.Reader(str(path)) as reader:
        # "Valid", not "Trusted": nobody vouches for the test's own root.
        assert reader.get_validation_state() == "Valid"
        return reader.get_active_manifest()


@pytest.mark.parametrize("name", ["a.mp4", "a.mov"])
def test_signed_videos(name: str, tiny_run: TinyRun, tmp_path: Path) -> None:
    credentials = Credentials.given(*chain(tmp_path / "keys"))
    card = card_in(tiny_run.folder)
    path = written(tmp_path / name, provenance_of(card, credentials))
    manifest = signed(path)
    assertions = {each["label"]: each["data"] for each in manifest["assertions"]}
    (action,) = assertions["c2pa.actions.v2"]["actions"]
    assert action["action"] == "c2pa.created" and action["digitalSourceType"] == DIGITAL_SOURCE_TYPE
    assert assertions[FACTS] == {
        "title": card["title"],
        "card_sha256": card_sha256(card),
        "subject": "person",
        "consent_stated": False,
    }
    assert manifest["claim_generator_info"][0]["name"] == "lifemask"
    assert manifest["signature_info"]["common_name"] == "Test signer"
    with av.open(str(path)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 8
    # One changed byte of the pictures, and the signature says so.
    data = bytearray(path.read_bytes())
    data[data.rindex(b"mdat") + 40] ^= 1
    path.write_bytes(data)
    with c2pa.Reader(str(path)) as reader:
        assert reader.get_validation_state() == "Invalid"


def test_certificates_that_are_none(tiny_run: TinyRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, key = chain(tmp_path / "keys")
    assert Credentials.given() is None
    with pytest.raises(ConfigError, match="without a certificate"):
        Credentials.given(None, key)
    with pytest.raises(ConfigError, match=r"gone\.pem cannot be read"):
        Credentials.given(tmp_path / "gone.pem", key)
    assert "PRIVATE" not in repr(Credentials.given(certificate, key))
    card = card_in(tiny_run.folder)
    other, _ = chain(tmp_path / "other")
    server, server_key = chain(tmp_path / "server", use=ExtendedKeyUsageOID.SERVER_AUTH)
    for pair in ((certificate, certificate), (other, key), (server, server_key)):
        with pytest.raises(ConfigError, match=r"key cannot be read|could not be signed"):
            written(tmp_path / "a.mp4", provenance_of(card, Credentials.given(*pair)))
        assert sorted(path.name for path in tmp_path.iterdir()) == ["keys", "other", "server"]
    for name in ("a.mkv", "frames"):
        with pytest.raises(ConfigError, match=f"{name} cannot be signed"):
            written(tmp_path / name, provenance_of(card, Credentials.given(certificate, key)))


def test_the_motion_of_a_voice_as_a_file(copy: Path, tmp_path: Path) -> None:
    avatar, tracking = Avatar.load(copy), Tracking.load(copy / "refined.safetensors")
    names = avatar.rig.expression_names
    rest, modes = np.zeros(len(names), np.float32), np.zeros(avatar.model.num_modes["face"], np.float32)
    life = LifeStatistics.of(tracking, None, None)
    VoiceFile(rig_hash(avatar.rig), names, rest, modes, life, {}).save(copy / VOICE)
    sound = np.concatenate([np.zeros(16_000), 0.1 * babble(2.0)]).astype(np.float32)
    wav = recording(tmp_path / "a.wav", "pcm_s16le", "mono", 16_000, iter([(0.0, sound)]))
    # A time code counts frames at a rate that its file does not say.
    readers = {arkit.NAME_JSON: arkit.read_json_motion, arkit.NAME_CSV: lambda path: arkit.read_csv(path, fps=30)}
    for to, read in readers.items():
        out = tmp_path / to
        assert cli.main(["export", str(copy), "--to", to, "--audio", str(wav), "--fps", "30", "-o", str(out)]) == 0
        motion = read(out)
        assert len(motion.timestamp_s) == 90 and motion.fps == pytest.approx(30, rel=1e-3)
        jaw = motion.weights[:, motion.names.index("jawOpen")]
        assert jaw[:25].max() < 0.02 and jaw[32:].max() > 0.1, "silent first, then it speaks"
    assert (
        cli.main(["export", str(copy), "--to", "arkit-json", "--audio", str(wav), "-o", str(tmp_path / "arkit-json")])
        == 16
    )
