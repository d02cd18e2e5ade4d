"""Reading, listing and annotating the tasks in the library."""
