"""Each lookup on each type of field, as filter() and as exclude()."""

from .probe import reads

# SQLite's LIKE knows no case, Django's contains, startswith and endswith do: what Django documents is expected.
CASE_SENSITIVE = {
    'char__contains="sak"': ["alpha", "bravo"],
    'char__contains="OS"': [],
    'char__startswith="os"': ["bravo"],
    'char__startswith="O"': ["alpha"],
    'char__startswith="Ö"': ["charlie"],
    'char__startswith="🐱"': ["echo"],
    'char__endswith="AKA"': [],
    'maybe_char__startswith="os"': ["bravo"],
    'maybe_char__contains="SAKA"': [],
}

ALL = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "hotel"]

TEXT = """
char="Osaka"
char=""
char="örebro"
char="🐱 cat"
char__exact="Osaka "
char__in=["Osaka", "osaka", "nowhere"]
char__in=[]
char__in=[""]
char__gt="Ab"
char__gte="Ab"
char__lt="a"
char__lte="Osaka"
char__range=("O", "p")
char__isnull=True
char__isnull=False
char__iexact="OSAKA"
char__iexact=""
char__contains="%_"
char__contains="\\\\"
char__icontains="SAK"
char__istartswith="oS"
char__endswith="cat"
char__iendswith="KA"
char__startswith="100%"
char__startswith=""
char__regex="^[Oo]s"
char__iregex="^os"
maybe_char="osaka"
maybe_char=None
maybe_char=""
maybe_char__in=["Osaka", ""]
maybe_char__in=["Osaka", None]
maybe_char__in=[None]
maybe_char__isnull=True
maybe_char__isnull=False
maybe_char__gt="Osaka"
maybe_char__gte="Osaka"
maybe_char__lt="osaka"
maybe_char__lte="osaka"
maybe_char__range=("", "b")
maybe_char__iexact="OSAKA"
maybe_char__iexact=None
maybe_char__icontains="K"
text="jumps over"
text=""
text__contains="_"
text__icontains="QUICK"
text__startswith="jumps"
text__in=["jumps over", ""]
text__gt="j"
text__isnull=True
email="ada@example.org"
email__iexact="ADA@EXAMPLE.ORG"
email__icontains="@example"
url="https://example.org/a?b=1#c"
url__startswith="https://"
slug="jumps"
slug__in=["jumps", "the-quick-fox"]
""".strip().splitlines()

NUMBERS = """
integer=3
integer=-10
integer="3"
integer__in=[3, -3, 99]
integer__in=range(0, 4)
integer__in=(n for n in [0, 1])
integer__gt=1
integer__gte=1
integer__lt=0
integer__lte=0
integer__gt=2.5
integer__lt=2.5
integer__gte=2.5
integer__range=(-3, 1)
integer__range=(5, 1)
integer__isnull=True
integer__contains=1
maybe_integer=3
maybe_integer=None
maybe_integer__in=[3, 0]
maybe_integer__in=[3, None]
maybe_integer__gt=0
maybe_integer__gte=0
maybe_integer__lt=3
maybe_integer__lte=3
maybe_integer__range=(-5, 2)
maybe_integer__isnull=True
maybe_integer__isnull=False
positive=7
positive__gt=0
positive__gte=-1
big=2**63-1
big=2**53+1
big__gt=2**53
big__lt=0
big__gt=2**70
big__lt=2**70
big=2**70
small__lte=-32768
small=32767
small__gt=40000
decimal=D("-1.50")
decimal=D("-1.5")
decimal=D("0")
decimal=10
decimal="9.99"
decimal__in=[D("9.99"), D("-10"), D("7")]
decimal__gt=D("-1.49")
decimal__gte=D("-1.49")
decimal__gt=D("9.99")
decimal__gt=D("-5")
decimal__lt=D("0")
decimal__lt=D("-1.49")
decimal__lte=D("-1.49")
decimal__lte=D("10")
decimal__range=(D("-2"), D("9.99"))
maybe_decimal=None
maybe_decimal__gt=D("-2")
maybe_decimal__lt=D("0.10")
maybe_decimal__lte=D("-1.50")
maybe_decimal__in=[D("0"), D("10.00")]
maybe_decimal__isnull=True
float=-0.5
float=3
float__gt=0
float__gte=-1e-300
float__lt=0
float__lt=-1e-301
float__in=[3.0, 1e300]
float__range=(-1, 1)
boolean=True
boolean=False
boolean=1
boolean__in=[True]
boolean__exact="False"
maybe_boolean=True
maybe_boolean=False
maybe_boolean=None
maybe_boolean__in=[True, False]
maybe_boolean__isnull=True
""".strip().splitlines()

DATES = """
date=date(2024, 2, 29)
date="2024-06-15"
date=None
date__in=[date(1969, 7, 20), date(2024, 6, 15)]
date__gt=date(2024, 1, 1)
date__gte=date(2024, 1, 1)
date__lt=date(2024, 1, 1)
date__lte=date(2024, 1, 1)
date__range=(date(2023, 12, 31), date(2024, 3, 1))
date__isnull=True
date__year=2024
date__year=1969
date__year__gt=2023
date__year__gte=2023
date__year__lt=2024
date__year__lte=2023
date__year__in=[2021, 2023]
date__iso_year=2020
date__iso_year__gt=2020
date__month=6
date__month__gt=6
date__month__in=[2, 3]
date__day=1
date__day__lt=15
date__week=53
date__week_day=1
date__iso_week_day=7
date__quarter=1
date__contains="2024"
moment=utc(2024, 2, 29, 23, 30)
moment="2024-06-15T12:00:00Z"
moment=None
moment__in=[utc(2024, 1, 1), utc(2024, 6, 15, 12)]
moment__gt=utc(2024, 1, 1)
moment__gte=utc(2024, 1, 1)
moment__lt=utc(2024, 1, 1)
moment__lte=utc(2024, 1, 1)
moment__range=(utc(2023, 12, 31), utc(2024, 3, 1))
moment__isnull=False
moment__date=date(2024, 2, 29)
moment__date__gt=date(2024, 2, 29)
moment__date__in=[date(2024, 1, 1)]
moment__time=time(12)
moment__time__gt=time(20)
moment__year=2024
moment__year__lt=2024
moment__iso_year=2020
moment__month=2
moment__day=15
moment__week=9
moment__week_day=7
moment__iso_week_day=6
moment__quarter=2
moment__hour=12
moment__hour__gte=20
moment__minute=30
moment__second=40
time=time(12)
time=None
time__gt=time(12)
time__lte=time(0, 30)
time__in=[time(0), time(12)]
time__range=(time(0), time(12))
time__hour=23
time__minute=30
time__second=59
duration=timedelta(0)
duration=None
duration__gt=timedelta(0)
duration__lt=timedelta(0)
duration__lte=timedelta(microseconds=1)
duration__in=[timedelta(days=400)]
duration__range=(timedelta(days=-2), timedelta(0))
""".strip().splitlines()

OTHERS = """
uuid=UUID("12345678-1234-5678-1234-567812345678")
uuid="12345678123456781234567812345678"
uuid=None
uuid__in=[UUID(int=10), UUID(int=11)]
uuid__gt=UUID(int=10)
uuid__lt=UUID(int=2**120)
uuid__isnull=False
uuid__startswith="1234"
ip="192.0.2.1"
ip="2001:0db8::0001"
ip=None
ip__in=["192.0.2.1", "192.0.2.10"]
ip__startswith="192.0.2.1"
binary=b"abc"
binary__in=[b"abc", b""]
pk=3
pk="3"
pk=0
pk=None
id__exact=3
pk__in=[9, 3, 1]
pk__in=[]
pk__in=["2", 4]
pk__in=[-1, 0, 2]
pk__gt=5
pk__gte=5
pk__lt=3
pk__lte=3
pk__range=(2, 4)
pk__isnull=True
pk__isnull=False
""".strip().splitlines()


def _filter_and_exclude(group, conditions):
    for condition in conditions:
        yield from reads(f"lookups: {group}", f"Thing.objects.filter({condition})")
        yield from reads(f"lookups: {group}, excluded", f"Thing.objects.exclude({condition})")


def _case_sensitive():
    for condition, found in CASE_SENSITIVE.items():
        others = [name for name in ALL if name not in found]
        if condition.startswith("maybe_char__contains"):
            others = ALL
        yield from reads("lookups: case", (f"Thing.objects.filter({condition})", found))
        yield from reads("lookups: case", (f"Thing.objects.exclude({condition})", others))


PROBES = [
    *_filter_and_exclude("text", TEXT),
    *_case_sensitive(),
    *_filter_and_exclude("numbers", NUMBERS),
    *_filter_and_exclude("dates", DATES),
    *_filter_and_exclude("others", OTHERS),
    *reads(
        "lookups: beside the key",
        *(
            f"Thing.objects.filter(pk__in=[1, 2, 4], {condition})"
            for condition in (
                "date=date(2024, 2, 29)",
                "date__gt=date(2024, 2, 29)",
                "moment=utc(2024, 2, 29, 23, 30)",
                "time=time(23, 30)",
                "time__range=(time(0), time(1))",
                "duration__lt=timedelta(0)",
                "decimal=D('-1.5')",
                "uuid=UUID(int=10)",
                "boolean=1",
                "float=3",
            )
        ),
        "Thing.objects.filter(date=date(2024, 2, 29)).in_bulk([1, 2])",
    ),
    *reads(
        "lookups: long lists",
        "Thing.objects.filter(integer__in=range(-150, 2))",
        "Thing.objects.filter(integer__in=range(-1500, 2))",
        "Thing.objects.filter(pk__in=range(1100))",
        "Thing.objects.exclude(pk__in=range(3, 1100))",
        "Thing.objects.exclude(integer__in=range(-5, 4))",
    ),
    *reads(
        "lookups: time zones",
        'in_zone("America/New_York", lambda: Thing.objects.filter(moment__year=2023))',
        'in_zone("America/New_York", lambda: Thing.objects.filter(moment__year__gte=2024))',
        'in_zone("Asia/Tokyo", lambda: Thing.objects.filter(moment__year=2024))',
        'in_zone("Asia/Tokyo", lambda: Thing.objects.filter(moment__month=3))',
        'in_zone("Asia/Tokyo", lambda: Thing.objects.filter(moment__day=1))',
        'in_zone("Asia/Tokyo", lambda: Thing.objects.filter(moment__hour=9))',
        'in_zone("Asia/Tokyo", lambda: Thing.objects.filter(moment__week_day=2))',
        'in_zone("America/New_York", lambda: Thing.objects.filter(moment__date=date(2024, 2, 29)))',
        'in_zone("America/New_York", lambda: Thing.objects.filter(moment=utc(2024, 3, 1, 0, 30)))',
        'in_zone("America/New_York", lambda: Thing.objects.get(pk=2).moment)',
        'in_zone("America/New_York", lambda: Thing.objects.values_list("moment", flat=True).get(pk=2))',
        'in_zone("America/New_York", lambda: Thing.objects.filter(moment__gt=utc(2024, 2, 29, 23, 30)))',
        'in_zone("America/New_York", lambda: Thing.objects.filter(date__year=2024))',
        'in_zone("America/New_York", lambda: Thing.objects.filter(moment__year=9999))',
        'in_zone("America/New_York", lambda: Thing.objects.filter(moment__date=date.max))',
        'in_zone("Asia/Tokyo", lambda: Thing.objects.filter(moment__date__gte=date.min))',
        'in_zone("Asia/Tokyo", lambda: Thing.objects.alias(day=TruncDate("date")).filter(day=date(2024, 1, 1)))',
    ),
    *reads(
        "lookups: values come back",
        *(
            f'Thing.objects.values_list("name", "{field}")'
            for field in [
                "char",
                "maybe_char",
                "text",
                "email",
                "url",
                "slug",
                "integer",
                "maybe_integer",
                "positive",
                "big",
                "small",
                "decimal",
                "maybe_decimal",
                "float",
                "boolean",
                "maybe_boolean",
                "date",
                "moment",
                "time",
                "duration",
                "uuid",
                "ip",
            ]
        ),
        "sorted((thing.name, bytes(thing.binary)) for thing in Thing.objects.all())",
        "[type(thing.decimal).__name__ for thing in Thing.objects.all()]",
        'Document.objects.values_list("name", "data")',
    ),
    *reads(
        "lookups: JSON",
        'Document.objects.filter(data__cat__name="Mia")',
        "Document.objects.filter(data__cat__lives__gt=8)",
        'Document.objects.filter(data__has_key="cat")',
        "Document.objects.filter(data__cat=None)",
        "Document.objects.filter(data__isnull=True)",
        "Document.objects.filter(data=None)",
        'Document.objects.filter(data=[1, "two"])',
        "Document.objects.filter(data__0=1)",
        "Document.objects.filter(data__in=[{}])",
        'Document.objects.values("data__cat")',
        'Document.objects.values_list("data__cat__name", flat=True).filter(pk=1)',
        'Document.objects.values("data__cat").count()',
        'Document.objects.annotate(name_of_cat=F("data__cat__name"))',
        'Document.objects.order_by("data__cat")',
    ),
    *reads(
        "lookups: mistakes",
        "Thing.objects.filter(nothing=1)",
        "Thing.objects.filter(char__nothing=1)",
        'Thing.objects.filter(integer="three")',
        'Thing.objects.filter(pk="three")',
        "Thing.objects.filter(integer__gt=None)",
        'Thing.objects.filter(date="the thirteenth")',
        'Thing.objects.filter(uuid="no uuid")',
        'Thing.objects.filter(decimal="ten")',
        "Thing.objects.filter(maybe_integer__isnull=1)",
        "Thing.objects.filter(maybe_integer__range=(None, 3))",
        "Thing.objects.exclude(maybe_integer__range=(None, 3))",
        "Thing.objects.filter(integer=[1])",
    ),
]
