"""Program files name the very accounts that settlement keeps."""

from rules_service.domain.settlement import ACCOUNTS
from settlement_service.domain.accounts import Account, PointAccount


def test_rules_know_the_accounts_of_settlement() -> None:
    kept = [account.value for account in Account] + [account.value for account in PointAccount]
    assert sorted(ACCOUNTS) == sorted(kept)
