"""
A stand-in for Google's APIs, as far as deploy/ asks them through gcloud: it keeps what is created, in memory.

gcloud reaches it as its HTTP proxy, so that one server on the loopback interface answers for all of them by name.
"""

import base64
import copy
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

PROJECT, NUMBER, REGION = "purring-cats", "123456789012", "us-central1"
SERVICES = [
    *(
        "artifactregistry",
        "cloudbuild",
        "cloudresourcemanager",
        "datastore",
        "firestore",
        "iam",
        "logging",
        "run",
    ),
    *("secretmanager", "serviceusage", "storage"),
]


class Refused(Exception):
    """An answer other than 200: its status, the API's word for it, and the message."""

    def __init__(self, status, word, message):
        super().__init__(status, word, message)
        self.answer = status, {"error": {"code": status, "status": word, "message": message}}


def missing(name):
    return Refused(404, "NOT_FOUND", f"{name} does not exist.")


def locations(*names):
    return {"locations": [{"locationId": name} for name in names]}


class GoogleApis:
    """One project, empty at first. Use it as a context manager.

    `resources` has what was created by its full name, `policies` who may do what with it. A test may put things into
    both, and says by the other attributes how the next calls end. What is built, run and served is so in name alone,
    unless there is a `CloudRun`.
    """

    cloud_run = None

    def __init__(self):
        self.resources, self.policies, self.requests = {}, {}, []
        self.apis = set()
        # What a composite index is each time that somebody looks; the last one stays.
        self.index_states = ["CREATING", "READY"]
        self.jobs_succeed = self.builds_succeed = True
        self.logs = []
        # A regular expression for "METHOD host/path" and what to answer.
        self.refusals = {}
        # The files in buckets.
        self.files = {}

    def __enter__(self):
        apis = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                length = int(self.headers.get("Content-Length") or 0)
                request = self.command, self.path, self.rfile.read(length)
                # As it is now: what is answered goes on changing.
                status, answer = copy.deepcopy(apis.answer(*request))
                apis.requests.append((request, (status, answer)))
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=[0.01]).start()
        return self

    def __exit__(self, *exception):
        self.server.shutdown()
        self.server.server_close()

    def environment(self, folder):
        """The variables that lead gcloud here, and nowhere else; its own files go into the folder."""
        return {
            "http_proxy": f"http://127.0.0.1:{self.server.server_port}",
            "CLOUDSDK_CONFIG": str(folder),
            "CLOUDSDK_CORE_PROJECT": PROJECT,
            "CLOUDSDK_AUTH_DISABLE_CREDENTIALS": "true",
            "CLOUDSDK_CORE_CHECK_GCE_METADATA": "false",
            "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "true",
            "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK": "true",
            **{
                f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{name.upper()}": f"http://{name}.googleapis.com/"
                for name in SERVICES
            },
        }

    def names(self, collection):
        """The last parts of the names of all resources in a collection."""
        return sorted(name.split("/")[-1] for name in self.resources if name.split("/")[-2] == collection)

    def state(self):
        """All that decides how the next request is answered."""
        others = ("server", "requests", "cloud_run")
        return copy.deepcopy({name: value for name, value in vars(self).items() if name not in others})

    def answer(self, method, url, body):
        """The status and the JSON that a request gets."""
        parts = urlsplit(url)
        host = re.sub(r"^[a-z]+-[a-z]+\d-|\.googleapis\.com$", "", parts.hostname)
        path = re.sub(r"^/(v\d\w*|apis/[\w.]+/v1|storage/v1)/", "", unquote(parts.path))
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        try:
            for pattern, refusal in self.refusals.items():
                if re.search(pattern, f"{method} {host}/{path}"):
                    raise refusal
            if parts.path.startswith("/upload/"):
                return 200, self.upload(path, query, body)
            return 200, getattr(self, f"ask_{host}")(method, path, query, json.loads(body or "{}"))
        except Refused as refused:
            return refused.answer
        except (AttributeError, KeyError) as error:
            # Not one that is tried again, as 500 would be.
            return 400, {"error": {"code": 400, "message": f"The stand-in does not know this: {error!r}"}}

    # What most APIs have in common.

    def create(self, name, resource):
        if name in self.resources:
            raise Refused(409, "ALREADY_EXISTS", f"{name} already exists.")
        self.resources[name] = {"name": name} | resource
        return self.resources[name]

    def found(self, name):
        if name not in self.resources:
            raise missing(name)
        return self.resources[name]

    def children(self, parent):
        return [
            self.resources[name]
            for name in sorted(self.resources)
            if re.fullmatch(f"{re.escape(parent)}/[^/]+", name)
        ]

    def usual(self, method, path, body, new=None):
        """Create (with the name of the new one), show, list, change or delete."""
        collection = path.split("/")[-1]
        if new:
            return self.create(f"{path}/{new}", body)
        if method == "GET" and path.count("/") % 2 == 0:
            return {collection: self.children(path)}
        if method == "DELETE":
            self.found(path)
            for name in list(self.resources):
                if name == path or name.startswith(f"{path}/"):
                    del self.resources[name]
            return {}
        if method == "PATCH":
            self.found(path).update(body)
        return self.found(path)

    def policy(self, path, body):
        name, _, verb = path.rpartition(":")
        if verb == "setIamPolicy":
            self.policies[name] = body["policy"]
        return self.policies.get(name, {"etag": "abc="})

    def done(self, path, resource):
        """What takes a while, and is done at once here."""
        place = "/".join(path.split("/")[:4])
        return {"name": f"{place}/operations/1", "done": True, "response": resource}

    # Each API by its host name.

    def ask_serviceusage(self, method, path, query, body):
        if path.endswith(":batchEnable"):
            self.apis |= set(body["serviceIds"])
            return self.done(path, {})
        if path.count("/") == 3:
            name = path.split("/")[-1]
            return {"config": {"name": name}, "state": "ENABLED" if name in self.apis else "DISABLED"}
        return {"services": [{"config": {"name": name}, "state": "ENABLED"} for name in sorted(self.apis)]}

    def ask_secretmanager(self, method, path, query, body):
        if path.endswith("IamPolicy"):
            self.found(path.rpartition(":")[0])
            return self.policy(path, body)
        if path.endswith(":addVersion"):
            secret = path.rpartition(":")[0]
            self.found(secret)
            number = len(self.children(f"{secret}/versions")) + 1
            name = f"{secret}/versions/{number}"
            self.create(
                name, {"state": "ENABLED", "data": base64.b64decode(body["payload"]["data"]).decode()}
            )
            return {"name": name, "clientSpecifiedPayloadChecksum": True}
        if method == "PATCH":
            body = {"labels": body["labels"]}
        return self.usual(method, path, body, query.get("secretId"))

    def ask_firestore(self, method, path, query, body):
        database = self.resources.get("/".join(path.split("/")[:4]))
        if "/databases/" in path and database is None:
            raise missing(path)
        if path.endswith("/locations"):
            return locations("eur3", "nam5", "europe-west1", REGION)
        if path.endswith("/indexes"):
            if method == "POST":
                path = f"{path}/{len(self.children(path)) + 1}"
                return self.done(path, self.create(path, body))
            state = self.index_states.pop(0) if len(self.index_states) > 1 else self.index_states[0]
            database = path.partition("/collectionGroups/")[0]
            names = [name for name in self.resources if name.startswith(database) and "/indexes/" in name]
            return {"indexes": [self.resources[name] | {"state": state} for name in names]}
        if "/fields" in path:
            if method == "PATCH":
                self.resources[path] = body | {"ttlConfig": {"state": "ACTIVE"}}
                return self.done(path, self.resources[path])
            return {"fields": self.children(path)}
        answer = self.usual(method, path, body, query.get("databaseId"))
        return answer if method == "GET" else self.done(path, answer)

    def ask_iam(self, method, path, query, body):
        if method == "POST":
            if not re.fullmatch("[a-z][a-z0-9-]{4,28}[a-z0-9]", body["accountId"]):
                raise Refused(400, "INVALID_ARGUMENT", f"The account ID {body['accountId']} is not valid.")
            email = f"{body['accountId']}@{PROJECT}.iam.gserviceaccount.com"
            return self.create(f"projects/{PROJECT}/serviceAccounts/{email}", {"email": email})
        answer = self.usual(method, path.replace("projects/-/", f"projects/{PROJECT}/"), body)
        return {"accounts": answer["serviceAccounts"]} if "serviceAccounts" in answer else answer

    def ask_cloudresourcemanager(self, method, path, query, body):
        return self.policy(path, body)

    def ask_artifactregistry(self, method, path, query, body):
        answer = self.usual(method, path, body, query.get("repositoryId"))
        return answer if method in ("GET", "PATCH") else self.done(path, answer)

    def ask_storage(self, method, path, query, body):
        """Buckets and objects, whose names are another API's than the rest."""
        if method == "POST" and path == "b":
            return self.create(f"b/{body['name']}", body | {"id": body["name"], "kind": "storage#bucket"})
        answer = self.usual(method, path, body)
        if path == "b":
            return {"items": answer["b"]}
        if path.endswith("/o") and method == "GET":
            return {"items": answer["o"]}
        return answer

    def upload(self, path, query, body):
        """A file, as the second part of a body whose first line is what parts it."""
        file = body.split(body.splitlines()[0])[2].partition(b"\n\n")[2].removesuffix(b"\n")
        bucket = path.split("/")[-2]
        number = str(len(self.children(f"b/{bucket}/o")) + 1)
        self.files[bucket, number] = file
        return self.create(
            f"b/{bucket}/o/{number}",
            {
                "name": number,
                "id": query.get("name", "source"),
                "bucket": bucket,
                "generation": "1",
                "size": str(len(file)),
            },
        )

    def ask_cloudbuild(self, method, path, query, body):
        name = f"projects/{PROJECT}/locations/global/builds/1"
        if method == "POST":
            succeeds = self.builds_succeed
            if self.cloud_run:
                source = body["source"]["storageSource"]
                succeeds = self.cloud_run.build(body, self.files[source["bucket"], source["object"]])
            status = "SUCCESS" if succeeds else "FAILURE"
            build = body | {"id": "1", "name": name, "status": status, "projectId": PROJECT}
            self.resources[name] = build
            if succeeds:
                self.push(body["substitutions"]["_IMAGE"])
            return {
                "name": f"operations/build/{PROJECT}/1",
                "metadata": {"build": build},
                "done": True,
                "response": build,
            }
        return self.resources[name]

    def push(self, image):
        """An image into Artifact Registry, as Docker and Cloud Build put it there."""
        _host, _project, repository, tagged = image.split("/")
        package = tagged.partition(":")[0]
        name = f"projects/{PROJECT}/locations/{REGION}/repositories/{repository}/packages/{package}"
        self.resources[name] = {"name": name}

    def ask_run(self, method, path, query, body):
        """Services, jobs and executions, in the form of Knative."""
        if path.endswith("IamPolicy"):
            return self.policy(path, body)
        if path.endswith("/locations"):
            return locations("europe-west1", "me-central1", REGION)
        name, _, verb = path.partition(":")
        if verb == "run":
            return self.execution(name)
        if method == "POST":
            return self.run_resource(f"{path}/{body['metadata']['name']}", body, new=True)
        if method == "PUT":
            self.found(path)
            return self.run_resource(path, body)
        answer = self.usual(method, path, body)
        if method == "DELETE" and self.cloud_run:
            self.cloud_run.delete(path.split("/")[-1])
        return answer if path.count("/") % 2 else {"items": answer[path.split("/")[-1]]}

    def environment_of(self, container, account):
        """The variables with which a container is started for a service account, secrets among them."""
        return {
            each["name"]: each["value"]
            if "value" in each
            else self.secret(each["valueFrom"]["secretKeyRef"]["name"], account)
            for each in container["env"]
        }

    def secret(self, name, account):
        name = f"projects/{PROJECT}/secrets/{name}"
        reader = {"role": "roles/secretmanager.secretAccessor", "members": [f"serviceAccount:{account}"]}
        if reader not in self.policies[name]["bindings"]:
            raise Refused(403, "PERMISSION_DENIED", f"Permission denied on secret {name} for {account}.")
        return self.children(f"{name}/versions")[-1]["data"]

    def run_resource(self, name, body, new=False):
        if new and name in self.resources:
            raise Refused(409, "ALREADY_EXISTS", f"{name} already exists.")
        short = body["metadata"]["name"]
        generation = self.resources.get(name, {"metadata": {"generation": 0}})["metadata"]["generation"] + 1
        address = f"https://{short}-abcdefghij-uc.a.run.app"
        body["metadata"] |= {
            "generation": generation,
            "resourceVersion": "r",
            "selfLink": f"/x/{name}",
            "uid": "u",
        }
        body["metadata"].setdefault("labels", {})["cloud.googleapis.com/location"] = REGION
        body["metadata"].setdefault("annotations", {})["run.googleapis.com/urls"] = json.dumps(
            [f"https://{short}-{NUMBER}.{REGION}.run.app", address]
        )
        revision = f"{short}-{generation:05}-abc"
        ready = {"status": "True"}
        if self.cloud_run and "/services/" in name and not self.cloud_run.deploy(short, body):
            ready = {"status": "False", "message": "The container failed to start and listen."}
        body["status"] = {
            "observedGeneration": generation,
            "conditions": [
                {"type": kind} | ready for kind in ("Ready", "ConfigurationsReady", "RoutesReady")
            ],
            "url": address,
            "address": {"url": address},
            "latestReadyRevisionName": revision,
            "latestCreatedRevisionName": revision,
            "traffic": [{"revisionName": revision, "percent": 100, "latestRevision": True}],
        }
        self.resources[name] = body
        return body

    def execution(self, job):
        place, short = job.split("/jobs/")
        succeeds = self.cloud_run.run_job(self.found(job)) if self.cloud_run else self.jobs_succeed
        succeeded = "True" if succeeds else "False"
        name = f"{place}/executions/{short}-1"
        self.resources[name] = {
            "apiVersion": "run.googleapis.com/v1",
            "kind": "Execution",
            "metadata": {
                "name": f"{short}-1",
                "namespace": PROJECT,
                "generation": 1,
                "labels": {},
                "annotations": {},
            },
            "spec": self.found(job)["spec"]["template"]["spec"],
            "status": {
                "observedGeneration": 1,
                "conditions": [
                    {"type": "Completed", "status": succeeded, "message": "The task failed."},
                ],
                "completionTime": "2026-01-01T00:00:00Z",
            },
        }
        return self.resources[name]

    def ask_logging(self, method, path, query, body):
        newest_first = body["orderBy"].endswith(" desc")
        return {"entries": (self.logs[::-1] if newest_first else self.logs)[: body["pageSize"]]}
