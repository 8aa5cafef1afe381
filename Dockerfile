# Briefmill in a container: a stage that builds, a stage that runs. Nothing in the second one can compile or fetch.
#
#   docker build -t briefmill:0.1.0 .
#   docker run --rm -v briefs:/data briefmill:0.1.0 init
#   docker run --init --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges --stop-timeout 45 \
#       -v briefs:/data briefmill:0.1.0
#
# /data is the home: inbox, outbox, rejected, state, archive and config. Mount it writable for user 10001; everything
# else may be read-only, with a /tmp in memory. The daemon ends on SIGTERM as process 1 too; --init collects, besides,
# what a killed worker leaves. 45 seconds leave room for engine.drain_s (30).
# docs/containers.md has the rest, with Compose and Kubernetes.

FROM python:3.13-slim-bookworm AS build

ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src

COPY requirements.lock ./
RUN python -m venv /build \
 && /build/bin/pip install --require-hashes --requirement requirements.lock

COPY pyproject.toml README.md ./
COPY config config
COPY systemd systemd
COPY daemon daemon
COPY deploy/runtime_lock.py deploy/
# Of the locked set, only what Briefmill itself needs goes on, without the tools of its developers. The fonts of every
# shipped script are among it. A fixed date makes the same sources the same wheel.
RUN export SOURCE_DATE_EPOCH=315532800 \
 && /build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /dist . \
 && /build/bin/pip install --no-deps /dist/*.whl \
 && /build/bin/python deploy/runtime_lock.py requirements.lock briefmill > /dist/runtime.lock \
 && python -m venv /opt/briefmill \
 && /opt/briefmill/bin/pip install --require-hashes --no-deps --requirement /dist/runtime.lock \
 && /opt/briefmill/bin/pip install --no-deps /dist/*.whl \
 && /opt/briefmill/bin/pip check \
 && /opt/briefmill/bin/pip uninstall --yes pip


FROM python:3.13-slim-bookworm

ARG REVISION=unknown
LABEL org.opencontainers.image.title="Briefmill" \
      org.opencontainers.image.description="A hot-folder daemon for creative automation" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/python:3.13-slim-bookworm"

# The base brings pip and a copy of it to install; a container that runs needs neither.
RUN python -m pip uninstall --yes --root-user-action=ignore pip \
 && rm -r /usr/local/lib/python3.13/ensurepip \
 && groupadd --gid 10001 briefmill \
 && useradd --uid 10001 --gid briefmill --no-create-home --home-dir /data --shell /usr/sbin/nologin briefmill \
 && install --directory --owner briefmill --group briefmill --mode 0750 /data

COPY --from=build /opt/briefmill /opt/briefmill

# The metrics listen on the container's own network; whether that is reachable is decided where it is run.
# What wants a home or a cache of its own finds the one place beside /data that may be written.
ENV PATH=/opt/briefmill/bin:$PATH \
    HOME=/tmp \
    XDG_CACHE_HOME=/tmp/.cache \
    BRIEFMILL_HOME=/data \
    BRIEFMILL_TELEMETRY__LISTEN=0.0.0.0:9464 \
    OPENBLAS_NUM_THREADS=1 \
    PYTHONDONTWRITEBYTECODE=1

USER 10001:10001
WORKDIR /data
VOLUME ["/data"]
EXPOSE 9464
STOPSIGNAL SIGTERM

# Whether the process answers. A pause is no illness that a restart would mend: /readyz tells of those.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9464/healthz', timeout=8)"]

ENTRYPOINT ["briefmill"]
CMD ["run"]
