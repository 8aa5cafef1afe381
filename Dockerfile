# Briefmill in a container: a stage that builds, a stage that runs. Nothing in the second one can compile or fetch.
#
#   docker build -t briefmill .
#   docker run --rm -v briefs:/data briefmill init
#   docker run --init --read-only --tmpfs /tmp --stop-timeout 45 -v briefs:/data briefmill
#
# /data is the home: inbox, outbox, rejected, state, archive and config. Mount it writable for user 10001.
# --init passes a second SIGTERM on and collects what workers leave; 45 seconds leave room for engine.drain_s (30).

FROM python:3.13-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src

COPY requirements.lock ./
RUN python -m venv /build \
 && /build/bin/pip install --require-hashes --requirement requirements.lock

COPY pyproject.toml README.md ./
COPY config config
COPY daemon daemon
COPY deploy/runtime_lock.py deploy/
# Of the locked set, only what Briefmill itself needs goes on, without the tools of its developers.
RUN /build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
 && /build/bin/pip install --no-deps /dist/*.whl \
 && /build/bin/python deploy/runtime_lock.py requirements.lock briefmill > /dist/runtime.lock \
 && python -m venv /opt/briefmill \
 && /opt/briefmill/bin/pip install --require-hashes --no-deps --requirement /dist/runtime.lock \
 && /opt/briefmill/bin/pip install --no-deps /dist/*.whl \
 && /opt/briefmill/bin/pip check \
 && /opt/briefmill/bin/pip uninstall --yes pip



FROM python:3.13-slim-bookworm

RUN groupadd --gid 10001 briefmill \
 && useradd --uid 10001 --gid briefmill --no-create-home --home-dir /data --shell /usr/sbin/nologin briefmill \
 && install --directory --owner briefmill --group briefmill --mode 0750 /data

COPY --from=build /opt/briefmill /opt/briefmill

# The metrics listen on the container's own network; whether that is reachable is decided where it is run.
ENV PATH=/opt/briefmill/bin:$PATH \
    BRIEFMILL_HOME=/data \
    BRIEFMILL_TELEMETRY__LISTEN=0.0.0.0:9464 \
    OPENBLAS_NUM_THREADS=1 \
    PYTHONDONTWRITEBYTECODE=1

USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 9464

HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9464/readyz', timeout=8)"]

ENTRYPOINT ["briefmill"]
CMD ["run"]
