"""Free requests that find out which software a gateway runs and what it offers."""
