"""From figures to verdicts: what is good, what costs quality, what makes a clip unusable, and what to do
about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from lifemask.media.video import VideoInfo
from lifemask.perception.camera_motion import CameraMotion
from lifemask.perception.capture_report import FACE_SEEN, Coverage, FaceFigures, Finding, Severity


@dataclass(frozen=True)
class CaptureLimits:
    """Where a figure becomes a note, a warning, or fatal."""

    fatal_duration_s: float = 2.0
    """Shorter clips cannot be used."""
    short_duration_s: float = 8.0
    """Shorter clips get a warning."""
    fatal_face_px: float = 40.0
    """A face narrower than this cannot be tracked."""
    small_face_px: float = 100.0
    """A narrower face gets a warning."""
    good_face_px: float = 200.0
    """A narrower face gets a note."""
    fatal_found: float = 0.5
    """A face must be found in at least this fraction of the frames."""
    poor_found: float = 0.95
    """Found in less, it is a warning."""
    long_gap_s: float = 1.0
    """A longer stretch without a face is a warning."""
    slow_fps: float = 20.0
    """Fewer frames a second are a warning: lips and lids move faster."""
    soft_detail: float = 60.0
    """Width of the face over the blur of its edges; below this is a warning."""
    fatal_detail: float = 12.0
    """Below this the clip cannot be used."""
    dark: float = 60.0
    """Median luma of the face (0..255) below which it is dark."""
    clipped: float = 0.05
    """Fraction of the face at an end of the brightness scale that is a warning."""
    one_sided: float = 0.5
    """Luma of the darker half of the face over the brighter half below which the light is one-sided."""
    light_change: float = 0.15
    """Change of the background's brightness over the clip that is a warning."""
    moved_fraction: float = 0.002
    """Camera motion in fractions of the longer side of the picture that is a warning."""
    moved_px: float = 1.0
    """Camera motion in pixels that is never a warning."""
    camera_lost: float = 0.1
    """Fraction of the time in which the background may be another one."""
    narrow_yaw_deg: float = 8.0
    """Total turn sideways below which there is a warning."""
    good_yaw_deg: float = 40.0
    """Total turn sideways below which there is a note."""
    good_pitch_deg: float = 15.0
    """Total nod below which there is a note."""
    closed_mouth: float = 0.12
    """Widest gap between the lips, in pupil distances, below which there is a warning."""
    good_mouth: float = 0.35
    """The same for a note."""
    good_teeth: float = 0.05
    """Fraction of frames with teeth below which there is a warning."""
    good_gaze_deg: float = 12.0
    """Total turn of the eyes below which there is a note."""
    many: float = 0.05
    """Fraction of repeated, blurred or cut-off frames, or of frames with another person, worth saying."""


def findings_for(
    info: VideoInfo,
    face: FaceFigures | None,
    coverage: Coverage | None,
    camera: CameraMotion,
    duplicates: int,
    blurred: int,
    frames: int,
    limits: CaptureLimits,
) -> tuple[Finding, ...]:
    """All verdicts, in the order in which a person would fix them."""
    found = list(_about_file(info, duplicates, frames, limits))
    if face is None or coverage is None:
        advice = "Record one person, from the front, with light on the face."
        found.append(Finding("fatal", FACE_SEEN, "no face in any frame", advice))
        return tuple(found)
    found += _about_face(info, face, limits)
    found += _about_picture(face, blurred, frames, limits)
    found.append(_about_camera(info, camera, limits))
    found += _about_light(face, camera, limits)
    found += _about_coverage(coverage, info.duration_s, limits)
    return tuple(found)


def _graded(what: str, measured: str, *steps: tuple[bool, Severity, str]) -> Finding:
    """The first step whose condition holds, else ok."""
    for condition, severity, advice in steps:
        if condition:
            return Finding(severity, what, measured, advice)
    return Finding("ok", what, measured)


def _about_file(info: VideoInfo, duplicates: int, frames: int, limits: CaptureLimits) -> Iterator[Finding]:
    yield _graded(
        "length",
        f"{info.duration_s:.1f} s",
        (info.duration_s < limits.fatal_duration_s, "fatal", "Record about 30 seconds."),
        (
            info.duration_s < limits.short_duration_s,
            "warn",
            "Whatever it does not show is guessed. Record about 30 seconds.",
        ),
    )
    kind = "variable" if info.variable_frame_rate else "constant"
    yield _graded(
        "frame rate",
        f"{info.fps:.3g} fps, {kind}",
        (
            info.fps < limits.slow_fps,
            "warn",
            "Lips and lids move faster. Record at 25 to 60 frames a second.",
        ),
        (info.variable_frame_rate, "note", "Each frame's own time is used; nothing to do."),
    )
    if frames and duplicates > limits.many * frames:
        measured = f"{duplicates} of {frames}"
        yield Finding(
            "note", "repeated frames", measured, "They are left out. The usual cause is a changed frame rate."
        )
    if info.rotation_deg:
        yield Finding("ok", "rotation", f"{info.rotation_deg}° in the file, applied")
    if info.hdr:
        advice = "Colours will look flat. Switch off HDR video and record again, or convert to SDR."
        yield Finding("warn", "HDR video", f"{info.pixel_format}", advice)
    if not info.has_audio:
        yield Finding("note", "sound", "none", "Only needed to make this person's own voice drive the avatar.")


def _about_face(info: VideoInfo, face: FaceFigures, limits: CaptureLimits) -> Iterator[Finding]:
    again = "Keep the face in view, lit from the front, less than 60° turned."
    yield _graded(
        FACE_SEEN,
        f"in {face.found:.0%} of the frames, longest gap {face.longest_gap_s:.1f} s",
        (face.found < limits.fatal_found, "fatal", again),
        (face.found < limits.poor_found or face.longest_gap_s > limits.long_gap_s, "warn", again),
    )
    closer = "Go closer or zoom in before recording, until the face is at least 200 px wide."
    yield _graded(
        "face size",
        f"{face.width_px:.0f} px wide in {info.size_wh[0]} x {info.size_wh[1]}",
        (face.width_px < limits.fatal_face_px, "fatal", closer),
        (face.width_px < limits.small_face_px, "warn", closer),
        (face.width_px < limits.good_face_px, "note", closer),
    )
    if face.cut_off > limits.many:
        advice = "Leave a hand's breadth of air around the head."
        yield Finding("warn", "face cut off", f"in {face.cut_off:.0%} of the frames", advice)
    if face.second_face > limits.many:
        advice = "The largest face at the start is followed; choose another with --face. Better: one person."
        yield Finding("warn", "another face", f"in {face.second_face:.0%} of the frames searched", advice)


def _about_picture(face: FaceFigures, blurred: int, frames: int, limits: CaptureLimits) -> Iterator[Finding]:
    detail = face.width_px / max(face.edge_blur_px, 1e-6)
    advice = "Clean the lens, lock the focus on the face, switch off portrait and beauty modes, use more light."
    yield _graded(
        "sharpness",
        f"edges {face.edge_blur_px:.1f} px wide, {detail:.0f} details across the face",
        (detail < limits.fatal_detail, "fatal", advice),
        (detail < limits.soft_detail, "warn", advice),
    )
    if blurred > limits.many * frames:
        advice = "They are left out. Move more slowly, and use more light."
        yield Finding("note", "motion blur", f"{blurred} of {frames} frames", advice)


def camera_moved(camera: CameraMotion, size_wh: tuple[int, int], limits: CaptureLimits) -> bool:
    """Whether the clip has to be taken for hand-held: seen to move, or looking elsewhere for a part of the time."""
    allowed = max(limits.moved_px, limits.moved_fraction * max(size_wh))
    return (camera.measured and camera.moved_px > allowed) or camera.lost > limits.camera_lost


def _about_camera(info: VideoInfo, camera: CameraMotion, limits: CaptureLimits) -> Finding:
    what = "camera"
    again = "Put it on a tripod or a shelf and record again; nothing may hold it."
    if camera.lost > limits.camera_lost:
        measured = f"hand-held: it shows another background for {camera.lost:.0%} of the time"
        return Finding("warn", what, measured, f"That can hardly be taken out. {again}")
    if not camera.measured:
        measured = "not measured: the background is too plain or hidden"
        return Finding("note", what, measured, "It is taken to have stood still. Check that it was on a tripod.")
    share = camera.moved_px / max(info.size_wh)
    moved = camera_moved(camera, info.size_wh, limits)
    return _graded(
        what,
        f"{'hand-held: ' * moved}moved {camera.moved_px:.1f} px, {share:.1%} of the frame"
        f" (from look to look {camera.jitter_px:.2f} px)",
        (moved, "warn", f"The motion is taken out by the background, where that allows it. Better: {again.lower()}"),
    )


def _about_light(face: FaceFigures, camera: CameraMotion, limits: CaptureLimits) -> Iterator[Finding]:
    yield _graded(
        "light",
        f"face {face.brightness:.0f} of 255, {face.too_bright:.0%} too bright, {face.too_dark:.0%} too dark",
        (
            face.brightness < limits.dark or face.too_dark > limits.clipped,
            "warn",
            "Bring light from the front.",
        ),
        (face.too_bright > limits.clipped, "warn", "Lower the exposure until the forehead shows skin."),
        (face.side_ratio < limits.one_sided, "note", "The light comes from one side and will be baked in."),
    )
    if camera.measured and camera.light_change > limits.light_change:
        advice = "Lock the exposure and the white balance; avoid clouds and screens."
        yield Finding("warn", "changing light", f"by {camera.light_change:.0%} over the clip", advice)


def _about_coverage(coverage: Coverage, duration_s: float, limits: CaptureLimits) -> Iterator[Finding]:
    yaw, pitch = _width(coverage.yaw_deg), _width(coverage.pitch_deg)
    turn = "Turn the head slowly left and right; beyond what was shown, the avatar's sides are guesses."
    yield _graded(
        "turned sideways",
        f"{coverage.yaw_deg[0]:+.0f}° to {coverage.yaw_deg[1]:+.0f}°",
        (yaw < limits.narrow_yaw_deg, "warn", turn),
        (yaw < limits.good_yaw_deg, "note", turn),
    )
    yield _graded(
        "nodded",
        f"over {pitch:.0f}°, tilted over {_width(coverage.roll_deg):.0f}°",
        (pitch < limits.good_pitch_deg, "note", "Look slowly up and down."),
    )
    opening = coverage.mouth_opening[1]
    yield _graded(
        "mouth opened",
        f"to {opening:.2f} of the distance between the pupils",
        (opening < limits.closed_mouth, "warn", "Speak, and open the mouth wide once."),
        (opening < limits.good_mouth, "note", "Open the mouth wide once."),
    )
    yield _graded(
        "teeth shown",
        f"in {coverage.teeth:.0%} of the frames",
        (
            coverage.teeth < limits.good_teeth,
            "warn",
            "Smile with teeth and say 'ee': unseen teeth are invented.",
        ),
    )
    yield _graded(
        "blinks",
        f"{coverage.blinks} in {duration_s:.0f} s",
        (coverage.blinks == 0, "warn", "Blink and close the eyes once: otherwise closed lids are invented."),
    )
    gaze = _width(coverage.gaze_yaw_deg)
    yield _graded(
        "eyes moved",
        f"over {gaze:.0f}° sideways, {_width(coverage.gaze_pitch_deg):.0f}° up and down",
        (gaze < limits.good_gaze_deg, "note", "Look left, right, up and down with the eyes only."),
    )


def _width(values: tuple[float, float]) -> float:
    return values[1] - values[0]
