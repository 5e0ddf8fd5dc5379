"""A Lifemask avatar as the face of a LiveKit agent, made on the agent's own machine."""

from lifemask_livekit.generator import LifemaskVideoGenerator
from lifemask_livekit.session import LifemaskAvatarSession
from lifemask_livekit.voice import load_voice

__all__ = ["LifemaskAvatarSession", "LifemaskVideoGenerator", "load_voice"]
__version__ = "0.1.0"
