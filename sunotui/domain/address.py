"""Which host names belong to this computer or the network around it, and not to the internet."""

PRIVATE_ENDINGS = (".local", ".localhost", ".localdomain", ".internal", ".lan", ".home.arpa")
"""Endings that no name of the internet has."""


def is_private_name(host: str) -> bool:
    """Whether a host name is a private one: a single label, such as "router", or one with a private ending.

    A name that ends in a dot counts too, since its ending is hidden. Addresses in digits are not looked at.
    """
    return "." not in host or f".{host}".endswith((*PRIVATE_ENDINGS, "."))
