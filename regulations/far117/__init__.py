"""14 CFR Part 117 as data and functions. No Django, and no I/O but reading the data files beside it."""
