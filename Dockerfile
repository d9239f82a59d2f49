# Where the project lies: here, or in a folder of its own.
ARG APP=solution

# The packages, without all that nobody asks for when the program runs.
FROM python:3.13.9-slim-trixie AS packages
WORKDIR /build
# The second is there when the preparation of a deployment has failed: then nothing is built.
COPY requirements.txt .deploy-faile[d] ./
RUN if [ -e .deploy-failed ]; then cat .deploy-failed >&2; exit 1; fi
RUN pip install --require-hashes --no-cache-dir --no-compile --target packages -r requirements.txt
# Robohash looks for its other sets when it starts, so their empty folders stay. Translations: we have one language.
RUN find packages/robohash/sets packages/robohash/backgrounds -type f ! -path '*/set4/*' -delete \
    && find packages -name '*.po' -delete \
    && find packages/django -name '*.mo' ! -path '*/en/*' -delete \
    && rm -rf packages/gcloudc/tests packages/csp/tests \
    && python -m compileall -q packages

FROM python:3.13.9-slim-trixie
ARG APP
ENV PYTHONPATH=/packages PYTHONUNBUFFERED=1 MALLOC_ARENA_MAX=2 DATABASE=datastore
ENV PATH=/packages/bin:$PATH
RUN useradd --system --uid 10001 mewgram
COPY --from=packages /build/packages /packages
WORKDIR /app
COPY ${APP} ./
COPY strict_datastore/src ./
# The key is for this command alone; the service has another one.
RUN SECRET_KEY=unused python manage.py collectstatic --noinput \
    && python -m compileall -q . \
    && chmod -R a+rX .
USER 10001
CMD ["gunicorn", "mewgram.wsgi"]
