"""Processes are killed under load; nothing acknowledged is lost and nothing is doubled."""

import pytest

# Their assertions shall say what differs, like those of a test.
pytest.register_assert_rewrite("tests.fault.rounds", "tests.fault.cut_ledger")
