"""Why a command is not applied as it was made: it reaches into other wallets than those it knows of."""

from collections.abc import Sequence

from chassis.values.refusal import Code, Reason, Refusal, refuse
from ledger_service.domain.refusals import DOMAIN

WALLETS_NEEDED = Reason("WALLETS_NEEDED", DOMAIN, Code.ABORTED)

_HOMES = "home_ids"


def wallets_needed(member: str, homes: Sequence[str]) -> Refusal:
    """What is undone was done when the member was one with these homes, which are others' by now. Said between the
    rooms of the ledger alone: the command is made anew with the wallets of these homes."""
    facts = {"member_id": member, _HOMES: "\n".join(homes)}
    return refuse(WALLETS_NEEDED, f"what member {member} did reaches into other wallets", facts)


def homes_needed(refusal: Refusal) -> tuple[str, ...]:
    """The homes whose wallets a refused command needs; none if it was refused for anything else."""
    return tuple(refusal.metadata[_HOMES].split("\n")) if refusal.reason == WALLETS_NEEDED.name else ()
