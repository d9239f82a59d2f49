from django.urls import include, path

from purr import views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("users.urls")),
]
