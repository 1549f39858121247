# Builds with BuildKit and without; needs no network but for the base image and the dependencies.
#
# The tag names one release of Python on one release of Debian; it is rebuilt for Debian's security
# updates, so build with --pull now and then. To pin the very bytes, ask for the digest
#     docker buildx imagetools inspect python:3.13.14-slim-trixie --format '{{.Manifest.Digest}}'
# and write it behind the tag: python:3.13.14-slim-trixie@sha256:…
ARG BASE=python:3.13.14-slim-trixie

FROM ${BASE} AS build
# A language model's libraries, too: llm, anthropic or google. Left empty: none.
ARG EXTRA=""
WORKDIR /build
COPY constraints*.txt ./
# The environment holds no installer, and what is in it is compiled: nothing is written at run time.
# --only-binary: no package's build script runs, and a compiler is not needed.
RUN python -m venv --without-pip /venv \
    && for name in metrics ${EXTRA}; do \
        pip --python /venv/bin/python install --no-cache-dir --disable-pip-version-check \
            --require-hashes --only-binary=:all: --requirement "constraints-${name}.txt" \
        || exit 1; \
    done
WORKDIR /app
COPY bot ./bot
COPY cogs ./cogs
COPY deploy/healthcheck.py ./deploy/
COPY LICENSE ./
RUN python -m compileall -q --invalidation-mode unchecked-hash bot cogs deploy

FROM ${BASE}
LABEL org.opencontainers.image.title="Wherefore" \
      org.opencontainers.image.description="A Discord bot that tells a server why the news matters" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0"
# The number is what volumes and secrets on the host are given to: it must not change.
RUN groupadd --system --gid 10001 wherefore \
    && useradd --system --uid 10001 --gid wherefore --home-dir /nonexistent --no-create-home \
        --shell /usr/sbin/nologin wherefore \
    && install --directory --owner=wherefore --group=wherefore --mode=0700 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/wherefore.db \
    HEALTH_PORT=9464
WORKDIR /app
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
# The start may wait for Discord, and a migration takes a backup first.
HEALTHCHECK --interval=60s --timeout=10s --start-period=120s --retries=3 \
    CMD ["python", "deploy/healthcheck.py"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
