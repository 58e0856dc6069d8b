// SPDX-License-Identifier: GPL-2.0-only
/* test_wipe.c - what is given back holds nothing any more */
#include "machine.h"

static unsigned char memory[64];
static unsigned int given_back;

static void give_back(void *what)
{
	for (size_t i = 0; what && i < sizeof(memory); i++)
		assert_int_equal(memory[i], 0);
	given_back++;
}

#define free(what)	give_back(what)
#include "wipe.h"

static void secrets_go_before_their_memory(void **state)
{
	(void)state;
	memset(memory, 0x5a, sizeof(memory));
	wipe_free(memory, sizeof(memory));
	wipe_free(NULL, 8);
	assert_int_equal(given_back, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_go_before_their_memory),
	};

	return cmocka_run_group_tests_name("wipe", tests, NULL, NULL);
}
