"""Step 5 is done when cats reply to each other, and the timeline asks three questions however many do."""

from workshop.checking import attribute, fail, field, installed, migrations_made, project, text_of


def purr_model():
    return attribute("purr.models", "Purr", "It comes in step 3.")


def purrs(count=1, thread=None):
    """Purrs of one cat."""
    user = attribute("users.models", "User", "It comes in step 2.")
    cat = user.objects.filter(email="luna@example.com").first() or user.objects.create_user(
        "luna@example.com", display_name="Luna"
    )
    return [purr_model().objects.create(author=cat, text="Purr", thread=thread) for _ in range(count)]


def address(name, key):
    from django.urls import NoReverseMatch, reverse

    try:
        return reverse(name, args=[key])
    except NoReverseMatch:
        fail(f'purr/urls.py has no address named "{name}" yet: add it beside the others.')


def test_a_purr_can_answer_a_purr():
    thread = field(
        purr_model(), "thread", 'Add a relation to itself, with null=True: models.ForeignKey("self", ...)'
    )
    if thread.related_model is not purr_model():
        fail('purr/models.py: thread is a relation of a purr to a purr: models.ForeignKey("self", ...)')


def test_its_migration_is_made():
    migrations_made()


def test_an_installed_toolbar_has_its_addresses():
    from django.urls import NoReverseMatch, reverse

    if "debug_toolbar" not in project().INSTALLED_APPS:
        return  # it comes after the replies
    try:
        reverse("djdt:render_panel")
    except NoReverseMatch:
        fail("Add the toolbar's addresses to mewgram/urls.py: *debug_toolbar_urls(),")


def test_a_thread_has_a_page(visitor):
    (thread,) = purrs()
    visitor.sees(address("purr", thread.pk), "A thread by Luna", "Give it a view, purr, in purr/views.py.")


def test_a_reply_stands_in_its_thread(visitor):
    (thread,) = purrs()
    visitor.log_in(thread.author)
    visitor.sends(address("reply", thread.pk), {"text": "Meow\nto you"}, "Look at reply in purr/views.py.")
    reply = purr_model().objects.filter(text="Meow\nto you").first()
    if not reply:
        fail("Sending the form of a reply stores no purr: look at answer_form in purr/views.py.")
    if reply.thread != thread:
        fail(
            "The reply is not in its thread: in purr/views.py, answer_form sets form.instance.thread"
            " before it saves."
        )
    where = "Look at the view purr in purr/views.py."
    visitor.sees(address("purr", thread.pk), "Meow to you", where)


def test_nobody_replies_to_a_reply(visitor):
    (thread,) = purrs()
    (reply,) = purrs(thread=thread)
    visitor.log_in(thread.author)
    if visitor.client.get(address("reply", reply.pk)).status_code != 404:
        fail(
            "A reply can be replied to: in purr/views.py, reply looks for its thread among"
            " Purr.objects.threads() only."
        )


def test_the_timeline_shows_threads_with_their_replies(visitor):
    (thread,) = purrs()
    (reply,) = purrs(thread=thread)
    page = visitor.opens("/")
    for purr in (thread, reply):
        times = page.html.count(f'id="purr-{purr.pk}"')
        if times != 1:
            fail(
                f"The timeline shows a purr {times} times instead of once: in purr/views.py, home gives"
                " the template Purr.objects.threads() as threads."
            )


def test_the_toolbar_is_there():
    installed("debug_toolbar")
    middleware = "debug_toolbar.middleware.DebugToolbarMiddleware"
    if middleware not in project().MIDDLEWARE:
        fail(f'Add "{middleware}" to MIDDLEWARE in mewgram/settings.py, first of all')


def test_queries_do_not_grow_with_the_purrs(visitor):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for thread in purrs(20):
        purrs(thread=thread)
    with CaptureQueriesContext(connection) as queries:
        visitor.opens("/")
    if len(queries) > 3:
        fail(
            f"The timeline makes {len(queries)} queries instead of 3 for 20 purrs with a reply each: in"
            ' purr/views.py, home needs select_related("author") and prefetch_related("replies__author").'
        )


def test_a_test_counts_the_queries():
    if "assertNumQueries(3)" not in text_of("purr/tests.py"):
        fail("purr/tests.py has no test of the timeline with assertNumQueries(3) yet: add it.")
