"""What was compared before the classifier became what it is; docs/decisions tells what came out."""
