"""Every number that bounds something, in one place: Google's with the page that says so, ours with the reason."""

# Of Datastore: https://cloud.google.com/datastore/docs/concepts/limits
MOST_INDEXED_BYTES = (
    1500  # of a string that is indexed, of a key's name, and of a property's or a kind's name
)
MOST_KEYS_A_LOOKUP = 1000
MOST_BYTES_AN_ENTITY = 2**20 - 4
MOST_BYTES_A_COMMIT = 10 * 2**20
LEAST_INTEGER, MOST_INTEGER = -(2**63), 2**63 - 1

# Of the emulator: its gRPC server takes messages of 4 MiB.
MOST_BYTES_A_COMMIT_ON_EMULATOR = 4 * 2**20 - 2**10

# Ours, so that the cost of a query does not grow with the table.
MOST_BRANCHES = (
    1000  # alternatives of a condition: as many as Django asks for when it follows the relations of rows
)
MOST_SUBQUERY_ROWS = 100  # each value of `__in=queryset` is a query of its own
MOST_ROWS_JOINED = 1000  # one Lookup
MOST_ROWS_SORTED = 1000  # read to be sorted in memory

# Ours, for migrations and commands: a transaction that is small enough to be tried again, and for the emulator.
ROWS_A_TRANSACTION = 100
BYTES_A_TRANSACTION = 3 * 2**20
