from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from mewgram.paging import END, paged, paginate
from users.models import User

from . import timeline
from .forms import PurrForm
from .models import Purr

form_view = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@paged
def home(request, cursor):
    # Members read afresh, so that they see their own purr at once.
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
    thread = get_object_or_404(Purr.objects.threads(), pk=key)
    if thread.deleted:
        messages.warning(request, "This purr was deleted: there are no more replies to it.")
        return redirect(thread)
    return answer_form(request, thread)


def answer_form(request, thread=None):
    form = PurrForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            purr = form.save(request.user, thread)
        except IntegrityError:
            form.add_error(None, "This form was used before. Send it again to post this as a new purr.")
        else:
            timeline.forget_front_page()
            messages.success(request, "Purred!")
            return redirect(link_in_thread(purr, END) if thread else "home")
    if form.is_bound:
        form.draw_new_key()
    if thread:
        timeline.attach_authors([thread])
    return render(request, "purr/form.html", {"form": form, "thread": thread})


def link_in_thread(reply, before):
    """The reply on the page of its thread that ends there."""
    return f"{reverse('purr', args=[reply.thread_id])}?before={before}#purr-{reply.pk}"


@require_safe
@paged
def purr(request, key, cursor):
    """A thread with its replies. A reply sends on to the page of its thread that ends with it."""
    purr = get_object_or_404(Purr, pk=key)
    if not purr.thread_id:
        page = paginate(Purr.objects.replies_to(purr), "position", cursor)
        timeline.attach_authors([purr, *page.rows])
        return render(request, "purr/thread.html", {"thread": purr, "page": page, "form": PurrForm()})
    if Purr.objects.filter(pk=purr.thread_id).exists():
        return redirect(link_in_thread(purr, purr.position + END))
    timeline.attach_authors([purr])
    return render(request, "purr/lost_reply.html", {"purr": purr})


@login_required
@form_view
def delete(request, key):
    purr = get_object_or_404(Purr, pk=key)
    if purr.author_id != request.user.pk:
        raise PermissionDenied("Only its own cat may take a purr back.")
    if purr.deleted:
        return redirect(purr)
    if request.method == "POST":
        if not purr.erase():
            return redirect(purr)
        timeline.forget_front_page()
        messages.success(request, "Your purr is deleted.")
        return redirect("home")
    timeline.attach_authors([purr])
    return render(request, "purr/delete.html", {"purr": purr})


@require_safe
@paged
def profile(request, key, cursor):
    cat = get_object_or_404(User, pk=key)
    page = paginate(Purr.objects.by(cat), "-position", cursor)
    for purr in page.rows:
        purr.author = cat
    return render(request, "purr/profile.html", {"cat": cat, "page": page})
