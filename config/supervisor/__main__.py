"""Run the product at HOST and PORT, with its data in VAR_DIR."""

import os
import sys
from pathlib import Path

from config.supervisor import Stream, Supervisor
from config.supervisor.plan import CHECKOUT, product
from config.supervisor.ports import taken_by

LARGEST_PORT = 65535


def main() -> int:
    """Run until asked to end; the process's exit code."""
    host = os.environ.get("HOST") or "127.0.0.1"
    given = os.environ.get("PORT") or "8000"
    if not (given.isascii() and given.isdigit() and 0 < int(given) <= LARGEST_PORT):
        sys.stderr.write(f"PORT is {given!r}, which is no port number.\n")
        return 2
    port = int(given)
    try:
        holder = taken_by(host, port)
    except OSError as error:
        sys.stderr.write(f"Nothing can listen at {host}, port {port}: {error.strerror}.\n")
        return 1
    if holder is not None:
        sys.stderr.write(f"Port {port} is taken by {holder}. End it, or choose another: make run PORT={port + 1}\n")
        return 1
    var_dir = Path(os.environ.get("VAR_DIR") or CHECKOUT / "var").resolve()
    return Supervisor(product(host=host, port=port, var_dir=var_dir), var_dir, Stream(sys.stdout)).run()


if __name__ == "__main__":
    sys.exit(main())
