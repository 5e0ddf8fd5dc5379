"""The one tree of exceptions: what went wrong, where, why, and the next command.

Every class has its own process exit code, so that a script can tell them apart without reading text.
Codes 1 and 2 are left to Python itself and to the command line parser.
"""


class LifemaskError(Exception):
    """Base of every error that Lifemask raises on purpose.

    Parameters: ``what`` went wrong (with the path or value), ``why`` it matters or the usual cause,
    ``fix``: the next command or action.
    """

    exit_code = 10

    def __init__(self, what: str, why: str = "", fix: str = "") -> None:
        self.what, self.why, self.fix = what, why, fix
        super().__init__("\n".join(part for part in (what, why, fix) if part))


class FileMissingError(LifemaskError):
    """A path that the user named does not exist."""

    exit_code = 11


class NotAVideoError(LifemaskError):
    """The file cannot be opened as a video, or holds no video stream (a picture, text, sound only)."""

    exit_code = 12


class TruncatedVideoError(LifemaskError):
    """Decoding stopped before the container's own length: the file is damaged or incomplete."""

    exit_code = 13


class UnusableClipError(LifemaskError):
    """The capture check finds that no avatar can come of this clip (too short, too small, too blurred)."""

    exit_code = 14


class NoFaceError(LifemaskError):
    """No face in any frame, or for so long that the clip cannot be tracked."""

    exit_code = 15


class OutputExistsError(LifemaskError):
    """The output exists and is not this run's own; nothing is overwritten without being asked."""

    exit_code = 16


class DiskFullError(LifemaskError):
    """Writing failed for lack of space; what was whole before is still whole."""

    exit_code = 17


class AssetError(LifemaskError):
    """A model file is missing, cannot be fetched, or does not have its sha256."""

    exit_code = 18


class FormatError(LifemaskError):
    """A file that Lifemask reads does not have the documented content."""

    exit_code = 19


class ConfigError(LifemaskError):
    """A setting, or a combination of settings, that cannot work."""

    exit_code = 20


class DeviceError(LifemaskError):
    """The device asked for is not there, or an extra that it needs is not installed."""

    exit_code = 21


class TrackingError(LifemaskError):
    """The solve did not explain the clip, with the measurement that says so."""

    exit_code = 22


class InterruptedRunError(LifemaskError):
    """Ctrl-C. Everything that was finished is kept; the same command goes on."""

    exit_code = 130
