"""Where a picture comes from, written into it: authority, manifests (C2PA), XMP, sidecars, and reading them again."""
