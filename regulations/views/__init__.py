"""The pages of the law: the catalogue and its tables, the limits of one period, the judgement of a roster."""
