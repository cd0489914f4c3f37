"""What Meta's platforms share: signed webhooks, and the Graph API that takes messages."""
