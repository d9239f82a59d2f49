from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import LoginView, PasswordChangeView, redirect_to_login
from django.core.cache import cache
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_http_methods, require_safe

from mewgram.paging import paged, paginate

from . import avatars
from .forms import LogInForm, NameForm, SignUpForm
from .models import EMAIL_TAKEN, User
from .throttle import Attempts

form_view = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@paged
def cats(request, cursor):
    page = paginate(User.objects.active(), "listing", cursor)
    return render(request, "users/cats.html", {"page": page})


@form_view
def sign_up(request):
    if request.user.is_authenticated:
        return redirect("home")
    attempts = Attempts("sign up", request)
    form = SignUpForm(request.POST if request.method == "POST" else None, attempts=attempts)
    if form.is_valid():
        try:
            user = form.save()
        except IntegrityError:
            form.add_error("email", ValidationError(EMAIL_TAKEN, code="unique"))
        else:
            attempts.add()
            login(request, user)
            messages.success(request, f"Welcome, {user.name}!")
            return HttpResponseRedirect(next_page(request))
    if form.has_error("email", "unique"):
        attempts.add()
    return render(request, "users/sign_up.html", {"form": form}, status=status_of(form))


def status_of(form):
    """For whom is asked to wait, the status that programs understand."""
    has_to_wait = form.has_error("email", "throttled") or form.has_error(NON_FIELD_ERRORS, "throttled")
    return 429 if has_to_wait else 200


def next_page(request):
    """Where the visitor was going when asked who they are, if that is on this site."""
    url = request.GET.get("next")
    is_ours = url_has_allowed_host_and_scheme(url, request.get_host(), require_https=request.is_secure())
    return url if is_ours else reverse("home")


class LogInView(LoginView):
    template_name = "users/log_in.html"
    authentication_form = LogInForm
    redirect_authenticated_user = True

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=status_of(form))


@login_required
@form_view
def settings(request):
    form = NameForm(request.POST if request.method == "POST" else None, instance=request.user)
    if form.is_valid():
        if not form.save():
            return redirect_to_login(request.get_full_path())
        cache.clear()  # The front page in it has the old name.
        messages.success(request, "From now on you go by this name.")
        return redirect("settings")
    return render(request, "users/settings.html", {"form": form})


class PasswordView(PasswordChangeView):
    template_name = "users/password.html"

    def form_valid(self, form):
        # Django would save the user as it was read when the request came, over what others have changed since.
        if not User.objects.change_password(form.user, form.cleaned_data["new_password1"]):
            return redirect_to_login(self.request.get_full_path())
        update_session_auth_hash(self.request, form.user)
        messages.success(self.request, "Your password is changed.")
        return redirect("settings")


@login_required
@form_view
def delete_account(request):
    if request.method == "POST":
        if not User.objects.deactivate(request.user):
            return redirect_to_login(request.get_full_path())
        cache.clear()  # The front page in it has the name that is to be forgotten.
        logout(request)
        messages.success(request, "Your account is gone. Farewell, former cat!")
        return redirect("home")
    return render(request, "users/delete_account.html")


def avatar_etag(request, key, signature):
    return f'"{signature}"' if avatars.is_signed(key, signature) else None


@require_safe
@cache_control(public=True, max_age=365 * 24 * 60 * 60, immutable=True)
@condition(etag_func=avatar_etag)
def avatar(request, key, signature):
    if not avatars.is_signed(key, signature):
        raise Http404("There is no such cat.")
    return HttpResponse(avatars.webp(key), content_type="image/webp")
