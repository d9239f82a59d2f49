from django.contrib.auth.views import LogoutView
from django.urls import path

from . import views

urlpatterns = [
    path("cats/", views.cats, name="cats"),
    path("sign-up/", views.sign_up, name="sign_up"),
    path("log-in/", views.LogInView.as_view(), name="log_in"),
    path("log-out/", LogoutView.as_view(), name="log_out"),
    path("settings/", views.settings, name="settings"),
    path("settings/password/", views.PasswordView.as_view(), name="password"),
    path("settings/delete-account/", views.delete_account, name="delete_account"),
    path("avatar/<uuid:key>-<signature>.webp", views.avatar, name="avatar"),
]
