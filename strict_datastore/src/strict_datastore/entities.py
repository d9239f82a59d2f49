"""A row of a model as an entity: one for the row and those of all models that it inherits from."""

from django.apps import apps
from django.db.models import Value
from google.cloud.datastore.helpers import entity_to_protobuf

from .connector import Entity, IgnoreForIndexing, get_indexer, special_indexes_for_column
from .inheritance import concrete_models, model_with_table, top_concrete_model


class StoredEntity(Entity):
    """model: the one whose command writes the entity; None for one that was read."""

    model = None

    def __contains__(self, column):
        """gcloudc's own class answers `in` with a KeyError."""
        return column in self._properties


def copied(entity):
    copy = StoredEntity(entity.key(), dict(entity._properties), entity._properties_to_exclude_from_index)
    copy.model = getattr(entity, "model", None)
    return copy


def prepared(value, field, wrapper):
    """The value as Datastore stores it."""
    if isinstance(value, Value):
        value = value.value
    if hasattr(value, "prepare_database_save"):
        value = value.prepare_database_save(field)
    else:
        value = field.get_db_prep_save(value, connection=wrapper)
    return wrapper.ops.value_for_db(value, field)


def is_key(field, model):
    """Whether the field's value is the entity's key and no property of it."""
    return field.primary_key and field.model._meta.concrete_model == top_concrete_model(model)


def entity_of(key, values, model, wrapper):
    """The entity of a row, and those below it in which gcloudc's special indexes keep the parts of texts.

    values: those of the fields that are written, prepared, by field. model: that of the row.
    """
    properties, below = {}, []
    for field, value in values.items():
        if not is_key(field, model):
            properties[field.column] = value
        for index in special_indexes_for_column(model, field.column):
            indexer = get_indexer(field, index)
            try:
                parts = indexer.prep_value_for_database(
                    value, index, model=model, column=field.column, connection=wrapper
                )
            except IgnoreForIndexing:
                continue
            if indexer.PREP_VALUE_RETURNS_ENTITIES:
                below += parts
                continue
            indexed = {}
            for part in parts if isinstance(parts, list) else [parts]:
                column = indexer.indexed_column_name(field.column, part, index, connection=wrapper)
                indexed.setdefault(column, []).append(part)
            properties |= {column: found if found[1:] else found[0] for column, found in indexed.items()}
    entity = StoredEntity(key, properties)
    entity.model = model
    return entity, below


def put(connection, entity, below):
    """Store an entity, and below it those of its special indexes, whose keys it completes."""
    connection.put(entity)
    for each in below:
        key = connection.new_key(each.key().path[-1], each.key().id_or_name, parent=entity.key())
        connection.put(StoredEntity(key, each._properties))


def leave_to_parents(entity, model, polymodel_property):
    """Take an inherited model's part out of an entity, and leave the row of its parents."""
    for field in model._meta.local_fields:
        entity._properties.pop(field.column, None)
    entity[polymodel_property] = [each for each in entity[polymodel_property] if each != model._meta.db_table]


def size_of(entity, wrapper):
    """The bytes of the entity in a request to Datastore."""
    return entity_to_protobuf(wrapper.to_native_entity(entity))._pb.ByteSize()


def model_of(entity, polymodel_property):
    """The model whose row the entity is, or None for one that Django does not know.

    In a migration that is the model of its time, which may have another table and other constraints than today's.
    """
    model = getattr(entity, "model", None)
    tables = entity.get(polymodel_property)
    if model and not tables:
        return model
    registry = model._meta.apps if model else apps
    found = [model_with_table(table, registry) for table in tables or [entity.key().path[-1]]]
    return max(filter(None, found), key=lambda each: len(concrete_models(each)), default=model)
