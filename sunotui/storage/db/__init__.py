"""The SQLite file of the library: connection, schema, lock and integrity check."""
