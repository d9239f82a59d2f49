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

say_where_it_stopped() {
    if [ "$?" -ne 0 ] && [ -n "$STEP" ]; then
        echo "Stopped at: $STEP. The reason stands above." >&2
        if [ -n "$ADVICE" ]; then echo "$ADVICE" >&2; fi
    fi
}
trap say_where_it_stopped EXIT

# gcloud, which is heard only when it fails.
ask() {
    local said
    said=$(mktemp)
    if gcloud "$@" 2> "$said"; then
        rm "$said"
    else
        cat "$said" >&2
        rm "$said"
        return 1
    fi
}

command -v gcloud > /dev/null ||
    stop "There is no gcloud here. Install it (https://cloud.google.com/sdk/docs/install), or use Cloud Shell."

# Nothing is asked here but by the scripts themselves.
export CLOUDSDK_CORE_DISABLE_PROMPTS=1

PROJECT=${GOOGLE_CLOUD_PROJECT:-$(ask config get project)}
[ -n "$PROJECT" ] || stop "Which project? Say it with: gcloud config set project your-project-id"
export CLOUDSDK_CORE_PROJECT=$PROJECT

# The button sets K_SERVICE, to the name in app.json.
SERVICE=${K_SERVICE:-$(sed -n 's/^ *"name": *"\(.*\)",*$/\1/p' app.json)}
# The folder of the project: the Dockerfile says it.
APP=$(sed -n 's/^ARG APP=//p' Dockerfile)

JOB=$SERVICE-migrate
ACCOUNT_ID=$SERVICE-runtime
[ "${#ACCOUNT_ID}" -le 30 ] ||
    stop "The name $SERVICE is too long: shorten it to 22 characters, in app.json. Nothing was made."
ACCOUNT=$ACCOUNT_ID@$PROJECT.iam.gserviceaccount.com
KEY=$SERVICE-secret-key
PASSWORD=$SERVICE-admin-password
ADMIN=admin@example.com
BUCKET=gs://$PROJECT-$SERVICE-build
# The button's own, which other services may use too.
REPOSITORY=cloud-run-source-deploy

# Sets REGION, DATABASE and DATABASE_MADE (yes, if this deployment made it) from the record that `deploy/provision`
# keeps on the first thing it makes, the secret with Django's key. They are empty where there is no record.
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
