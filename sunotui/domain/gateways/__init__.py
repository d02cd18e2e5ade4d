"""What is known about a gateway: its address and profile, dialect, models, capabilities and prices."""
