"""The counsellors' console: one folder a feature, on a shared shell (docs/desk/building.md)."""
