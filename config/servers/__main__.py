"""`python -m config.servers status|stop`: see and end the servers of `var` (or of VAR_DIR)."""

import argparse
import os
import sys
from pathlib import Path

from config.servers import status, stop

CHECKOUT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Do as told; the exit code is 1 where `stop` found users."""
    parser = argparse.ArgumentParser(prog="python -m config.servers", description=__doc__)
    parser.add_argument("action", choices=["status", "stop"])
    parser.add_argument("--force", action="store_true", help="stop them although somebody uses them")
    given = parser.parse_args()
    var_dir = Path(os.environ.get("VAR_DIR") or CHECKOUT / "var")
    if given.action == "stop" and not stop(var_dir, force=given.force):
        sys.stderr.write("Not stopped: a program uses them (--force stops them all the same).\n")
        return 1
    for name, pid in status(var_dir).items():
        sys.stdout.write(f"{name}: {'not running' if pid is None else f'running, process {pid}'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
