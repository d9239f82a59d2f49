from django.http import HttpResponse


def health(get_response):
    """Answer /health/ before anything looks at the host name or redirects to https."""

    def middleware(request):
        if request.path == "/health/":
            return HttpResponse("ok\n", content_type="text/plain")
        return get_response(request)

    return middleware


def utf8(get_response):
    """Read every form as UTF-8, whatever it calls itself: Django fails on a charset such as base64."""

    def middleware(request):
        request.encoding = "utf-8"
        return get_response(request)

    return middleware
