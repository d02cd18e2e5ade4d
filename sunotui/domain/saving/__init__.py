"""How safe takes are: saved, at risk, or lost with their links."""
