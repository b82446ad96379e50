"""Working security events, and telling those who guard the product."""
