"""The library's SQLite file: connection, schema, lock, integrity."""
