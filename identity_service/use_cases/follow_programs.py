"""Learning which programs exist, for as long as the rules service tells."""

from collections.abc import Callable

from identity_service.domain.programs import ProgramDirectory
from identity_service.use_cases.ports import EverythingTold, ProgramFeed


async def follow_programs(feed: ProgramFeed, programs: ProgramDirectory, caught_up: Callable[[], None]) -> None:
    """Keeps the directory until the feed breaks; then it is no longer current, and what broke is raised.

    `caught_up` is called when everything that exists has been told.
    """
    try:
        async for told in feed.follow():
            if isinstance(told, EverythingTold):
                programs.caught_up()
                caught_up()
            else:
                programs.learn(told.program_id, told.places)
    finally:
        programs.interrupted()
