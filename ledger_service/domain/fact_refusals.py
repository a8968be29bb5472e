"""Why a sale is not committed as it was judged: what of the member the rules had read is not so any more."""

from chassis.values.refusal import Code, Reason, Refusal, refuse
from ledger_service.domain.refusals import DOMAIN

STALE_FACTS = Reason("STALE_FACTS", DOMAIN, Code.ABORTED)


def stale_facts() -> Refusal:
    """The member's tier or number of purchases changed after the rules had read it. Which is nobody's business."""
    return refuse(STALE_FACTS, "what the rules read of the member has changed meanwhile", retry_after_seconds=0.1)
