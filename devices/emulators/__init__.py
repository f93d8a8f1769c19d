"""Devices without hardware: they read the very bytes a real device would read, over real sockets and ptys."""
