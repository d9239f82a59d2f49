"""A Django that does nothing but ask Datastore one thing, by the stock connector: what a cold start costs at least."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.sessions"],
    DATABASES={
        "default": {
            "ENGINE": "gcloudc.db.backends.datastore",
            "PROJECT": "mewgram",
            "NAMESPACE": os.environ["DATASTORE_NAMESPACE"],
            "INDEXES_FILE": "djangaeidx.yaml",
        }
    },
)


def meow(request):
    from django.contrib.sessions.models import Session

    return HttpResponse(f"meow {len(Session.objects.filter(pk='meow'))}")


urlpatterns = [path("", meow)]
application = get_wsgi_application()
