"""Free requests that detect a gateway's software and capabilities."""
