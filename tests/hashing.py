"""Passwords in the suite: hashed as in the product, with 4 rounds where it takes 12, which is a quarter of a second."""

from django.contrib.auth.hashers import BCryptSHA256PasswordHasher


class QuickBcrypt(BCryptSHA256PasswordHasher):
    rounds = 4
