from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from mewgram.paging import paged
from users.models import User

from . import timeline
from .forms import PurrForm
from .models import Purr

form_view = require_http_methods(["GET", "HEAD", "POST"])
PAGE_SIZE = 20


@require_safe
@paged
def home(request, cursor):
    may_be_old = not cursor and not request.user.is_authenticated
    page = timeline.read_front_page() if may_be_old else timeline.read(cursor)
    return render(request, "purr/home.html", {"page": page, "form": PurrForm()})


@login_required
@form_view
def post(request):
    return answer_form(request)


@login_required
@form_view
def reply(request, key):
    return answer_form(request, thread=get_object_or_404(Purr.objects.threads(), pk=key))


def answer_form(request, thread=None):
    form = PurrForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.instance.author = request.user
        form.instance.thread = thread
        form.save()
        timeline.forget_front_page()
        return redirect(thread or "home")
    return render(request, "purr/form.html", {"form": form, "thread": thread})


@require_safe
def purr(request, key):
    thread = get_object_or_404(Purr.objects.threads(), pk=key)
    replies = Purr.objects.replies_to(thread).select_related("author")
    return render(request, "purr/thread.html", {"thread": thread, "replies": replies, "form": PurrForm()})


@require_safe
def profile(request, key):
    cat = get_object_or_404(User, pk=key)
    purrs = Purr.objects.by(cat).newest_first()[:PAGE_SIZE]
    return render(request, "purr/profile.html", {"cat": cat, "purrs": purrs})
