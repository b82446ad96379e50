"""What contracts hold of people, for copies of their data and for erasures."""
