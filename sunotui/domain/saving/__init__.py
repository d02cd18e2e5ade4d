"""Takes that are saved as files, the downloads that save them, and how safe the other takes are."""
