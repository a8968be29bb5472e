"""Moving an existing program on towards the pool, signed by name (docs/adr/0062)."""

from collections.abc import Callable

from ledger_service.domain import pooling_refusals, refusals
from ledger_service.domain.pooling import Pooling, PoolingChange, PoolingState
from ledger_service.use_cases.admission import Admission, Asked
from ledger_service.use_cases.import_ports import BalanceImports
from ledger_service.use_cases.office_names import Name, Names, name_of
from ledger_service.use_cases.pooling_ports import Move, Poolings, ShadowReport
from ledger_service.use_cases.ports import Clock, ProgramFacts, Programs
from ledger_service.use_cases.withdraw_imports import WithdrawImports


class ChangePooling:
    """One move a request. Replayed by its id, whatever has come since."""

    def __init__(
        self,
        admission: Admission,
        names: Names,
        programs: Programs,
        poolings: Poolings,
        imports: BalanceImports,
        clock: Clock,
        appended: Callable[[], None],
        traceparent: Callable[[], str],
        withdraw: WithdrawImports,
    ) -> None:
        self._admission = admission
        self._names = names
        self._programs = programs
        self._poolings = poolings
        self._imports = imports
        self._clock = clock
        self._appended = appended
        self._traceparent = traceparent
        self._withdraw = withdraw

    async def __call__(self, move: Move) -> PoolingChange:
        """The change. On the way from POOLED to LOCAL the latest, which may be that to LEAVING: there is more to do."""
        facts = self._programs.facts(move.program)
        for location in move.locations:
            if location not in facts.places:
                raise refusals.location_not_found(move.program, location)
        intent = ["pool", move.source, move.after.value, move.signed_by, move.reason, *move.locations]
        name = name_of(self._admission, Asked(move.program, move.caller, move.request_id, intent))
        await self._names.kept(name)
        found = await self._poolings.find(move.program, move.source)
        mine = [one for one in found.changes if (one.caller, one.request_id) == (move.caller, move.request_id)]
        if mine and (mine[-1].after is not PoolingState.LEAVING or found.state is not PoolingState.LEAVING):
            return mine[-1]
        if move.after is PoolingState.LOCAL and found.state in (PoolingState.POOLED, PoolingState.LEAVING):
            return await self._leave(facts, found, move, name)
        if move.after is PoolingState.LEAVING:
            raise pooling_refusals.pooling_state(move.source, found.state.name)
        if move.after is PoolingState.POOLED:
            await self._require_proven(move.program, move.source)
        return await self._move(move, name)

    async def _move(self, move: Move, name: Name | None) -> PoolingChange:
        traced = move._replace(traceparent=self._traceparent())
        change = await self._poolings.move(traced, self._clock.now(), name)
        self._appended()
        return change

    async def go_on(self, found: Pooling) -> None:
        """Carries on with a way back that nobody calls for any more, as it was signed."""
        begun = found.changes[-1]
        signed = (begun.signed_by, begun.reason, begun.caller, begun.request_id)
        move = Move(found.program, found.source, PoolingState.LOCAL, *signed, traceparent="")
        await self._leave(self._programs.facts(found.program), found, move, None)

    async def _leave(self, facts: ProgramFacts, found: Pooling, move: Move, name: Name | None) -> PoolingChange:
        """Closes the border, gives back what came, and arrives at LOCAL; as far as a call comes."""
        change = found.changes[-1]
        if found.state is PoolingState.POOLED:
            change = await self._move(move._replace(after=PoolingState.LEAVING), name)
        elif name is not None:
            await self._names.keep(name)
        if await self._withdraw(facts, move.source):
            change = await self._move(move, name)
        return change

    async def _require_proven(self, program: str, source: str) -> None:
        """Every committed import of the source must have come to its control totals. That it is committed, and
        no other is on its way, is asked again under the lock; what is proven stays so."""
        for import_id in await self._poolings.imports_of(program, source):
            found = await self._imports.find(program, import_id)
            if found is None or not found.proven:
                raise pooling_refusals.import_not_committed(source)

    async def accept(self, caller: str, program: str, request_id: str, source: str, item: int, signer: str) -> Pooling:
        """Accepts the shadow's report as it stands; `signer` answers for it."""
        self._programs.facts(program)
        name = name_of(self._admission, Asked(program, caller, request_id, ["accept shadow", source, item, signer]))
        if await self._names.kept(name):
            return await self._poolings.find(program, source)
        return await self._poolings.accept(program, source, item, signer, name)


class ReadPoolings:
    """How far existing programs are, and what their shadows came to."""

    def __init__(self, programs: Programs, poolings: Poolings) -> None:
        self._programs = programs
        self._poolings = poolings

    async def get(self, program: str, source: str) -> Pooling:
        """One with its changes."""
        self._programs.facts(program)
        return await self._poolings.find(program, source)

    async def report(self, program: str, source: str, differences: int) -> ShadowReport:
        """What its latest shadow came to."""
        self._programs.facts(program)
        return await self._poolings.report(program, source, differences)
