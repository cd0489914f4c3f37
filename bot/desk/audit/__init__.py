"""The audit trail: every look at a conversation and every act, only ever added to."""
