from django.contrib import admin
from django.urls import include, path

from . import views

urlpatterns = [
    path("", include("purr.urls")),
    path("", include("users.urls")),
    path("admin/", admin.site.urls),
    path("favicon.ico", views.favicon),
]

handler500 = "mewgram.views.server_error"
