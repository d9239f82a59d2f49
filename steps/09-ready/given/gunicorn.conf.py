"""How gunicorn serves mewgram; it reads this file by itself when it is started here."""

import os

# Cloud Run says on which port it listens.
bind = f"0.0.0.0:{os.environ.get('PORT', '8080')}"

# One process, because Cloud Run starts more instances when there is more to do. Nothing is loaded before it is
# forked: gRPC, with which Datastore is asked, does not go through a fork.
workers = 1
threads = 8

# Cloud Run ends requests that take too long, and each request to Datastore has a deadline.
timeout = 0
# After SIGTERM there are ten seconds, in which what is being served is finished.
graceful_timeout = 8

# Nothing but the memory is certain to be writable.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
control_socket_disable = True
