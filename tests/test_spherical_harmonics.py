"""Spherical harmonics against SciPy's complex ones, and by their orthonormality."""

import numpy as np
import pytest
import torch
from scipy.special import sph_harm_y

from lifemask.geometry.spherical_harmonics import MAX_DEGREE, Y00, spherical_harmonics


def test_they_are_the_real_forms_of_the_complex_ones() -> None:
    generator = torch.Generator().manual_seed(0)
    direction = torch.nn.functional.normalize(torch.randn(50, 3, dtype=torch.float64, generator=generator), dim=-1)
    x, y, z = direction.numpy().T
    polar, azimuth = np.arccos(z), np.arctan2(y, x)
    expected = []
    for degree in range(MAX_DEGREE + 1):
        for order in range(-degree, degree + 1):
            value = sph_harm_y(degree, abs(order), polar, azimuth)
            expected.append(value.real if order == 0 else np.sqrt(2) * (value.imag if order < 0 else value.real))
    found = spherical_harmonics(direction, MAX_DEGREE).numpy()
    np.testing.assert_allclose(found, np.stack(expected, -1), atol=1e-12)


def test_they_are_orthonormal_over_the_sphere() -> None:
    # Gauss-Legendre over the height times an even grid of angles is exact for products of degree 6.
    height, weight = np.polynomial.legendre.leggauss(8)
    angle = 2 * np.pi * np.arange(16) / 16
    z, azimuth = (grid.ravel() for grid in np.meshgrid(height, angle, indexing="ij"))
    area = np.repeat(weight, 16) * 2 * np.pi / 16
    ring = np.sqrt(1 - z**2)
    direction = torch.tensor(np.stack([ring * np.cos(azimuth), ring * np.sin(azimuth), z], -1))
    values = spherical_harmonics(direction, MAX_DEGREE).numpy()
    np.testing.assert_allclose((values * area[:, None]).T @ values, np.eye(16), atol=1e-12)


def test_lower_degrees_are_the_first_columns() -> None:
    direction = torch.nn.functional.normalize(torch.tensor([[0.3, -0.5, 0.8]]), dim=-1)
    whole = spherical_harmonics(direction, 3)
    for degree in range(4):
        part = spherical_harmonics(direction, degree)
        assert part.shape == (1, (degree + 1) ** 2)
        assert torch.equal(part, whole[:, : part.shape[1]])
    assert spherical_harmonics(direction, 0).item() == pytest.approx(Y00)


def test_no_degree_beyond_the_third() -> None:
    with pytest.raises(ValueError, match="degree 4"):
        spherical_harmonics(torch.zeros(1, 3), 4)
