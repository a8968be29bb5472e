"""Going on with imports that nobody calls for any more.

Whoever commits or abandons one calls again until it is done; should that call never come, its people could not enroll.
So this process goes on as soon as a minute has passed in which nothing moved: behind the switch it ends the commit,
before it, it gives back what was claimed, and the import is staged as before (what it has to come to is not known).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from identity_service.domain.caller import Caller
from identity_service.domain.imports import ImportState
from identity_service.use_cases.abandon_import import carry_on
from identity_service.use_cases.commit_import import release, settle
from identity_service.use_cases.import_ports import Halted, ImportChanges, Imports
from identity_service.use_cases.ports import Clock

CALLER = Caller("loyalty.identity/imports", (), frozenset(), "")
"""Who records what a commit does that its own caller has left."""
AT_REST = timedelta(minutes=1)
"""So long nothing has moved before it is taken up."""
STEPS_AT_ONCE = 20


@dataclass(slots=True)
class TakeUpImports:
    """Remembers since when each has not moved: in memory, a process that starts anew waits once more."""

    imports: Imports
    clock: Clock
    _since: Mapping[Halted, datetime] = field(default_factory=dict)

    async def __call__(self) -> bool:
        """One round; True while there is more to do."""
        now = self.clock.now()
        self._since = {one: self._since.get(one, now) for one in await self.imports.under_way()}
        rested = [one for one, since in self._since.items() if now - since >= AT_REST]
        for one in rested:
            await self._go_on(one)
        return bool(rested)

    async def _go_on(self, halted: Halted) -> None:
        async def step(changes: ImportChanges) -> bool:
            found = await changes.lock(halted.program_id, halted.import_id)
            assert found is not None, "an import is never deleted"
            match found.state:
                case ImportState.CLAIMING:
                    await changes.move(replace(found, state=ImportState.RELEASING, done_line=0))
                case ImportState.RELEASING:
                    await release(changes, found)
                case ImportState.SETTLING:
                    await settle(changes, found, CALLER, halted.import_id, self.clock)
                case ImportState.ABANDONING:
                    return await carry_on(changes, found)
                case _:
                    return False
            return True

        for _ in range(STEPS_AT_ONCE):
            if not await self.imports.change(step):
                return
