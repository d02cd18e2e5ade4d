"""Songs that were made elsewhere: looked up at a gateway, or found as files in a folder."""
