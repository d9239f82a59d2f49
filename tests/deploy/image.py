"""
Builds images from the Dockerfile and runs them in containers, with buildah: it needs no engine that has to be running.

`FROM` names an image of Docker Hub. In its place stands one that debootstrap makes of the same release of Debian, with
that release's Python. It is made once, and kept with the layers of the images in CACHE, outside the repository.
"""

import contextlib
import hashlib
import itertools
import json
import os
import re
import shutil
import ssl
import subprocess
from pathlib import Path

import psutil
from filelock import FileLock
from strict_datastore import guardian

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mewgram-workshop"
IMAGES_KEPT = 10
AS_ROOT = [] if os.name != "posix" or os.geteuid() == 0 else ["sudo", "--non-interactive"]
SYSTEM_PATH = f"{os.environ['PATH']}{os.pathsep}/usr/sbin"

_numbers = itertools.count()


class ImageError(Exception):
    """A command failed; the message is what it printed."""


def missing():
    """What this machine lacks to build an image, as a sentence, or None."""
    if not all(shutil.which(program, path=SYSTEM_PATH) for program in ("buildah", "debootstrap")):
        return "The image is built by buildah and debootstrap: sudo apt-get install buildah debootstrap"
    if subprocess.run([*AS_ROOT, "unshare", "--mount", "true"], capture_output=True).returncode:
        return "Images need root's right to mount: be root, or have a sudo that asks for no password"
    return None


def run(*command):
    """Run a command as root; its output. Raises ImageError."""
    result = subprocess.run(
        [*AS_ROOT, *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"PATH": SYSTEM_PATH},
    )
    if result.returncode:
        raise ImageError(result.stdout)
    return result.stdout.strip()


def buildah(*arguments):
    storage = (f"--root={CACHE / 'images'}", "--runroot=/run/mewgram-workshop", "--storage-driver=overlay")
    return run("buildah", *storage, *arguments)


def exists(image):
    return f"localhost/{image}" in buildah("images", "--format={{.Name}}:{{.Tag}}").split()


# The base


def base_of(dockerfile):
    """The image that a Dockerfile begins with."""
    (name,) = set(re.findall(r"(?m)^FROM (\S+)", dockerfile))
    return name


def make_base(name):
    """Make what stands for an image such as python:3.13.9-slim-trixie."""
    minor, release = re.fullmatch(r"python:(3\.\d+)\.\d+-slim-(\w+)", name).groups()
    container = new_container("scratch")
    try:
        root = buildah("mount", container)
        packages = "ca-certificates,netbase,python3,python3-venv,tzdata"
        options = ("--variant=minbase", f"--include={packages}")
        # It need not wait for the disk: what a crash would spoil is made again.
        run("env", "DPKG_FORCE=unsafe-io", "debootstrap", *options, release, root, *debian_mirror())
        run("chroot", root, "apt-get", "clean")
        # It has pip, and is the first on the PATH, as the Python of that image.
        run("chroot", root, "python3", "-m", "venv", "/usr/local")
        version = run("chroot", root, "python", "--version")
        assert version.startswith(f"Python {minor}."), f"{release} has {version}, {name} another"
        buildah("commit", container, f"localhost/{name}")
    finally:
        buildah("rm", container)


def debian_mirror():
    """Where this machine gets Debian's packages from, if it does: debootstrap has a usual place."""
    if not shutil.which("apt-get"):
        return []
    wanted = ("--format=$(REPO_URI)", "Created-By: Packages", "Origin: Debian", "Label: Debian")
    return run("apt-get", "indextargets", *wanted).split()[:1]


# The image


def build(folder):
    """The name of the image that the Dockerfile of a folder makes. Raises ImageError.

    Layers of earlier builds are used again; where nothing has changed nothing is built.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    image = f"mewgram:{digest(folder)}"
    # Of other processes too, such as a worker of the same run of pytest.
    with FileLock(CACHE / "lock"):
        remove_containers_of_the_dead()
        if not exists(image):
            base = base_of((folder / "Dockerfile").read_text())
            if not exists(base):
                make_base(base)
            # Named, so that it is not taken for one that nothing needs any more.
            build_stage(folder, "mewgram-packages", "--target=packages")
            build_stage(folder, image)
            remove_old_images()
    return image


def build_stage(folder, image, *options):
    # The certificates with which this machine gets packages: a network of a company may have its own.
    certificates = f"{ssl.get_default_verify_paths().cafile}:/etc/ssl/certs/ca-certificates.crt:ro"
    buildah(
        *("build", "--pull-never", "--isolation=chroot", "--format=docker", "--layers"),
        *(f"--volume={certificates}", f"--tag={image}", *options, folder),
    )


def digest(folder):
    """Changes when any file of the folder does."""
    sha256 = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            sha256.update(
                f"{path.relative_to(folder)} {path.stat().st_mode} {len(content)}\n".encode() + content
            )
    return sha256.hexdigest()[:16]


def remove_old_images():
    images = buildah("images", "--format={{.Name}}:{{.Tag}}").split()
    for image in [each for each in images if each.startswith("localhost/mewgram:")][IMAGES_KEPT:]:
        with contextlib.suppress(ImageError):  # another process runs it
            buildah("rmi", image)
    buildah("rmi", "--prune")


def config(image):
    """What the image says about how it is run: Cmd, Env, User, WorkingDir."""
    return json.loads(buildah("inspect", "--type=image", image))["OCIv1"]["config"]


# Containers


def new_container(image):
    name = f"mewgram-{os.getpid()}-{next(_numbers)}"
    buildah("from", "--pull-never", f"--name={name}", image)
    return name


def remove_containers_of_the_dead():
    """What processes have left that were killed; and builds, of which there is one at a time."""
    for name in buildah("containers", "--format={{.ContainerName}}").split():
        owner = re.match(r"mewgram-(\d+)-", name)
        if not (owner and psutil.pid_exists(int(owner[1]))):
            buildah("rm", name)


class Container:
    """Files that begin as those of an image, and go with the container. Use it as a context manager.

    What is run in it sees these files and its own processes, of which it is the first, and this machine's network.
    (`buildah run` would do, but now and then it loses what a command printed.)
    """

    # The arguments: the folder with the files, the user, the working directory; variables and the command.
    RUN = """
        root=$1 user=$2 folder=$3
        shift 3
        set -e
        mount --types proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount --types tmpfs tmpfs "$root/dev/shm"
        exec chroot --userspec="$user" "$root" env --ignore-environment --chdir="$folder" "$@"
    """

    def __init__(self, image):
        self.image = image

    def __enter__(self):
        self.config = config(self.image)
        self.name = new_container(self.image)
        self.root = buildah("mount", self.name)
        return self

    def __exit__(self, *exception):
        buildah("rm", self.name)

    def add(self, file, path):
        """Put a file into the container, for all to read."""
        run("install", "--mode=644", str(file), f"{self.root}{path}")

    def command(self, command, environment, user=None):
        variables = [*self.config["Env"], *(f"{name}={value}" for name, value in environment.items())]
        own = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", self.RUN, "sh")
        return [*own, self.root, user or self.config["User"], self.config["WorkingDir"], *variables, *command]

    def run(self, *command, user=None, **environment):
        """Run a command as the image's user, or another; its output, with errors. Raises ImageError."""
        return run(*self.command(command, environment, user))

    def start(self, **environment):
        """Start the image's own command; it ends with this process at the latest."""
        return guardian.start([*AS_ROOT, *self.command(self.config["Cmd"], environment)])
