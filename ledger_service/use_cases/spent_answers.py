"""Where points were spent, as the answer to the spending says: without reading the redemption itself."""

from ledger_service.domain.answers import CaptureAnswer, ExchangeAnswer, OrderAnswer, RedemptionAnswer
from ledger_service.use_cases.spend_requests import Covers, is_covered

SpendingAnswer = RedemptionAnswer | CaptureAnswer | OrderAnswer | ExchangeAnswer
SPENDING_ANSWERS = (RedemptionAnswer, CaptureAnswer, OrderAnswer, ExchangeAnswer)


def is_seen(answer: SpendingAnswer, redemption_id: str, covers: Covers) -> bool:
    """Whether the caller may know of the redemption. Asked before anything else is read: what is hidden then costs as
    much as what is not there."""
    made = answer.redemptions if isinstance(answer, OrderAnswer | ExchangeAnswer) else (answer.redemption,)
    return any(is_covered(covers, one.location_id, one.brand) for one in made if one.redemption_id == redemption_id)
