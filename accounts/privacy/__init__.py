"""What people may ask of their own data: a copy of it, and that it be erased."""
