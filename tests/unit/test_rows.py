"""`make test` runs every folder of tests."""

from pathlib import Path

from tests.run import BESIDE_LAST, FOLDERS, LAST

TESTS = Path(__file__).resolve().parents[1]
COMMANDS_OF_THEIR_OWN = {"bench", "soak", "trial"}
NOT_TESTS = {"support", "__pycache__"}


def test_every_folder_is_in_one_row() -> None:
    named = [*FOLDERS, BESIDE_LAST, LAST]
    folders = {path.name for path in TESTS.iterdir() if path.is_dir()} - COMMANDS_OF_THEIR_OWN - NOT_TESTS
    parts = {f"integration/{path.name}" for path in (TESTS / "integration").iterdir() if any(path.glob("test_*.py"))}
    assert sorted(named) == sorted(folders - {"integration"} | parts)
    assert not list((TESTS / "integration").glob("test_*.py"))
