"""Whether what is found is what a person wants: labelled searches in three languages."""
