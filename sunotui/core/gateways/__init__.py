"""Gateway clients by profile, with tokens, login, capabilities, balances and prices."""
