from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from .forms import PurrForm
from .models import Purr

form_view = require_http_methods(["GET", "HEAD", "POST"])
PAGE_SIZE = 20


@require_safe
def home(request):
    purrs = Purr.objects.newest_first()[:PAGE_SIZE]
    return render(request, "purr/home.html", {"purrs": purrs, "form": PurrForm()})


@login_required
@form_view
def post(request):
    form = PurrForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.instance.author = request.user
        form.save()
        return redirect("home")
    return render(request, "purr/form.html", {"form": form})
