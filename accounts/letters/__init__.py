"""Mails about an account, most of them with a link that is good once: registering, a lost password, another address."""
