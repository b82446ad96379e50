"""Airlines, people and service clients in the admin: administrators' work, done by services."""

from accounts.admin import airlines, clients, people, site

__all__ = ["airlines", "clients", "people", "site"]
