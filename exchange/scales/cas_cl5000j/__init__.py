"""Label scales of the CAS CL5000J family."""
