"""Rule packs: a contract's rules in the shapes that programs load. No Django."""
