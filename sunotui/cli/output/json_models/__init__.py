"""The documents that commands print with --json, as types: the contract with scripts.

Keys keep their names and meanings; new ones come at the end. Times are ISO 8601 in UTC, such as "2026-11-29T16:00:00Z".
`docs/json-schema` has a JSON Schema for each entry of `documents.DOCUMENTS`. Only type checkers and the generator of
those files import this package.
"""
