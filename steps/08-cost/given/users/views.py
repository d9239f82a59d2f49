from django.contrib.auth import login
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from mewgram.paging import paged, paginate

from . import avatars
from .forms import SignUpForm
from .models import EMAIL_TAKEN, User

form_view = require_http_methods(["GET", "HEAD", "POST"])


@form_view
def sign_up(request):
    form = SignUpForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user = form.save()
        except IntegrityError:
            form.add_error("email", ValidationError(EMAIL_TAKEN, code="unique"))
        else:
            login(request, user)
            return redirect("home")
    return render(request, "users/sign_up.html", {"form": form})


@require_safe
@paged
def cats(request, cursor):
    page = paginate(User.objects.active(), "listing", cursor)
    return render(request, "users/cats.html", {"page": page})


@require_safe
@cache_control(public=True, max_age=365 * 24 * 60 * 60, immutable=True)
def avatar(request, key, signature):
    if not avatars.is_signed(key, signature):
        raise Http404("There is no such cat.")
    return HttpResponse(avatars.webp(key), content_type="image/webp")
