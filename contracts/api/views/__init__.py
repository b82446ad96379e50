"""Views of the API: each asks, calls one selector or service, and answers."""
