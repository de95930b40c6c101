# syntax=docker/dockerfile:1
# Two stages: what builds stays behind. Runs as nobody in particular, and with a read-only root file system:
#   docker run --read-only --tmpfs /tmp -v muster:/data --env-file .env -p 8080:8080 muster
FROM python:3.13-slim AS build
WORKDIR /src
COPY locks locks
RUN python -m venv /opt/muster \
    && /opt/muster/bin/pip install --no-cache-dir --require-hashes -r locks/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY commands commands
COPY runbooks runbooks
COPY sandbox sandbox
RUN /opt/muster/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Muster" \
      org.opencontainers.image.description="A self-hosted Slack bot that runs an incident from the first word to the postmortem." \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin muster \
    && install -d -o muster -g muster /data
COPY --from=build /opt/muster /opt/muster
ENV PATH=/opt/muster/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/tmp/matplotlib \
    LOG_FORMAT=json \
    DATABASE_URL=sqlite+aiosqlite:////data/muster.db
WORKDIR /data
VOLUME /data
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ.get('HTTP_PORT', '8080') + '/healthz', timeout=4)"]
ENTRYPOINT ["muster"]
CMD ["serve"]
