# lint.mk - static checks: `make lint`, a line each (tests/lint/run).

lint: deps
	tools/deps fuzz
	$(MAKE) kpark $(BUILD)/stub.bin
	$(MAKE) BUILD=$(BUILD)/lint EXTRA=-fstack-usage $(addprefix \
		$(BUILD)/lint/,park.elf purgatory.elf stub.elf)
	tests/lint/run $(BUILD) $(KPARK)

.PHONY: lint
