"""What people agree to: which words, in which version, when, and that they took it back."""
