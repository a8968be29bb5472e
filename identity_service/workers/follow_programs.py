"""Following the rules service's programs for as long as the process runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.runtime.application import Worker
from chassis.runtime.early import begun
from chassis.runtime.workers import repeating
from identity_service.domain.programs import ProgramDirectory
from identity_service.use_cases.follow_programs import follow_programs
from identity_service.use_cases.ports import ProgramFeed

NAME = "follow-programs"
PAUSE_SECONDS = 0.1
"""Between a stream that ended in good order and the next one."""
MAX_BACKOFF_SECONDS = 2.0


@asynccontextmanager
async def following_programs(feed: ProgramFeed, programs: ProgramDirectory) -> AsyncIterator[Worker]:
    """Enters once every program that exists has been told, however long the rules service takes to come up: only
    then is the service ready. The worker opens the stream again whenever it breaks."""
    caught_up = asyncio.Event()

    async def step() -> bool:
        await follow_programs(feed, programs, caught_up.set)
        return False

    worker = repeating(NAME, step, idle_seconds=PAUSE_SECONDS, max_backoff_seconds=MAX_BACKOFF_SECONDS)
    async with begun(worker, caught_up) as following:
        yield following
