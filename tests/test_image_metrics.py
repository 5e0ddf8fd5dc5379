"""PSNR against its definition; LPIPS by what must hold of any perceptual distance."""

import pytest
import torch

from lifemask.assets import verify
from lifemask.errors import AssetError, ConfigError
from lifemask.metrics.image import MAX_PSNR_DB, psnr
from lifemask.metrics.lpips import ASSET, VGG_ASSET, Lpips

needs_weights = pytest.mark.skipif(not verify(ASSET), reason="lifemask assets fetch lpips_alex")
needs_vgg = pytest.mark.skipif(not verify(VGG_ASSET), reason="lifemask assets fetch lpips_vgg")


def picture(seed: int = 0, side: int = 96) -> torch.Tensor:
    """Smooth random colours ``[1, side, side, 3]`` with some structure at every size."""
    generator = torch.Generator().manual_seed(seed)
    total = torch.zeros(1, 3, side, side)
    for cells in (3, 6, 12, 24):
        noise = torch.rand(1, 3, cells, cells, generator=generator)
        total += torch.nn.functional.interpolate(noise, size=(side, side), mode="bilinear") / 4
    return total.movedim(1, -1)


def noisy(image: torch.Tensor, sigma: float) -> torch.Tensor:
    return (image + sigma * torch.randn(image.shape, generator=torch.Generator().manual_seed(1))).clamp(0, 1)


def test_psnr_is_its_definition():
    a = torch.zeros(2, 8, 8, 3)
    b = torch.stack([torch.full((8, 8, 3), 0.1), torch.full((8, 8, 3), 0.01)])
    assert torch.allclose(psnr(a, b), torch.tensor([20.0, 40.0]), atol=1e-4)
    assert psnr(a, a).tolist() == [MAX_PSNR_DB] * 2


def test_psnr_of_a_mask_sees_only_the_mask():
    a, b = torch.zeros(8, 8, 3), torch.zeros(8, 8, 3)
    b[:4] = 0.1
    mask = torch.zeros(8, 8, dtype=torch.bool)
    mask[:4] = True
    assert abs(psnr(a, b, mask).item() - 20) < 1e-4
    assert psnr(a, b, ~mask).item() == MAX_PSNR_DB
    assert psnr(a, b, torch.zeros_like(mask)).isnan()


def test_psnr_refuses_other_shapes():
    with pytest.raises(ConfigError, match="one shape"):
        psnr(torch.zeros(8, 8, 3), torch.zeros(8, 4, 3))


def test_lpips_says_how_to_get_its_weights(tmp_path, monkeypatch):
    monkeypatch.setenv("LIFEMASK_HOME", str(tmp_path))
    with pytest.raises(AssetError, match="lifemask assets fetch lpips_alex"):
        Lpips()


@needs_weights
def test_lpips_is_zero_symmetric_and_grows_with_the_damage():
    lpips, image = Lpips(), picture()
    assert lpips(image, image).abs().max() < 1e-6
    damaged = [noisy(image, sigma) for sigma in (0.01, 0.03, 0.1, 0.3)]
    distances = [lpips(image, other).item() for other in damaged]
    assert distances == sorted(distances) and distances[0] > 0
    assert torch.allclose(lpips(image, damaged[1]), lpips(damaged[1], image), atol=1e-6)


@needs_weights
def test_lpips_forgives_a_shift_that_psnr_does_not():
    """What it is for: one pixel aside looks the same; noise of the same squared error does not."""
    lpips, image = Lpips(), picture()
    shifted = image.roll(1, 2)
    other = noisy(image, (image - shifted).square().mean().sqrt().item())
    assert abs(psnr(image, shifted) - psnr(image, other)) < 1
    assert lpips(image, shifted) < 0.5 * lpips(image, other)


@needs_weights
def test_lpips_of_a_batch_is_that_of_each_and_has_a_gradient():
    lpips = Lpips()
    a, b = torch.cat([picture(0), picture(1)]), torch.cat([picture(2), picture(3)])
    each = torch.cat([lpips(a[:1], b[:1]), lpips(a[1:], b[1:])])
    assert torch.allclose(lpips(a, b), each, atol=1e-5)
    flat = torch.full((1, 64, 64, 3), 0.5, requires_grad=True)
    lpips(flat, torch.zeros(1, 64, 64, 3)).sum().backward()
    assert flat.grad is not None and flat.grad.isfinite().all() and flat.grad.abs().sum() > 0


@needs_weights
def test_lpips_refuses_pictures_it_cannot_see():
    with pytest.raises(ConfigError, match="at least 32 pixels"):
        Lpips()(torch.zeros(1, 16, 16, 3), torch.zeros(1, 16, 16, 3))


@needs_vgg
def test_lpips_of_vgg_grows_with_the_damage_and_has_a_gradient():
    lpips, image = Lpips(asset=VGG_ASSET), picture()
    assert lpips(image, image).abs().max() < 1e-6
    damaged = [noisy(image, sigma) for sigma in (0.01, 0.03, 0.1, 0.3)]
    distances = [lpips(image, other).item() for other in damaged]
    assert distances == sorted(distances) and distances[0] > 0
    assert torch.allclose(lpips(image, damaged[1]), lpips(damaged[1], image), atol=1e-6)
    black = torch.zeros(1, 32, 32, 3, requires_grad=True)  # what a mask leaves
    lpips(black, image[:, :32, :32]).sum().backward()
    assert black.grad is not None and black.grad.isfinite().all() and black.grad.abs().sum() > 0


@needs_vgg
@needs_weights
def test_both_networks_agree_on_what_is_worse():
    image = picture()
    shifted, blurred = image.roll(1, 2), (image + image.roll(8, 1) + image.roll(8, 2)) / 3
    for asset in (ASSET, VGG_ASSET):
        lpips = Lpips(asset=asset)
        assert lpips(image, shifted) < lpips(image, blurred)
