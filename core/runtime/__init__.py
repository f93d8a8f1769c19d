"""What the processes stand on before Django is set up: settings from the environment, the embedded
database, the supervisor, certificates. Nothing here imports Django at module level."""
