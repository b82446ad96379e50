"""`issue_token EMAIL`: an access token for trying the API by hand."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.services import session_open


class Command(BaseCommand):
    help = "Print an access token, good for 15 minutes. Refused where the product serves real people."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Tokens are issued by command on demo and development systems only.")
        user = User.objects.filter(email__iexact=options["email"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active account {options['email']}.")
        self.stdout.write(session_open(user=user).access)
