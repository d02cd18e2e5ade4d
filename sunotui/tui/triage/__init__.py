"""The triage screen: the unplayed takes in a row, with one key for each verdict."""
