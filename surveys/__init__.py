"""What is asked, answered, judged and followed up."""
