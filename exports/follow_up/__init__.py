"""What follow-up gives out: lists and letters."""
