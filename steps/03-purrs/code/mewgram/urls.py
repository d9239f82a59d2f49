from django.urls import include, path

urlpatterns = [
    path("", include("purr.urls")),
    path("", include("users.urls")),
]
