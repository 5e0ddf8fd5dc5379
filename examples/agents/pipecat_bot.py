"""A Pipecat bot with a face that is made here: open the page that it serves, and talk with it.

    pip install lifemask-pipecat "pipecat-ai[runner,webrtc,openai]"
    export OPENAI_API_KEY=...
    export LIFEMASK_AVATAR=me                # the folder that `lifemask create` made
    python examples/agents/pipecat_bot.py    # then http://localhost:7860

Hearing, thinking and text-to-speech are OpenAI's here; any others do. The face needs none of them.
"""

import os
from functools import cache
from typing import TYPE_CHECKING

from lifemask_pipecat import LifemaskVideoService, load_voice
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import LLMRunFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair, LLMUserAggregatorParams
from pipecat.runner.types import RunnerArguments
from pipecat.runner.utils import create_transport
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.services.openai.stt import OpenAISTTService
from pipecat.services.openai.tts import OpenAITTSService
from pipecat.transports.base_transport import BaseTransport, TransportParams
from pipecat.workers.runner import WorkerRunner

if TYPE_CHECKING:
    from lifemask.pipeline.avatar_voice import AvatarVoice

SIZE_WH = (512, 512)
FPS = 25


def media() -> TransportParams:
    """Pictures as they come, and sound in the smallest pieces: neither waits for the other."""
    return TransportParams(
        audio_in_enabled=True,
        audio_out_enabled=True,
        audio_out_10ms_chunks=1,
        video_out_enabled=True,
        video_out_is_live=True,
        video_out_framerate=FPS,
        video_out_width=SIZE_WH[0],
        video_out_height=SIZE_WH[1],
    )


def worker(transport: BaseTransport, voice: "AvatarVoice") -> PipelineWorker:
    """The pipeline of one conversation."""
    key = os.environ["OPENAI_API_KEY"]
    system = "You are a friendly host. Answer in one or two sentences."
    context = LLMContext([{"role": "system", "content": system}, {"role": "user", "content": "Say hello."}])
    heard = LLMContextAggregatorPair(
        context, user_params=LLMUserAggregatorParams(vad_analyzer=SileroVADAnalyzer())
    )  # fmt: skip
    parts = [
        transport.input(),
        OpenAISTTService(api_key=key),
        heard.user(),
        OpenAILLMService(api_key=key),
        OpenAITTSService(api_key=key),
        LifemaskVideoService(avatar=voice, size_wh=SIZE_WH, fps=FPS),
        transport.output(),
        heard.assistant(),
    ]
    return PipelineWorker(Pipeline(parts), params=PipelineParams(audio_out_sample_rate=24_000))


loaded = cache(load_voice)
"""Once, for all conversations of this process."""


async def bot(arguments: RunnerArguments) -> None:
    """One conversation; the runner calls it."""
    transport = await create_transport(arguments, {"webrtc": media})
    made = worker(transport, loaded(os.environ["LIFEMASK_AVATAR"]))

    @transport.event_handler("on_client_connected")
    async def greet(transport: BaseTransport, client: object) -> None:
        await made.queue_frame(LLMRunFrame())

    @transport.event_handler("on_client_disconnected")
    async def leave(transport: BaseTransport, client: object) -> None:
        await made.cancel()

    runner = WorkerRunner(handle_sigint=arguments.handle_sigint)
    await runner.add_workers(made)
    await runner.run()


if __name__ == "__main__":
    from pipecat.runner.run import main

    loaded(os.environ["LIFEMASK_AVATAR"])
    main()
