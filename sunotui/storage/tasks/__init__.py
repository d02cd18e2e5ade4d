"""Tables of tasks, clips and their lineage."""
