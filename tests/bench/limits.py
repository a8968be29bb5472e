"""The settings of a mesh under load: one till of a benchmark does what a thousand do."""

WITHOUT_LIMITS = {
    **{f"LEDGER_SPENDS_PER_{of}_A_MINUTE": "0" for of in ("TILL", "MEMBER", "OPERATOR", "TILL_AND_MEMBER")},
    "LEDGER_LOOKUPS_PER_CALLER_A_MINUTE": "0",
    "IDENTITY_LOOKUPS_PER_CALLER_A_MINUTE": "0",
    "IDENTITY_TAKEN_IDENTIFIERS_PER_CALLER_A_MINUTE": "0",
}
