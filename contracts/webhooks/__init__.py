"""Telling programs of changes: addresses, signatures and the sending of one message. No Django and no database."""
