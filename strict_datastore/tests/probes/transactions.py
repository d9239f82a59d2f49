"""What a transaction sees, keeps and undoes; the asynchronous API."""

import contextlib

from asgiref.sync import async_to_sync
from django.db import DatabaseError, IntegrityError

from .probe import writing

PROBES = []


def transaction_probe(name):
    def decorate(function):
        PROBES.append(writing("transactions", name)(function))

    return decorate


def async_probe(name):
    def decorate(function):
        PROBES.append(writing("async", name)(async_to_sync(function)))

    return decorate


@transaction_probe("atomic: what was written is there after it")
def _(db):
    with db.atomic():
        db.Author.objects.create(pk=50, name="x")
        db.Author.objects.filter(pk=4).update(name="y")
    return db.Author.objects.all()


@transaction_probe("atomic: an exception undoes what was written")
def _(db):
    try:
        with db.atomic():
            db.Author.objects.create(name="x")
            db.Author.objects.filter(pk=4).update(name="y")
            db.Thing.objects.filter(pk=1).delete()
            raise KeyError
    except KeyError:
        return db.Author.objects.all(), db.Thing.objects.count()


@transaction_probe("atomic: a nested one that fails undoes its own writes only")
def _(db):
    with db.atomic():
        db.Author.objects.create(pk=50, name="outer")
        try:
            with db.atomic():
                db.Author.objects.create(pk=51, name="inner")
                raise KeyError
        except KeyError:
            pass
    return db.Author.objects.all()


@transaction_probe("atomic: a nested one that ends well is kept")
def _(db):
    with db.atomic():
        db.Author.objects.create(pk=50, name="outer")
        with db.atomic():
            db.Author.objects.create(pk=51, name="inner")
    return db.Author.objects.all()


@transaction_probe("atomic: the outer one undoes the nested one")
def _(db):
    try:
        with db.atomic():
            with db.atomic():
                db.Author.objects.create(pk=51, name="inner")
            raise KeyError
    except KeyError:
        return db.Author.objects.all()


@transaction_probe("atomic: read your own write by key")
def _(db):
    with db.atomic():
        row = db.Author.objects.create(name="x")
        return db.Author.objects.get(pk=row.pk)


@transaction_probe("atomic: read your own update by key")
def _(db):
    with db.atomic():
        db.Author.objects.filter(pk=4).update(name="y")
        return db.Author.objects.get(pk=4)


@transaction_probe("atomic: read your own write by filter")
def _(db):
    with db.atomic():
        db.Author.objects.create(name="x")
        return db.Author.objects.filter(name="x")


@transaction_probe("atomic: read all after a create")
def _(db):
    with db.atomic():
        db.Author.objects.create(name="x")
        return db.Author.objects.all()


@transaction_probe("atomic: count after a create")
def _(db):
    with db.atomic():
        db.Author.objects.create(name="x")
        return db.Author.objects.count()


@transaction_probe("atomic: count of a filter after a create")
def _(db):
    with db.atomic():
        db.Author.objects.create(name="Ada")
        return db.Author.objects.filter(name="Ada").count()


@transaction_probe("atomic: exists after a create")
def _(db):
    with db.atomic():
        db.Author.objects.create(name="x")
        return db.Author.objects.filter(name="x").exists()


@transaction_probe("atomic: values after an update")
def _(db):
    with db.atomic():
        db.Author.objects.filter(pk=4).update(name="y")
        return db.Author.objects.values_list("name", flat=True)


@transaction_probe("atomic: update, then filter by the old value")
def _(db):
    with db.atomic():
        db.Author.objects.filter(pk=4).update(name="y")
        return db.Author.objects.filter(name="Ada")


@transaction_probe("atomic: update, then filter by the new value")
def _(db):
    with db.atomic():
        db.Author.objects.filter(pk=4).update(name="y")
        return db.Author.objects.filter(name="y")


@transaction_probe("atomic: update, then filter by the key and the old value")
def _(db):
    with db.atomic():
        db.Author.objects.filter(pk=4).update(name="y")
        return db.Author.objects.filter(pk=4, name="Ada")


@transaction_probe("atomic: update, then keys in a list")
def _(db):
    with db.atomic():
        db.Author.objects.filter(pk=4).update(name="y")
        return db.Author.objects.filter(pk__in=[3, 4])


@transaction_probe("atomic: update, then in_bulk")
def _(db):
    with db.atomic():
        db.Author.objects.filter(pk=4).update(name="y")
        return db.Author.objects.in_bulk([3, 4])


@transaction_probe("atomic: update, then order")
def _(db):
    with db.atomic():
        db.Author.objects.filter(pk=4).update(name="zzz")
        return db.Author.objects.order_by("-name").first()


@transaction_probe("atomic: update all, then update what they became")
def _(db):
    with db.atomic():
        db.Book.objects.filter(pages=300).update(pages=301)
        again = db.Book.objects.filter(pages=301).update(pages=302)
    return again, db.Book.objects.filter(pages=302)


@transaction_probe("atomic: update the same row twice by key")
def _(db):
    with db.atomic():
        db.Book.objects.filter(pk=11).update(pages=1)
        db.Book.objects.filter(pk=11).update(name="x")
    return db.Book.objects.values_list("name", "pages").get(pk=11)


@transaction_probe("atomic: delete by key, then get")
def _(db):
    with db.atomic():
        db.Thing.objects.filter(pk=1).delete()
        return db.Thing.objects.filter(pk=1)


@transaction_probe("atomic: delete, then all")
def _(db):
    with db.atomic():
        db.Thing.objects.get(pk=1).delete()
        return db.Thing.objects.all()


@transaction_probe("atomic: delete, then count")
def _(db):
    with db.atomic():
        db.Thing.objects.get(pk=1).delete()
        return db.Thing.objects.count()


@transaction_probe("atomic: delete, then filter")
def _(db):
    with db.atomic():
        db.Thing.objects.get(pk=1).delete()
        return db.Thing.objects.filter(integer=1)


@transaction_probe("atomic: delete, then create under the same key")
def _(db):
    with db.atomic():
        db.Tag.objects.filter(pk="unused").delete()
        db.Tag.objects.create(slug="unused", weight=7)
    return db.Tag.objects.get(pk="unused").weight


@transaction_probe("atomic: create, then delete")
def _(db):
    with db.atomic():
        row = db.Thing.objects.create(name="x")
        row.delete()
    return db.Thing.objects.count()


@transaction_probe("atomic: create, then delete by filter")
def _(db):
    with db.atomic():
        db.Thing.objects.create(name="x")
        deleted = db.Thing.objects.filter(name="x").delete()
    return deleted, db.Thing.objects.count()


@transaction_probe("atomic: get_or_create twice")
def _(db):
    with db.atomic():
        first = db.Author.objects.get_or_create(name="x")[1]
        second = db.Author.objects.get_or_create(name="x")[1]
    return first, second, db.Author.objects.count()


@transaction_probe("atomic: a row and one that refers to it")
def _(db):
    with db.atomic():
        author = db.Author.objects.create(name="x")
        db.Book.objects.create(name="y", author=author)
    return db.Book.objects.get(name="y").author


@transaction_probe("atomic: the related rows after a create")
def _(db):
    with db.atomic():
        author = db.Author.objects.create(name="x")
        author.books.create(name="y")
        return author.books.all()


@transaction_probe("atomic: a cascade")
def _(db):
    with db.atomic():
        db.Book.objects.get(pk=11).delete()
    return db.Chapter.objects.order_by("pk"), db.Book.objects.count()


@transaction_probe("atomic: create a child row, then delete its parent")
def _(db):
    with db.atomic():
        db.Chapter.objects.create(name="new", book_id=14, number=9)
        db.Book.objects.get(pk=14).delete()
    return db.Chapter.objects.filter(number=9)


@transaction_probe("atomic: a read of another model after a write")
def _(db):
    with db.atomic():
        db.Author.objects.create(name="x")
        return db.Thing.objects.filter(integer=3)


@transaction_probe("atomic: a read of another row before a write")
def _(db):
    with db.atomic():
        found = list(db.Author.objects.filter(name="Ada"))
        db.Author.objects.create(name="x")
    return found


@transaction_probe("atomic: save a row after reading it")
def _(db):
    with db.atomic():
        row = db.Book.objects.select_for_update().get(pk=11)
        row.pages += 1
        row.save()
    return db.Book.objects.get(pk=11).pages


@transaction_probe("atomic: an IntegrityError is raised at once")
def _(db):
    with db.atomic():
        try:
            with db.atomic():
                db.Account.objects.create(name="x", email="ada@example.org")
        except IntegrityError:
            return "at once"
    return "never"


@transaction_probe("atomic: after an IntegrityError in a nested one, go on")
def _(db):
    with db.atomic():
        try:
            with db.atomic():
                db.Account.objects.create(name="x", email="ada@example.org")
        except IntegrityError:
            db.Account.objects.create(name="y", email="other@example.org")
    return db.Account.objects.all()


@transaction_probe("atomic: two rows with the same unique value")
def _(db):
    with db.atomic():
        db.Account.objects.create(name="x", email="same@example.org")
        db.Account.objects.create(name="y", email="same@example.org")


@transaction_probe("atomic: two rows with the same key")
def _(db):
    with db.atomic():
        db.Tag.objects.create(slug="same")
        db.Tag.objects.create(slug="same")


@transaction_probe("atomic: a query after a database error in the same one")
def _(db):
    with db.atomic():
        with contextlib.suppress(DatabaseError):
            db.Tag.objects.create(slug="art")
        return db.Tag.objects.count()


@transaction_probe("atomic: bulk_create, then commit")
def _(db):
    with db.atomic():
        db.Author.objects.bulk_create([db.Author(name="x"), db.Author(name="y")])
    return db.Author.objects.count()


@transaction_probe("atomic: more writes than a Datastore transaction once allowed")
def _(db):
    with db.atomic():
        db.Tag.objects.bulk_create([db.Tag(slug=f"t{number}") for number in range(30)])
    return db.Tag.objects.count()


@transaction_probe("atomic: many-to-many, then commit")
def _(db):
    with db.atomic():
        db.Book.objects.get(pk=14).tags.add("art", "cats")
    return db.Book.objects.get(pk=14).tags.count()


@transaction_probe("atomic: many-to-many, read before the commit")
def _(db):
    with db.atomic():
        book = db.Book.objects.get(pk=14)
        book.tags.add("art", "cats")
        return book.tags.count()


@transaction_probe("atomic(durable=True) inside another")
def _(db):
    with db.atomic(), db.atomic(durable=True):
        pass


@transaction_probe("atomic(savepoint=False): an exception undoes the outer one")
def _(db):
    try:
        with db.atomic():
            db.Author.objects.create(name="x")
            try:
                with db.atomic(savepoint=False):
                    raise KeyError
            except KeyError:
                pass
    finally:
        count = db.Author.objects.count()
    return count


@transaction_probe("on_commit: called after the commit")
def _(db):
    calls = []
    with db.atomic():
        db.on_commit(lambda: calls.append(db.Author.objects.filter(name="x").count()))
        db.Author.objects.create(name="x")
        calls.append("before")
    return calls


@transaction_probe("on_commit: not called after a rollback")
def _(db):
    calls = []
    try:
        with db.atomic():
            db.on_commit(lambda: calls.append("called"))
            raise KeyError
    except KeyError:
        return calls


@transaction_probe("on_commit: not called for a nested one that failed")
def _(db):
    calls = []
    with db.atomic():
        try:
            with db.atomic():
                db.on_commit(lambda: calls.append("inner"))
                raise KeyError
        except KeyError:
            db.on_commit(lambda: calls.append("outer"))
    return calls


@transaction_probe("atomic: select_for_update of a filter")
def _(db):
    with db.atomic():
        return list(db.Thing.objects.select_for_update().filter(integer=3).order_by("pk"))


@transaction_probe("atomic: find a row by its date after a change of the row")
def _(db):
    with db.atomic():
        db.Book.objects.filter(pk=12).update(pages=1)
        found = db.Book.objects.filter(published=db.date(1952, 5, 2))
        return (
            [str(each) for each in found.order_by("pages")],
            found.filter(pk=12).count(),
            db.Tag.objects.get(pk="art").books.filter(published=db.date(1952, 5, 2)).count(),
            db.Book.objects.get_or_create(name="Notes", published=db.date(1952, 5, 2))[1],
            [each.pk for each in db.Book.objects.order_by("-published", "pk")],
        )


@transaction_probe("atomic: a date that has to be unique, which a row of the transaction holds")
def _(db):
    with db.atomic():
        db.Holiday.objects.filter(pk=1).update(name="changed")
        db.Holiday.objects.create(name="the same day", day=db.date(2024, 1, 1))


@transaction_probe("atomic: a date that has to be unique, twice in the transaction")
def _(db):
    with db.atomic():
        db.Holiday.objects.create(name="new", day=db.date(2025, 1, 1))
        db.Holiday.objects.filter(pk=2).update(day=db.date(2025, 1, 1))


@transaction_probe("atomic: a date that has to be unique, saved again as it is")
def _(db):
    with db.atomic():
        for row in db.Holiday.objects.all():
            row.save()
    return db.Holiday.objects.values_list("day", flat=True)


@transaction_probe("atomic: refresh_from_db after an update")
def _(db):
    with db.atomic():
        row = db.Book.objects.get(pk=11)
        db.Book.objects.filter(pk=11).update(pages=db.F("pages") + 1)
        row.refresh_from_db()
        return row.pages


@async_probe("aget")
async def _(db):
    return str(await db.Thing.objects.aget(pk=3))


@async_probe("acreate and acount")
async def _(db):
    await db.Author.objects.acreate(name="x")
    return await db.Author.objects.acount()


@async_probe("async for")
async def _(db):
    return [str(thing) async for thing in db.Thing.objects.filter(integer=3).order_by("pk")]


@async_probe("aiterator")
async def _(db):
    return sorted([str(thing) async for thing in db.Thing.objects.aiterator(chunk_size=2)])


@async_probe("afirst, alast, aexists, ain_bulk")
async def _(db):
    things = db.Thing.objects.order_by("char")
    return [
        str(await things.afirst()),
        str(await things.alast()),
        await things.aexists(),
        {pk: str(thing) for pk, thing in (await things.ain_bulk([1, 2])).items()},
    ]


@async_probe("asave, adelete, arefresh_from_db")
async def _(db):
    row = await db.Thing.objects.aget(pk=1)
    row.integer = 12
    await row.asave()
    again = await db.Thing.objects.aget(integer=12)
    await db.Thing.objects.filter(pk=1).aupdate(integer=13)
    await again.arefresh_from_db()
    await row.adelete()
    return again.integer, await db.Thing.objects.acount()


@async_probe("aget_or_create, aupdate_or_create, abulk_create")
async def _(db):
    _, created = await db.Author.objects.aget_or_create(name="x")
    _, again = await db.Author.objects.aupdate_or_create(name="x", defaults={"mentor_id": 4})
    await db.Author.objects.abulk_create([db.Author(name="y")])
    return created, again, await db.Author.objects.acount()


@async_probe("aaggregate")
async def _(db):
    return await db.Thing.objects.aaggregate(total=db.Sum("integer"))
