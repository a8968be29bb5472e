"""The README's first call, run as it stands there on the stack that is up, prints what the README shows."""

import os
import re
import subprocess
import sys

from deploy.local.access import variables
from deploy.local.process import CHECKOUT
from deploy.local.secrets import Secrets
from deploy.local.settings import PORT_BASE_VARIABLE
from tests.integration.demo.conftest import Told


def test_the_first_call_prints_what_is_shown(told: Told) -> None:
    _, _, page = (CHECKOUT / "README.md").read_text().partition("## A first call")
    call, shown = re.findall(r"```(?:python)?\n(.*?)```", page.partition("```sh")[2].partition("```\n")[2], re.DOTALL)[
        :2
    ]
    secrets = Secrets(told.person.data_dir / "secrets")
    ran = subprocess.run(
        [sys.executable, "-c", call],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={
            **os.environ,
            **variables(secrets, "developer"),
            "LOYALTY_TOKEN": secrets.mint_token("developer", programs=("demo",), roles=("HEADQUARTERS_ADMIN", "POS")),
            PORT_BASE_VARIABLE: str(told.person.base),
            "PYTHONPATH": f"{CHECKOUT}{os.pathsep}{CHECKOUT / 'gen'}",
        },
    )
    assert (ran.stdout, ran.returncode) == (shown, 0), ran.stderr
