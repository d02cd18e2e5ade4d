"""The data about a gateway: its address, profile, dialect, models, capabilities and prices."""
