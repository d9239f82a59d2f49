"""Each test has a namespace of its own, whatever kind of test it is."""

import threading

import pytest
import strict_datastore.testing
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from strict_datastore.meter import meter

from .models import Author

pytestmark = pytest.mark.emulator

seen = []


class EachTestCase:
    """Two tests that each leave a row; whichever runs second would meet it."""

    def leave_a_row(self):
        assert Author.objects.count() == 0
        assert cache.get("left") is None
        Author.objects.create(name="left behind")
        cache.set("left", "behind")

    def test_first(self):
        self.leave_a_row()

    def test_second(self):
        self.leave_a_row()


class TestCaseTests(EachTestCase, strict_datastore.testing.TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.named = ContentType.objects.create(app_label="backend", model="author")

    def test_data_of_the_class_is_there_for_each_test(self):
        assert ContentType.objects.get() == self.named


class TransactionTestCaseTests(EachTestCase, strict_datastore.testing.TransactionTestCase):
    pass


class LiveServerTests(EachTestCase, strict_datastore.testing.LiveServerTestCase):
    pass


@pytest.mark.django_db
@pytest.mark.parametrize("again", [False, True])
def test_marked_tests_share_no_rows(again):
    assert not Author.objects.exists()
    Author.objects.create(name="left behind")


@pytest.mark.django_db
@pytest.mark.parametrize("again", [False, True])
def test_no_namespace_is_used_twice(again):
    assert connection.settings_dict["NAMESPACE"] not in seen
    seen.append(connection.settings_dict["NAMESPACE"])


@pytest.mark.django_db
def test_the_configured_namespace_is_never_used():
    settings_dict = connection.settings_dict
    assert settings_dict["NAMESPACE"] != settings_dict["CONFIGURED_NAMESPACE"]


@pytest.mark.django_db
def test_threads_see_the_rows_of_the_test():
    Author.objects.create(name="Ada")
    names = []

    def read():
        names.extend(Author.objects.values_list("name", flat=True))
        connections.close_all()

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert names == ["Ada"]


@pytest.mark.django_db
def test_a_content_type_is_not_remembered_from_another_namespace():
    before = ContentType.objects.get_for_model(Author)
    connection.creation.use_fresh_namespace()
    assert ContentType.objects.get_for_model(Author) != before


@pytest.mark.django_db
def test_a_new_namespace_costs_no_rpc():
    with meter() as counts:
        connection.creation.use_fresh_namespace()
    assert counts.total_rpcs == 0


@pytest.mark.django_db
def test_tests_refuse_to_run_without_the_emulator(monkeypatch):
    monkeypatch.delenv("DATASTORE_EMULATOR_HOST")
    with pytest.raises(ImproperlyConfigured, match="emulator only"):
        connection.creation.create_test_db()
