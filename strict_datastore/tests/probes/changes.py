"""Creating, saving, updating and deleting rows, and the constraints that guard them."""

from .probe import writes, writing

PROBES = [
    *writes(
        "inheritance of three tables",
        (
            'Taxi.objects.create(name="T", licence="A").wheels',
            'Taxi.objects.values_list("name", "doors", "licence")',
        ),
        (
            'Taxi.objects.create(name="T", doors=2)',
            '[each.objects.get(name="T").name for each in (Vehicle, Car, Taxi)]',
        ),
        ('Taxi.objects.create(name="T", licence="A").name', 'Taxi.objects.create(name="U", licence="A")'),
        ('Taxi.objects.create(name="T").car_ptr.vehicle_ptr.name', "Vehicle.objects.get().car.taxi.name"),
        (
            'Taxi.objects.create(name="T").name',
            "Taxi.objects.update(wheels=3, doors=2, licence='B'), Taxi.objects.get().doors",
        ),
        ('Taxi.objects.create(name="T").name', "Vehicle.objects.update(wheels=3), Taxi.objects.get().wheels"),
        (
            'Taxi.objects.create(name="T").name',
            'Taxi.objects.get(name="T").delete(), Vehicle.objects.count()',
        ),
        (
            'Taxi.objects.create(name="T").name',
            "Car.objects.get().delete(keep_parents=True), Vehicle.objects.count()",
        ),
        ('Taxi.objects.create(name="T").name', "Vehicle.objects.all().delete(), Taxi.objects.count()"),
        (
            'Car.objects.create(pk=1, name="C").name',
            "Taxi(car_ptr_id=1, name='C', licence='A').save(), Taxi.objects.get().doors",
        ),
        (
            'Taxi.objects.create(pk=1, name="T").pk',
            "Car.objects.filter(pk=1).exists(), Taxi.objects.in_bulk([1])",
        ),
        (
            'Phone.objects.create(pk=UUID(int=1), name="P", number="112").pk',
            "Device.objects.get(pk=UUID(int=1)).phone.number",
        ),
        (
            'Phone.objects.create(name="P", number="112").name',
            'Phone.objects.filter(number="112").update(name="Q"), Device.objects.get().name',
        ),
        (
            'Phone.objects.create(name="P", number="112").name',
            "Phone.objects.get().delete()[0], Device.objects.count()",
        ),
    ),
    *writes(
        "creating",
        ('Sorted.objects.create(name="a").name', 'Sorted.objects.order_by("-name").first()'),
        ('Author.objects.create(name="New")', 'Author.objects.get(name="New").mentor'),
        ('Author.objects.create(name="New").pk > 0', "Author.objects.count()"),
        ('Author.objects.create(pk=99, name="New").pk', "Author.objects.get(pk=99)"),
        ('Author.objects.create(pk=4, name="Twice")', "Author.objects.get(pk=4)"),
        ('Tag.objects.create(slug="art")', "Tag.objects.get(pk='art').weight"),
        ('Tag.objects.create(slug="new")', "Tag.objects.count()"),
        ('Tag.objects.create(slug="")', "Tag.objects.count()"),
        ('Tag.objects.create(slug="__mine")', "Tag.objects.count()"),
        ('Tag.objects.create(slug="__mine__")', "Tag.objects.count()"),
        ('Tag.objects.create(slug="a/b c\\n")', 'Tag.objects.get(pk="a/b c\\n")'),
        ('Tag.objects.create(slug="x" * 30).pk', "Tag.objects.count()"),
        ('Author.objects.create(pk=0, name="zero").pk', "Author.objects.count()"),
        ('Author.objects.create(pk=-1, name="minus").pk', "Author.objects.get(pk=-1)"),
        ('Author.objects.create(pk=2**63 - 1, name="last").pk', "Author.objects.get(pk=2**63 - 1)"),
        ('Author.objects.create(name="x" * 51).pk > 0', "Author.objects.count()"),
        ("Author.objects.create(name=None)", "Author.objects.count()"),
        ("Author.objects.create(nothing=1)", "Author.objects.count()"),
        ('Ticket.objects.create(name="four").pk.version', "Ticket.objects.count()"),
        ('Ticket.objects.create(pk=UUID(int=1), name="again")', "Ticket.objects.get(pk=UUID(int=1))"),
        ('Thing.objects.create(name="new", text="long " * 1000)', 'len(Thing.objects.get(name="new").text)'),
        ('Thing.objects.create(name="new", char="x" * 100)', 'Thing.objects.get(char="x" * 100)'),
        ('Thing.objects.create(name="new", char="x" * 2000)', 'Thing.objects.filter(char="x" * 2000)'),
        ('Thing.objects.create(name="new", char="a\\0b")', 'Thing.objects.get(name="new").char'),
        ('Thing.objects.create(name="new", positive=-1)', "Thing.objects.filter(positive__lt=0)"),
        ('Thing.objects.create(name="new", small=40000)', "Thing.objects.filter(small=40000)"),
        ('Thing.objects.create(name="new", integer=2**40)', "Thing.objects.filter(integer=2**40)"),
        ('Thing.objects.create(name="new", big=2**63)', "Thing.objects.count()"),
        ('Thing.objects.create(name="new", integer=None)', "Thing.objects.count()"),
        ('Thing.objects.create(name="new", integer="12").integer', 'Thing.objects.get(name="new").integer'),
        ('Thing.objects.create(name="new", integer="twelve")', "Thing.objects.count()"),
        ('Thing.objects.create(name="new", integer=2.7).integer', 'Thing.objects.get(name="new").integer'),
        ('Thing.objects.create(name="new", integer=Value(1) + 1)', 'Thing.objects.get(name="new").integer'),
        ('Thing.objects.create(name="new", integer=Value(2.5))', 'Thing.objects.get(name="new").integer'),
        ('Thing.objects.create(name="new", integer=Value(None))', "Thing.objects.count()"),
        ('Thing.objects.create(name="new", date=Value(1))', 'Thing.objects.get(name="new").date'),
        ('Thing.objects.create(name="new", float=Value(1))', 'Thing.objects.get(name="new").float'),
        ('Thing.objects.create(name="new", char=Lower(Value("X")))', 'Thing.objects.get(name="new").char'),
        ('Thing.objects.create(name="new", decimal=D("1.005"))', 'Thing.objects.get(name="new").decimal'),
        ('Thing.objects.create(name="new", decimal=D("123456789.00"))', "Thing.objects.count()"),
        ('Thing.objects.create(name="new", decimal=D("-0.00"))', 'Thing.objects.get(name="new").decimal'),
        ('Thing.objects.create(name="new", decimal=D("-0.00"))', "Thing.objects.filter(decimal=0).count()"),
        ('Thing.objects.create(name="new", decimal=D("NaN"))', "Thing.objects.count()"),
        ('Thing.objects.create(name="new", decimal=1.1)', 'Thing.objects.get(name="new").decimal'),
        ('Thing.objects.create(name="new", float=float("inf"))', 'Thing.objects.get(name="new").float'),
        ('Thing.objects.create(name="new", boolean=None)', "Thing.objects.count()"),
        ('Thing.objects.create(name="new", boolean="x")', "Thing.objects.count()"),
        ('Thing.objects.create(name="new", date="2024-02-30")', "Thing.objects.count()"),
        ('Thing.objects.create(name="new", date=utc(2024, 5, 1, 12))', 'Thing.objects.get(name="new").date'),
        ('Thing.objects.create(name="new", date=date(1, 1, 1))', 'Thing.objects.get(name="new").date'),
        (
            'Thing.objects.create(name="new", moment=utc(9999, 12, 31))',
            'Thing.objects.get(name="new").moment',
        ),
        (
            'Thing.objects.create(name="new", moment=utc(2024, 1, 1, 0, 0, 0, 1))',
            'Thing.objects.get(name="new").moment',
        ),
        (
            'Thing.objects.create(name="new", duration=timedelta(days=-1000))',
            'Thing.objects.get(name="new").duration',
        ),
        ('Thing.objects.create(name="new", binary=b"\\0\\1")', 'bytes(Thing.objects.get(name="new").binary)'),
        ('Thing.objects.create(name="new", ip="::ffff:1.2.3.4")', 'Thing.objects.get(name="new").ip'),
        ('Thing.objects.create(name="new", uuid="no")', "Thing.objects.count()"),
        (
            'Document.objects.create(name="new", data={"b": [1, 2.5, None]})',
            'Document.objects.get(name="new").data',
        ),
        ('Restaurant.objects.create(name="New", city="Oslo", stars=1)', 'Place.objects.filter(city="Oslo")'),
        ('Restaurant(place_ptr_id=1, name="Park", city="Oslo").save()', "Restaurant.objects.count()"),
        ('PlaceByCity.objects.create(name="New", city="Aa")', "PlaceByCity.objects.first()"),
        ('Author.objects.get_or_create(name="Ada")[1]', "Author.objects.count()"),
        ('Author.objects.get_or_create(name="New")[1]', "Author.objects.count()"),
        (
            'Author.objects.get_or_create(name="New", defaults={"mentor_id": 4})[0].mentor',
            "Author.objects.count()",
        ),
        ('Book.objects.get_or_create(name="Notes")', "Book.objects.count()"),
        (
            'Author.objects.get_or_create(name__iexact="new", defaults={"name": "New"})[1]',
            "Author.objects.count()",
        ),
        (
            'Account.objects.get_or_create(email="ada@example.org", defaults={"name": "x"})[1]',
            "Account.objects.count()",
        ),
        (
            'Account.objects.get_or_create(name="x", defaults={"email": "ada@example.org"})',
            "Account.objects.count()",
        ),
        ('Tag.objects.get_or_create(slug="art", defaults={"weight": 9})[0].weight', "Tag.objects.count()"),
        (
            "Book.objects.get_or_create(pk=12, published=date(1952, 5, 2))[1]",
            "Book.objects.count()",
        ),
        (
            'Book.objects.update_or_create(name="Émile", defaults={"pages": 1})[1]',
            "Book.objects.get(pk=14).pages",
        ),
        (
            'Book.objects.update_or_create(name="New", defaults={"pages": 1})[1]',
            'Book.objects.get(name="New").pages',
        ),
        (
            'Book.objects.update_or_create(name="New", defaults={"pages": 1}, create_defaults={"pages": 2})[1]',
            'Book.objects.get(name="New").pages',
        ),
        (
            'Book.objects.update_or_create(name="Notes", defaults={"pages": 1})',
            "Book.objects.filter(pages=1)",
        ),
        (
            'Book.objects.update_or_create(pk=11, defaults={"pages": F("pages") + 1})[1]',
            "Book.objects.get(pk=11).pages",
        ),
    ),
    *writes(
        "bulk",
        ('Author.objects.bulk_create([Author(name="x"), Author(name="y")])', "Author.objects.count()"),
        (
            'all(a.pk for a in Author.objects.bulk_create([Author(name="x"), Author(name="y")]))',
            'Author.objects.filter(name__in=["x", "y"]).count()',
        ),
        (
            '[a._state.adding for a in Author.objects.bulk_create([Author(name="x")])]',
            "Author.objects.count()",
        ),
        (
            '[a.pk for a in Author.objects.bulk_create([Author(pk=50, name="x")])]',
            "Author.objects.get(pk=50)",
        ),
        ('Author.objects.bulk_create([Author(pk=4, name="x")])', "Author.objects.get(pk=4)"),
        ("Author.objects.bulk_create([])", "Author.objects.count()"),
        ('len(Author.objects.bulk_create([Author(name="x")] * 3, batch_size=2))', "Author.objects.count()"),
        ("Author.objects.bulk_create([Author(name=None)])", "Author.objects.count()"),
        (
            'Account.objects.bulk_create([Account(name="x", email="x@x"), Account(name="y", email="ada@example.org")])',
            "Account.objects.count()",
        ),
        (
            'Account.objects.bulk_create([Account(name="x", email="x@x"), Account(name="y", email="x@x")])',
            "Account.objects.count()",
        ),
        (
            'Account.objects.bulk_create([Account(name="x", email="ada@example.org")], ignore_conflicts=True)',
            "Account.objects.count()",
        ),
        (
            'Account.objects.bulk_create([Account(name="x", email="ada@example.org")], update_conflicts=True, '
            'unique_fields=["email"], update_fields=["name"])',
            'Account.objects.get(email="ada@example.org").name',
        ),
        (
            'Tag.objects.bulk_create([Tag(slug="art", weight=9)], ignore_conflicts=True)',
            'Tag.objects.get(pk="art").weight',
        ),
        ('Restaurant.objects.bulk_create([Restaurant(name="x", city="y")])', "Restaurant.objects.count()"),
        (
            'Book.objects.bulk_update([Book(pk=11, pages=1), Book(pk=12, pages=2)], ["pages"])',
            'Book.objects.values_list("pk", "pages")',
        ),
        (
            'Book.objects.bulk_update([Book(pk=11, name="x", pages=1)], ["name"])',
            "Book.objects.get(pk=11).pages",
        ),
        ("Book.objects.bulk_update([], ['pages'])", "Book.objects.count()"),
        ('Book.objects.bulk_update([Book(pk=99, pages=1)], ["pages"])', "Book.objects.count()"),
        (
            'Book.objects.bulk_update([Book(pk=11, pages=F("pages") + 1)], ["pages"])',
            "Book.objects.get(pk=11).pages",
        ),
    ),
    *writes(
        "updating",
        ("Book.objects.update(pages=1)", "Book.objects.filter(pages=1).count()"),
        ("Book.objects.filter(pages=300).update(pages=1)", "Book.objects.filter(pages=1)"),
        (
            "Book.objects.filter(pk=12, published=date(1952, 5, 2)).update(pages=1)",
            "Book.objects.filter(pages=1)",
        ),
        (
            'Book.objects.exclude(author=Author.objects.filter(name="nobody")[:1]).update(pages=1)',
            "Book.objects.filter(pages=1)",
        ),
        (
            'Restaurant.objects.update(stars=9, city=Lower("name"))',
            'Restaurant.objects.values_list("stars", "city")',
        ),
        ("Book.objects.filter(pages=999).update(pages=1)", "Book.objects.filter(pages=1)"),
        ("Book.objects.filter(pk=11).update(pages=1, name='x')", "Book.objects.get(pk=11)"),
        ('Book.objects.filter(pk=11).update(pages=F("pages") + 1)', "Book.objects.get(pk=11).pages"),
        ('Book.objects.update(pages=F("pages") * 2)', 'Book.objects.values_list("pk", "pages")'),
        ('Book.objects.update(pages=F("pages") - F("pages"))', "Book.objects.filter(pages=0).count()"),
        ('Book.objects.update(pages=F("id"))', 'Book.objects.values_list("pk", "pages")'),
        ('Book.objects.update(price=F("price") + 1)', 'Book.objects.values_list("pk", "price")'),
        ('Book.objects.update(price=F("price") / 2)', 'Book.objects.values_list("pk", "price")'),
        ('Book.objects.filter(pk=11).update(pages=F("author__pk"))', "Book.objects.get(pk=11).pages"),
        ('Book.objects.filter(pk=11).update(name=Upper("name"))', "Book.objects.get(pk=11).name"),
        (
            'Book.objects.filter(pk=11).update(name=Concat("name", Value("!")))',
            "Book.objects.get(pk=11).name",
        ),
        ('Book.objects.filter(pk=11).update(name=Value("x"))', "Book.objects.get(pk=11).name"),
        (
            "Book.objects.update(pages=Case(When(pages=300, then=1), default=2))",
            'Book.objects.values_list("pk", "pages")',
        ),
        (
            'Book.objects.filter(pk=11).update(pages=Subquery(Author.objects.filter(pk=3).values("pk")))',
            "Book.objects.get(pk=11).pages",
        ),
        ("Book.objects.filter(pk=15).update(author=3)", "Book.objects.get(pk=15).author"),
        (
            "Book.objects.filter(pk=15).update(author=Author.objects.get(pk=3))",
            "Book.objects.filter(author=3).count()",
        ),
        ("Book.objects.filter(pk=15).update(author_id=3)", "Book.objects.get(pk=15).author"),
        ("Book.objects.filter(pk=11).update(author=None)", "Book.objects.get(pk=11).author"),
        ("Book.objects.filter(pk=11).update(author=999)", "Book.objects.filter(author=999).count()"),
        ("Book.objects.filter(pk=11).update(name=None)", "Book.objects.get(pk=11).name"),
        ("Book.objects.filter(pk=11).update(nothing=1)", "Book.objects.count()"),
        ('Book.objects.filter(author__name="Grace").update(pages=1)', "Book.objects.filter(pages=1)"),
        (
            "Book.objects.filter(pk__in=Book.objects.filter(pages=300)).update(pages=1)",
            "Book.objects.filter(pages=1)",
        ),
        ("Book.objects.exclude(pages=300).update(pages=1)", "Book.objects.filter(pages=1)"),
        ("Book.objects.exclude(pages__gt=20).update(pages=1)", "Book.objects.filter(pages=1)"),
        ('Book.objects.order_by("pk")[:2].update(pages=1)', "Book.objects.filter(pages=1)"),
        ('Book.objects.order_by("pages").update(pages=1)', "Book.objects.filter(pages=1).count()"),
        ('Book.objects.order_by("author__name").update(pages=1)', "Book.objects.filter(pages=1).count()"),
        ("Chapter.objects.update(number=7)", "Chapter.objects.filter(number=7).count()"),
        (
            'Chapter.objects.update(number=F("number") + 10)',
            'Chapter.objects.order_by("pk").values_list("number")',
        ),
        ('Chapter.objects.filter(pk=1).update(name="x")', "Chapter.objects.get(pk=1)"),
        ('Tag.objects.filter(pk="art").update(slug="kunst")', "Tag.objects.all()"),
        ('Tag.objects.filter(pk="unused").update(slug="used")', "Tag.objects.all()"),
        (
            'Account.objects.filter(pk=2).update(email="ada@example.org")',
            'Account.objects.values_list("email")',
        ),
        ('Account.objects.update(email="same@example.org")', 'Account.objects.values_list("email")'),
        ("Account.objects.update(nickname=None)", "Account.objects.filter(nickname=None).count()"),
        ("Thing.objects.filter(pk=1).update(positive=-1)", "Thing.objects.get(pk=1).positive"),
        (
            'Thing.objects.filter(pk=1).update(positive=F("positive") - 100)',
            "Thing.objects.get(pk=1).positive",
        ),
        ('Thing.objects.filter(pk=1).update(boolean=~F("boolean"))', "Thing.objects.get(pk=1).boolean"),
        ("Thing.objects.filter(pk=1).update(boolean=Q(integer=1))", "Thing.objects.get(pk=1).boolean"),
        (
            'Thing.objects.filter(pk=1).update(date=F("date") + timedelta(days=1))',
            "Thing.objects.get(pk=1).date",
        ),
        (
            "Thing.objects.filter(pk=1).update(moment=Now())",
            "Thing.objects.get(pk=1).moment > utc(2024, 7, 1)",
        ),
        (
            'Thing.objects.filter(pk=4).update(decimal=F("decimal") * 0.5)',
            "Thing.objects.get(pk=4).decimal",
        ),
        ('Thing.objects.filter(pk=1).update(big=F("big") + 1)', "Thing.objects.get(pk=1).big"),
        (
            'Thing.objects.filter(pk=1).update(moment=F("moment") - timedelta(days=10**6))',
            "Thing.objects.get(pk=1).moment",
        ),
        ("Thing.objects.update(boolean=Value(1))", "Thing.objects.filter(boolean=True).count()"),
        ("Restaurant.objects.filter(pk=2).update(stars=5)", "Restaurant.objects.get(pk=2).stars"),
        ('Restaurant.objects.filter(pk=2).update(city="Kyoto")', "Place.objects.get(pk=2).city"),
        (
            'Restaurant.objects.filter(pk=2).update(city="Kyoto", stars=1)',
            "Restaurant.objects.get(pk=2).city",
        ),
        ('Restaurant.objects.update(city="Kyoto")', 'Place.objects.filter(city="Kyoto")'),
        ('Place.objects.update(city="Kyoto")', 'Restaurant.objects.values_list("city", "stars")'),
        ('Grown.objects.filter(name="old").update(size=1)', "Grown.objects.get(pk=1).colour"),
        ('Grown.objects.update(colour="green")', 'Grown.objects.filter(colour="green").count()'),
        ('Grown.objects.update(size=F("size") + 1)', 'Grown.objects.values_list("name", "size")'),
    ),
    *writes(
        "deleting",
        ("Thing.objects.filter(integer=3).delete()", "Thing.objects.count()"),
        ("Thing.objects.all().delete()", "Thing.objects.count()"),
        ("Thing.objects.filter(pk=99).delete()", "Thing.objects.count()"),
        ("Thing.objects.filter(maybe_integer__lt=3).delete()", "Thing.objects.all()"),
        ("Thing.objects.exclude(integer__gt=1).delete()", "Thing.objects.all()"),
        ("Thing.objects.exclude(pk=1).delete()", "Thing.objects.all()"),
        ('Thing.objects.order_by("pk")[:2].delete()', "Thing.objects.count()"),
        ('Thing.objects.values("pk").delete()', "Thing.objects.count()"),
        ('Thing.objects.distinct("name").delete()', "Thing.objects.count()"),
        ("Thing.objects.get(pk=1).delete()", "Thing.objects.filter(pk=1)"),
        ("Thing(pk=99).delete()", "Thing.objects.count()"),
        ('Thing(name="unsaved").delete()', "Thing.objects.count()"),
        ("Book.objects.get(pk=11).delete()", 'Chapter.objects.order_by("pk")'),
        ("Book.objects.get(pk=11).delete()", "Book.tags.through.objects.using(alias).count()"),
        ("Book.objects.get(pk=11).delete()", "Mark.objects.all()"),
        ("Book.objects.filter(pk__in=[11, 13]).delete()", 'Chapter.objects.order_by("pk")'),
        ("Author.objects.get(pk=4).delete()", "Author.objects.get(pk=3).mentor"),
        ("Author.objects.get(pk=4).delete()", "Book.objects.all()"),
        ("Author.objects.get(pk=4).delete()", "Book.objects.filter(editor=None)"),
        ("Author.objects.get(pk=4).delete()", "Profile.objects.all()"),
        ("Author.objects.filter(pk__in=[3, 4]).delete()", "Author.objects.all()"),
        ("Author.objects.get(pk=1).delete()", "Author.objects.all()"),
        ("Author.objects.get(pk=2).delete()", "Author.objects.all()"),
        ("ProtectedNote.objects.all().delete()", "Author.objects.get(pk=1).delete()"),
        ("RestrictedNote.objects.all().delete()", "Author.objects.get(pk=2).delete()[0]"),
        (
            "RestrictedNote.objects.all().delete(), Author.objects.get(pk=2).delete()",
            "LooseNote.objects.all()",
        ),
        ("Tag.objects.get(pk='art').delete()", "Book.tags.through.objects.using(alias).count()"),
        ("Restaurant.objects.get(pk=2).delete()", "Place.objects.all()"),
        ("Restaurant.objects.get(pk=2).delete(keep_parents=True)", "Place.objects.all()"),
        ("Place.objects.get(pk=2).delete()", "Restaurant.objects.all()"),
        ("Place.objects.all().delete()", "Restaurant.objects.count()"),
        ("Restaurant.objects.all().delete()", "Place.objects.all()"),
        ("PlaceByCity.objects.get(pk=1).delete()", "Place.objects.count()"),
        ('Book.objects.filter(author__name="Grace").delete()', "Book.objects.all()"),
        ("Ticket.objects.filter(pk=UUID(int=1)).delete()", "Ticket.objects.count()"),
        (
            'Book.objects.filter(author=Author.objects.filter(name="nobody")[:1]).delete()',
            "Book.objects.all()",
        ),
        (
            'Book.objects.exclude(author=Author.objects.filter(name="nobody")[:1]).delete()',
            "Book.objects.all()",
        ),
        ("Book.objects.filter(pk=12, published=date(1952, 5, 2)).delete()", "Book.objects.all()"),
    ),
    *writes(
        "constraints",
        ('Account.objects.create(name="x", email="ada@example.org")', "Account.objects.count()"),
        ('Account.objects.create(name="x", email="new@example.org")', "Account.objects.count()"),
        ('Holiday.objects.create(name="x", day=date(2024, 1, 1))', "Holiday.objects.count()"),
        (
            'Account.objects.create(name="x", email="new@example.org", nickname="ada")',
            "Account.objects.count()",
        ),
        ('Account(pk=2, name="x", email="ada@example.org").save()', "Account.objects.count()"),
        ('Account(pk=1, name="x", email="ada@example.org").save()', "Account.objects.get(pk=1)"),
        ('Chapter.objects.create(name="x", book_id=11, number=1)', "Chapter.objects.count()"),
        ('Chapter.objects.create(name="x", book_id=12, number=2)', "Chapter.objects.count()"),
        ('Seat.objects.create(name="x", row="A", number=1)', "Seat.objects.count()"),
        ('Seat.objects.create(name="x", row="B", number=1)', "Seat.objects.count()"),
        ('Seat(pk=2, name="x", row="A", number=1).save()', 'Seat.objects.values_list("row", "number")'),
        ("Seat.objects.filter(pk=2).update(number=1)", 'Seat.objects.values_list("row", "number")'),
        ('Seat.objects.bulk_create([Seat(name="x", row="A", number=1)])', "Seat.objects.count()"),
        ('Seat(name="x", row="A", number=1).full_clean()', "Seat.objects.count()"),
        (
            'Lease.objects.create(name="flat", active=True), Lease.objects.create(name="flat", active=False)',
            "Lease.objects.count()",
        ),
        (
            'Lease.objects.create(name="flat", active=True), Lease.objects.create(name="flat", active=True)',
            "Lease.objects.count()",
        ),
        ('Lease(name="flat", active=True).full_clean()', "Lease.objects.count()"),
        ("Stock.objects.create(name='x', amount=-1)", "Stock.objects.count()"),
        ("Stock.objects.create(name='x', amount=0)", "Stock.objects.count()"),
        (
            "Stock.objects.create(name='x', amount=1), Stock.objects.update(amount=-1)",
            "Stock.objects.count()",
        ),
        ('Stock(name="x", amount=-1).full_clean()', "Stock.objects.count()"),
        ('Account(name="x", email="ada@example.org").full_clean()', "Account.objects.count()"),
        ('Chapter(name="x", book_id=11, number=1).full_clean()', "Chapter.objects.count()"),
        ('Book(name="x", author_id=999).full_clean()', "Book.objects.count()"),
        ('Book.objects.create(name="x", author_id=999)', "Book.objects.count()"),
        ('Chapter.objects.create(name="x", book_id=None, number=1)', "Chapter.objects.count()"),
        ('Book(name="x", author=Author(name="unsaved")).save()', "Book.objects.count()"),
        ('Tag(slug="x" * 21).full_clean()', "Tag.objects.count()"),
        ("Thing(pk=1, name=None).save()", "Thing.objects.get(pk=1)"),
    ),
]


@PROBES.append
@writing("saving", 'row = Book.objects.get(pk=11); row.pages = 1; row.save(update_fields=["name"])')
def _(db):
    row = db.Book.objects.get(pk=11)
    row.pages = 1
    row.name = "x"
    row.save(update_fields=["name"])
    return db.Book.objects.values_list("name", "pages").get(pk=11)


@PROBES.append
@writing("saving", "row.save(update_fields=[...]) of a deleted row")
def _(db):
    row = db.Book.objects.get(pk=15)
    db.Book.objects.filter(pk=15).delete()
    row.save(update_fields=["name"])


@PROBES.append
@writing("saving", "row.save(force_update=True) of a missing row")
def _(db):
    db.Author(pk=99, name="x").save(force_update=True)


@PROBES.append
@writing("saving", "row.save(force_update=True)")
def _(db):
    db.Author(pk=4, name="x").save(force_update=True)
    return db.Author.objects.get(pk=4), db.Author.objects.count()


@PROBES.append
@writing("saving", "row.save(force_insert=True) of an existing row")
def _(db):
    db.Author(pk=4, name="x").save(force_insert=True)


@PROBES.append
@writing("saving", "row.save() of an existing key overwrites")
def _(db):
    db.Book(pk=11, name="x").save()
    return db.Book.objects.values_list("name", "author", "pages", "price").get(pk=11), db.Book.objects.count()


@PROBES.append
@writing("saving", "row.save() of a new key inserts")
def _(db):
    db.Author(pk=77, name="x").save()
    return db.Author.objects.count()


@PROBES.append
@writing("saving", "row.pk = None; row.save() copies")
def _(db):
    row = db.Author.objects.get(pk=4)
    row.pk = None
    row.save()
    return row.pk != 4, db.Author.objects.filter(name="Ada").count()


@PROBES.append
@writing("saving", "row.pk = 78; row.save() copies")
def _(db):
    row = db.Author.objects.get(pk=4)
    row.pk = 78
    row.save()
    return db.Author.objects.filter(name="Ada").count()


@PROBES.append
@writing("saving", "row.save() twice")
def _(db):
    row = db.Author(name="x")
    row.save()
    row.name = "y"
    row.save()
    return db.Author.objects.count(), db.Author.objects.get(pk=row.pk)


@PROBES.append
@writing("saving", "row.save() of a row deleted meanwhile")
def _(db):
    row = db.Author.objects.get(pk=4)
    db.LooseNote.objects.all().delete()
    db.Author.objects.get(pk=4).delete()
    row.save()
    return db.Author.objects.filter(pk=4)


@PROBES.append
@writing("saving", "row.save() with F(): the row afterwards")
def _(db):
    row = db.Book.objects.get(pk=11)
    row.pages = db.F("pages") + 1
    row.save()
    row.refresh_from_db()
    return row.pages


@PROBES.append
@writing("saving", "row.save() of a deferred row")
def _(db):
    row = db.Book.objects.only("name").get(pk=11)
    row.name = "x"
    row.save()
    return db.Book.objects.values_list("name", "pages").get(pk=11)


@PROBES.append
@writing("saving", "row.save() of a deferred row, loaded meanwhile")
def _(db):
    row = db.Book.objects.defer("pages").get(pk=11)
    row.pages += 1
    row.save()
    return db.Book.objects.values_list("name", "pages").get(pk=11)


@PROBES.append
@writing("saving", "row.save() changes what filter() finds")
def _(db):
    row = db.Thing.objects.get(pk=3)
    row.integer, row.decimal, row.char = 8, db.D("-2.00"), ""
    row.save()
    found = db.Thing.objects
    return found.filter(integer=3), found.filter(integer=8), found.filter(char=""), found.filter(decimal=-2)


@PROBES.append
@writing("saving", "row.save() of an old row keeps its defaults")
def _(db):
    row = db.Grown.objects.get(pk=1)
    row.name = "x"
    row.save()
    return db.Grown.objects.filter(colour="red"), db.Grown.objects.filter(size=None)


@PROBES.append
@writing("saving", "row.refresh_from_db()")
def _(db):
    row = db.Book.objects.get(pk=11)
    db.Book.objects.filter(pk=11).update(pages=1, name="x")
    row.refresh_from_db(fields=["pages"])
    before = (row.pages, row.name)
    row.refresh_from_db()
    return before, row.name


@PROBES.append
@writing("saving", "row.refresh_from_db() of a deleted row")
def _(db):
    row = db.Thing.objects.get(pk=1)
    db.Thing.objects.filter(pk=1).delete()
    row.refresh_from_db()


@PROBES.append
@writing("saving", "row.save() of a child saves its parent")
def _(db):
    row = db.Restaurant.objects.get(pk=2)
    row.city, row.stars = "Kyoto", 1
    row.save()
    return db.Place.objects.get(pk=2).city, db.Restaurant.objects.filter(stars=1)


@PROBES.append
@writing("saving", "row.save() of a parent keeps its child")
def _(db):
    row = db.Place.objects.get(pk=2)
    row.city = "Kyoto"
    row.save()
    return db.Restaurant.objects.values_list("city", "stars").get(pk=2)


@PROBES.append
@writing("saving", "row.tags of an unsaved row")
def _(db):
    return db.Book(name="x").tags.all()


@PROBES.append
@writing("saving", "row.books of an unsaved row")
def _(db):
    return db.Author(name="x").books.all()


@PROBES.append
@writing("saving", "unique values can be swapped after one is freed")
def _(db):
    one, two = db.Account.objects.order_by("pk")
    db.Account.objects.filter(pk=one.pk).update(email="free@example.org")
    db.Account.objects.filter(pk=two.pk).update(email=one.email)
    return db.Account.objects.order_by("pk").values_list("email", flat=True)


@PROBES.append
@writing("saving", "a unique value is free after its row is deleted")
def _(db):
    db.Account.objects.get(pk=1).delete()
    return db.Account.objects.create(name="x", email="ada@example.org", nickname="ada")
