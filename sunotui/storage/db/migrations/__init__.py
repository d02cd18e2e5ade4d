"""The shape of the library, one SQL script per version: NNNN_name.sql makes version N out of version N - 1."""
