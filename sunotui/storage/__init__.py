"""What survives a restart: the library, the journal, drafts, profiles, settings, tokens. No wire and no screen."""
