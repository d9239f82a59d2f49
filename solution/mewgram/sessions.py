import re

from django.contrib.sessions.backends import db


class SessionStore(db.SessionStore):
    """Django's sessions; a cookie that no session of ours can have is not looked up."""

    def _validate_session_key(self, key):
        # Datastore has keys that it does not even look for, such as those of more than 1500 bytes.
        return key and re.fullmatch("[a-z0-9]{32}", key)
