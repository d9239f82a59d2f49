"""Resident memory before and after ten thousand reads and writes on one kept connection: prints it as JSON."""

import json
import uuid

import django
import psutil

OPERATIONS = 10_000


def main():
    django.setup()

    from users.models import EmailClaim

    def work(times):
        for _ in range(times // 2):
            claim = EmailClaim.objects.create(key=f"bench:{uuid.uuid4()}", user_id=uuid.uuid4())
            EmailClaim.objects.get(pk=claim.pk)

    def megabytes():
        return psutil.Process().memory_info().rss / 1e6

    work(1000)  # what is loaded once is not part of it
    before = megabytes()
    work(OPERATIONS)
    print(json.dumps({"operations": OPERATIONS, "before_mb": before, "after_mb": megabytes()}))


if __name__ == "__main__":
    main()
