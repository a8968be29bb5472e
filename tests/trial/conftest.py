"""Fixtures of the trials, and what they counted, printed at the end of the run."""

import pytest

COUNTED = pytest.StashKey[list[str]]()


@pytest.fixture
def counted(pytestconfig: pytest.Config) -> list[str]:
    """Lines added here are printed when all tests are done."""
    return pytestconfig.stash.setdefault(COUNTED, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints what the trials counted."""
    lines = config.stash.get(COUNTED, [])
    if lines:
        terminalreporter.section("trials")
        for line in lines:
            terminalreporter.write_line(line)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the larger file last: every check of integrity walks the event chains of all programs before it."""
    items.sort(key=lambda item: item.path.name.startswith("test_cj"))
