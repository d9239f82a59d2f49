from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from . import views

urlpatterns = [
    path("", include("purr.urls")),
    path("", include("users.urls")),
    # On one page for everybody: the admin's own would overwrite what others have changed of the user.
    path("admin/password_change/", RedirectView.as_view(pattern_name="password")),
    path("admin/", admin.site.urls),
    path("favicon.ico", views.favicon),
]

handler500 = "mewgram.views.server_error"
