"""INSERT: rows of a model as entities, each under a key that is known before it is written."""

from django.db import IntegrityError
from django.db.models import CompositePrimaryKey
from django.db.models.expressions import Value

from . import dbapi
from .command import Command
from .entities import entity_of, prepared, put
from .expressions import check_constant, check_not_null
from .inheritance import concrete_models, inherits_rows, kind_of, tables_of
from .limits import MOST_INDEXED_BYTES
from .refusals import Refused
from .where import check_key, described, too_long


class InsertCommand(Command):
    """Stores rows. To execute it again, in another transaction, stores the same: its keys are drawn only once.

    ignores_conflicts: a row that breaks a constraint is left out, and the others are stored.
    """

    writes = True

    def __init__(self, compiler, query, ignores_conflicts):
        super().__init__(compiler)
        self.model = query.model
        self.objs = query.objs
        self.kind = kind_of(query.model)
        self.draws_keys = query.model._meta.pk not in query.fields
        self.ignores_conflicts = ignores_conflicts
        if not ignores_conflicts:
            self._check_distinct_keys()
        for instance in query.objs:
            for field in query.fields:
                self._check_value(instance, field)
        self.rows = [self._row(instance, query) for instance in query.objs]

    def __str__(self):
        return f"INSERT {self.kind} {[entity.key().id_or_name for entity, _ in self.rows]}"

    def _row(self, instance, query):
        values = {
            field: prepared(
                getattr(instance, field.attname) if query.raw else field.pre_save(instance, add=True),
                field,
                self.wrapper,
            )
            for field in query.fields
        }
        pk = self.model._meta.pk
        id_or_name = self.wrapper.generate_id(int) if self.draws_keys else values[pk]
        if id_or_name is None:
            raise IntegrityError(f"NOT NULL constraint failed: {pk.model._meta.db_table}.{pk.column}")
        key = self.wrapper.connection.new_key(self.kind, id_or_name, namespace=self.wrapper.namespace)
        model = type(instance)._meta.concrete_model
        entity, below = entity_of(key, values, model, self.wrapper)
        if inherits_rows(model):
            entity[self.wrapper.polymodel_property_name()] = tables_of(model)
        return entity, below

    def execute(self):
        for entity, below in self.rows:
            try:
                self._store(entity, below)
            except dbapi.IntegrityError:
                if not self.ignores_conflicts:
                    raise
        self.results = [(entity.key().id_or_name,) for entity, _ in self.rows]
        return len(self.rows)

    def _store(self, entity, below):
        connection = self.wrapper.connection
        if inherits_rows(self.model):
            entity = self._with_parents_part(entity)
        elif not self.draws_keys and connection.exists(entity.key()):
            raise self._taken()
        put(connection, entity, below)

    def _with_parents_part(self, entity):
        """A row of an inherited model and those of its parents, which Django stores first, are one entity."""
        stored = self.wrapper.connection.get(entity.key())
        if stored is None:
            return entity
        classes = set(stored.get(self.wrapper.polymodel_property_name()) or ())
        own = {each._meta.db_table for each in concrete_models(entity.model)}
        if self.model._meta.db_table in classes and any(
            each.column in stored for each in self.model._meta.local_fields
        ):
            raise self._taken()
        if classes - own:
            raise Refused(
                f"a row that is of {' and '.join(sorted(classes - own))} as well",
                self.model,
                "a row with its parents' parts is one entity, which can be of one inherited model.",
                "a row with a key of its own.",
            )
        stored.update(entity)
        stored.model = entity.model
        return stored

    def _taken(self):
        pk = self.model._meta.pk
        return dbapi.IntegrityError(f"UNIQUE constraint failed: {pk.model._meta.db_table}.{pk.column}")

    def _check_distinct_keys(self):
        """Of two rows with one key in a batch, the last would be stored."""
        keys = [instance.pk for instance in self.objs if instance.pk is not None]
        if len(set(keys)) < len(keys):
            pk = self.model._meta.pk
            raise IntegrityError(f"UNIQUE constraint failed: {pk.model._meta.db_table}.{pk.column}")

    def _check_value(self, instance, field):
        if isinstance(field, CompositePrimaryKey):
            raise Refused(
                "a composite primary key", self.model, "a key is one value.", "one text of the values."
            )
        value = getattr(instance, field.attname)
        if isinstance(value, Value) and not field.primary_key:
            check_constant(value, field, self.model)
        elif hasattr(value, "resolve_expression"):
            raise Refused(
                f"create({field.name}={described(value)})",
                self.model,
                "Datastore computes nothing.",
                "the value, computed in Python.",
            )
        if field.primary_key and (value == "" or (isinstance(value, str) and value.startswith("__"))):
            raise Refused(
                f"the primary key {value!r}",
                self.model,
                "Datastore has no empty keys, and keeps those that begin with __ for itself.",
                "a key with a prefix.",
            )
        if field.primary_key and value == 0:
            raise Refused("the primary key 0", self.model, "Datastore has no such key.", "another number.")
        if field.primary_key and value is not None:
            self._check_key(field, value)
        check_not_null(field, value, lambda: field.pre_save(instance, add=True))

    def _check_key(self, field, value):
        key = self.wrapper.ops.value_for_db(field.get_db_prep_save(value, self.wrapper), field)
        check_key(key, field, self.model)
        if isinstance(key, str) and too_long(key):
            raise Refused(
                f"a primary key of more than {MOST_INDEXED_BYTES} bytes",
                self.model,
                "Datastore has none so long.",
                "a shorter one, such as a hash.",
            )
