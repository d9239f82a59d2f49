"""Who guesses passwords, or makes accounts by the dozen, is asked to wait. It works for any number of instances."""

import ipaddress
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .models import Attempt

WINDOW = timedelta(minutes=10)
MOST_FOR_AN_ACCOUNT = 10
# Not less: all who sit in one room, as in a workshop, may have the same address.
MOST_FROM_AN_ADDRESS = 100

TOO_MANY = "Too many attempts. Try again in ten minutes."


class Attempts:
    """
    What was tried in the last minutes from the visitor's address, and at one account.

    Each is an entity of its own. One that counts them would have to be written by all at once, and a room full of
    people who sign up would wait for each other.
    """

    def __init__(self, purpose, request, account=None):
        now = timezone.now()
        window = now.timestamp() // WINDOW.total_seconds()
        self.expires = now + 2 * WINDOW
        self.limits = {hashed(purpose, window, client_address(request)): MOST_FROM_AN_ADDRESS}
        if account:
            self.limits[hashed(purpose, window, account.lower())] = MOST_FOR_AN_ACCOUNT

    def check(self):
        """ValidationError when there were too many."""
        for beginning, limit in self.limits.items():
            attempts = Attempt.objects.filter(key__gt=beginning, key__lt=f"{beginning}~")
            if attempts[:limit].count() == limit:
                raise ValidationError(TOO_MANY, code="throttled")

    def add(self):
        Attempt.objects.bulk_create(
            Attempt(key=f"{beginning}-{uuid.uuid4().hex}", expires=self.expires) for beginning in self.limits
        )


def hashed(*texts):
    """The beginning of keys that say nothing about whom they count."""
    return salted_hmac("throttle", repr(texts), algorithm="sha256").hexdigest()


def client_address(request):
    """The visitor's IP address; of the newer and longer ones the part that a household shares."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_CLOUD_RUN:
        # Cloud Run adds the true address at the end. What stands before it is what the visitor claims.
        address = request.headers.get("X-Forwarded-For", address).split(",")[-1]
    try:
        address = ipaddress.ip_address(address.strip())
    except ValueError:
        return "unknown"
    return str(address if address.version == 4 else ipaddress.ip_network((address, 64), strict=False))
