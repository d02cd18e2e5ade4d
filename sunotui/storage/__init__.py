"""Everything that is kept on disk: the library, the journal, drafts, settings, profiles and tokens."""
