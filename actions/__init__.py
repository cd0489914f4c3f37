"""Custom actions of the dialogue: slots in, catalogue asked, replies out."""
