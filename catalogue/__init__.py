"""What the service offers: offers, trainings, events, and how they are found."""
