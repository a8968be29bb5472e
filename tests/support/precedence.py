"""In which order a call is looked at: of several reasons that apply, the one of the earliest stage is given.

The table is the ledger's; `docs/reference/precedence.md` is made from it, and tests hold it against the catalogue of
reasons and against calls that are wrong in two ways at once (tests/integration/mesh/test_precedence.py).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of every call. `kept`: what a repeat under the same id meets. `reasons` in the order they are given."""

    name: str
    where: str
    kept: str
    reasons: tuple[str, ...]


STAGES = (
    Stage(
        "The caller", "token, role", "nothing", ("TOKEN_MISSING", "TOKEN_INVALID", "TOKEN_EXPIRED", "ROLE_NOT_ALLOWED")
    ),
    Stage(
        "The division",
        "what the token covers; of what lies in the thing that is named, when it was found",
        "nothing",
        ("PROGRAM_NOT_ALLOWED", "DIVISION_NOT_ALLOWED", "MEMBER_NOT_ALLOWED"),
    ),
    Stage("The limits", "calls under way, time left", "nothing", ("OVERLOADED", "DEADLINE_EXCEEDED")),
    Stage("The message", "all faults at once, an id that is none among them", "nothing", ("MALFORMED",)),
    Stage("The request id", "the stored answer", "the first answer or refusal", ("REQUEST_ID_REUSED",)),
    Stage("The program", "its live revision", "nothing", ("PROGRAM_NOT_FOUND",)),
    Stage("The time", "`occur_time`", "nothing", ("TIME_AHEAD", "TOO_LATE")),
    Stage(
        "What is named",
        "identity, rules and the directory, asked at once: of two of these either may be given. A document that was "
        "posted before is answered as it was, whatever is wrong here by now",
        "nothing",
        (
            "LOCATION_NOT_FOUND",
            "BRAND_NOT_FOUND",
            "ENTITY_NOT_FOUND",
            "SALE_NOT_FOUND",
            "ORDER_NOT_FOUND",
            "AUTHORIZATION_NOT_FOUND",
            "REDEMPTION_NOT_FOUND",
            "RETURN_NOT_FOUND",
            "ADJUSTMENT_NOT_FOUND",
            "ALERT_NOT_FOUND",
            "CORRECTION_NOT_FOUND",
            "OTHER_MEMBERS_ORDER",
            "SECOND_PERSON_NEEDED",
            "TOO_MANY_ORDERS",
            "STATEMENT_TOO_LONG",
            "PERIOD_OUT_OF_ORDER",
            "PERIOD_NOT_OVER",
            "IMPORT_OUT_OF_ORDER",
            "IMPORT_CONFLICT",
            "IMPORT_NOT_FOUND",
            "IMPORT_IS_DRY_RUN",
            "IMPORT_LINE_CHANGED",
            "CONTROL_TOTALS_DIFFER",
            "IMPORT_STATE",
            "POOLING_STATE",
            "CROSS_SPEND_HAPPENED",
            "IMPORT_NOT_COMMITTED",
            "SHADOW_NOT_ACCEPTED",
            "CURSOR_INVALID",
            "PROCESS_NOT_FOUND",
        ),
    ),
    Stage(
        "The proof",
        "what is spent is worth, against the program's tiers; then the proof, at identity",
        "nothing",
        ("PROOF_REQUIRED", "PROOF_REFUSED"),
    ),
    Stage(
        "The lane",
        "keys, leases, merges",
        "nothing; the tombstone of VOIDED_BEFORE stays",
        (
            "LANE_UNOWNED",
            "ORDER_CONFLICT",
            "VOIDED_BEFORE",
            "OVERTAKEN",
            "STALE_FACTS",
            "LOCK_LOST",
            "MEMBER_MOVED",
            "WALLETS_NEEDED",
            "NOTHING_DUE",
        ),
    ),
    Stage(
        "The decision",
        "`apply`, under the wallet's lock, after what is due by time was booked; of a document's lines the first, by "
        "number; of a sale with tenders, the tenders in order come before anything is earned",
        "the refusal",
        (
            "RETURN_ENDED",
            "AUTHORIZATION_ENDED",
            "ALREADY_DECIDED",
            "SAME_WALLET",
            "ORDER_NOT_CLAIMABLE",
            "CLAIM_TOO_LATE",
            "NOT_CORRECTABLE",
            "ACCRUAL_NOT_FOUND",
            "LADDER_NOT_FOUND",
            "MANUAL_TIER_NOT_FOUND",
            "DATE_PASSED",
            "NOTHING_PENDING",
            "NOTHING_TO_EXTEND",
            "RETURN_BASIS_DIFFERS",
            "NOT_RETURNABLE",
            "TENDER_NOT_ATTACHABLE",
            "NOT_REDEEMABLE_SO",
            "CAPTURE_EXCEEDS_HOLD",
            "NOT_RESTORABLE",
            "WORTH_NOTHING",
            "QUOTE_CHANGED",
            "INSUFFICIENT_POINTS",
            "SOURCE_LEAVING",
            "NO_SETTLEMENT_TERMS",
        ),
    ),
)


def precedence_page() -> str:
    """The order as a page."""
    lines = [
        "# Precedence: which of several reasons is given",
        "",
        "Made from `tests/support/precedence.py` by `python -m tests.support.reference`; do not edit. A call is looked",
        "at stage by stage; the first stage that finds something wrong answers. What each reason means and what to do",
        "about it: [errors.md](errors.md). Reasons of identity and rules come with the stage that asks them.",
        "",
        "| | stage | looked at | a repeat meets | reasons, in order |",
        "| --- | --- | --- | --- | --- |",
    ]
    for number, stage in enumerate(STAGES, start=1):
        reasons = ", ".join(f"`{reason}`" for reason in stage.reasons)
        lines.append(f"| {number} | {stage.name} | {stage.where} | {stage.kept} | {reasons} |")
    return "\n".join(lines) + "\n"
