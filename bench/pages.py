"""Processor time and RPCs of a page, in this process: prints them as JSON."""

import json
import time
import uuid

import django

REPEATS = 30


def main():
    django.setup()

    from django.core.cache import cache
    from django.test import Client

    from purr.models import Purr
    from users import avatars
    from users.models import User

    cats = [
        User.objects.create_user(f"{uuid.uuid4()}@example.com", display_name=f"Cat {n}") for n in range(13)
    ]
    for number in range(20):
        thread = Purr.objects.create(author=cats[number % 13], text=f"Purr {number}")
        for reply in range(4):
            author = cats[(number + reply) % 13]
            Purr.objects.create(author=author, text="Meow", thread=thread, thread_position=thread.position)
    anonymous, member = Client(), Client()
    member.force_login(cats[0])

    def home(client):
        cache.clear()
        assert client.get("/").status_code == 200

    def cat(drawn):
        if not drawn:
            avatars.drawn.clear()
        assert anonymous.get(cats[0].avatar_url).status_code == 200

    def sign_up():
        response = Client().post(
            "/sign-up/",
            {
                "email": f"{uuid.uuid4()}@example.com",
                "display_name": "New",
                "password1": "a long purr",
                "password2": "a long purr",
            },
        )
        assert response.status_code == 302

    def post():
        assert member.post("/purrs/new/", {"key": uuid.uuid4(), "text": "Purr"}).status_code == 302

    pages = {
        "home page, anonymous, nothing in memory": (lambda: home(anonymous), REPEATS),
        "home page, anonymous, from memory": (lambda: anonymous.get("/"), REPEATS),
        "home page, member": (lambda: home(member), REPEATS),
        "post a purr": (post, REPEATS),
        "a cat, drawn first": (lambda: cat(drawn=False), REPEATS),
        "a cat, drawn already": (lambda: cat(drawn=True), REPEATS),
        "sign-up, password hashing included": (sign_up, 3),
    }
    print(json.dumps({name: measure(*page) for name, page in pages.items()}))


def measure(request, repeats):
    """Processor milliseconds of one request, of the quickest, and its RPCs."""
    request()  # what is imported or drawn once is not part of it
    times = []
    for _ in range(repeats):
        started = time.process_time()
        request()
        times.append(time.process_time() - started)
    return {"rpcs": count_rpcs(request), "cpu_ms": 1000 * min(times)}


def count_rpcs(request):
    """Counted at gRPC itself, because the meter knows only strict_datastore's channel."""
    from unittest.mock import patch

    import grpc

    calls = []
    blocking = grpc._channel._UnaryUnaryMultiCallable._blocking

    def counted(self, *args, **kwargs):
        calls.append(self._method)
        return blocking(self, *args, **kwargs)

    with patch.object(grpc._channel._UnaryUnaryMultiCallable, "_blocking", counted):
        request()
    return len(calls)


if __name__ == "__main__":
    main()
