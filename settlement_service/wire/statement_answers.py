"""Statements, explanations and roll-ups as messages. A figure that does not fit 64 bits is refused by its name."""

from collections.abc import Mapping, Sequence

from loyalty.settlement.v1 import statement_pb2 as messages

from chassis.values.integers import checked
from settlement_service.domain.explanation import Line
from settlement_service.domain.periods import Stage
from settlement_service.domain.roll_ups.roll_up import RollUpFigure
from settlement_service.domain.statement import (
    AccountLine,
    BrandStatement,
    Disputed,
    Funding,
    Header,
    Intercompany,
    Statement,
    VoucherLine,
)
from settlement_service.wire.money import money_messages
from settlement_service.wire.positions import vector_message

_STAGES: Mapping[Stage, "messages.PeriodStage.ValueType"] = {
    Stage.OPEN: messages.PERIOD_STAGE_OPEN,
    Stage.CLOSING: messages.PERIOD_STAGE_CLOSING,
    Stage.CLOSED: messages.PERIOD_STAGE_CLOSED,
}


def statement_message(statement: Statement) -> messages.Statement:
    """A statement."""
    return messages.Statement(
        header=_header(statement.header),
        accounts=[_account(line) for line in statement.accounts],
        intercompany=[_intercompany(each) for each in statement.intercompany],
        brands=[_brand(brand) for brand in statement.brands],
        funding=[_funding(each) for each in statement.funding],
        vouchers=[_voucher(voucher) for voucher in statement.vouchers],
        notes=messages.StatementNotes(
            cut_off_events=statement.cut_off_events,
            disputed=[_disputed(each) for each in statement.disputed],
        ),
    )


def line_message(line: Line, figure: str) -> messages.FigureLine:
    """A line behind a figure."""
    message = messages.FigureLine(
        amount=checked(line.amount, figure),
        entry_number=line.entry_number,
        entity_id=line.entity,
        voucher_id=line.voucher_id,
        home_member_id=line.home,
        movement_sequence=line.movement_sequence,
        kind=line.kind,
        accrual_id=line.accrual_id,
        rule_version=line.rule_version,
        order_id=line.order_id,
        line_number=line.line_number,
        points=line.points,
        position=None if line.voucher_id else vector_message({line.partition: line.position})[0],
        period_sequence=line.period_sequence,
    )
    message.post_time.FromDatetime(line.post_time)
    return message


def roll_up_messages(figures: Sequence[RollUpFigure], names: Mapping[int, str]) -> list[messages.RollUpFigure]:
    """Figures of a roll-up."""
    return [
        messages.RollUpFigure(
            period=names.get(figure.period, ""),
            region=figure.region or "",
            operator_entity_id=figure.operator or "",
            location_id=figure.location or "",
            brand_id=figure.brand,
            measure=figure.measure,
            party_entity_id=figure.party,
            currency_code=figure.currency,
            amount=checked(figure.amount, figure.figure),
            figure=figure.figure,
        )
        for figure in figures
    ]


def _header(header: Header) -> messages.StatementHeader:
    period, entity = header.period, header.entity
    message = messages.StatementHeader(
        program_id=header.program,
        program_name=header.program_name,
        point_name=header.point_name,
        entity_id=entity.entity_id,
        entity_name=entity.name,
        legal_name=entity.legal_name,
        tax_id=entity.tax_id,
        country_code=entity.country,
        address_lines=entity.address,
        period=period.name,
        period_sequence=period.sequence,
        stage=_STAGES[period.stage],
        cut=vector_message(period.cut),
        up_to=vector_message(header.up_to),
        figures_hash=period.figures_hash,
        signed_name=period.signed_name,
        revision=header.revision,
    )
    if period.close_time is not None:
        message.close_time.FromDatetime(period.close_time)
    return message


def _account(line: AccountLine) -> messages.StatementAccount:
    return messages.StatementAccount(
        account=line.account,
        code=line.code,
        name=line.name,
        currency_code=line.currency,
        counterparty_entity_id=line.counterparty,
        opening=checked(line.opening, line.figure),
        change=checked(line.change, line.figure),
        closing=checked(line.closing, line.figure),
        figure=line.figure,
    )


def _intercompany(each: Intercompany) -> messages.IntercompanyPosition:
    return messages.IntercompanyPosition(
        counterparty_entity_id=each.counterparty,
        currency_code=each.currency,
        opening=checked(each.opening, each.claims_figure),
        claims=checked(each.claims, each.claims_figure),
        debts=checked(each.debts, each.debts_figure),
        netted=checked(each.netted, each.claims_figure),
        paid=checked(each.paid, each.claims_figure),
        open=checked(each.open, each.claims_figure),
        claims_figure=each.claims_figure,
        debts_figure=each.debts_figure,
    )


def _brand(brand: BrandStatement) -> messages.StatementBrand:
    return messages.StatementBrand(
        brand_id=brand.brand,
        name=brand.name,
        lines=[
            messages.StatementBrandLine(
                measure=line.measure,
                title=line.title,
                points=checked(line.points, line.figure),
                figure=line.figure,
            )
            for line in brand.lines
        ],
        liability=money_messages(brand.liability, f"brand.{brand.brand}.liability"),
        receivable=money_messages(brand.receivable, f"brand.{brand.brand}.receivable"),
    )


def _funding(funding: Funding) -> messages.StatementFunding:
    return messages.StatementFunding(
        brand_id=funding.brand,
        funder_entity_id=funding.funder,
        currency_code=funding.amount.currency_code,
        minor_units=checked(funding.amount.minor_units, funding.figure),
        figure=funding.figure,
    )


def _voucher(voucher: VoucherLine) -> messages.StatementVoucher:
    message = messages.StatementVoucher(
        voucher_id=voucher.voucher_id,
        number=voucher.number,
        kind=voucher.kind,
        reason=voucher.reason,
        signed_name=voucher.signed_name,
        debits=money_messages(voucher.debits, f"voucher.{voucher.number}"),
    )
    message.post_time.FromDatetime(voucher.post_time)
    return message


def _disputed(disputed: Disputed) -> messages.DisputedLine:
    amount = disputed.amount
    return messages.DisputedLine(
        line_id=disputed.line_id,
        dispute_id=disputed.dispute_id,
        debtor_entity_id=disputed.debtor,
        creditor_entity_id=disputed.creditor,
        amount=money_messages([amount], disputed.line_id)[0] if amount else None,
        reason=disputed.reason,
        signed_name=disputed.signed_name,
    )
