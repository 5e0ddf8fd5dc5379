"""A LiveKit agent with a face that is made here: who joins its room sees it, and talks with it.

    pip install lifemask-livekit
    export LIVEKIT_URL=wss://... LIVEKIT_API_KEY=... LIVEKIT_API_SECRET=...
    export LIFEMASK_AVATAR=me                # the folder that `lifemask create` made
    python examples/agents/livekit_agent.py dev

Hearing, thinking and text-to-speech are LiveKit's here, by its names; any others do. The face needs none of them.
"""

import os

from lifemask_livekit import LifemaskAvatarSession, load_voice
from livekit.agents import Agent, AgentServer, AgentSession, JobContext, JobProcess, cli

SIZE_WH = (512, 512)

server = AgentServer(initialize_process_timeout=60.0)


def prewarm(process: JobProcess) -> None:
    """Load the avatar before anybody waits for it."""
    process.userdata["voice"] = load_voice(os.environ["LIFEMASK_AVATAR"])


server.setup_fnc = prewarm


@server.rtc_session()
async def talk(ctx: JobContext) -> None:
    session = AgentSession(stt="deepgram/nova-3", llm="openai/gpt-4.1-mini", tts="cartesia/sonic-3")
    avatar = LifemaskAvatarSession(ctx.proc.userdata["voice"], size_wh=SIZE_WH)
    await avatar.start(session, room=ctx.room)
    await session.start(Agent(instructions="You are a friendly host. Answer in one or two sentences."), room=ctx.room)
    await session.generate_reply(instructions="Say hello.")


if __name__ == "__main__":
    cli.run_app(server)
