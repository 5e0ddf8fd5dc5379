"""What the capture check found, as plain values that go into capture.json and back."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from lifemask.errors import FormatError, LifemaskError, NoFaceError, UnusableClipError
from lifemask.perception.camera_motion import CameraMotion

Severity = Literal["ok", "note", "warn", "fatal"]
Range = tuple[float, float]


@dataclass(frozen=True)
class Finding:
    """One verdict: `what` in a few words, what was `measured`, and the `advice` (empty when all is well)."""

    severity: Severity
    what: str
    measured: str
    advice: str = ""


@dataclass(frozen=True)
class FaceFigures:
    """How well the face is seen. Fractions are of all frames; pixels are of the displayed frame."""

    found: float
    longest_gap_s: float
    width_px: float
    centre: tuple[float, float]
    """Median centre as a fraction of width and height."""
    cut_off: float
    """Fraction of frames in which part of the face's outline is outside the picture."""
    second_face: float
    """Fraction of the frames that were searched for others in which another face is seen."""
    edge_blur_px: float
    brightness: float
    side_ratio: float
    too_bright: float
    too_dark: float


@dataclass(frozen=True)
class Coverage:
    """What the clip shows of the person; ranges are from the 2nd to the 98th percentile, angles in
    degrees."""

    yaw_deg: Range
    pitch_deg: Range
    """Relative to its median."""
    roll_deg: Range
    mouth_opening: Range
    """Fractions of the distance between the pupils."""
    teeth: float
    """Fraction of frames that show teeth."""
    blinks: int
    gaze_yaw_deg: Range
    gaze_pitch_deg: Range


@dataclass(frozen=True)
class CaptureReport:
    """The capture check's result. `face` and `coverage` are None when no face was found at all."""

    duration_s: float
    fps: float
    num_frames: int
    size_wh: tuple[int, int]
    rotation_deg: int
    variable_frame_rate: bool
    has_audio: bool
    duplicates: int
    blurred: int
    camera: CameraMotion
    face: FaceFigures | None
    coverage: Coverage | None
    findings: tuple[Finding, ...]
    frames_used: tuple[int, ...]
    """Indices of the video's frames in presentation order."""
    frames_reason: str

    @property
    def usable(self) -> bool:
        """False when a finding is fatal."""
        return all(finding.severity != "fatal" for finding in self.findings)

    def raise_if_unusable(self, path: object) -> None:
        """Raise NoFaceError or UnusableClipError with the fatal findings."""
        fatal = [finding for finding in self.findings if finding.severity == "fatal"]
        if not fatal:
            return
        kind: type[LifemaskError] = UnusableClipError
        if self.face is None or any(finding.what == FACE_SEEN for finding in fatal):
            kind = NoFaceError
        measured = "; ".join(f"{finding.what}: {finding.measured}" for finding in fatal)
        advice = " ".join(finding.advice for finding in fatal)
        raise kind(f"{path} cannot become an avatar: {measured}.", advice, "What to record: lifemask check --guide")

    def to_dict(self) -> dict[str, Any]:
        """JSON-able values."""
        return asdict(self) | {"usable": self.usable}

    @staticmethod
    def from_dict(values: dict[str, Any]) -> "CaptureReport":
        """Undo `to_dict`, also after a trip through JSON. Raises FormatError when a field is missing or
        unknown."""
        try:
            rest = {key: value for key, value in values.items() if key != "usable"}
            rest["camera"] = _rebuilt(CameraMotion, rest["camera"])
            rest["face"] = rest["face"] and _rebuilt(FaceFigures, rest["face"])
            rest["coverage"] = rest["coverage"] and _rebuilt(Coverage, rest["coverage"])
            rest["findings"] = tuple(_rebuilt(Finding, each) for each in rest["findings"])
            return _rebuilt(CaptureReport, rest)
        except (KeyError, TypeError, AttributeError) as error:
            raise FormatError(
                f"This is not the result of a capture check: {error}.", fix="Run: lifemask check VIDEO"
            ) from error

    def facts(self) -> dict[str, str]:
        """Short name to short text, for tables and pages."""
        facts = {
            "length": f"{self.duration_s:.1f} s, {self.num_frames} frames",
            "rate": f"{self.fps:.3g} fps{', variable' if self.variable_frame_rate else ''}",
            "picture": f"{self.size_wh[0]} x {self.size_wh[1]}",
            "sound": "yes" if self.has_audio else "no",
            "frames used": f"{len(self.frames_used)}",
        }
        if self.face is not None and self.coverage is not None:
            facts["face"] = f"{self.face.width_px:.0f} px wide, in {self.face.found:.0%} of the frames"
            facts["turned"] = f"{_range(self.coverage.yaw_deg)} sideways, {_range(self.coverage.pitch_deg)} up and down"
            facts["blinks"] = str(self.coverage.blinks)
        return facts


FACE_SEEN = "face seen"
_MARKS = {"ok": "ok  ", "note": "note", "warn": "WARN", "fatal": "STOP"}


def render_report(report: CaptureReport) -> str:
    """The report as plain text: the facts, one finding a line with its advice below, the frames to use."""
    names = report.facts()
    width = max(len(finding.what) for finding in report.findings)
    lines = [", ".join(f"{name} {text}" for name, text in list(names.items())[:4])]
    for finding in report.findings:
        lines.append(f"{_MARKS[finding.severity]}  {finding.what:<{width}}  {finding.measured}")
        if finding.advice and finding.severity != "ok":
            lines.append(f"{'':{width + 8}}-> {finding.advice}")
    lines.append(report.frames_reason)
    worst = [finding.severity for finding in report.findings]
    if not report.usable:
        lines.append("This clip cannot be used.")
    elif "warn" in worst:
        lines.append("This clip can be used; the avatar will be better without the warnings.")
    else:
        lines.append("This clip is good.")
    return "\n".join(lines)


def _range(values: Range) -> str:
    return f"{values[0]:+.0f}..{values[1]:+.0f}°"


def _rebuilt(kind: type, values: dict[str, Any]) -> Any:
    """A flat dataclass from a dict in which JSON turned tuples to lists."""
    names = {field.name for field in fields(kind)}
    if set(values) != names:
        raise KeyError(f"{kind.__name__} has the fields {sorted(names)}, got {sorted(values)}")
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})
