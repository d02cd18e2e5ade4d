"""Albums as folders: their contents, cover, and the export that changes only what changed."""
