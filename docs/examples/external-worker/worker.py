"""A worker for tasks of `workflow_ref: external:checksum`: fetches the document at `params.url` and gives its SHA-256 and size.

Python 3.9 or later and its standard library are all it needs: `python3 worker.py`. COUNTERSIGN_URL, COUNTERSIGN_TOKEN (a key with the
scope tasks:work) and COUNTERSIGN_TENANT say where it works. COUNTERSIGN_DAG, where it is set, is the definition that it works for: as it
is kept, not as somebody who may only start runs brings it along.
"""

import hashlib
import json
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request

URL = os.environ.get("COUNTERSIGN_URL", "http://localhost:3000")
TOKEN = os.environ.get("COUNTERSIGN_TOKEN", "")
TENANT = os.environ.get("COUNTERSIGN_TENANT", "default")
DAG = os.environ.get("COUNTERSIGN_DAG", "")
LEASE_SECONDS = 60
MAX_BYTES = 50 * 1024 * 1024

stopping = threading.Event()
# Set while nothing is held: then it can end at once.
idle = threading.Event()


class FinalError(Exception):
    """Trying again would change nothing."""


class LostLease(Exception):
    """Somebody else has the task."""


def work(task, lost):
    """What the work itself is. What it raises is said of the task."""
    # The version is null where the definition is kept nowhere: it came with its run.
    if DAG != "" and (task["dag_name"] != DAG or task["dag_version"] is None):
        raise FinalError(f"This worker works for {DAG} as it is kept, and for nothing else")
    url = task["params"].get("url")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise FinalError("There is no url to fetch")
    digest = hashlib.sha256()
    size = 0
    try:
        with urllib.request.urlopen(url, timeout=60) as response:
            while chunk := response.read(65536):
                if lost.is_set():
                    raise LostLease()
                digest.update(chunk)
                size += len(chunk)
                if size > MAX_BYTES:
                    raise FinalError("The document is too large")
    except urllib.error.HTTPError as error:
        error.close()
        kind = FinalError if 400 <= error.code < 500 else RuntimeError
        raise kind(f"The document answered {error.code}") from None
    return {"sha256": digest.hexdigest(), "bytes": size}


def call(path, body, timeout=40):
    """The status and the answer of one call. Raises OSError where there is no answer."""
    request = urllib.request.Request(
        URL.rstrip("/") + path,
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, None


def lease():
    """The next task, or None where there was none for a while. Whatever is wrong with the way there is tried again."""
    body = {"tenant_id": TENANT, "workflow_refs": ["external:checksum"], "lease_seconds": LEASE_SECONDS, "wait_seconds": 20}
    try:
        status, answer = call("/api/v1/tasks/lease", body)
        if status == 200:
            return next(iter(answer["tasks"]), None)
        print(f"the lease was refused: {status}", file=sys.stderr, flush=True)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr, flush=True)
    stopping.wait(2)
    return None


def keep(task, lost, done):
    """Extends the lease three times in its time; says so when somebody else has the task."""
    while not done.wait(LEASE_SECONDS / 3):
        body = {"lease_token": task["lease_token"], "lease_seconds": LEASE_SECONDS}
        try:
            status, _ = call(f"/api/v1/tasks/{task['task_id']}/heartbeat", body)
        except (OSError, ValueError):
            continue
        if status in (404, 409):
            lost.set()
            return


def say(task, how, what):
    """Says how a task went, until it is heard. Said twice under the same lease it counts once."""
    while True:
        try:
            status, _ = call(f"/api/v1/tasks/{task['task_id']}/{how}", {"lease_token": task["lease_token"], **what})
            if status == 200:
                print(f"{how} {task['task_id']}", flush=True)
                return
            if status in (404, 409):
                print(f"lost {task['task_id']}", flush=True)
                return
            if status < 500 and status != 429:
                print(f"refused {status} {task['task_id']}", file=sys.stderr, flush=True)
                return
        except (OSError, ValueError) as error:
            print(error, file=sys.stderr, flush=True)
        time.sleep(1)


def handle(task):
    """Does one task while its lease is kept."""
    lost, done = threading.Event(), threading.Event()
    heart = threading.Thread(target=keep, args=(task, lost, done), daemon=True)
    heart.start()
    try:
        output = work(task, lost)
    except LostLease:
        print(f"lost {task['task_id']}", flush=True)
    except Exception as error:  # Whatever the work raises is how the task went.
        say(task, "fail", {"error": f"{error}" or type(error).__name__, "final": isinstance(error, FinalError)})
    else:
        say(task, "complete", {"output": output})
    finally:
        done.set()


def stop(*_):
    """Ends at once while it only waits for work, and after the task that it is at otherwise."""
    stopping.set()
    if idle.is_set():
        raise SystemExit(0)


def main():
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    print("working", flush=True)
    while not stopping.is_set():
        idle.set()
        task = lease()
        idle.clear()
        if task is not None:
            handle(task)


if __name__ == "__main__":
    main()
