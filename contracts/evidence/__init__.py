"""A contract's evidence: one file that shows, without this product and without a network, what happened to the contract."""
