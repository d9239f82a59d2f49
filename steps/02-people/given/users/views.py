from django.contrib.auth import login
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from .forms import SignUpForm

form_view = require_http_methods(["GET", "HEAD", "POST"])


@form_view
def sign_up(request):
    form = SignUpForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        login(request, form.save())
        return redirect("home")
    return render(request, "users/sign_up.html", {"form": form})
