"""The contracts are linted, formatted and break nobody."""

from pathlib import Path
from shutil import copy, copytree, ignore_patterns

import pytest

from tests.contract.checkout import CHECKOUT, run


def base() -> str | None:
    """The last release (a tag v*), or main while there is none; None if neither holds contracts."""

    def git(*arguments: str) -> str:
        # The checkout may belong to another account than the one that runs the tests.
        answer = run("git", "-c", f"safe.directory={CHECKOUT}", *arguments)
        return answer.stdout.strip() if answer.returncode == 0 else ""

    tag = git("describe", "--tags", "--abbrev=0", "--match=v*")
    for kind, revision in (("tag", tag), ("branch", "main")):
        if revision and git("ls-tree", "--name-only", revision, "protos"):
            return f".git#{kind}={revision}"
    return None


def test_the_contracts_pass_the_linter() -> None:
    answer = run("buf", "lint")
    assert answer.returncode == 0, answer.stdout


def test_the_contracts_are_formatted() -> None:
    answer = run("buf", "format", "--diff", "--exit-code")
    assert answer.returncode == 0, answer.stdout


def test_the_contracts_break_nobody() -> None:
    against = base()
    if against is None:
        pytest.skip("no release and no main branch with contracts to compare with")
    answer = run("buf", "breaking", "--against", against)
    assert answer.returncode == 0, answer.stdout


def test_a_breaking_change_is_noticed(tmp_path: Path) -> None:
    for folder in ("before", "after"):
        copytree(CHECKOUT / "protos", tmp_path / folder / "protos", ignore=ignore_patterns("*.py", "__pycache__"))
        copy(CHECKOUT / "buf.yaml", tmp_path / folder)
    changed = tmp_path / "after/protos/loyalty/type/v1/money.proto"
    changed.write_text(changed.read_text().replace("int64 minor_units = 2", "int32 minor_units = 2"))
    answer = run("buf", "breaking", "after", "--against", "before", folder=tmp_path)
    assert "minor_units" in answer.stdout
