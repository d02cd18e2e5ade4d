"""The songs of the demo gateway: what it generates for each request, and when."""
