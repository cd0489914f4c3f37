"""The public edge: what people and web sites reach."""
