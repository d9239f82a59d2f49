"""A guardian ends its command, whoever or whatever ends first."""

import signal
import subprocess
import sys

import psutil
import pytest
from strict_datastore import guardian

# Starts a process of its own, says so, and stays.
COMMAND = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
print("ready", flush=True)
child.wait()
"""


@pytest.fixture
def guarded():
    """A guardian whose command runs, and every process under it."""
    with guardian.start([sys.executable, "-c", COMMAND], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline().strip() == b"ready"
        processes = psutil.Process(process.pid).children(recursive=True)
        yield process, processes
        for left in psutil.wait_procs(processes, timeout=0)[1]:
            left.kill()


def test_end_of_input_ends_the_command_and_what_it_started(guarded):
    process, processes = guarded
    process.stdin.close()
    assert len(processes) == 2
    assert psutil.wait_procs(processes, timeout=30)[1] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to handle")
def test_sigterm_of_the_guardian_ends_the_command_too(guarded):
    process, processes = guarded
    process.send_signal(signal.SIGTERM)
    assert psutil.wait_procs(processes, timeout=30)[1] == []


def test_the_command_s_exit_status_is_the_guardian_s():
    with guardian.start([sys.executable, "-c", "raise SystemExit(3)"]) as process:
        assert process.wait(timeout=30) == 3


def test_a_lock_is_held_until_the_command_has_ended(tmp_path):
    command = [sys.executable, "-c", COMMAND]
    with guardian.start(command, lock=tmp_path / "lock", stdout=subprocess.PIPE) as first:
        assert first.stdout.readline().strip() == b"ready"
        with guardian.start(command, lock=tmp_path / "lock") as second:
            assert second.wait(timeout=30) == guardian.LOCKED
    with guardian.start([sys.executable, "-c", ""], lock=tmp_path / "lock") as third:
        assert third.wait(timeout=30) == 0
