"""The names and addresses by which this machine is called."""

import socket


def own_names() -> list[str]:
    """Loopback, the host's name (plain and .local) and its addresses, without asking a name server twice."""
    host = socket.gethostname()
    names = {"localhost", "127.0.0.1", "[::1]", host, host.split(".")[0], f"{host.split('.')[0]}.local"}
    try:
        found = socket.getaddrinfo(host, None)
    except OSError:
        # A machine whose own name resolves nowhere is still reachable by loopback and by KASA_HOSTS.
        found = []
    for family, *_rest, address in found:
        text = str(address[0]).split("%")[0]
        names.add(f"[{text}]" if family == socket.AF_INET6 else text)
    return sorted(name.lower() for name in names if name)
