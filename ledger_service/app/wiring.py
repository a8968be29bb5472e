"""Which use case gets which parts, area by area as the servicer has them."""

from chassis.runtime.telemetry import current_traceparent
from ledger_service.app.parts import Parts
from ledger_service.servicer import (
    CloseCases,
    LedgerServicer,
    LimitCases,
    LinkCases,
    LogCases,
    PeopleCases,
    ReadCases,
    ReturnCases,
    SaleCases,
    SpendingCases,
    StandingCases,
)
from ledger_service.use_cases.activate_pending import ActivatePendingPoints
from ledger_service.use_cases.adjust_points import AdjustPointsOfMember
from ledger_service.use_cases.apply_correction import ApplyCorrection
from ledger_service.use_cases.arrivals import Arrivals
from ledger_service.use_cases.audit import GetLedgerTotals, VerifyIntegrity
from ledger_service.use_cases.authorizations import Authorizations
from ledger_service.use_cases.authorize_redemption import AuthorizeRedemptionAtBrand
from ledger_service.use_cases.batch_get_wallets import BatchGetWallets
from ledger_service.use_cases.cancel_order import CancelOrders
from ledger_service.use_cases.cancel_pending import CancelPendingPoints
from ledger_service.use_cases.cancel_return import CancelReturns
from ledger_service.use_cases.capture_redemption import CaptureAnAuthorization
from ledger_service.use_cases.claim_order import ClaimAnonymousOrder
from ledger_service.use_cases.compare_revisions import CompareRevisions
from ledger_service.use_cases.correct_order_line import CorrectOrderLine
from ledger_service.use_cases.corrected_sales import CorrectSale
from ledger_service.use_cases.cut_period import CutPeriod, ListPeriodCuts
from ledger_service.use_cases.decide_adjustment import DecideProposedAdjustment
from ledger_service.use_cases.exchange_order import ExchangeOrders
from ledger_service.use_cases.explain_accrual import ExplainAccrual
from ledger_service.use_cases.export_movements import ExportMovements
from ledger_service.use_cases.extend_expiry import ExtendExpiryOfPoints
from ledger_service.use_cases.get_close_facts import GetCloseFacts
from ledger_service.use_cases.get_correction import GetCorrection
from ledger_service.use_cases.get_member_statement import GetMemberStatement
from ledger_service.use_cases.get_order import GetOrder
from ledger_service.use_cases.get_redemption import GetAuthorization, GetRedemption
from ledger_service.use_cases.get_return import GetReturn
from ledger_service.use_cases.get_standing import GetStanding, StandingsOfMember
from ledger_service.use_cases.get_wallet import GetWallet
from ledger_service.use_cases.get_wallet_at import GetWalletAt
from ledger_service.use_cases.increase_hold import IncreaseAHold
from ledger_service.use_cases.list_adjustments import ListProposedAdjustments
from ledger_service.use_cases.list_limits import ListLimits
from ledger_service.use_cases.list_movements import ListMovements
from ledger_service.use_cases.list_parked_returns import ListParkedReturns
from ledger_service.use_cases.list_refused_orders import ListRefusedOrders
from ledger_service.use_cases.list_shared_movements import ListSharedMovements
from ledger_service.use_cases.named_sales import NamedSales
from ledger_service.use_cases.open_return import OpenReturns
from ledger_service.use_cases.pending_targets import PendingTargets
from ledger_service.use_cases.plan_correction import PlanCorrection
from ledger_service.use_cases.post_orders import PostOrders
from ledger_service.use_cases.post_returns import PostReturns
from ledger_service.use_cases.preview_grants import PreviewGrants
from ledger_service.use_cases.preview_order import PreviewOrder
from ledger_service.use_cases.quote_redemption import QuoteRedemption
from ledger_service.use_cases.redeem_points import RedeemPointsAtBrand
from ledger_service.use_cases.resolve_parked_return import ResolveParkedReturns
from ledger_service.use_cases.restore_redemption import RestoreARedemption
from ledger_service.use_cases.scope_sales import SalesInScope
from ledger_service.use_cases.set_tier import EndTierOfMember, SetTierOfMember
from ledger_service.use_cases.spending_proofs import SpendingProofs
from ledger_service.use_cases.spends import Spends
from ledger_service.use_cases.stream_document_totals import StreamDocumentTotals
from ledger_service.use_cases.stream_events import StreamEvents
from ledger_service.use_cases.stream_orders import StreamOrders
from ledger_service.use_cases.transfer_points import TransferPointsToMember
from ledger_service.use_cases.void_redemption import VoidARedemption


def wired(parts: Parts) -> LedgerServicer:
    """The servicer with all its use cases."""
    return LedgerServicer(
        sales=_sales(parts),
        spending=_spending(parts),
        returns=_returns(parts),
        people=_people(parts),
        reads=_reads(parts),
        log=_log(parts),
        standing=_standing(parts),
        limits=LimitCases(ListLimits(parts.programs, parts.shown.limit_uses)),
        close=_close(parts),
        links=LinkCases(ListSharedMovements(parts.programs, parts.members, parts.shown.reader)),
    )


def _sales(parts: Parts) -> SaleCases:
    post_orders = PostOrders(parts.admission, parts.members, parts.judging, parts.lanes_by_facts)
    targets = PendingTargets(parts.outcomes, parts.members, parts.reader)
    return SaleCases(
        post_orders=post_orders,
        stream_orders=StreamOrders(post_orders, parts.admission, parts.refused_orders, parts.clock),
        list_refused_orders=ListRefusedOrders(parts.programs, parts.shown.refused_orders),
        claim_order=ClaimAnonymousOrder(
            parts.admission, parts.outcomes, parts.reader, parts.members, parts.judging, parts.lanes_by_facts
        ),
        preview_order=PreviewOrder(
            parts.programs,
            parts.members,
            parts.rules,
            parts.judging,
            PreviewGrants(parts.shown.limit_uses),
            _standings_of_member(parts),
            parts.clock,
        ),
        correct_order_line=CorrectOrderLine(parts.admission, parts.outcomes, parts.reader, _correct_sale(parts)),
        activate_pending=ActivatePendingPoints(parts.admission, targets, parts.lanes),
        cancel_pending=CancelPendingPoints(parts.admission, targets, parts.lanes),
    )


def _spending(parts: Parts) -> SpendingCases:
    authorizations = Authorizations(parts.outcomes, parts.members, parts.spend_reader)
    shown_authorizations = Authorizations(parts.outcomes, parts.members, parts.shown.spend_reader)
    proofs = SpendingProofs(parts.proofs, parts.reader, parts.spend_reader, parts.clock)
    spends = Spends(parts.admission, parts.members, parts.rules, proofs)
    return SpendingCases(
        quote_redemption=QuoteRedemption(
            parts.programs, parts.members, parts.rules, parts.shown.reader, parts.shown.spend_reader, parts.clock
        ),
        redeem_points=RedeemPointsAtBrand(parts.admission, spends, parts.lanes),
        authorize_redemption=AuthorizeRedemptionAtBrand(parts.admission, spends, parts.lanes),
        increase_hold=IncreaseAHold(parts.admission, authorizations, proofs, parts.lanes),
        capture_redemption=CaptureAnAuthorization(parts.admission, authorizations, parts.lanes),
        void_redemption=VoidARedemption(parts.admission, parts.outcomes, parts.members, authorizations, parts.lanes),
        restore_redemption=RestoreARedemption(
            parts.admission, parts.outcomes, parts.members, parts.spend_reader, parts.lanes
        ),
        get_authorization=GetAuthorization(parts.programs, shown_authorizations, parts.shown.reader, parts.clock),
        get_redemption=GetRedemption(parts.programs, parts.outcomes, parts.members, parts.shown.spend_reader),
    )


def _returns(parts: Parts) -> ReturnCases:
    admission, outcomes, lanes = parts.admission, parts.outcomes, parts.lanes
    sales = NamedSales(outcomes, parts.members)
    return ReturnCases(
        post_returns=PostReturns(admission, sales, lanes),
        open_return=OpenReturns(admission, sales, lanes),
        cancel_return=CancelReturns(admission, outcomes, parts.returns, sales, lanes),
        get_return=GetReturn(parts.programs, parts.shown.returns, parts.clock),
        list_parked_returns=ListParkedReturns(parts.programs, parts.shown.returns),
        resolve_parked_return=ResolveParkedReturns(admission, parts.returns, sales, lanes),
        cancel_order=CancelOrders(admission, outcomes, sales, lanes),
        exchange_order=ExchangeOrders(admission, sales, parts.judging, parts.lanes_by_facts),
    )


def _people(parts: Parts) -> PeopleCases:
    return PeopleCases(
        extend_expiry=ExtendExpiryOfPoints(parts.admission, parts.members, parts.reader, parts.lanes),
        adjust_points=AdjustPointsOfMember(parts.admission, parts.members, parts.adjustments, parts.lanes),
        decide_adjustment=DecideProposedAdjustment(
            parts.admission, parts.outcomes, parts.members, parts.adjustments, parts.lanes
        ),
        list_adjustments=ListProposedAdjustments(parts.programs, parts.shown.adjustments),
        transfer_points=TransferPointsToMember(
            parts.admission, parts.members, parts.lanes, parts.transfers, arrivals(parts)
        ),
        plan_correction=PlanCorrection(
            parts.admission,
            parts.programs,
            parts.fingerprints,
            parts.members,
            parts.rules,
            parts.judging,
            parts.corrections,
            parts.clock,
        ),
        apply_correction=ApplyCorrection(
            parts.admission,
            parts.programs,
            parts.fingerprints,
            parts.corrections,
            parts.reader,
            _correct_sale(parts),
            parts.clock,
        ),
        get_correction=GetCorrection(parts.programs, parts.shown.corrections),
        compare_revisions=CompareRevisions(
            parts.programs,
            parts.rules,
            parts.rules,
            parts.judging,
            SalesInScope(parts.members, parts.corrections),
        ),
    )


def arrivals(parts: Parts) -> Arrivals:
    """Lets transfers arrive: for the call that sends them, and for the chore."""
    return Arrivals(parts.admission, parts.programs, parts.members, parts.lanes)


def _correct_sale(parts: Parts) -> CorrectSale:
    return CorrectSale(parts.admission, parts.members, parts.rules, parts.judging, parts.lanes)


def _standings_of_member(parts: Parts) -> StandingsOfMember:
    return StandingsOfMember(parts.programs, parts.shown.standings, parts.clock)


def _reads(parts: Parts) -> ReadCases:
    shown = parts.shown
    return ReadCases(
        get_wallet=GetWallet(parts.programs, parts.members, shown.reader, _standings_of_member(parts), parts.clock),
        batch_get_wallets=BatchGetWallets(parts.programs, parts.members, shown.reader, parts.clock),
        get_wallet_at=GetWalletAt(parts.programs, parts.members, shown.reader, shown.history, parts.clock),
        get_order=GetOrder(parts.programs, parts.outcomes, shown.reader),
        list_movements=ListMovements(parts.programs, parts.members, shown.reader),
        explain_accrual=ExplainAccrual(parts.programs, parts.members, shown.history, parts.rules),
        get_member_statement=GetMemberStatement(
            parts.programs, parts.members, shown.reader, shown.history, parts.clock
        ),
    )


def _standing(parts: Parts) -> StandingCases:
    return StandingCases(
        get_standing=GetStanding(parts.programs, parts.members, parts.shown.standings, parts.clock),
        set_tier=SetTierOfMember(parts.admission, parts.members, parts.lanes),
        end_tier=EndTierOfMember(parts.admission, parts.members, parts.lanes, parts.standings),
    )


def _log(parts: Parts) -> LogCases:
    return LogCases(
        stream_events=StreamEvents(parts.log),
        verify_integrity=VerifyIntegrity(parts.programs, parts.auditor),
        get_ledger_totals=GetLedgerTotals(parts.programs, parts.auditor, parts.log),
        export_movements=ExportMovements(parts.programs, parts.log),
    )


def _close(parts: Parts) -> CloseCases:
    return CloseCases(
        cut_period=CutPeriod(parts.programs, parts.cuts, parts.clock, parts.appended, current_traceparent),
        list_period_cuts=ListPeriodCuts(parts.programs, parts.cuts),
        get_close_facts=GetCloseFacts(parts.programs, parts.open_business, parts.clock),
        stream_document_totals=StreamDocumentTotals(parts.programs, parts.document_totals),
    )
