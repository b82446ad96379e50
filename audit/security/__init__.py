"""What the people who guard the product want to see: kinds, their recording, and who has to be told."""
