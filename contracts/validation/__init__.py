"""Judging a pilot's preferences, trips and schedules against his contract's rules and the law. No Django."""
