# Shoptwin's commands. Each does its own set-up and is quiet when nothing is to do.
#   make run      build, run the main job on the made sample shop, open it
#   make test     every check; CI calls it
#   make accept   the acceptance measurements on real data ($SHOPTWIN_DATA)
#   make bench    the speed figures, beside PyTorch's; BENCH=-quick for a short run
#   make build    build/bin/shoptwin: command line and browser, no GTK
#   make desktop  build/bin/shoptwin-desktop: the window
#   make release  what people install, in build/bin/release: Linux and Windows

SHELL := /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

BIN     := build/bin
CACHE   := build/cache
VERSION := 0.1.0
LDFLAGS := -s -w -X shoptwin/app.Version=$(VERSION)
GO      := go
GOBUILD := $(GO) build -ldflags "$(LDFLAGS)"
# One set of flags for building, vetting and testing: packages compile once.
export GOFLAGS := $(filter-out -trimpath,$(shell $(GO) env GOFLAGS)) -trimpath
WINDOW  := desktop,production,webkit2_41
export SHOPTWIN_DATA ?= ../shared/data

GO_SRC   := $(shell find main.go app core store -name '*.go' -o -name '*.s' 2>/dev/null) go.mod go.sum
WASM_SRC := $(shell find core app/wasm -name '*.go' -not -name '*_test.go' 2>/dev/null) go.mod go.sum
WEB_SRC  := $(shell find frontend/src frontend/public -type f -not -name shoptwin.wasm -not -name wasm_exec.js 2>/dev/null) \
            $(wildcard frontend/*.html frontend/scripts/*.mjs frontend/*.json frontend/*.ts frontend/*.js)
IN_NODE  := GOOS=js GOARCH=wasm $(GO) test -exec "$$($(GO) env GOROOT)/lib/wasm/go_js_wasm_exec"
STATICCHECK := $(CACHE)/bin/staticcheck-0.8.2

.PHONY: run release test accept bench build desktop web clean setup setup-window setup-test setup-accept setup-cross setup-release lint test-go test-race test-web test-wasm test-arm64 cross bench-wasm test-bindings e2e fuzz generate
build: $(BIN)/shoptwin
desktop: $(BIN)/shoptwin-desktop
web: frontend/dist/index.html

# --- what is built ---------------------------------------------------------

setup:
	@build/scripts/setup.sh build
setup-window:
	@build/scripts/setup.sh window
setup-test:
	@build/scripts/setup.sh test
setup-cross:
	@build/scripts/setup.sh cross

$(BIN)/shoptwin: $(GO_SRC) frontend/embed.go frontend/dist/index.html | setup
	$(GOBUILD) -o $@ .

$(BIN)/shoptwin-desktop: $(GO_SRC) frontend/embed.go frontend/dist/index.html | setup-window
	$(GOBUILD) -tags $(WINDOW) -o $@ .

frontend/node_modules/.package-lock.json: frontend/package-lock.json frontend/package.json
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

frontend/public/shoptwin.wasm: $(WASM_SRC)
	@mkdir -p $(@D)
	GOOS=js GOARCH=wasm $(GO) build -ldflags "-s -w" -o $@ ./app/wasm
	cp "$$($(GO) env GOROOT)/lib/wasm/wasm_exec.js" $(@D)/wasm_exec.js

frontend/dist/index.html: $(WEB_SRC) frontend/public/shoptwin.wasm frontend/node_modules/.package-lock.json
	cd frontend && npm run build --silent
	@touch $@

setup-release:
	@build/scripts/setup.sh release
release: $(BIN)/shoptwin $(BIN)/shoptwin-desktop | setup-release
	build/scripts/release.sh $(VERSION)

# --- what is run -----------------------------------------------------------

run: $(BIN)/shoptwin
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then $(MAKE) desktop; fi
	@build/scripts/run.sh

# --- what is checked -------------------------------------------------------

test: lint test-go test-race test-wasm test-arm64 cross test-web test-bindings e2e
	@echo "make test: all checks passed"

$(STATICCHECK):
	@mkdir -p $(@D)
	GOBIN=$(abspath $(@D)) $(GO) install honnef.co/go/tools/cmd/staticcheck@v0.8.2
	@mv $(@D)/staticcheck $@

lint: $(STATICCHECK) | setup
	@test -z "$$(gofmt -l main.go app core store frontend/*.go)" || { gofmt -l main.go app core store frontend/*.go; echo "gofmt these files"; exit 1; }
	$(GO) vet ./...
	$(STATICCHECK) ./...
	GOOS=js GOARCH=wasm $(GO) vet ./app/wasm

test-go: frontend/dist/index.html | setup
	$(GO) test -timeout 15m ./...

# What has goroutines of its own; the rest is single-threaded, or about numbers
# that the detector only makes slow.
test-race: | setup
	$(GO) test -race -short -timeout 15m -skip 'Auto|Balance|Troubled|GoOn|GoesOn|RowRanges|Tables|PrivateEngine|TrainSequences|BestPlan|BadEvents|MainJob|RealRows|Hostile|Suggestion|Stays|SameSeed|Reproduce|Uplift|HTML|EveryFormat' ./app
	$(GO) test -race -short -timeout 15m ./app/cli ./app/desktop ./app/serve ./app/wasm ./core/nn ./core/tree ./store
	$(GO) test -race -short -timeout 15m -run 'Stop|Same|Rows|Range|Chunks|Shares|File' ./core/synth
	$(GO) test -race -run 'Parallel|Spare' ./core
	$(GO) test -race -short -timeout 15m -run 'Tape|Killed|Contract/.*/(at_once|cancel)' ./core/train

test-wasm: frontend/public/shoptwin.wasm
	@size=$$(stat -c %s $<); echo "app/wasm: $$size bytes of at most 4,000,000"; test $$size -lt 4000000
	$(IN_NODE) -run 'Predicts|Vectors|Sgemm|Net' ./core/nn
	$(IN_NODE) -run Digest ./core

# The NEON kernels, under emulation: without what runs nets of full size.
test-arm64: | setup-test
	GOARCH=arm64 CGO_ENABLED=0 $(GO) vet ./core/nn
	GOARCH=arm64 CGO_ENABLED=0 $(GO) test -short -skip PrecisionLoss -timeout 5m -exec qemu-aarch64 ./core/nn

# Other systems: the whole program with DuckDB for Windows and for Linux on
# arm64, which is started under emulation. macOS needs Apple's SDK for what uses
# C: types are checked, what depends on the system or the processor is compiled.
cross: | setup-cross
	build/scripts/cross.sh windows/amd64
	build/scripts/cross.sh linux/arm64
	build/scripts/cross.sh darwin/arm64
	GOOS=darwin GOARCH=arm64 CGO_ENABLED=0 $(GO) build ./core/nn ./core/synth ./store
	GOOS=js GOARCH=wasm $(GO) vet ./core/nn
	GOOS=js GOARCH=wasm $(GO) build -o /dev/null ./app/wasm

test-web: frontend/node_modules/.package-lock.json frontend/public/shoptwin.wasm
	cd frontend && npm run check --silent && npm test --silent

# The generated bindings in frontend/wailsjs must be those of the code.
test-bindings: | setup-window
	@build/scripts/bindings.sh check

# The window with a door for WebKitWebDriver; no product has it.
$(CACHE)/shoptwin-window-e2e: $(GO_SRC) frontend/embed.go frontend/dist/index.html | setup-window
	@mkdir -p $(@D)
	$(GOBUILD) -tags $(WINDOW),e2e -o $@ .

e2e: $(BIN)/shoptwin $(CACHE)/shoptwin-window-e2e | setup-test
	cd frontend && npm run e2e --silent
	cd frontend && node e2e/window.mjs
	cd frontend && node e2e/reports.mjs chromium

# Every fuzz target for ten minutes, or FUZZ=30s.
fuzz: | setup
	@build/scripts/fuzz.sh $(FUZZ)

generate:
	$(GO) generate ./core/...
	@build/scripts/bindings.sh write

setup-accept:
	@build/scripts/setup.sh accept
accept: $(BIN)/shoptwin $(BIN)/shoptwin-desktop $(CACHE)/shoptwin-window-e2e | setup-accept
	$(GO) run ./build/accept $(ACCEPT)

# The comparison with PyTorch and OpenBLAS first, then every benchmark there is.
bench: | setup
	$(GO) run ./build/bench $(BENCH); missed=$$?; \
	$(GO) test -run '^$$' -bench . -benchmem ./core/nn ./core/train ./core/encode ./core/synth ./core/tree ./core/quality ./core/promo ./core/export ./core/source ./store/... && exit $$missed

# Predictions as WebAssembly, in Node, whose engine is Chromium's.
bench-wasm: | setup
	$(IN_NODE) -run '^$$' -bench Net ./core/nn

clean:
	rm -rf $(BIN) $(CACHE) build/bench/venv frontend/node_modules frontend/public/shoptwin.wasm frontend/public/wasm_exec.js
	find frontend/dist -mindepth 1 -not -name .keep -delete
