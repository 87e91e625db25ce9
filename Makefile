# What a person types. Everything is built by Bazel; `make help` lists it all.

SCENARIO ?= normal
TRACING ?= builtin
SERVE ?=
PEER ?=
PREFIX ?= /usr/local
DESTDIR ?=
BAZEL ?= bazel
# No daemon's chatter in a log, a moving line in a terminal.
BAZEL_FLAGS ?= $(if $(CI),--color=no --curses=no --show_progress_rate_limit=30,)

.PHONY: help deps deps-check build demo test sanitize check bench e2e install fresh

help:
	@echo "make demo [SCENARIO=normal|slow-stripe|timeout|declined] [SERVE=1]"
	@echo "            the checkout demo, traced"
	@echo "make test   every hermetic test"
	@echo "make check  format, warnings under clang, lint, arrows"
	@echo "make sanitize  the tests of the wire formats and the recorder under"
	@echo "            AddressSanitizer, UndefinedBehaviorSanitizer, ThreadSanitizer"
	@echo "make bench [PEER=1]"
	@echo "            what tracing costs, beside what it may; with PEER=1 also"
	@echo "            beside opentelemetry-cpp, in a Debian trixie that is made"
	@echo "            once in ~/.cache/waybill-peer (700 MB; needs root)"
	@echo "make e2e    against real backends and other languages' clients; needs Go,"
	@echo "            and says what it fetches into ~/.cache/waybill-e2e"
	@echo "make install PREFIX=/usr/local [DESTDIR=...]"
	@echo "            the command, the agent, the library and its headers"
	@echo "make fresh  make demo and make test on a new Debian in a folder"

# What is missing is installed; a plain user is told the command instead.
deps:
	@tools/install_packages.sh tools/packages.txt

deps-check:
	@tools/install_packages.sh tools/packages.txt tools/packages_check.txt

build: deps
	$(BAZEL) build $(BAZEL_FLAGS) //...

demo: deps
	$(BAZEL) build $(BAZEL_FLAGS) //examples/checkout:demo
	@bazel-bin/examples/checkout/demo --scenario=$(SCENARIO) \
	  --tracing=$(TRACING) --agent=bazel-bin/agent/libwaybill_agent.so \
	  $(if $(SERVE),--serve)

test: deps
	$(BAZEL) test $(BAZEL_FLAGS) //...

e2e: deps
	@tools/install_packages.sh tools/e2e/packages.txt
	$(BAZEL) build $(BAZEL_FLAGS) //cli:waybill //tools/e2e:relay
	tools/e2e/zero_code.py bazel-bin
	tools/e2e/backends.py bazel-bin

install: deps
	$(BAZEL) build $(BAZEL_FLAGS) --config=opt //tools/install
	tools/install/install.sh bazel-bin "$(DESTDIR)$(PREFIX)"

sanitize: deps-check
	tools/sanitize.sh $(BAZEL) $(BAZEL_FLAGS)

check: deps-check
	tools/check_format.sh
	tools/check_arrows.py
	$(BAZEL) build $(BAZEL_FLAGS) --config=clang $$($(BAZEL) query \
	  --noshow_progress 'attr(testonly, 0, kind("cc_(library|binary) rule", //...))')
	tools/check_lint.sh

bench: deps
	@tools/install_packages.sh tools/packages_bench.txt
	$(BAZEL) build $(BAZEL_FLAGS) --config=opt //recorder:span_cost //exporters:drain_cost \
	  //interceptors:rpc_cost
	tools/bench.py bazel-bin/recorder/span_cost \
	  bazel-bin/exporters/drain_cost \
	  bazel-bin/interceptors/rpc_cost
	$(if $(PEER),tools/peer/run.sh)

fresh:
	tools/fresh_debian.sh make demo test
