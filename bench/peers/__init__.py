"""What the lookup is measured beside: the same question, answered by other means, over the same rows."""
