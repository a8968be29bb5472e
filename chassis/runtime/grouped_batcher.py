"""A batcher a group: what one group waits for, or fails of, is no other group's."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from chassis.runtime.batcher import Batcher
from chassis.runtime.reasons import overloaded

K = TypeVar("K")
R = TypeVar("R")


class GroupedBatcher(Generic[K, R]):
    """As `Batcher`, with items of one group in a batch; one batch of each group at a time.

    At most `max_groups` have items at a time; the batchers of those that have none are dropped when room is needed.
    """

    def __init__(
        self,
        name: str,
        handle_many: Callable[[Sequence[K]], Awaitable[Sequence[R | Exception]]],
        *,
        max_size: int,
        max_groups: int,
    ) -> None:
        self._name = name
        self._handle_many = handle_many
        self._max_size = max_size
        self._max_groups = max_groups
        self._of: dict[str, Batcher[K, R]] = {}

    @property
    def groups(self) -> int:
        """How many groups have a batcher now."""
        return len(self._of)

    async def submit(self, group: str, item: K) -> R:
        """The result of one item, or its exception. Refuses `OVERLOADED` if too many wait, of it or of groups."""
        return await self._batcher(group).submit(item)

    def _batcher(self, group: str) -> Batcher[K, R]:
        found = self._of.get(group)
        if found is None:
            self._make_room()
            found = self._of[group] = Batcher(self._name, self._handle_many, max_size=self._max_size)
        return found

    def _make_room(self) -> None:
        if len(self._of) < self._max_groups:
            return
        self._of = {group: batcher for group, batcher in self._of.items() if not batcher.idle}
        if len(self._of) >= self._max_groups:
            raise overloaded(f"{self._name} groups")
