"""INSERT: rows of a model as entities, each under a key that is known before it is written."""

from django.db import IntegrityError
from gcloudc.db.backends.common import commands
from gcloudc.db.backends.common.helpers import (
    get_concrete_db_tables,
    get_concrete_parents,
    get_top_concrete_parent,
    has_concrete_parents,
)

from . import dbapi
from .entities import entity_of, prepared, put
from .refusals import Refused


class InsertCommand(commands.BaseCommand):
    """Stores rows. To execute it again, in another transaction, stores the same: its keys are drawn only once.

    ignores_conflicts: a row that breaks a constraint is left out, and the others are stored.
    """

    def __init__(self, compiler, wrapper, query, ignores_conflicts):
        super().__init__(compiler)
        self.wrapper = wrapper
        self.model = query.model
        self.kind = get_top_concrete_parent(query.model)._meta.db_table
        self.draws_keys = query.model._meta.pk not in query.fields
        self.ignores_conflicts = ignores_conflicts
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
        if has_concrete_parents(model):
            entity[self.wrapper.polymodel_property_name()] = get_concrete_db_tables(model)
        return entity, below

    def execute(self):
        """Return the keys of the rows."""
        for entity, below in self.rows:
            try:
                self._store(entity, below)
            except dbapi.IntegrityError:
                if not self.ignores_conflicts:
                    raise
        return [entity.key() for entity, _ in self.rows]

    def _store(self, entity, below):
        connection = self.wrapper.connection
        if has_concrete_parents(self.model):
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
        own = {each._meta.db_table for each in get_concrete_parents(entity.model)}
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
