"""Where the camera looks: the background of one picture aligned to that of a reference picture by a similarity.

Lucas and Kanade 1981, coarse to fine, with a gain for automatic exposure, a smooth (quadratic) change of light, and
the robust weights of Geman and McClure. Where no picture near in time gives a start, it is searched for on the
coarsest level.
"""

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

SMOOTHING_PX = 1.0
_COARSEST_SIDE = 32
_BLOCKS_SIDE = 256
"""Parts of the background are compared on this level, where a step of Lucas and Kanade reaches 1 % of the frame."""
_GRID = (6, 8)
_STEPS = 12
_CONVERGED_PX = 0.005
_MARGIN_PX = 1
_OUTLIER_FACTOR = 3.0
NOISE_FLOOR = 1.0
"""Grey levels (0..255) below which no difference is an outlier."""
_QUANTISATION = 0.1
"""Grey levels that rounding to whole ones leaves after smoothing: no picture has less noise."""
_TEXTURE_OVER_NOISE = 4.0
"""Squared gradients of the background must exceed those of the noise by this factor."""
_CORRELATION = 2 * np.pi**0.5 * SMOOTHING_PX
"""Smoothing makes the noise of neighbours alike: that many fewer pixels are independent."""
_LEAST_OVERLAP = 0.02
"""Share of the picture in which both pictures must show background."""
_MOST_PIXELS = 25_000
"""Of a level that are looked at; smoothing makes neighbours alike, so that more tell little more."""
_LEAST_PIXELS = 40
"""Several times the unknowns of a fit."""
_LEAST_CORRELATION = 0.5
"""Below this the two backgrounds are not the same place."""
_PLAIN_DIFFERENCE = 2.0
"""Grey levels: backgrounds that differ by no more, but have no texture in common, have none."""
_SEARCHED = 0.4
"""Shifts up to this part of the picture are searched for."""
_LEAST_SHARED = 0.4
"""Share of the background that a shift must leave in sight to be considered."""


@dataclass(frozen=True)
class Alignment:
    """``parameters [4]`` (a, b, x, y): a point at ``r`` from the middle of the reference lies in the picture at
    ``[[1 + a, -b], [b, 1 + a]] r + (x, y)`` from its middle; lengths in pixels of the pictures given.

    ``covariance [4, 4]`` of the parameters; ``correlation`` of the two backgrounds; ``gain``: contrast over that of the
    reference; ``parts_px [B, 2]`` how far parts
    of the background are from where the similarity puts them, ``still_px [B, 2]`` from where they were in the reference
    (NaN where they are hidden or plain). ``failure`` is
    empty, or says why there is no alignment: "lost" (not the same place) or "plain" (too little texture).
    """

    parameters: np.ndarray
    covariance: np.ndarray
    correlation: float
    parts_px: np.ndarray
    still_px: np.ndarray
    gain: float = 1.0
    failure: str = ""


class BackgroundAligner:
    """Holds the reference, ``grey [H, W]`` float32 with ``mask [H, W]`` True on its background."""

    def __init__(self, grey: np.ndarray, mask: np.ndarray) -> None:
        self._levels = [_Level(*level) for level in _pyramid(grey, mask)]
        self._compared = sum(max(level.grey.shape) <= _BLOCKS_SIDE for level in self._levels) - 1

    def align(self, grey: np.ndarray, mask: np.ndarray, start: np.ndarray | None) -> Alignment:
        """Align a picture of the same size; ``start [4]``: parameters of a picture near it in time."""
        pictures = [_Picture(*level) for level in _pyramid(grey, mask)]
        near = _FAILED if start is None else self._refined(pictures, start)
        return near if near.failure != "lost" else self._refined(pictures, self._levels[0].searched(pictures[0]))

    def _refined(self, pictures: list["_Picture"], parameters: np.ndarray) -> Alignment:
        """The finest level with enough texture has the last word: noise hides weak texture on fine levels first."""
        best, noise = None, np.inf
        for level, picture in zip(self._levels, pictures, strict=True):
            fit = level.fit(picture, parameters)
            if fit is None:
                continue
            noise = fit.noise
            if fit.correlation >= _LEAST_CORRELATION and np.isfinite(fit.covariance).all():
                best, parameters = fit, fit.parameters
        if best is None:
            # Plain walls look alike wherever they are; other places do not.
            return replace(_FAILED, failure="plain" if noise < _PLAIN_DIFFERENCE else "lost")
        parts = self._levels[self._compared].parts(pictures[self._compared], parameters, best.gain)
        still = self._levels[self._compared].parts(pictures[self._compared], np.zeros(4), best.gain)
        return Alignment(parameters, best.covariance, best.correlation, parts, still, best.gain)


_UNKNOWN = np.full((4, 4), np.inf)
_NOWHERE = np.full((_GRID[0] * _GRID[1], 2), np.nan)
_FAILED = Alignment(np.zeros(4), _UNKNOWN, 0.0, _NOWHERE, _NOWHERE, failure="lost")


@dataclass(frozen=True)
class _Fit:
    parameters: np.ndarray
    covariance: np.ndarray
    correlation: float
    noise: float
    gain: float


class _Picture:
    """One size of a picture, smoothed; ``unit``: pixels of the finest picture in one of its own, ``middle``: of the
    finest picture, in its pixels."""

    def __init__(self, grey: np.ndarray, mask: np.ndarray, unit: float, middle: np.ndarray) -> None:
        self.grey: np.ndarray = np.asarray(ndimage.gaussian_filter(grey, SMOOTHING_PX))
        self.mask, self.unit = mask.copy(), unit
        self.mask[:_MARGIN_PX] = self.mask[-_MARGIN_PX:] = False
        self.mask[:, :_MARGIN_PX] = self.mask[:, -_MARGIN_PX:] = False
        self.middle: np.ndarray = middle / unit

    def without_light(self) -> np.ndarray:
        """The picture less the smooth light on its background."""
        down, across = (np.linspace(-1, 1, side) for side in self.grey.shape)
        basis = np.stack([one[self.mask] for one in _light(*np.meshgrid(across, down))], 1)
        out = np.zeros(self.grey.shape)
        if len(basis):
            out[self.mask] = _without(basis, self.grey[self.mask].astype(np.float64))
        return out

    def sample(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Brightness at ``points [N, 2]`` (x, y from the middle) and whether it is background there."""
        at = (points + self.middle - 0.5)[:, ::-1].T
        nearest = np.rint(at).astype(int)
        inside = (nearest >= 0).all(0) & (nearest < np.array(self.mask.shape)[:, None]).all(0)
        seen = np.zeros(len(points), bool)
        seen[inside] = self.mask[nearest[0, inside], nearest[1, inside]]
        return ndimage.map_coordinates(self.grey, at, order=1, mode="nearest"), seen


class _Level(_Picture):
    """One size of the reference, with the gradients of its background."""

    def __init__(self, grey: np.ndarray, mask: np.ndarray, unit: float, middle: np.ndarray) -> None:
        super().__init__(grey, mask, unit, middle)
        rows, columns = np.nonzero(self.mask)
        if len(rows) > _MOST_PIXELS:
            chosen = np.random.default_rng(0).permutation(len(rows))[:_MOST_PIXELS]
            rows, columns = rows[chosen], columns[chosen]
        self.cell = (rows * _GRID[0] // grey.shape[0]) * _GRID[1] + columns * _GRID[1] // grey.shape[1]
        self.points = np.stack([columns, rows], 1) + 0.5 - self.middle
        gradient_y, gradient_x = np.gradient(self.grey)
        x, y = self.points.T
        gx, gy = gradient_x[rows, columns], gradient_y[rows, columns]
        self.gradient = np.stack([gx, gy], 1)
        self.values = self.grey[rows, columns]
        light = _light(x / self.middle[0], y / self.middle[1])
        self.columns = np.stack([gx * x + gy * y, gy * x - gx * y, gx, gy, self.values, *light], 1).astype(np.float64)

    def moved(self, parameters: np.ndarray) -> np.ndarray:
        """Where the background's points lie in a picture, ``[N, 2]`` from its middle."""
        a, b, x, y = parameters
        return self.points @ np.array([[1 + a, b], [-b, 1 + a]]) + np.array([x, y]) / self.unit

    def fit(self, picture: _Picture, parameters: np.ndarray) -> _Fit | None:
        """Gauss-Newton with weights from the last residuals; ``None`` where too little background is shared."""
        used = [2, 3, *range(4, 11)] if max(self.grey.shape) < 2 * _COARSEST_SIDE else list(range(11))
        part = np.ix_(used, used)
        normal, weights, solution, gain = np.eye(11), np.zeros(0), np.eye(11)[4], 1.0
        warped, columns = weights, self.columns
        for _ in range(_STEPS):
            warped, seen = picture.sample(self.moved(parameters))
            if seen.sum() < max(_LEAST_OVERLAP * self.grey.size, _LEAST_PIXELS):
                return None
            warped, columns = warped[seen], self.columns[seen]
            # The shift was just applied, so only the light of the last solution predicts this look.
            residual = warped - columns[:, 4:] @ solution[4:]
            residual = residual - np.median(residual)
            spread = max(NOISE_FLOOR, 1.4826 * float(np.median(np.abs(residual))))
            weights = 1 / (1 + (residual / (_OUTLIER_FACTOR * spread)) ** 2) ** 2
            weighted = columns * weights[:, None]
            normal = weighted.T @ columns + 1e-3 * np.eye(11)
            solution = np.zeros(11)
            solution[used] = np.linalg.solve(normal[part], weighted[:, used].T @ warped)
            gain = solution[4]
            if gain <= 0:
                return None
            # warped(r) = gain * reference + gain * gradient . (where it was sampled - where it is)
            step = solution[:4] / gain * np.array([1, 1, self.unit, self.unit])
            parameters = parameters - step
            if np.abs(step / self.unit * np.array([*self.middle, 1, 1])).max() < _CONVERGED_PX:
                break
        noise = float(np.sqrt((weights * (warped - columns @ solution) ** 2).sum() / weights.sum()))
        alike = _correlation(warped, columns[:, 4], columns[:, 5:], weights)
        return _Fit(parameters, self._covariance(normal, noise, weights), alike, noise, float(gain))

    def _covariance(self, normal: np.ndarray, noise: float, weights: np.ndarray) -> np.ndarray:
        """Of the parameters; infinite where the texture does not rise above the noise in every direction."""
        of_light = normal[2:4, 5:] @ np.linalg.solve(normal[5:, 5:], normal[5:, 2:4])
        texture = np.linalg.eigvalsh(normal[2:4, 2:4] - of_light)[0]
        # Both pictures have the noise, and smoothing by s leaves it a gradient of 1 / (s sqrt 2) of its size.
        if texture < _TEXTURE_OVER_NOISE * weights.sum() * (noise**2 / 2) / (2 * SMOOTHING_PX**2):
            return _UNKNOWN
        units = np.array([1, 1, self.unit, self.unit])
        found = np.linalg.inv(normal)[:4, :4] * (_CORRELATION * max(noise, _QUANTISATION)) ** 2
        return found * units[:, None] * units

    def parts(self, picture: _Picture, parameters: np.ndarray, gain: float) -> np.ndarray:
        """What each cell of a grid is away from where the parameters put it, ``[B, 2]`` in pixels of the finest
        picture, by one more step of its own; NaN where a cell is hidden or plain."""
        warped, seen = picture.sample(self.moved(parameters))
        out = np.full((_GRID[0] * _GRID[1], 2), np.nan)
        least = self.grey.size / len(out) / 4
        for index in range(len(out)):
            chosen = seen & (self.cell == index)
            if chosen.sum() < least:
                continue
            columns = np.column_stack([self.gradient[chosen], np.ones(chosen.sum())]).astype(np.float64)
            normal = columns.T @ columns
            residual = warped[chosen] / gain - self.values[chosen]
            texture = np.linalg.eigvalsh(normal[:2, :2])[0]
            if texture > _TEXTURE_OVER_NOISE * chosen.sum() * NOISE_FLOOR**2 / (4 * SMOOTHING_PX**2):
                out[index] = -np.linalg.solve(normal, columns.T @ residual)[:2] * self.unit
        return out

    def searched(self, picture: _Picture) -> np.ndarray:
        """Parameters of the whole shift of this level at which the backgrounds are most alike."""
        one, other = self.without_light(), picture.without_light()
        height, width = one.shape
        reach = [round(_SEARCHED * side) for side in one.shape]
        best, parameters = -np.inf, np.zeros(4)
        least = max(_LEAST_SHARED * min(self.mask.sum(), picture.mask.sum()), _LEAST_PIXELS)
        for down in range(-reach[0], reach[0] + 1):
            here, there = _overlap(down, height)
            for across in range(-reach[1], reach[1] + 1):
                left, right = _overlap(across, width)
                both = self.mask[here, left] & picture.mask[there, right]
                if both.sum() <= least:
                    continue
                first, second = one[here, left][both], other[there, right][both]
                first, second = first - first.mean(), second - second.mean()
                alike = float(first @ second / max(np.sqrt((first @ first) * (second @ second)), 1e-9))
                if alike > best:
                    best, parameters = alike, np.array([0.0, 0.0, across * self.unit, down * self.unit])
        return parameters


def _overlap(shift: int, length: int) -> tuple[slice, slice]:
    """The parts of two rows that show the same when the second is shifted."""
    return slice(max(0, -shift), length - max(0, shift)), slice(max(0, shift), length + min(0, shift))


def _light(x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
    """How smooth light changes over a picture: ``x``, ``y`` from -1 to 1."""
    return [np.ones_like(x), x, y, x * x, x * y, y * y]


def _correlation(first: np.ndarray, second: np.ndarray, light: np.ndarray, weights: np.ndarray) -> float:
    """Of two pictures ``[N]`` without what smooth light ``[N, L]`` explains of each."""
    root = np.sqrt(weights)[:, None]
    both = root * np.stack([first, second], 1)
    basis = root * light
    one, other = _without(basis, both).T
    return float(one @ other / max(np.sqrt((one @ one) * (other @ other)), 1e-9))


def _without(basis: np.ndarray, values: np.ndarray) -> np.ndarray:
    """``values [N, ...]`` without their projection on ``basis [N, L]``; the ridge is far below a grey level."""
    normal = basis.T @ basis
    normal[np.diag_indices_from(normal)] += 1e-9 * np.trace(normal)
    return values - basis @ np.linalg.solve(normal, basis.T @ values)


def _pyramid(grey: np.ndarray, mask: np.ndarray) -> list[tuple[np.ndarray, np.ndarray, float, np.ndarray]]:
    """Coarsest first: the picture halved until its longer side is about 32 pixels; a pixel is background where all
    that it stands for is."""
    middle = np.array(grey.shape[::-1]) / 2
    levels = [(np.asarray(grey, np.float32), mask, 1.0, middle)]
    while max(levels[-1][0].shape) >= 2 * _COARSEST_SIDE:
        fine, seen, unit, _ = levels[-1]
        height, width = (side // 2 for side in fine.shape)
        quarters = lambda array: array[: 2 * height, : 2 * width].reshape(height, 2, width, 2)  # noqa: B023, E731
        levels.append((quarters(fine).mean((1, 3)), quarters(seen).all((1, 3)), 2 * unit, middle))
    return levels[::-1]
