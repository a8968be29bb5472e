"""Rpcs about spending points."""

from dataclasses import dataclass

from loyalty.ledger.v1 import ledger_service_pb2 as messages
from loyalty.ledger.v1 import redemption_requests_pb2 as redemption_messages

from chassis.runtime.behaviour import Context
from ledger_service.servicer.common import admit, annotate, covering, tell_replayed
from ledger_service.use_cases.authorize_redemption import AuthorizeRedemptionAtBrand
from ledger_service.use_cases.capture_redemption import CaptureAnAuthorization
from ledger_service.use_cases.get_redemption import GetAuthorization, GetRedemption
from ledger_service.use_cases.increase_hold import IncreaseAHold
from ledger_service.use_cases.quote_redemption import QuoteRedemption
from ledger_service.use_cases.redeem_points import RedeemPointsAtBrand
from ledger_service.use_cases.restore_redemption import RestoreARedemption
from ledger_service.use_cases.void_redemption import VoidARedemption
from ledger_service.wire import answers, requests, restore, spend_answers, spend_requests


@dataclass(frozen=True, slots=True)
class SpendingCases:
    """The use cases behind these rpcs."""

    quote_redemption: QuoteRedemption
    redeem_points: RedeemPointsAtBrand
    authorize_redemption: AuthorizeRedemptionAtBrand
    increase_hold: IncreaseAHold
    capture_redemption: CaptureAnAuthorization
    void_redemption: VoidARedemption
    restore_redemption: RestoreARedemption
    get_authorization: GetAuthorization
    get_redemption: GetRedemption


class SpendingRpcs:
    """Rpcs about spending points."""

    spending: SpendingCases

    async def QuoteRedemption(
        self, request: messages.QuoteRedemptionRequest, _context: Context
    ) -> messages.QuoteRedemptionResponse:
        """What points are worth."""
        asked = requests.quote_request(request)
        admit(asked.program, asked.location_id, asked.brand)
        return messages.QuoteRedemptionResponse(
            quote=answers.quote_message(await self.spending.quote_redemption(asked))
        )

    async def RedeemPoints(
        self, request: messages.RedeemPointsRequest, context: Context
    ) -> messages.RedeemPointsResponse:
        """Spends points."""
        asked = requests.redeem_request(request)
        caller = admit(asked.program, asked.location_id, asked.brand)
        annotate(request_id=asked.request_id)
        outcome = await self.spending.redeem_points(caller.subject, asked)
        tell_replayed(context, outcome)
        answer = answers.points_redeemed(outcome.answer)
        annotate(redemption_id=answer.redemption.redemption_id)
        return answer

    async def AuthorizeRedemption(
        self, request: redemption_messages.AuthorizeRedemptionRequest, context: Context
    ) -> redemption_messages.AuthorizeRedemptionResponse:
        """Sets points aside."""
        asked = spend_requests.authorize_request(request)
        caller = admit(asked.program, asked.location_id, asked.brand)
        annotate(request_id=asked.request_id)
        outcome = await self.spending.authorize_redemption(caller.subject, asked)
        tell_replayed(context, outcome)
        answer = spend_answers.redemption_authorized(outcome.answer)
        annotate(authorization_id=answer.authorization.authorization_id)
        return answer

    async def IncreaseHold(
        self, request: redemption_messages.IncreaseHoldRequest, context: Context
    ) -> redemption_messages.IncreaseHoldResponse:
        """Sets more points aside."""
        asked = spend_requests.increase_request(request)
        caller = admit(asked.program)
        annotate(request_id=asked.request_id, authorization_id=asked.authorization_id)
        outcome = await self.spending.increase_hold(caller.subject, asked, covering(asked.program))
        tell_replayed(context, outcome)
        return spend_answers.hold_increased(outcome.answer)

    async def CaptureRedemption(
        self, request: redemption_messages.CaptureRedemptionRequest, context: Context
    ) -> redemption_messages.CaptureRedemptionResponse:
        """Spends points that are set aside."""
        asked = spend_requests.capture_request(request)
        caller = admit(asked.program)
        annotate(request_id=asked.request_id, authorization_id=asked.authorization_id)
        outcome = await self.spending.capture_redemption(caller.subject, asked, covering(asked.program))
        tell_replayed(context, outcome)
        answer = spend_answers.redemption_captured(outcome.answer)
        annotate(redemption_id=answer.redemption.redemption_id)
        return answer

    async def VoidRedemption(
        self, request: redemption_messages.VoidRedemptionRequest, context: Context
    ) -> redemption_messages.VoidRedemptionResponse:
        """Frees points that are set aside."""
        asked = spend_requests.void_request(request)
        caller = admit(asked.program)
        annotate(request_id=asked.request_id, authorization_id=asked.authorization_id)
        outcome = await self.spending.void_redemption(caller.subject, asked, covering(asked.program))
        tell_replayed(context, outcome)
        return spend_answers.redemption_voided(outcome.answer)

    async def RestoreRedemption(
        self, request: redemption_messages.RestoreRedemptionRequest, context: Context
    ) -> redemption_messages.RestoreRedemptionResponse:
        """Gives spent points back."""
        asked = restore.restore_request(request)
        caller = admit(asked.program)
        annotate(request_id=asked.request_id, redemption_id=asked.redemption_id)
        outcome = await self.spending.restore_redemption(caller.subject, asked, covering(asked.program))
        tell_replayed(context, outcome)
        return restore.redemption_restored(outcome.answer)

    async def GetRedemption(
        self, request: redemption_messages.GetRedemptionRequest, _context: Context
    ) -> redemption_messages.GetRedemptionResponse:
        """An authorization or a redemption as it stands now."""
        program, authorization_id, redemption_id = spend_requests.redemption_lookup(request)
        admit(program)
        if authorization_id:
            held = await self.spending.get_authorization(program, authorization_id, covering(program))
            return redemption_messages.GetRedemptionResponse(authorization=spend_answers.authorization_message(held))
        spent = await self.spending.get_redemption(program, redemption_id, covering(program))
        return redemption_messages.GetRedemptionResponse(redemption=answers.redemption_message(spent))
