"""What a query asks Datastore for."""

from dataclasses import dataclass, field

from django.core.exceptions import EmptyResultSet


@dataclass
class Plan:
    """The plan of one query.

    branches: an OR of ANDs of filters; order: property names, `-` for descending; keys_only: no properties are
    needed; lookups: the relations to follow, parents first; memory_order: (alias, column, descending) when a
    relation orders the rows; repeats: how often a join returns a key; inputs: the queries whose results are needed
    first, by the lookups that need them. While there are any, filters hold them in place of values.
    """

    kind: str
    branches: list
    order: list = field(default_factory=list)
    keys_only: bool = False
    lookups: list = field(default_factory=list)
    memory_order: list = field(default_factory=list)
    repeats: dict = field(default_factory=dict)
    inputs: dict = field(default_factory=dict)

    def __str__(self):
        return f"{self.kind} {self.branches} order {self.order}"


def plan_of(query, using):
    """The plan of a Django query on the database with that alias; without branches where nothing can match.

    Asks the database nothing. Raises Refused.
    """
    try:
        command, _params = query.get_compiler(using=using).as_sql()
    except EmptyResultSet:
        return Plan(kind=None, branches=[])
    return command.plan
