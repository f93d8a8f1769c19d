"""What only the back office does: uploaded files and the long work they become."""
