"""Everything that is stored on disk: the library, the journal, drafts, settings, profiles and tokens."""
