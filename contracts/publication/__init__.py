"""What is in force, prepared for lookups: materialized views with the rules' JSON already written out."""
