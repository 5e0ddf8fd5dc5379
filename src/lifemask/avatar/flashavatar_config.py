"""Settings of the FlashAvatar preset: the published ones."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class FlashAvatarRates:
    """Adam's rates, constant over the training."""

    colour: float = 2.5e-3
    """Of the part of the colour that is the same from everywhere."""
    colour_view: float = 1.25e-4
    """Of the part that depends on the direction of view."""
    opacity: float = 5e-2
    """Of the opacity before its sigmoid."""
    log_scale: float = 5e-3
    """Of the logarithm of the scales."""
    rotation: float = 1e-3
    """Of the quaternions."""
    network: float = 1e-4
    """Of the network of the offsets."""
    eps: float = 1e-15
    """Adam's smallest divisor."""


@dataclass(frozen=True)
class FlashAvatarConfig:
    """The method of Xiang et al. 2024, "FlashAvatar: High-fidelity Head Avatar with Efficient Gaussian Embedding"."""

    iterations: int = 150_000
    """Steps in all, one picture each."""
    uv_size: int = 128
    """Side of the map whose texels are the Gaussians, in texels."""
    network_width: int = 256
    """Width of the network of the offsets."""
    network_depth: int = 6
    """Its hidden layers."""
    octaves: int = 8
    """Frequencies with which it is told the place of a Gaussian: 1, 2, 4, ... radians per metre."""
    opacity_start: float = 0.1
    """Opacity of every Gaussian at the first step."""
    harmonics_degree: int = 3
    """Degree of the spherical harmonics of the colours at the end."""
    harmonics_every: int = 500
    """Steps after which the degree grows by one, from 0."""
    huber_delta: float = 0.1
    """Difference of colours at which the squared loss becomes a linear one."""
    mouth_weight: float = 40.0
    """Weight of the same loss of the mouth alone, as a mean over the whole picture."""
    perceptual_weight: float = 0.05
    """Weight of the LPIPS distance (VGG) of the head."""
    perceptual_from: int = 15_000
    """Steps before LPIPS is part of the loss."""
    rates: FlashAvatarRates = field(default_factory=FlashAvatarRates)
    checkpoint_seconds: float = 60.0
    """How often the state is saved from which training goes on after a kill."""
