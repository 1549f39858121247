"""Pure rules on deliveries: what is due where and when, and what an answer of Discord's means."""
