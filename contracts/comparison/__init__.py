"""Two states of contracts' rules side by side, or one beside the law: what differs, rule by rule, and why. No Django."""
