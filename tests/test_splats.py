"""The rasteriser: the CPU kernels against the dense reference, values and gradients, and what must never
happen."""

import inspect
import platform
from dataclasses import dataclass

import numba
import numpy as np
import pytest
import torch
from torch import Tensor

from lifemask.errors import ConfigError, DeviceError
from lifemask.geometry.rotation import rigid, rotation_from_axis_angle
from lifemask.splats import cpu_bin, cpu_raster, rasterize
from lifemask.splats.rasterize import _choose
from lifemask.threads import get_threads, set_threads

SIZE_WH = (43, 37)
"""Not a multiple of the tile, not square."""


@dataclass
class Scene:
    """Splats (means, quats, scales, opacities, colors), camera and background, all leaves of the graph."""

    splats: list[Tensor]
    camera_from_world: Tensor
    intrinsics: Tensor
    background: Tensor | None

    def leaves(self) -> list[Tensor]:
        return [*self.splats, self.camera_from_world, *([] if self.background is None else [self.background])]

    def to(self, dtype: torch.dtype) -> "Scene":
        def leaf(t):
            return t.detach().to(dtype).requires_grad_()

        background = None if self.background is None else leaf(self.background)
        return Scene(
            [leaf(t) for t in self.splats],
            leaf(self.camera_from_world),
            self.intrinsics.to(dtype),
            background,
        )

    def render(self, **options):
        return rasterize(
            *self.splats,
            camera_from_world=self.camera_from_world,
            intrinsics=self.intrinsics,
            size_wh=SIZE_WH,
            background=self.background,
            **options,
        )


def make_scene(seed: int, frames: int = 2, count: int = 150, channels: int = 3, background: str | None = None) -> Scene:
    """Small and large splats, near and far, some behind the camera and outside the image; crowded enough that
    pixels end early; the principal point well off the centre."""
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    def uniform(*shape):
        return torch.rand(*shape, generator=generator, dtype=torch.float64)

    means = torch.cat([normal(frames, count, 2) * 0.5, uniform(frames, count, 1) * 2.2 - 0.2], -1)
    width, height = SIZE_WH
    backgrounds = {None: None, "color": uniform(channels), "image": uniform(frames, height, width, channels)}
    return Scene(
        [
            means,
            normal(frames, count, 4),
            torch.exp(normal(frames, count, 3) * 0.8 - 3),
            uniform(frames, count) * 0.98 + 0.02,
            uniform(frames, count, channels),
        ],
        rigid(rotation_from_axis_angle(normal(frames, 3) * 0.2), normal(frames, 3) * 0.1),
        torch.tensor([[40.0, 0, 17.3], [0, 45, 24.9], [0, 0, 1]], dtype=torch.float64),
        backgrounds[background],
    ).to(torch.float64)


def gradients(scene: Scene, **options):
    """Outputs and the gradients of a random linear function of image, alpha and means2d."""
    output = scene.render(**options)
    output.means2d.retain_grad()
    generator = torch.Generator().manual_seed(7)
    loss = output.image.new_zeros(())
    for t in (output.image, output.alpha):
        loss = loss + (t * torch.randn(t.shape, generator=generator, dtype=torch.float64).to(t.dtype)).sum()
    leaves = [*scene.leaves(), output.means2d]
    return output, torch.autograd.grad(loss, leaves)


@pytest.fixture(autouse=True)
def one_thread():
    """The scenes are tiny: sharing them out costs more than it saves, all the more on a busy machine."""
    ours, theirs = get_threads(), torch.get_num_threads()
    set_threads(1)
    torch.set_num_threads(1)
    yield
    set_threads(ours)
    torch.set_num_threads(theirs)


def relative(value: Tensor, truth: Tensor) -> float:
    return float((value.detach().double() - truth.detach()).norm() / truth.detach().norm().clamp_min(1e-12))


CASES = [
    dict(seed=1, channels=3),
    dict(seed=2, channels=3, background="image"),
    dict(seed=3, channels=1, background="color"),
    dict(seed=4, channels=5, background="image"),
    dict(seed=5, channels=3, frames=1, background="color", count=400),
]


@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"seed{case['seed']}")
@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    # Rounding: 1e-16 grows with the number of splats summed in a pixel; in float32 a contribution that
    # crosses 1/255 or 1e-4 by rounding would show as 1e-3, none does in these scenes.
    [(torch.float64, 1e-12), (torch.float32, 2e-5)],
    ids=["float64", "float32"],
)
def test_cpu_agrees_with_reference(case, antialias, dtype, tolerance):
    scene = make_scene(**case)
    truth, truth_gradients = gradients(scene, backend="reference", antialias=antialias)
    value, value_gradients = gradients(scene.to(dtype), backend="cpu", antialias=antialias)
    assert relative(value.image, truth.image) < tolerance
    assert relative(value.alpha, truth.alpha) < tolerance
    drawn = truth.radii > 0
    assert 0.2 < drawn.double().mean() < 1, "the scene must have splats that draw and splats that do not"
    assert relative(value.means2d[drawn], truth.means2d[drawn]) < tolerance
    assert (value.radii - truth.radii).abs().max() <= (0 if dtype == torch.float64 else 1)
    for ours, theirs in zip(value_gradients, truth_gradients, strict=True):
        assert relative(ours, theirs) < tolerance


@pytest.mark.parametrize("antialias", [False, True])
def test_cpu_blurs_as_the_reference_does(antialias):
    scene = make_scene(**CASES[1])
    truth, truth_gradients = gradients(scene, backend="reference", antialias=antialias, blur=1.7)
    value, value_gradients = gradients(scene, backend="cpu", antialias=antialias, blur=1.7)
    assert relative(value.image, truth.image) < 1e-12 < relative(scene.render(backend="cpu").image, truth.image)
    for ours, theirs in zip(value_gradients, truth_gradients, strict=True):
        assert relative(ours, theirs) < 1e-12


def test_a_larger_picture_with_more_blur_shows_the_same():
    """Every pixel of a picture is a pixel of one three times as large: its centre stays one."""
    scene = make_scene(seed=2, channels=3)
    large = scene.intrinsics * torch.tensor([[3.0], [3.0], [1.0]], dtype=scene.intrinsics.dtype)
    width, height = SIZE_WH
    arguments = dict(camera_from_world=scene.camera_from_world, backend="cpu")
    small = rasterize(*scene.splats, intrinsics=scene.intrinsics, size_wh=(width, height), **arguments)
    again = rasterize(
        *scene.splats, intrinsics=large, size_wh=(3 * width, 3 * height), blur=9 * 0.3, **arguments
    )  # fmt: skip
    torch.testing.assert_close(again.image[:, 1::3, 1::3], small.image, atol=1e-9, rtol=1e-9)


@pytest.mark.parametrize("channels", [1, 3])
def test_cpu_gradients_by_finite_differences(channels):
    """The hand-written gradients against the kernels' own values, in float64, for every input."""
    scene = make_scene(seed=11, frames=2, count=6, channels=channels, background="color")

    def render(*leaves):
        *splats, camera, background = leaves
        output = Scene(list(splats), camera, scene.intrinsics, background).render(backend="cpu")
        return output.image[:, ::5, ::5], output.alpha[:, ::5, ::5]

    # Fast mode compares random projections; the tolerance leaves room for the step across the cut at 1/255.
    assert torch.autograd.gradcheck(render, scene.leaves(), eps=1e-7, atol=1e-5, rtol=1e-4, fast_mode=True)


@pytest.mark.parametrize("antialias", [False, True])
def test_reference_gradients_by_finite_differences(antialias):
    scene = make_scene(seed=12, frames=1, count=5, background="color")

    def render(*leaves):
        *splats, camera, background = leaves
        output = Scene(list(splats), camera, scene.intrinsics, background).render(
            backend="reference", antialias=antialias
        )
        return output.image[:, ::5, ::5], output.alpha[:, ::5, ::5]

    assert torch.autograd.gradcheck(render, scene.leaves(), eps=1e-7, atol=1e-5, rtol=1e-4, fast_mode=True)


def test_one_splat_is_the_formula():
    """A round splat on the optical axis: alpha = o exp(-r²/2σ²), σ² = (f s / z)² + 0.3, cut at 1/255."""
    quat, scale, depth, opacity, focal = [1.0, 0, 0, 0], 0.05, 2.0, 0.8, 100.0
    output = rasterize(
        torch.tensor([[[0.0, 0.0, depth]]]), torch.tensor([[quat]]), torch.full((1, 1, 3), scale),
        torch.tensor([[opacity]]), torch.tensor([[[1.0, 0.5, 0.25]]]),
        intrinsics=torch.tensor([[focal, 0, 20.0], [0, focal, 12.0], [0, 0, 1]]), size_wh=(40, 24),
    )  # fmt: skip
    y, x = torch.meshgrid(torch.arange(24) + 0.5 - 12, torch.arange(40) + 0.5 - 20, indexing="ij")
    expected = opacity * torch.exp(-(x * x + y * y) / (2 * ((focal * scale / depth) ** 2 + 0.3)))
    expected = torch.where(expected >= 1 / 255, expected, 0)
    torch.testing.assert_close(output.alpha[0, ..., 0], expected, atol=1e-6, rtol=1e-5)
    torch.testing.assert_close(output.image[0, ..., 1], expected * 0.5, atol=1e-6, rtol=1e-5)
    assert output.means2d.tolist() == [[[20.0, 12.0]]]


def test_frames_are_independent():
    """A batch renders exactly what its frames render alone."""
    scene = make_scene(seed=21, frames=3, background="image").to(torch.float32)
    output = scene.render()
    for b in range(3):
        alone = Scene(
            [t[b : b + 1].detach().requires_grad_() for t in scene.splats],
            scene.camera_from_world[b : b + 1].detach().requires_grad_(),
            scene.intrinsics,
            scene.background[b : b + 1].detach().requires_grad_(),
        ).render()
        assert torch.equal(alone.image[0], output.image[b])


def test_no_camera_is_the_identity():
    scene = make_scene(seed=22, frames=1).to(torch.float32)
    identity = Scene(scene.splats, torch.eye(4)[None], scene.intrinsics, None).render()
    without = rasterize(*scene.splats, intrinsics=scene.intrinsics[None], size_wh=SIZE_WH)
    assert torch.equal(without.image, identity.image)


def test_gradients_are_bitwise_the_same_for_runs_and_threads():
    scene = make_scene(seed=23, count=2000, background="color").to(torch.float32)
    runs = []
    for count in (1, 2, 3):
        set_threads(count)
        runs.append(gradients(scene, backend="cpu")[1])
    for other in runs[1:]:
        # The background's gradient is torch's own sum, whose order may depend on the threads.
        for name, a, b in zip(
            ["means", "quats", "scales", "opacities", "colors", "camera"], runs[0], other, strict=False
        ):
            assert torch.equal(a, b), name


def test_rounds_do_not_change_the_gradients(monkeypatch):
    """Bounded memory: the backward pass in many rounds of few records gives the same gradients to the bit."""
    scene = make_scene(seed=24).to(torch.float32)
    whole = gradients(scene)[1]
    monkeypatch.setattr(cpu_bin, "RECORD_LIMIT", 40)
    for a, b in zip(whole, gradients(scene)[1], strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize("backend", ["reference", "cpu"])
@pytest.mark.parametrize(
    "name",
    ["behind", "on the camera", "zero size", "huge", "needle", "no opacity", "zero quat", "far outside"],
)
def test_degenerate_splats_give_finite_images_and_gradients(name, backend):
    # The reference is written to be read: its determinants cancel for needles in float32.
    dtype = torch.float64 if backend == "reference" else torch.float32
    scene = make_scene(seed=31, frames=1, count=20, background="color").to(dtype)
    means, quats, scales, opacities, _ = scene.splats
    with torch.no_grad():
        if name == "behind":
            means[..., 2] = -means[..., 2].abs() - 0.2
        elif name == "on the camera":
            means.copy_(
                -scene.camera_from_world[:, None, :3, :3].transpose(-1, -2)[:, 0] @ scene.camera_from_world[0, :3, 3]
            )
        elif name == "zero size":
            scales.zero_()
        elif name == "huge":
            scales.fill_(1e4)
        elif name == "needle":
            scales.copy_(torch.tensor([10.0, 1e-6, 0.0], dtype=dtype))
        elif name == "no opacity":
            opacities.zero_()
        elif name == "zero quat":
            quats.zero_()
        else:
            means[..., 0] = 1e6
    output, grads = gradients(scene, backend=backend)
    assert output.image.isfinite().all() and output.alpha.isfinite().all()
    assert all(g.isfinite().all() for g in grads)
    assert output.radii.max() <= max(SIZE_WH)
    if name in ("behind", "on the camera", "no opacity", "far outside"):
        assert output.radii.max() == 0 and output.alpha.max() == 0
        torch.testing.assert_close(output.image[0, 3, 4], scene.background)


def test_not_a_number_draws_nothing():
    """One broken splat must not spoil the picture or the gradients of the others."""
    scene = make_scene(seed=32, frames=1, count=20).to(torch.float32)
    with torch.no_grad():
        scene.splats[0][0, 3] = torch.nan
        scene.splats[2][0, 4] = torch.inf
        scene.splats[3][0, 5] = torch.nan
        scene.splats[1][0, 6] = torch.nan
    output, grads = gradients(scene, backend="cpu")
    assert output.image.isfinite().all()
    assert (output.radii[0, 3:7] == 0).all()
    assert all(g.isfinite().all() for g in grads)


def test_nothing_to_draw():
    empty = [torch.zeros(2, 0, k, requires_grad=True) for k in (3, 4, 3)] + [
        torch.zeros(2, 0),
        torch.zeros(2, 0, 3),
    ]
    background = torch.rand(3)
    output = rasterize(*empty, intrinsics=torch.eye(3), size_wh=SIZE_WH, background=background)
    assert torch.equal(output.image, background.expand(2, SIZE_WH[1], SIZE_WH[0], 3))
    assert output.means2d.shape == (2, 0, 2) and output.radii.shape == (2, 0)
    output.image.sum().backward()


@pytest.mark.parametrize("name", ["add_splat_rgb", "splat_gradient_rgb", "add_splat", "splat_gradient"])
def test_row_loops_are_vector_code(name):
    """Guards the speed: without packed multiply-adds in the assembly the kernels are several times slower."""
    features = numba.core.codegen.get_host_cpu_features()  # type: ignore[attr-defined]
    if platform.machine().lower() not in ("x86_64", "amd64") or "+fma" not in features:
        pytest.skip("looks for the packed multiply-adds of x86 with FMA")
    kernel = getattr(cpu_raster, name)
    contiguous = slice(None, None, 1)
    vector, matrix = numba.float32[contiguous], numba.float32[:, contiguous]
    kinds = dict(first=numba.int32, end=numba.int32, j=numba.uint64, packed=matrix)
    kinds |= dict.fromkeys(["tile", "grad_color"], vector)
    arguments = [kinds.get(a, numba.float32) for a in inspect.signature(kernel.py_func).parameters]
    # Compiled afresh: code that comes from the cache cannot be inspected.
    options = {k: v for k, v in kernel.targetoptions.items() if k != "nopython"}
    fresh = numba.njit(tuple(arguments), **options)(kernel.py_func)
    (assembly,) = fresh.inspect_asm().values()
    packed = sum("vfmadd" in line and "ps\t" in line for line in assembly.splitlines())
    assert packed >= 10, f"{name}: {packed} packed multiply-adds, the loop is no longer vector code"


def test_errors_name_what_was_expected():
    scene = make_scene(seed=34).to(torch.float32)
    means, quats, scales, opacities, colors = scene.splats
    options = dict(intrinsics=scene.intrinsics, size_wh=SIZE_WH)
    with pytest.raises(ConfigError, match=r"Expected quats of shape \[2, 150, 4\], got \[2, 150, 3\]"):
        rasterize(means, scales, scales, opacities, colors, **options)
    with pytest.raises(ConfigError, match=r"tensor\[None\]"):
        rasterize(means[0], quats[0], scales[0], opacities[0], colors[0], **options)
    with pytest.raises(ConfigError, match=r"colors is torch\.float64 on cpu; means are"):
        rasterize(means, quats, scales, opacities, colors.double(), **options)
    with pytest.raises(ConfigError, match=r"Expected background of shape \[3\] or \[2, 37, 43, 3\]"):
        rasterize(means, quats, scales, opacities, colors, background=torch.zeros(4), **options)
    with pytest.raises(ConfigError, match="intrinsics require a gradient"):
        rasterize(*scene.splats, intrinsics=scene.intrinsics.clone().requires_grad_(), size_wh=SIZE_WH)
    with pytest.raises(ConfigError, match="Unknown rasteriser backend 'gpu'"):
        rasterize(*scene.splats, **options, backend="gpu")  # type: ignore[arg-type]
    with pytest.raises(DeviceError, match="cannot take tensors on cpu"):
        rasterize(*scene.splats, **options, backend="cuda")
    assert _choose("auto", means) == "cpu"


def test_cuda_without_a_gpu_says_what_to_do(monkeypatch):
    from lifemask.splats.cuda import render_cuda

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    scene = make_scene(seed=35).to(torch.float32)
    with pytest.raises(DeviceError, match="--device cpu"):
        render_cuda(*scene.splats, scene.camera_from_world, scene.intrinsics.expand(2, 3, 3), SIZE_WH, 0.3, False)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(DeviceError, match=r"pip install 'lifemask\[cuda\]'"):
        render_cuda(*scene.splats, scene.camera_from_world, scene.intrinsics.expand(2, 3, 3), SIZE_WH, 0.3, False)


def test_gsplat_is_asked_and_answered_in_our_terms(monkeypatch):
    """The adapter against a stand-in with gsplat's shapes: batch dims, one camera each, nothing packed."""
    from lifemask.splats import cuda

    def rasterization(means, quats, scales, opacities, colors, viewmats, Ks, width, height, **options):
        assert viewmats.shape == (2, 1, 4, 4) and Ks.shape == (2, 1, 3, 3)
        assert means.shape[1] % 32 == 0, "a learning camera needs whole warps of splats"
        assert options == dict(near_plane=0.01, eps2d=0.3, packed=False, rasterize_mode="antialiased")
        means2d = means[:, None, :, :2] * 2
        image = means2d.sum((2, 3))[..., None, None, None].expand(2, 1, height, width, colors.shape[2])
        radii = torch.full((*means2d.shape[:3], 2), 999, dtype=torch.int32)
        return image, image[..., :1], {"means2d": means2d, "radii": radii}

    monkeypatch.setattr(cuda, "_gsplat", lambda: rasterization)
    scene = make_scene(seed=36).to(torch.float32)
    image, alpha, means2d, radii = cuda.render_cuda(
        *scene.splats, scene.camera_from_world, scene.intrinsics.expand(2, 3, 3), SIZE_WH, 0.3, True
    )
    assert image.shape == (2, 37, 43, 3) and alpha.shape == (2, 37, 43, 1)
    assert means2d.shape == (2, 150, 2) and radii.shape == (2, 150) and radii.max() == 43
    means2d.retain_grad()
    image[:, 0, 0, 0].sum().backward()
    assert means2d.grad is not None and torch.equal(means2d.grad, torch.ones(2, 150, 2))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")
@pytest.mark.parametrize("antialias", [False, True])
def test_cuda_agrees_with_reference(antialias):
    scene = make_scene(seed=41, background="image")
    truth, truth_gradients = gradients(scene, backend="reference", antialias=antialias)
    on_gpu = scene.to(torch.float32)
    on_gpu = Scene(
        [t.detach().cuda().requires_grad_() for t in on_gpu.splats],
        on_gpu.camera_from_world.detach().cuda().requires_grad_(),
        on_gpu.intrinsics.cuda(),
        on_gpu.background.detach().cuda().requires_grad_(),
    )
    output = on_gpu.render(backend="cuda", antialias=antialias)
    assert relative(output.image.cpu(), truth.image) < 1e-4
    generator = torch.Generator().manual_seed(7)
    weights = [torch.randn(t.shape, generator=generator, dtype=torch.float64) for t in (truth.image, truth.alpha)]
    loss = sum((t * w.to(t)).sum() for t, w in zip((output.image, output.alpha), weights, strict=True))
    for ours, theirs in zip(torch.autograd.grad(loss, on_gpu.leaves()), truth_gradients, strict=False):
        assert relative(ours.cpu(), theirs) < 1e-3


def test_radix_sort_is_a_stable_sort():
    keys = np.random.default_rng(0).integers(0, 50, 1000).astype(np.float32) + 0.01
    values = np.arange(1000, dtype=np.int32)
    cpu_bin._radix_sort(keys.copy().view(np.uint32), values)
    assert np.array_equal(values, np.argsort(keys, kind="stable"))
