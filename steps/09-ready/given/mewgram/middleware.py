from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import DatabaseError
from django.http import HttpResponse

# Each look at the database is billed, so that many questions at once get one answer.
SECONDS_OF_ONE_ANSWER = 5


def health(get_response):
    """Answer /health/ before anything looks at the host name or redirects to https."""

    def middleware(request):
        if request.path != "/health/":
            return get_response(request)
        if cache.get_or_set("database-answers", database_answers, SECONDS_OF_ONE_ANSWER):
            return HttpResponse("ok\n", content_type="text/plain")
        return HttpResponse("the database does not answer\n", content_type="text/plain", status=503)

    return middleware


def database_answers():
    try:
        Session.objects.filter(pk="health").exists()
    except DatabaseError:
        return False
    return True


def utf8(get_response):
    """Read every form as UTF-8, whatever it calls itself: Django fails on a charset such as base64."""

    def middleware(request):
        request.encoding = "utf-8"
        return get_response(request)

    return middleware
