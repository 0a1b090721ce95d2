// SPDX-License-Identifier: GPL-2.0-only
/* What the fuzzer began with, and every file that it ever broke the reader with. */
#include <dirent.h>
#include "fixture.h"
#include "../fuzz/fuzz_recording.c"

#define CORPUS "tests/fuzz/corpus"

static void feed(const char *name)
{
	static uint8_t data[1 << 20];
	char path[512];
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", CORPUS, name);
	in = fopen(path, "r");
	assert_non_null(in);
	assert_int_equal(LLVMFuzzerTestOneInput(data, fread(data, 1, sizeof(data), in)), 0);
	fclose(in);
}

static void test_corpus(void **state)
{
	DIR *dir = opendir(CORPUS);
	const struct dirent *entry;
	unsigned int n = 0;

	(void)state;
	if (!dir) /* not run from the top */
		skip();
	while ((entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		feed(entry->d_name);
		n++;
	}
	closedir(dir);
	assert_true(n > 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
