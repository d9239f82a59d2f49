# shellcheck shell=bash disable=SC2034
# Sourced by the scripts beside it: the names of all that a deployment makes, and how it says why it stopped.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

# The step that is under way, and what to do when it fails.
STEP="Find out what to deploy, and where"
ADVICE=""

step() {
    STEP=$1 ADVICE=${2:-}
    echo "-- $STEP"
}

stop() {
    echo "$1" >&2
    exit 1
}

command -v gcloud > /dev/null ||
    stop "There is no gcloud here. Install it (https://cloud.google.com/sdk/docs/install), or use Cloud Shell."

# What gcloud said last about what it does, errors among it.
SAID=$(mktemp)

say_where_it_stopped() {
    if [ "$?" -ne 0 ] && [ -n "$STEP" ]; then
        echo "Stopped at: $STEP. The reason stands above." >&2
        # To somebody who is not logged in gcloud gives the advice.
        if [ -n "$ADVICE" ] && ! grep -q "gcloud auth login" "$SAID"; then echo "$ADVICE" >&2; fi
    fi
    rm "$SAID"
}
trap say_where_it_stopped EXIT

# gcloud, which is heard only when it fails.
ask() {
    gcloud "$@" 2> "$SAID" || {
        cat "$SAID" >&2
        return 1
    }
}

# Whether a regular expression matches all of a text. `a-z` is these 26 letters, whatever the locale.
is() {
    LC_ALL=C grep -qxE "$2" <<< "$1"
}

# Nothing is asked here but by the scripts themselves.
export CLOUDSDK_CORE_DISABLE_PROMPTS=1

PROJECT=${GOOGLE_CLOUD_PROJECT:-$(ask config get project)}
[ -n "$PROJECT" ] || stop "Which project? Say it with: gcloud config set project your-project-id"
is "$PROJECT" '[a-z][a-z0-9-]{4,28}[a-z0-9]' ||
    stop "'$PROJECT' is not a project ID, which has 6 to 30 lowercase letters, digits and hyphens. A project's name or number
will not do, nor will an ID with a domain (example.com:cats). This lists the IDs of your projects: gcloud projects list"
export CLOUDSDK_CORE_PROJECT=$PROJECT

# The button sets K_SERVICE, to the name in app.json.
SERVICE=${K_SERVICE:-$(sed -n 's/^ *"name": *"\(.*\)",*$/\1/p' app.json)}
# The folder of the project: the Dockerfile says it.
APP=$(sed -n 's/^ARG APP=//p' Dockerfile)

JOB=$SERVICE-migrate
ACCOUNT_ID=$SERVICE-runtime
# The strictest rules of all that is named after it: a service account's, and a bucket's about Google's own name.
if ! is "$SERVICE" '[a-z]([a-z0-9-]{0,20}[a-z0-9])?' || [[ $SERVICE == *google* ]]; then
    stop "A service cannot be called '$SERVICE'. Choose another name in app.json: up to 22 lowercase letters, digits and
hyphens, beginning with a letter, not ending in a hyphen, without google. Nothing was made."
fi
ACCOUNT=$ACCOUNT_ID@$PROJECT.iam.gserviceaccount.com
KEY=$SERVICE-secret-key
PASSWORD=$SERVICE-admin-password
ADMIN=admin@example.com
BUCKET=gs://$PROJECT-$SERVICE-build
# The button's own, which other services may use too.
REPOSITORY=cloud-run-source-deploy

# Sets REGION, DATABASE and DATABASE_MADE (yes or no, or empty as long as the database is not there) from the record that
# `deploy/provision` keeps on the first thing it makes, the secret with Django's key. Without a record all are empty.
recall() {
    local apis secrets record=""
    REGION="" DATABASE="" DATABASE_MADE=""
    apis=$(ask services list --enabled --format='value(config.name)')
    if grep -qx secretmanager.googleapis.com <<< "$apis"; then
        secrets=$(ask secrets list --format='value(name.basename())')
        if grep -qx "$KEY" <<< "$secrets"; then
            record=$(ask secrets describe "$KEY" \
                --format='value[separator="|"](labels.region,labels.database,labels.database_made)')
            IFS='|' read -r REGION DATABASE DATABASE_MADE <<< "$record"
            [ "$DATABASE" != default ] || DATABASE="(default)"
            [ -n "$REGION" ] ||
                stop "The secret $KEY is not of this deployment. Choose another name for the service, in app.json."
        fi
    fi
}
