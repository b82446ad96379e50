"""From what a person typed or uploaded to a schedule document, and from its answer to drawings and tables. No database."""
