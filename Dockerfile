# syntax=docker/dockerfile:1
# The service in a container. Its database is another container: see docker-compose.yml.

FROM rust:1.95.0-bookworm AS construccion
RUN apt-get update \
    && apt-get install -y --no-install-recommends pkg-config g++ libgdal-dev libproj-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /catastro
COPY . .
# The caches stay with the builder, so that a change compiles only itself; the program is copied out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/catastro/target \
    cargo build --release --locked -p catastro \
    && cp target/release/catastro /usr/local/bin/catastro

FROM debian:bookworm-20251229-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates curl gdal-data libgdal32 libproj25 proj-data tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /var/lib/catastro --shell /usr/sbin/nologin catastro \
    && install -d -o catastro -g catastro -m 0750 /var/lib/catastro
COPY --from=construccion /usr/local/bin/catastro /usr/local/bin/catastro
COPY --from=construccion /catastro/LICENSE* /usr/share/doc/catastro/
USER 10001:10001
WORKDIR /var/lib/catastro
ENV CATASTRO_DATA_DIR=/var/lib/catastro TZ=America/Lima
VOLUME /var/lib/catastro
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
    CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8080/api/salud/listo"]
ENTRYPOINT ["catastro"]
CMD ["serve", "--listen", "0.0.0.0:8080"]
