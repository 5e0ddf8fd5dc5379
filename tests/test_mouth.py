"""A person's own mouth, part by part: what it hears, the space of its lips, its networks, its pauses."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lifemask.assets import asset_path
from lifemask.errors import FormatError
from lifemask.progress import NULL_PROGRESS
from lifemask.rig.apertures import lip_aperture
from lifemask.rig.bust import load_bust
from lifemask.speech.config import MouthTraining
from lifemask.speech.ear import AHEAD, LIVE, STEP, Ear, Reach
from lifemask.speech.layers import MEL_BANDS, MELS_PER_MOTION, SOUND_HZ
from lifemask.speech.mouth_net import Chorus, MouthNet, NetShape
from lifemask.speech.mouth_space import MODE, Widening, mouth_names, mouth_space
from lifemask.speech.mouth_training import GAP as APART
from lifemask.speech.mouth_training import Example, blocks, said_of, train
from lifemask.speech.pauses import GAP, PATIENCE, Pauses
from lifemask.speech.personal import PersonalMouth
from lifemask.speech.personal_training import Clip, learn, other_recordings, weights_of
from lifemask.speech.phonetics import PhoneticNet, _frames, _mel_bank
from sound_made import babble

torch.set_num_threads(1)  # as everywhere: operations are small
BUST = load_bust()
NAMES = mouth_names(BUST.expression_names)
REACHES = pytest.mark.parametrize("reach", [AHEAD, LIVE], ids=["ahead", "live"])


def sound(seconds: float, seed: int = 0) -> np.ndarray:
    return (0.08 * babble(seconds, seed)).astype(np.float32)


class TestPhonetics:
    def test_equals_the_interpreter(self) -> None:
        """The same file run by LiteRT, which can give out inner layers when nothing is fused."""
        from ai_edge_litert.interpreter import Interpreter, OpResolverType

        samples = sound(1.5)
        frames = _frames(samples)
        interpreter = Interpreter(
            str(asset_path("speech_embedding")),
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
            experimental_preserve_all_tensors=True,
        )
        interpreter.resize_tensor_input(0, [1, len(frames), 32, 1])
        interpreter.allocate_tensors()
        interpreter.set_tensor(0, frames[None, :, :, None])
        interpreter.invoke()
        layers = {
            detail["name"].split(";")[0]: interpreter.get_tensor(detail["index"])
            for detail in interpreter.get_tensor_details()
            if len(detail["shape"]) == 4 and detail["shape"][0] == 1 and detail["name"]
        }
        found = PhoneticNet(asset_path("speech_embedding"))(samples)
        for name, rows in (
            ("model/tf.math.maximum_10/Maximum", found.near),
            ("model/max_pooling2d_3/MaxPool", found.far),
            ("model/tf.math.maximum_18/Maximum", found.last),
        ):
            wanted = layers[name].reshape(rows.shape)
            np.testing.assert_allclose(rows.numpy(), wanted, atol=2e-4)  # float32 through 19 convolutions
            assert wanted.std() > 0.1

    def test_bands_have_equal_areas(self) -> None:
        hz = SOUND_HZ / 512
        # The narrowest triangles are two steps of the spectrum wide: their sums are rough.
        np.testing.assert_allclose(_mel_bank().sum(1) * hz, 1, atol=0.25)
        assert (_mel_bank() >= 0).all()

    def test_another_file_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "no.tflite").write_bytes(b"nothing of the kind")
        with pytest.raises(FormatError, match="hears speech"):
            PhoneticNet(tmp_path / "no.tflite")
        with pytest.raises(FormatError, match="hears speech"):
            PhoneticNet(asset_path("selfie_segmentation"))


class TestEar:
    @REACHES
    @settings(max_examples=8, deadline=None)
    @given(cuts=st.lists(st.integers(0, 16_000), max_size=6))
    def test_rows_do_not_depend_on_the_pieces(self, reach: Reach, cuts: list[int]) -> None:
        samples, ear = sound(1.0), Ear(reach)
        whole = np.concatenate([ear.push(samples), ear.flush()])
        pieces = [*(ear.push(piece) for piece in np.split(samples, sorted(cuts))), ear.flush()]
        assert whole.shape == (-(-len(samples) // STEP), reach.width)
        np.testing.assert_allclose(np.concatenate(pieces), whole, atol=1e-4)  # float32

    @REACHES
    def test_hears_no_further_than_it_says(self, reach: Reach) -> None:
        samples, row = sound(1.2), 12
        end = row * STEP + round(reach.seconds_after * SOUND_HZ)
        other = np.concatenate([samples[:end], sound(1.2, seed=5)[end:]])
        rows = [Ear(reach).push(one)[row] for one in (samples[:end], other)]
        np.testing.assert_allclose(rows[0], rows[1], atol=1e-4)
        nearer = samples[: end - STEP]
        assert len(Ear(reach).push(nearer)) == row

    def test_live_is_live(self) -> None:
        assert LIVE.seconds_after <= 0.09

    def test_silence_is_one(self) -> None:
        """Digital silence and the noise of a quiet room are the same to the network."""
        quiet = 1e-5 * np.random.default_rng(0).standard_normal(SOUND_HZ).astype(np.float32)
        rows = [Ear(LIVE).push(one) for one in (quiet, np.zeros_like(quiet))]
        np.testing.assert_array_equal(rows[0][:, :576], rows[1][:, :576])


class TestMouthSpace:
    def made(self, count: int = 300, modes: int = 0) -> tuple[np.ndarray, np.ndarray | None]:
        random = np.random.default_rng(0)
        expression = np.zeros((count, BUST.num_expressions), np.float32)
        few = random.uniform(0, 1, (count, 5))
        mixing = random.uniform(0, 0.15, (5, len(NAMES)))
        expression[:, [BUST.expression_names.index(name) for name in NAMES]] = few @ mixing
        return expression, random.normal(size=(count, modes)).astype(np.float32) if modes else None

    @pytest.mark.parametrize("modes", [0, 3])
    def test_there_and_back(self, modes: int) -> None:
        expression, own = self.made(modes=modes)
        space = mouth_space(BUST, BUST.template, expression, own, coordinates=5 + modes)
        clip = Clip(np.zeros(1), expression, own, np.ones(300, bool))
        weights = weights_of(space, clip, BUST)
        assert space.names == NAMES + tuple(f"{MODE}{number}" for number in range(modes))
        back = space.weights(space.said(weights), space.aperture(weights))
        np.testing.assert_allclose(back, weights, atol=1e-3)  # five directions are all there is

    def test_lips_open_as_the_rig_says(self) -> None:
        expression, _ = self.made()
        space = mouth_space(BUST, BUST.template, expression, None)
        posed = BUST.template + torch.einsum("te,evc->tvc", torch.from_numpy(expression[:9]), BUST.expression_basis)
        clip = Clip(np.zeros(1), expression, None, np.ones(300, bool))
        opened = space.aperture(weights_of(space, clip, BUST))[:9]
        # Brows turn the head's vertical by less than a thousandth.
        np.testing.assert_allclose(opened, lip_aperture(BUST, posed).numpy(), atol=2e-5)

    def test_lips_open_as_far_as_is_asked(self) -> None:
        expression, _ = self.made()
        space = mouth_space(BUST, BUST.template, expression, None)
        asked = space.aperture_m[0] + space.aperture_m[1] * np.linspace(-1, 1, 5)
        weights = space.weights(np.zeros((5, space.outputs)), asked)
        np.testing.assert_allclose(space.aperture(weights), asked, atol=2e-4)  # what was not filmed is cut off
        assert (weights >= space.low - 1e-6).all() and (weights <= space.high + 1e-6).all()


class TestWidening:
    def test_gives_back_the_spread(self) -> None:
        random = np.random.default_rng(0)
        true = random.gamma(2.0, size=4000)
        said = true.mean() + 0.5 * (true - true.mean()) + 0.1 * random.normal(size=4000)
        widened = Widening.of(said, true)(said)
        assert abs(widened.std() / true.std() - 1) < 0.05
        assert abs(np.quantile(widened, 0.1) - np.quantile(true, 0.1)) < 0.05
        assert (np.diff(Widening.of(said, true)(np.linspace(-5, 20, 99))) >= 0).all()

    def test_leaves_what_is_right(self) -> None:
        true = np.random.default_rng(0).normal(size=500)
        np.testing.assert_allclose(Widening.of(true, true)(true), true, atol=1e-9)


class TestTraining:
    @given(st.integers(40, 300), st.integers(2, 6))
    def test_blocks_are_apart(self, count: int, members: int) -> None:
        known = np.ones(count, bool)
        parts = blocks(known, members)
        assert sum(held for _, held in parts).tolist() == [1] * count
        for seen, held in parts:
            rows = np.flatnonzero(held)
            assert not seen[max(0, rows[0] - APART) : rows[-1] + APART + 1].any()

    def test_learns_what_follows_from_what_is_heard(self) -> None:
        random, shape = np.random.default_rng(0), NetShape(12, 2, channels=16, dilations=(1,))
        heard = random.normal(size=(1, 400 + shape.reach, 12)).astype(np.float32)
        here = heard[0, shape.before : shape.before + 400]
        before = heard[0, shape.before - 1 : shape.before + 399]
        wanted = np.stack([here[:, 0], before[:, 1]], 1)
        known = np.ones(400, bool)
        config = MouthTraining(members=2, steps=250, deaf=0.0, other_recordings=0.0, decay=0.01, rate=1e-2)
        (seen, held), *_ = blocks(known, 2)
        (net,) = train(Example(heard, wanted, known), shape, [seen], config, 0, lambda *_: None)
        said = said_of(net, heard[0])[held]
        for column in range(2):
            assert np.corrcoef(said[:, column], wanted[held][:, column])[0, 1] > 0.8

    def test_a_causal_network_hears_nothing_later(self) -> None:
        net = MouthNet(NetShape(4, 2, causal=True)).eval()
        heard = torch.randn(1, net.shape.reach + 10, 4)
        other = heard.clone()
        other[:, net.shape.before + 5 :] = 0
        first, second = net(heard)[0, :5], net(other)[0, :5]
        torch.testing.assert_close(first, second)
        assert net.shape.after == 0 and NetShape(4, 2).after == NetShape(4, 2).before

    def test_a_chorus_is_the_mean(self) -> None:
        for causal in (False, True):
            nets = [MouthNet(NetShape(6, 3, channels=8, causal=causal)).eval() for _ in range(3)]
            heard = torch.randn(nets[0].shape.reach + 7, 6)
            with torch.no_grad():
                mean = torch.stack([net(heard[None])[0] for net in nets]).mean(0)
            torch.testing.assert_close(Chorus(nets)(heard), mean, atol=1e-5, rtol=1e-4)

    def test_other_recordings_are_of_one_length(self) -> None:
        samples = sound(0.5)
        made = other_recordings(samples, 0)
        np.testing.assert_array_equal(made[0], samples)
        assert {one.shape for one in made} == {samples.shape} and all(one.dtype == np.float32 for one in made)
        assert min(np.abs(one - samples).max() for one in made[1:]) > 1e-3


@pytest.fixture(scope="module")
def mouths() -> dict[str, PersonalMouth]:
    """Mouths of a babbler whose jaw follows the loudness of what is said."""
    samples = sound(6.0)
    loud = np.sqrt(np.convolve(samples**2, np.ones(1600) / 1600, "same"))[:: SOUND_HZ // 25]
    expression = np.zeros((len(loud), BUST.num_expressions), np.float32)
    expression[:, BUST.expression_names.index("jawOpen")] = 0.4 * loud / loud.max()
    expression[:, BUST.expression_names.index("mouthFunnel")] = 0.2 * loud / loud.max()
    clip = Clip(samples, expression, None, np.ones(len(loud), bool))
    config = MouthTraining(members=2, steps=25)
    learned = learn(clip, BUST, BUST.template, config=config, progress=NULL_PROGRESS)
    assert learned["ahead"].correlation > 0.3
    return {kind: entry.mouth for kind, entry in learned.items()}


class TestPersonalMouth:
    @pytest.mark.parametrize("kind", ["ahead", "live"])
    def test_rows_do_not_depend_on_the_pieces(self, mouths: dict[str, PersonalMouth], kind: str) -> None:
        samples, nothing = sound(2.0, seed=3), np.zeros((0, MEL_BANDS))
        listening = mouths[kind].begin()
        whole = np.concatenate([listening.push(samples, nothing, nothing), listening.flush()])
        pieces = [listening.push(piece, nothing, nothing) for piece in np.array_split(samples, 23)]
        again = np.concatenate([*pieces, listening.flush()])
        assert whole.shape == (50, len(mouths[kind].names))
        np.testing.assert_allclose(again, whole, atol=1e-5)

    def test_live_looks_ahead_as_little_as_it_says(self, mouths: dict[str, PersonalMouth]) -> None:
        mouth, nothing = mouths["live"], np.zeros((0, MEL_BANDS))
        samples, row = sound(2.0, seed=3), 20
        end = row * STEP + round(mouth.seconds_after * SOUND_HZ)
        assert len(mouth.begin().push(samples[:end], nothing, nothing)) == row + 1
        assert mouth.seconds_after <= 0.09 < mouths["ahead"].seconds_after

    def test_a_file_keeps_it(self, mouths: dict[str, PersonalMouth]) -> None:
        mouth, rows = mouths["ahead"], Ear(AHEAD).push(sound(2.0))
        kept = PersonalMouth.of_tensors(mouth.to_tensors())
        assert kept.names == mouth.names and kept.kind == mouth.kind
        np.testing.assert_allclose(kept.weights(rows), mouth.weights(rows), atol=2e-3)  # networks in half precision
        with pytest.raises(FormatError, match="no entry 'mean'"):
            PersonalMouth.of_tensors({name: value for name, value in mouth.to_tensors().items() if name != "mean"})


class TestPauses:
    def free(self, speaking: np.ndarray, ahead: int = 0) -> np.ndarray:
        pauses = Pauses(ahead)
        return np.concatenate([pauses.push(speaking), pauses.flush()])

    def test_a_pause_that_is_seen_to_come_is_kept_at_once(self) -> None:
        speaking = np.repeat([0.0, 1.0, 0.0], [160, 40, 200]).astype(np.float32)
        free = self.free(speaking, ahead=GAP)
        assert len(free) == 100 and free[40:50].min() == 1
        # Free 100 ms before; the detector's word is a mean of three rows. Two rows bring the mouth to its rest.
        assert (free[:37] == 0).all() and (free[53:] == 0).all()

    def test_a_gap_between_words_is_no_pause(self) -> None:
        speaking = np.repeat([1.0, 0.0, 1.0, 0.0, 1.0], [40, 80, 40, 240, 40]).astype(np.float32)
        free = self.free(speaking, ahead=GAP)
        assert free[1:40].min() == 1 and free[44:96].max() == 0

    def test_without_a_look_ahead_patience_decides(self) -> None:
        speaking = np.repeat([1.0, 0.0, 1.0, 0.0], [40, 48, 40, 160]).astype(np.float32)
        free = self.free(speaking)
        end = 32 + PATIENCE // MELS_PER_MOTION
        assert free[1:32].min() == 1 and free[32 : end - 1].min() == 1 and (free[end + 3 :] == 0).all()

    @given(st.lists(st.integers(0, 120), max_size=5))
    def test_rows_do_not_depend_on_the_pieces(self, cuts: list[int]) -> None:
        speaking = np.random.default_rng(0).uniform(size=121).astype(np.float32)
        pauses = Pauses(3)
        pieces = [*(pauses.push(piece) for piece in np.split(speaking, sorted(cuts))), pauses.flush()]
        np.testing.assert_allclose(np.concatenate(pieces), self.free(speaking, 3))
