#!/usr/bin/env python
"""Django's commands.

Without DATABASE_URL or REDIS_URL they run on the embedded servers: found where they run, else started for the command's
own time.
"""

import os
import sys
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    from django.core.management import execute_from_command_line

    from config import door, servers

    var_dir = Path(os.environ.get("VAR_DIR") or Path(__file__).resolve().parent / "var")
    with servers.available(var_dir) as running:
        os.environ.update(running.environment())
        door.process_is_product()
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
