# docker build -t flowidl . && docker run --rm -v "$PWD:/work" flowidl validate package.tgz
FROM python:3.13-slim AS build
WORKDIR /src
COPY . .
RUN pip wheel --no-cache-dir --wheel-dir /wheels ".[yaml]"

FROM python:3.13-slim
RUN --mount=from=build,source=/wheels,target=/wheels \
    pip install --no-cache-dir --no-index --find-links /wheels "flowidl[yaml]" \
    && useradd --create-home flowidl
USER flowidl
WORKDIR /work
ENTRYPOINT ["flowidl"]
