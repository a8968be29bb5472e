"""The step between a parent and its child."""

import os
import subprocess
import sys
from pathlib import Path

from deploy.local import launch


def launched(parent: int, *command: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-I", "-S", str(Path(launch.__file__)), str(parent), "9", "-1", "-1", *command]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_it_becomes_the_command() -> None:
    assert launched(os.getpid(), "/bin/echo", "here").stdout == "here\n"


def test_it_does_not_start_for_a_parent_that_has_ended() -> None:
    ended = launched(4_000_000, "/bin/echo", "here")
    assert (ended.returncode, ended.stdout) == (1, "")


def test_a_command_that_does_not_exist_is_named() -> None:
    assert "/nowhere/server cannot be started: No such file" in launched(os.getpid(), "/nowhere/server").stderr
