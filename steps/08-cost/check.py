"""Step 8 is done when the timeline takes three requests, or none, and an address is held by a claim."""

from workshop.checking import attribute, fail, field, migrations_made, needed_indexes, project, text_of


def counted(function, *arguments):
    """Return what the function returns, and what it cost."""
    from strict_datastore.meter import meter

    with meter() as counts:
        return function(*arguments), counts


def timeline(name):
    return attribute("purr.timeline", name, "Write it as the lesson shows.")


def purrs(count):
    """Threads of one cat, each with a reply, the newest first."""
    User = attribute("users.models", "User", "It comes in step 2.")
    Purr = attribute("purr.models", "Purr", "It comes in step 3.")
    cat = User.objects.create_user("luna@example.com", display_name="Luna")
    threads = [Purr.objects.create(author=cat, text=f"Purr {number}") for number in range(count)]
    for thread in threads:
        Purr.objects.create(author=cat, text="Meow", thread=thread)
    return threads[::-1]


def test_purrs_have_a_position():
    Purr = attribute("purr.models", "Purr", "It comes in step 3.")
    for name in ("position", "thread_position"):
        field(Purr, name, "Add it below thread, as the lesson shows.")


def test_its_migration_is_made():
    migrations_made()


def test_saving_a_purr_draws_its_position(database):
    (thread,) = purrs(1)
    reply = thread.replies.get()
    if not (thread.position and reply.position):
        fail("purr/models.py: save() has to set self.position = self.draw_position() first.")
    if reply.thread_position != thread.position:
        fail("purr/models.py: save() has to give a reply its thread's position, as thread_position.")


def test_the_timeline_takes_three_requests(database):
    read = timeline("read")
    threads = purrs(2)
    page, counts = counted(needed_indexes, read)
    if page.rows != threads:
        fail('purr/timeline.py: read() gives the threads by "-position", the newest first.')
    for thread in page.rows:
        if [reply.text for reply in getattr(thread, "shown_replies", [])] != ["Meow"]:
            fail("purr/timeline.py: attach_replies() gives each thread its own replies, as shown_replies.")
    _, of_authors = counted(lambda: [str(purr.author) for purr in page.rows])
    if of_authors.total_rpcs:
        fail(
            "purr/timeline.py: read() gives the purrs their authors too: attach_authors(page.rows + replies)"
        )
    if counts.total_rpcs != 3:
        fail(
            f"purr/timeline.py: read() sends {counts.total_rpcs} requests to Datastore instead of 3: the"
            " threads, their replies, all authors."
        )


def test_the_page_shows_threads_and_replies(visitor):
    purrs(21)
    page = visitor.sees("/", "Purr 20", "templates/purr/home.html loops over page.rows.")
    if "Meow" not in page.text:
        fail("The timeline shows no replies: templates/purr/home.html loops over thread.shown_replies.")
    if "Older purrs" not in page.text:
        fail('The timeline has no link to older purrs: templates/purr/home.html includes "pages.html".')


def test_strangers_read_the_page_from_memory(visitor):
    purrs(1)
    visitor.opens("/")
    _, counts = counted(visitor.opens, "/")
    if counts.total_rpcs:
        fail(
            "A second visit asks Datastore again: in purr/views.py, home uses timeline.read_front_page(), and"
            " templates/purr/home.html shows thread.shown_replies."
        )


def test_a_new_purr_is_seen_at_once(visitor):
    (thread,) = purrs(1)
    visitor.opens("/")
    visitor.log_in(thread.author)
    visitor.sends("/purrs/new/", {"text": "Is there cream?\nOr milk?"})
    visitor.sees(
        "/", "Is there cream?", "In purr/views.py, home reads afresh for a user who is_authenticated."
    )
    visitor.client.logout()
    visitor.sees("/", "Is there cream?", "In purr/views.py, answer_form calls timeline.forget_front_page().")


def test_the_claim_keeps_addresses_unique():
    settings = project()
    if "one_user_an_email" not in getattr(settings, "STRICT_DATASTORE_UNENFORCED_CONSTRAINTS", {}):
        fail(
            'Add STRICT_DATASTORE_UNENFORCED_CONSTRAINTS with "one_user_an_email" to mewgram/settings.py:'
            " the claim does what the constraint did."
        )


def test_nothing_orders_by_the_time_any_longer():
    if "name: posted" in text_of("index.yaml"):
        fail("index.yaml: take out the three entries with posted, which no page needs any longer.")
