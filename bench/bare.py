"""A Django that does nothing: what a cold start costs at least."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

settings.configure(ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF=__name__)
urlpatterns = [path("", lambda request: HttpResponse("meow"))]
application = get_wsgi_application()
