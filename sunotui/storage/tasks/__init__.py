"""The tables of tasks, clips and their lineage, with the full-text index."""
