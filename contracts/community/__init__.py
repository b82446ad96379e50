"""Pilots' part in contracts' records: ratings, proposed improvements, usage. Who may, what is shown, the pages."""
