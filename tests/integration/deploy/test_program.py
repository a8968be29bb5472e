"""The tool of the rules service in one line against the local stack."""

import asyncio
from pathlib import Path

import pytest

from deploy.local import program
from deploy.local.settings import StackSettings
from deploy.local.stack import LocalStack


async def test_a_folder_is_planned_and_applied_without_a_word_about_tokens(
    stack: LocalStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(StackSettings, "from_environment", lambda: stack.settings)
    text = "program: {id: one-line, name: N}\nentities: {e: {name: E}}\nbrands: {B: {name: B, entity: e}}\n"
    (tmp_path / "all.yaml").write_text(text)
    assert await asyncio.to_thread(program.main, ["plan", str(tmp_path)]) == 0
    assert "Program one-line is new." in capfd.readouterr().out
    assert await asyncio.to_thread(program.main, ["apply", str(tmp_path), "--yes"]) == 0
    assert "Program one-line is at rev_" in capfd.readouterr().out


def test_what_needs_no_stack_is_passed_on(capfd: pytest.CaptureFixture[str]) -> None:
    assert program.main(["schema"]) == 0
    assert '"$schema"' in capfd.readouterr().out
