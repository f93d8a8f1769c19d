"""Acts at the tills, told to video recorders by a process of their own."""
