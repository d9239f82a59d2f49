"""Relations in transactions that Hypothesis makes up: cascades, lost rows and many-to-many are as on SQLite."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from hypothesis import given, note, settings
from hypothesis import strategies as st

from .models import Author, Book, ProtectedNote, Tag
from .test_generated_transactions import Undone, engines  # noqa: F401

NAMES = st.sampled_from("ABC")
operations = st.deferred(
    lambda: st.one_of(
        st.tuples(st.just(create_author), NAMES, NAMES),
        st.tuples(st.just(create_book), NAMES, NAMES, NAMES),
        st.tuples(st.just(move_book), NAMES, NAMES),
        st.tuples(st.just(protect), NAMES),
        st.tuples(st.just(tag), NAMES, NAMES),
        st.tuples(st.just(untag), NAMES),
        st.tuples(st.just(delete_author), NAMES),
        st.tuples(st.just(delete_books), NAMES),
        st.tuples(st.just(delete_tag), NAMES),
        st.tuples(st.just(read), NAMES),
        st.tuples(st.just(block), st.lists(operations, max_size=4), st.booleans()),
    )
)


def author_of(alias, name):
    return Author.objects.using(alias).filter(name=f"made {name}").order_by("pk").first()


def book_of(alias, name):
    return Book.objects.using(alias).filter(name=f"made {name}").order_by("pk").first()


def create_author(alias, name, mentor):
    if not author_of(alias, name):
        Author.objects.using(alias).create(name=f"made {name}", mentor=author_of(alias, mentor))


def create_book(alias, name, author, editor):
    if not book_of(alias, name):
        Book.objects.using(alias).create(
            name=f"made {name}", author=author_of(alias, author), editor=author_of(alias, editor)
        )


def move_book(alias, name, author):
    return Book.objects.using(alias).filter(name=f"made {name}").update(author=author_of(alias, author))


def protect(alias, name):
    if author := author_of(alias, name):
        ProtectedNote.objects.using(alias).create(name=f"made {name}", author=author)


def tag(alias, name, slug):
    made, _created = Tag.objects.using(alias).get_or_create(slug=f"made-{slug}")
    if book := book_of(alias, name):
        book.tags.add(made)


def untag(alias, name):
    if book := book_of(alias, name):
        book.tags.clear()


def delete_author(alias, name):
    if author := author_of(alias, name):
        return author.delete()[0]


def delete_books(alias, name):
    return Book.objects.using(alias).filter(author=author_of(alias, name)).delete()[0]


def delete_tag(alias, slug):
    return Tag.objects.using(alias).filter(slug=f"made-{slug}").delete()[0]


def read(alias, name):
    author = author_of(alias, name)
    if author is None:
        return None
    return [
        sorted(book.name for book in author.books.all()),
        sorted(book.name for book in author.edited.select_related("author")),
        sorted(pupil.name for pupil in author.pupils.all()),
        author.mentor and author.mentor.name,
        sorted((book.name, *sorted(each.slug for each in book.tags.all())) for book in author.books.all()),
    ]


def block(alias, steps, is_undone):
    answers = run(alias, steps)
    if is_undone:
        raise Undone
    return answers


def run(alias, steps):
    """What each of the steps gives, each in an atomic block of its own."""
    answers = []
    for function, *arguments in steps:
        try:
            with transaction.atomic(using=alias):
                answers.append(function(alias, *arguments))
        except (IntegrityError, Undone) as error:
            answers.append(
                ProtectedError.__name__ if isinstance(error, ProtectedError) else type(error).__name__
            )
    return answers


def everything(alias):
    books = Book.objects.using(alias).select_related("author", "editor")
    return [
        sorted((each.name, (each.mentor and each.mentor.name) or "") for each in Author.objects.using(alias)),
        sorted(
            (each.name, str(each.author), str(each.editor), *sorted(str(tag) for tag in each.tags.all()))
            for each in books
        ),
        sorted(str(each.author) for each in ProtectedNote.objects.using(alias)),
    ]


@pytest.mark.emulator
@settings(deadline=None, derandomize=True, database=None, max_examples=100)
@given(steps=st.lists(operations, max_size=10), is_undone=st.booleans())
def test_relations_are_as_on_sqlite(engines, steps, is_undone):  # noqa: F811
    outcomes = []
    for engine in engines:
        (answers,) = run(engine.alias, [(block, steps, is_undone)])
        outcomes.append((answers, everything(engine.alias)))
        engine.restore()
    note(f"SQLite: {outcomes[0]}\nstrict: {outcomes[1]}")
    assert outcomes[0] == outcomes[1]
