"""A Lifemask avatar as the face of a Pipecat bot, made in the bot's own process."""

from lifemask_pipecat.service import LifemaskVideoService, LifemaskVideoSettings
from lifemask_pipecat.voice import load_voice

__all__ = ["LifemaskVideoService", "LifemaskVideoSettings", "load_voice"]
__version__ = "0.1.0"
