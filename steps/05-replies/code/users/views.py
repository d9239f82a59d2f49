from django.contrib.auth import login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from . import avatars
from .forms import SignUpForm
from .models import User

form_view = require_http_methods(["GET", "HEAD", "POST"])


@form_view
def sign_up(request):
    form = SignUpForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        login(request, form.save())
        return redirect("home")
    return render(request, "users/sign_up.html", {"form": form})


@require_safe
def cats(request):
    return render(request, "users/cats.html", {"cats": User.objects.active().order_by("display_name")})


@require_safe
@cache_control(public=True, max_age=365 * 24 * 60 * 60, immutable=True)
def avatar(request, key, signature):
    if not avatars.is_signed(key, signature):
        raise Http404("There is no such cat.")
    return HttpResponse(avatars.webp(key), content_type="image/webp")
