from django.urls import path

from purr import views

urlpatterns = [
    path("", views.home, name="home"),
]
