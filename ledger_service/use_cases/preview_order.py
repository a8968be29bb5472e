"""What a sale would earn, with explanations; changes nothing."""

from ledger_service.domain.order import OrderDocument
from ledger_service.use_cases.ports import Evaluation, MemberRef, Members, Programs, Rules
from ledger_service.use_cases.together import together


class PreviewOrder:
    """Judges a sale as posting it would."""

    def __init__(self, programs: Programs, members: Members, rules: Rules) -> None:
        self._programs = programs
        self._members = members
        self._rules = rules

    async def __call__(self, program: str, member: MemberRef, document: OrderDocument) -> Evaluation:
        """What it would earn."""
        self._programs.facts(program)
        evaluation, _ = await together(self._rules.evaluate(program, document), self._members.resolve(program, member))
        return evaluation
