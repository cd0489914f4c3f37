# Two images of one source: `dialogue` (Rasa with its trained model, Python 3.10) and `app` (edge,
# actions and command line). compose.yaml puts them together; docs/install.md tells how.
#   docker build --target dialogue -t tawjih-dialogue .
#   docker build --target app -t tawjih-app .
# Both run as an ordinary user, write to /state and /tmp alone, and hold no compiler, uv or pip.

FROM python:3.10-slim-bookworm AS dialogue-build
RUN pip install --no-cache-dir --disable-pip-version-check uv==0.13.9
ENV UV_CACHE_DIR=/uv-cache UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY dialogue/pyproject.toml dialogue/uv.lock dialogue/
RUN --mount=type=cache,target=/uv-cache uv sync --frozen --no-dev --project dialogue
COPY config.yml domain.yml credentials.yml endpoints.yml languages.yml ./
COPY data/nlu data/nlu
COPY data/rules data/rules
COPY data/stories data/stories
COPY data/lexicon data/lexicon
COPY data/places data/places
COPY data/taxonomy data/taxonomy
COPY replies replies
COPY dialogue dialogue
# The model holds the profile's names, hours and numbers: another profile is another image.
ARG PROFILE=profile.yml
COPY ${PROFILE} profile.yml
# Rasa keeps what it has computed in /tmp: none of it is needed once the model stands.
RUN TAWJIH_HOME=/tmp/training dialogue/.venv/bin/python -W ignore -m dialogue train --out /app/var/models \
    && test -s var/models/tawjih.tar.gz \
    && rm -rf /tmp/training .rasa \
    && dialogue/.venv/bin/python -m compileall -q dialogue/*.py

FROM python:3.10-slim-bookworm AS dialogue
RUN pip uninstall --yes --quiet pip setuptools wheel \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin tawjih \
    && install -d -o tawjih -g tawjih -m 0700 /state
COPY --from=dialogue-build /app /app
WORKDIR /app
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp MPLCONFIGDIR=/tmp/matplotlib \
    PROFILE=profile.yml TAWJIH_HOME=/app/var DIALOGUE_DB=/state/dialogue.db \
    RASA_HOST=0.0.0.0 RASA_PORT=5005
USER 10001
EXPOSE 5005
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s --retries=4 \
    CMD ["dialogue/.venv/bin/python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['RASA_PORT']}/webhooks/tawjih/\", timeout=4)"]
CMD ["dialogue/.venv/bin/python", "-W", "ignore", "-m", "dialogue", "run"]

FROM python:3.12-slim-bookworm AS app-build
RUN pip install --no-cache-dir --disable-pip-version-check uv==0.13.9
ENV UV_CACHE_DIR=/uv-cache UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/uv-cache uv sync --frozen --no-dev --no-install-project
COPY README.md NOTICE languages.yml settings.py errors.py ./
COPY actions actions
COPY bot bot
COPY catalogue catalogue
COPY data/demo data/demo
COPY data/lexicon data/lexicon
COPY data/reading data/reading
COPY data/places data/places
COPY data/taxonomy data/taxonomy
COPY languages languages
COPY people people
COPY replies replies
COPY store store
COPY tawjih tawjih
ARG PROFILE=profile.yml
COPY ${PROFILE} profile.yml
RUN --mount=type=cache,target=/uv-cache uv sync --frozen --no-dev \
    && .venv/bin/python -m compileall -q actions bot catalogue languages people store tawjih settings.py errors.py

FROM python:3.12-slim-bookworm AS app
RUN pip uninstall --yes --quiet pip \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin tawjih \
    && install -d -o tawjih -g tawjih -m 0700 /state /state/translation
COPY --from=app-build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
    PROFILE=profile.yml TAWJIH_HOME=/state LOG_FORMAT=json \
    HOST=0.0.0.0 PORT=8000 ACTIONS_HOST=0.0.0.0 ACTIONS_PORT=5055
USER 10001
EXPOSE 8000
# Whether the edge itself answers: it goes on taking messages while another part is away, and
# must not be restarted for that. GET /health tells about all parts.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=4 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/\", timeout=4)"]
CMD ["python", "-m", "bot"]
