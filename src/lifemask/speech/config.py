"""Settings of what is learned from a person's voice."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MouthTraining:
    """How the networks of a mouth are trained."""

    members: int = 5
    """How many networks, and blocks of the clip."""
    steps: int = 180
    """Steps of each."""
    batch: int = 8
    """Pieces of the clip in a step."""
    rows: int = 48
    """Rows of a piece."""
    rate: float = 6e-3
    """Largest learning rate of Adam."""
    decay: float = 1.0
    """Decay of the weights."""
    deaf: float = 0.4
    """Share of the columns that a piece goes without."""
    other_recordings: float = 0.8
    """Share of the pieces that are heard as another microphone would have recorded them."""
    motion: float = 2.0
    """Weight of the change from row to row, beside that of the row."""
    aperture: float = 2.0
    """Weight of the lips' opening, the last output, beside that of each other."""
    steady: float = 0.99
    """How much of the running mean of the weights is kept in a step."""
