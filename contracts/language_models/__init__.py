"""A second opinion on a document's limits from a language model. Optional, and pure Python: no Django, no database."""
