"""The work: submit, watch, fetch. The app without a face; the screens and the command line both use it."""
