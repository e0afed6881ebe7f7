# What people do here. `make help` lists it.

SHELL := /bin/bash
.DEFAULT_GOAL := help

# Tools that are no part of the program live in a folder of their own.
TOOLS := $(CURDIR)/.cache/tools
GOLANGCI_VERSION := v2.15.0
GOTESTSUM_VERSION := v1.13.0

DATA_DIR ?= .orgmap
LISTEN ?= 127.0.0.1:8080
TEST_FLAGS ?= -race
PACKAGES ?= ./...

.PHONY: help
help: ## List what can be made.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

.PHONY: run
run: setup-run ## Run everything embedded with simulated vendors, on http://127.0.0.1:8080.
	go build -o bin/orgmap ./server
	exec bin/orgmap serve --demo --data-dir $(DATA_DIR) --listen $(LISTEN) --log-format text

.PHONY: test
test: setup-test ## Run all tests, with the race detector, on a real Postgres and a real Redis.
	CI=true go test $(TEST_FLAGS) $(PACKAGES)

.PHONY: check
check: generate format lint test clean-tree ## Generate, format, lint, test, and make sure that nothing changed by it.

.PHONY: generate
generate: ## Write the generated code anew.
	go tool gqlgen generate

.PHONY: format
format: $(TOOLS)/golangci-lint ## Format the code.
	$(TOOLS)/golangci-lint fmt

.PHONY: lint
lint: $(TOOLS)/golangci-lint ## Look for what the linters find.
	$(TOOLS)/golangci-lint run
	go mod tidy -diff

.PHONY: clean-tree
clean-tree: # Fails where a step before changed a file: generated code is stale, or a file not formatted.
	@git diff --exit-code --stat || { echo "These files changed: commit what make generate and make format write."; exit 1; }

.PHONY: bench
bench: setup-run ## Measure the grid page beside a bare handler, and a refresh of 100,000.
	go run ./bench

.PHONY: fuzz
fuzz: ## Fuzz the decoders for FUZZ_TIME each.
	bench/fuzz.sh $(or $(FUZZ_TIME),30s)

.PHONY: build
build: ## Build bin/orgmap.
	go build -trimpath -o bin/orgmap ./server

.PHONY: setup-run
setup-run: ## Install what running needs: Postgres programs.
	./setup.sh run

.PHONY: setup-test
setup-test: ## Install what the tests need: Postgres programs, redis-server, node.
	./setup.sh test

$(TOOLS)/golangci-lint:
	GOBIN=$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
