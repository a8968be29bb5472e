"""``python -m deploy.local.program plan|apply|export FOLDER …``: the rules service's tool against the local stack.

Mints a token for itself; everything else is as ``python -m rules_service plan --help`` says.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from deploy.local.errors import LocalStackError
from deploy.local.secrets import EVERYTHING, Secrets
from deploy.local.services import address
from deploy.local.settings import StackSettings
from rules_service.tool import command


def main(words: Sequence[str]) -> int:
    """The tool's exit code; 4 if the settings of the local stack are at fault."""
    if not words or words[0] not in command.COMMANDS[:-1]:
        return command.main(words)
    try:
        settings = StackSettings.from_environment()
    except LocalStackError as fault:
        print(fault, file=sys.stderr)
        return command.Exit.REFUSED
    secrets = Secrets(settings.data_dir / "secrets")
    tls = secrets.certificates.till("developer")
    token = secrets.mint_token("developer", programs=EVERYTHING, roles=("HEADQUARTERS_ADMIN",))
    with tempfile.NamedTemporaryFile("w", suffix=".token") as file:
        file.write(token)
        file.flush()
        place: tuple[str, ...] = ("--address", address(settings.ports, "rules"), "--token-file", str(Path(file.name)))
        place += ("--tls", str(tls.certificate), str(tls.key), str(tls.authority))
        return command.main([*words, *place])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
