# The page in a container:
#   docker build -t footnote .
#   docker run -p 127.0.0.1:8501:8501 -v ~/reports:/documents:ro -v footnote:/data footnote
# Written where no image can be built; tests/test_container.py runs its commands outside Docker.
FROM python:3.11-slim AS build
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
WORKDIR /src
RUN python -m venv /opt/footnote
ENV PATH=/opt/footnote/bin:$PATH
COPY requirements.txt requirements-postgres.txt requirements.lock ./
RUN pip install --no-cache-dir "$(grep '^torch==' requirements.txt)" --index-url "$TORCH_INDEX" \
    && pip install --no-cache-dir --require-hashes --no-deps -r requirements.lock \
    && pip install --no-cache-dir -r requirements-postgres.txt
COPY . .
RUN pip install --no-cache-dir --no-deps /src

FROM python:3.11-slim
RUN useradd --uid 10001 --create-home footnote \
    && mkdir -p /data /documents \
    && chown footnote /data
COPY --from=build /opt/footnote /opt/footnote
ENV PATH=/opt/footnote/bin:$PATH FOOTNOTE_HOME=/data FOOTNOTE_DOCUMENTS=/documents
USER 10001
WORKDIR /home/footnote
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=10m \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
ENTRYPOINT ["footnote"]
CMD ["run", "--address", "0.0.0.0"]
