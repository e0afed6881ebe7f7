# syntax=docker/dockerfile:1

# An image of the program and nothing else: no shell, no package manager, no other user.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/orgmap ./server
# A volume mounted here takes over the folder's owner, so that the unprivileged user may write its keyset.
RUN install -d -m 0700 /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build --chown=65532:65532 /out/data /var/lib/orgmap
COPY --from=build /out/orgmap /usr/local/bin/orgmap
COPY --from=build /src/LICENSE /src/THIRD_PARTY_NOTICES /usr/share/doc/orgmap/
ENV PATH=/usr/local/bin \
    ORGMAP_LISTEN=0.0.0.0:8080 \
    ORGMAP_KEYSET_FILE=/var/lib/orgmap/keyset.json
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGTERM
# There is no HEALTHCHECK: it would need a program to ask with. Let whatever runs the container ask over HTTP:
# /readyz before it sends requests here, /livez to find a process that hangs.
ENTRYPOINT ["orgmap"]
CMD ["serve"]
