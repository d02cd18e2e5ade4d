"""Gateway clients by profile: tokens, login, capabilities, billing, prices."""
