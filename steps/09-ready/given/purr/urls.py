from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("purrs/new/", views.post, name="post"),
    path("purrs/<uuid:key>/", views.purr, name="purr"),
    path("purrs/<uuid:key>/reply/", views.reply, name="reply"),
    path("purrs/<uuid:key>/delete/", views.delete, name="delete_purr"),
    path("cats/<uuid:key>/", views.profile, name="profile"),
]
