"""Flask-SocketIO: snapshot, deltas, frames and panels to browsers."""
