"""Commands of the lessons that are carried out in a way of their own; the runner says what they take and return."""

from contextlib import ExitStack, chdir, contextmanager
from functools import cache


@contextmanager
def carriers(place):
    """Yield the carriers for one lesson; `place` is a folder for what they need.

    gcloud, and the scripts that call it, find the stand-in for Google's APIs, with a project that is empty where
    the lesson begins.
    """
    with ExitStack() as stack:

        @cache
        def google_cloud():
            from tests.deploy.gcloud import Gcloud, WarmGcloud
            from tests.deploy.google_apis import GoogleApis

            place.mkdir()
            warm = WarmGcloud()
            stack.callback(warm.close)
            return stack.enter_context(Gcloud(warm, stack.enter_context(GoogleApis()), place))

        def run_on_google_cloud(words, folder, variables):
            gcloud = google_cloud()
            with chdir(folder):
                result = gcloud.run(*words)
            return result.returncode, result.stdout

        yield {"gcloud": run_on_google_cloud, "deploy/": run_on_google_cloud}
