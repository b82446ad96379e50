"""The dashboard at the desk: `contracts.dashboard`'s figures as tables, which are CSV files too, and as drawings of the same."""
