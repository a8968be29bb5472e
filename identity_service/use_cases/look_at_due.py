"""Looking at the members that are due: new ones, changed ones, and who was merged or unmerged."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from chassis.values.refusal import Refusal
from identity_service.use_cases.duplicate_ports import Due, DuplicateChanges, DuplicateRegistry
from identity_service.use_cases.find_duplicates import Search


@dataclass(frozen=True, slots=True)
class LookAtDue:
    """The use case: at most `most` members in one transaction. One who cannot be looked at holds up nobody: it goes to
    the end of the queue, and is tried again when its turn comes."""

    registry: DuplicateRegistry
    search: Search
    most: int

    async def __call__(self) -> bool:
        """True if there was something to do. Raises the first error of a member once all others were looked at, and
        what is transient at once."""
        if not (await self.registry.pending()).members:
            return False
        failures: list[Exception] = []
        filed = await self._together(False, failures)
        looked = await self._together(True, failures)
        if failures:
            raise failures[0]
        return filed or looked

    async def _together(self, keyed: bool, failures: list[Exception]) -> bool:
        """All that are due, in one transaction; if that fails, each by itself."""
        try:
            return bool(await self._step(keyed, self.most))
        except Exception as error:
            if _is_transient(error):
                raise
        return await self._one_by_one(keyed, failures)

    async def _one_by_one(self, keyed: bool, failures: list[Exception]) -> bool:
        for _ in range(self.most):
            taken: list[Due] = []
            try:
                if not await self._step(keyed, 1, taken):
                    return False
            except Exception as error:
                if _is_transient(error):
                    raise
                failures.append(error)
                await self.registry.change(partial(_to_the_end, taken[-1:]))
        return True

    async def _step(self, keyed: bool, most: int, taken: list[Due] | None = None) -> Sequence[Due]:
        """Carries one step out for so many; `taken` learns who they are, also if it fails."""

        async def work(changes: DuplicateChanges) -> Sequence[Due]:
            due = await changes.take_due(keyed=keyed, most=most)
            if taken is not None:
                taken.extend(due)
            await (self._look(changes, due) if keyed else self._file(changes, due))
            return due

        return await self.registry.change(work)

    async def _file(self, changes: DuplicateChanges, due: Sequence[Due]) -> None:
        await self.search.file(changes, {each.member for each in due})
        await changes.mark_keyed([each.due_id for each in due])

    async def _look(self, changes: DuplicateChanges, due: Sequence[Due]) -> None:
        known = await changes.comparables({each.member for each in due})
        for member in sorted(known, key=lambda key: (key.program_id, key.member_id)):
            await self.search.look(changes, member)
        await changes.drop_due([each.due_id for each in due])


async def _to_the_end(due: Sequence[Due], changes: DuplicateChanges) -> None:
    await changes.drop_due([each.due_id for each in due])
    await changes.note_linked([each.member for each in due])


def _is_transient(error: Exception) -> bool:
    return isinstance(error, Refusal) and error.transient
