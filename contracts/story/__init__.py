"""A contract's history told in sentences: chapters, days, and runs of like acts folded into one."""
