"""PostgreSQL and Valkey for one's own machine, from wheels: `with available(var_dir) as servers`."""

from config.servers.leases import Servers, available, status, stop
from config.servers.processes import ServersError

__all__ = ["Servers", "ServersError", "available", "status", "stop"]
