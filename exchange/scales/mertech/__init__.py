"""Label scales of the Mertech M-ER 72x family."""
