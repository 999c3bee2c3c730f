# One image, one process: `docker build -t help-assistant .`
# The first stage builds the wheel and installs it, the second carries only what was installed.

FROM python:3.11-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY assistant assistant
COPY web web
COPY knowledge_base knowledge_base
COPY models models
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m pip wheel --quiet --no-deps --wheel-dir /wheels .
RUN python -m venv /opt/assistant
# The registry's own torch for Linux is the CUDA build; the CPU build comes first and alone.
RUN /opt/assistant/bin/python -m pip install --quiet --no-deps --retries 1 \
    --extra-index-url https://download.pytorch.org/whl/cpu \
    "torch==$(sed -n 's/^torch==//p' constraints.txt)"
RUN /opt/assistant/bin/python -m pip install --quiet -c constraints.txt \
    "help-assistant[openai] @ file://$(ls /wheels/help_assistant-*.whl)"
# Chroma's client for Kubernetes, 120 MB, is of no use to an embedded or a served Chroma.
RUN /opt/assistant/bin/python -m pip uninstall --quiet --yes kubernetes \
    && /opt/assistant/bin/python -c "import chromadb, tempfile; \
        chromadb.PersistentClient(tempfile.mkdtemp()).create_collection('check', embedding_function=None)"

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --no-create-home assistant \
    && mkdir /data && chown assistant /data
COPY --from=build /opt/assistant /opt/assistant
ENV PATH=/opt/assistant/bin:$PATH ASSISTANT_HOME=/data PYTHONUNBUFFERED=1
WORKDIR /data
USER assistant
VOLUME /data
EXPOSE 8000
# The first start prepares the encoder, some ten seconds of work.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
# Migrations run at start; `assistant migrate` runs them apart.
CMD ["assistant", "serve", "--host", "0.0.0.0"]
