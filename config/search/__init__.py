"""Search by words over rows that keep a search entry: what was asked, which rows hold it, in which order, and where.

Both the contracts and the law are searched by it. `asking` and `marking` need no database.
"""
