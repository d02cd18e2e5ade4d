"""What the user asks a gateway to make."""
