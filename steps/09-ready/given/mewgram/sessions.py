import re

from django.contrib.sessions.backends import db
from django.utils import timezone

BATCH = 100


class SessionStore(db.SessionStore):
    """Django's sessions, for Datastore."""

    def _validate_session_key(self, key):
        # A cookie that no session of ours can have is not looked up: Datastore has keys that it does not
        # even look for, such as those of more than 1500 bytes.
        return key and re.fullmatch("[a-z0-9]{32}", key)

    @classmethod
    def clear_expired(cls):
        """
        Delete the sessions that have expired, a batch at a time: all at once they are too many for a transaction.

        `manage.py clearsessions` calls this. In production a TTL policy on the field does the same, unasked.
        """
        sessions = cls.get_model_class().objects
        expired = sessions.filter(expire_date__lt=timezone.now())
        while keys := list(expired.values_list("pk", flat=True)[:BATCH]):
            sessions.filter(pk__in=keys).delete()
