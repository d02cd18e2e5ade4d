"""The SQL scripts of the schema: NNNN_name.sql turns version N - 1 into version N."""
