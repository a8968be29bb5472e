"""``python -m deploy.local up|down|status|run|clean``: the local stack from the command line.

Environment: LOYALTY_DATA_DIR (where everything is kept), LOYALTY_PORT_BASE (default 7400), LOYALTY_LEDGERS (how many
ledger processes share the lanes, default 1). The services' own settings, such as LEDGER_LOG_LEVEL or
OTEL_EXPORTER_OTLP_ENDPOINT, pass through.
"""

import argparse
import asyncio
import json
import shlex
import sys
from datetime import timedelta
from pathlib import Path

from deploy.local import background
from deploy.local.errors import LocalStackError
from deploy.local.files import write_secret
from deploy.local.lock import holder
from deploy.local.process import CHECKOUT
from deploy.local.secrets import Secrets
from deploy.local.services import SERVICES, address, processes
from deploy.local.settings import StackSettings

_TOKEN_LIFETIME = timedelta(hours=8)
_PROGRAM = "demo"


def main() -> int:
    """Run one verb; 0, or 1 with a message on standard error."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description="The whole mesh on this machine.")
    parser.add_argument("verb", choices=("up", "down", "status", "run", "clean"))
    parser.add_argument(
        "--only",
        nargs="*",
        choices=SERVICES,
        default=SERVICES,
        help="with up and run: start only these services; with no name only PostgreSQL and Valkey",
    )
    words = parser.parse_args()
    try:
        settings = StackSettings.from_environment()
        match words.verb:
            case "run":
                asyncio.run(background.run(settings, words.only))
            case "up":
                background.up(settings, words.only)
                print(_access(settings))
            case "down":
                background.down(settings)
            case "clean":
                background.clean(settings)
            case _:
                print(_status(settings))
    except LocalStackError as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


def _access(settings: StackSettings) -> str:
    """Addresses, credentials and a call to try. The token itself is in files only: what is printed may be kept."""
    secrets = Secrets(settings.data_dir / "secrets")
    token = secrets.mint_token(
        "developer", programs=(_PROGRAM,), roles=("HEADQUARTERS_ADMIN", "POS"), lifetime=_TOKEN_LIFETIME
    )
    tls = secrets.certificates.till("developer")
    token_file = settings.data_dir / "secrets" / "developer-token"
    header_file = settings.data_dir / "secrets" / "developer-header"
    write_secret(token_file, token + "\n")
    write_secret(header_file, f"authorization: Bearer {token}\n")
    call = (
        str(Path(sys.executable).with_name("buf")),
        *("curl", "--protocol", "grpc", "--schema", str(CHECKOUT / "protos")),
        *("--cacert", str(tls.authority), "--cert", str(tls.certificate), "--key", str(tls.key)),
        *("--header", f"@{header_file}", "--data", json.dumps({"program_id": _PROGRAM})),
        f"https://{address(settings.ports, 'rules')}/loyalty.rules.v1.RulesService/GetProgram",
    )
    names = [name for service in SERVICES for name in processes(settings.ports, service)]
    lines = [f"  {name:<12}{address(settings.ports, name)}" for name in names]
    lines += [f"  {'data':<12}{settings.data_dir}", "", f"Token for program {_PROGRAM!r}, valid for 8 hours, in:"]
    lines += [f"  {token_file}", "Certificate, key and authority of a developer:"]
    lines += [f"  {path}" for path in (tls.certificate, tls.key, tls.authority)]
    lines += ["", "A call to try (NOT_FOUND until a program has been applied):", shlex.join(call)]
    return "\n".join(lines)


def _status(settings: StackSettings) -> str:
    pid = holder(settings.lock_file)
    if pid is None:
        return f"The stack does not run. Data directory: {settings.data_dir}"
    state = background.read_state(settings)
    if state.get("supervisor") != pid:
        return f"The stack is starting or stopping (process {pid}). Data directory: {settings.data_dir}"
    ports = dict(settings.ports)
    lines = [f"The stack runs (process {pid}). Data directory: {settings.data_dir}"]
    lines += [f"  {name:<12}port {ports[name]:<6} process {child}" for name, child in state["processes"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
