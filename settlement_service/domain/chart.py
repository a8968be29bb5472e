"""What accounts are called: as the program's chart of accounts says, else by our own words."""

from settlement_service.domain.program_facts import AccountName, SettlementTerms


def account_name(terms: SettlementTerms, account: str) -> AccountName:
    """Code and name of an account; the program may rename any."""
    return terms.accounts.get(account) or AccountName(account, account.replace("_", " ").capitalize())
