import uuid

import pytest

from purr.models import Purr
from users.models import User


@pytest.fixture
def create_cat(db):
    def create_cat(**fields):
        name = fields.setdefault("display_name", f"Cat {uuid.uuid4().hex[:8]}")
        return User.objects.create_user(f"{name.replace(' ', '.')}@example.com", **fields)

    return create_cat


@pytest.fixture
def cat(create_cat):
    return create_cat()


@pytest.fixture
def create_purr():
    def create_purr(author, thread=None, **fields):
        fields |= {"thread": thread, "thread_position": thread and thread.position}
        return Purr.objects.create(**{"text": "Meow", "author": author} | fields)

    return create_purr
