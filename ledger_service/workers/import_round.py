"""Taking up imports and poolings that halted, as a loop: its rounds, told."""

from chassis.runtime.logs import get_logger
from ledger_service.use_cases.take_up_imports import TakeUpImports

_log = get_logger(__name__)


class ImportRound:
    """See `use_cases.take_up_imports`."""

    def __init__(self, take_up: TakeUpImports) -> None:
        self._take_up = take_up

    async def __call__(self) -> bool:
        """One round; False: what halts later is looked for after a pause."""
        done = await self._take_up()
        if done.went_on:
            _log.info("went on with imports that had halted", imports=done.went_on)
        if done.refused:
            _log.warning("imports that had halted could not be gone on with", reasons=done.refused)
        return False
