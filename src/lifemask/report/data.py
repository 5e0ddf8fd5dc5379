"""What a report shows, as plain values: it can be written, and tested, without any engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Level = Literal["ok", "note", "warn", "fatal"]


@dataclass(frozen=True)
class Figure:
    """A headline number: ``value`` as it is read ("33.7 dB"), ``note`` says under which conditions."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Finding:
    """One result of the capture check: what was ``measured``, and what to do about it."""

    level: Level
    title: str
    measured: str = ""
    advice: str = ""


@dataclass(frozen=True)
class TrackingSeries:
    """How the head moved, for ``T`` frames.

    ``time_s [T]``; ``tracked [T]`` bool; ``reprojection_px [T]``; ``angles_deg [T, 3]`` yaw, pitch, roll;
    ``position_mm [T, 3]`` in the camera's axes; ``lip_aperture_mm [T]``; ``eyelid_aperture_mm [T, 2]`` left,
    right; ``interocular_px``: distance between the eyes, the measure of the errors; ``held_out_from_s``:
    where the test frames begin.
    """

    time_s: np.ndarray
    tracked: np.ndarray
    reprojection_px: np.ndarray
    angles_deg: np.ndarray
    position_mm: np.ndarray
    lip_aperture_mm: np.ndarray
    eyelid_aperture_mm: np.ndarray
    interocular_px: float
    held_out_from_s: float | None = None


@dataclass(frozen=True)
class TrainingCurve:
    """``seconds [N]``, ``loss [N]`` of the training; ``test_seconds [M]``, ``test_psnr_db [M]`` on held-out
    frames with their tracking as it came; either pair may be empty."""

    seconds: np.ndarray
    loss: np.ndarray
    test_seconds: np.ndarray
    test_psnr_db: np.ndarray


@dataclass(frozen=True)
class Quality:
    """Agreement with the real frames, averaged; ``None`` where it could not be measured."""

    psnr_db: float | None
    ssim: float | None
    lpips: float | None


@dataclass(frozen=True)
class RegionQuality:
    """A region of the image under both trackings: as it came, and refined with the avatar frozen."""

    region: str
    as_tracked: Quality
    refined: Quality


@dataclass(frozen=True)
class StageCost:
    """What one stage of the run took."""

    name: str
    seconds: float
    peak_memory_mb: float


@dataclass(frozen=True)
class Pair:
    """A real frame and its rendering, both uint8 ``[H, W, 3]``, with a label ("frame 790, 33.9 dB")."""

    label: str
    truth: np.ndarray
    render: np.ndarray


@dataclass(frozen=True)
class Sheet:
    """A contact sheet: pairs under one title."""

    title: str
    note: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class ReportData:
    """Everything on the page; a part that is empty or ``None`` is left out."""

    title: str
    subtitle: str = ""
    headline: tuple[Figure, ...] = ()
    findings: tuple[Finding, ...] = ()
    clip_facts: Mapping[str, str] = field(default_factory=dict)
    tracking: TrackingSeries | None = None
    training: TrainingCurve | None = None
    quality: tuple[RegionQuality, ...] = ()
    frame_psnr_db: Mapping[str, np.ndarray] = field(default_factory=dict)
    """PSNR of every held-out frame, by the name of the tracking used."""
    stages: tuple[StageCost, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    video: str | None = None
    """Name of the comparison video beside the page."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
