/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of addresses do not depend on what else the host mapped where. */
#include <dlfcn.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>
#include "core/symbol.h"

#define COPY_BYTES 4096

__attribute__((noinline)) static const struct symbol *symbol_of_caller(void)
{
	return symbol_at(__builtin_return_address(0));
}

/* As libdw does with a file that it reads, at a place that only the host chooses. */
static void a_copy_of_the_file_below_the_image_hides_no_lines(void **state)
{
	const int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	const struct symbol *s;
	uint8_t *copy = MAP_FAILED;
	Dl_info info;

	(void)state;
	assert_true(fd >= 0);
	assert_true(dladdr((void *)(uintptr_t)symbol_of_caller, &info));
	for (size_t gap = 1; copy == MAP_FAILED && gap <= 256; gap *= 2)
		copy = mmap((uint8_t *)info.dli_fbase - gap * COPY_BYTES, COPY_BYTES, PROT_READ,
			    MAP_PRIVATE | MAP_FIXED_NOREPLACE, fd, 0);
	close(fd);
	assert_ptr_not_equal(copy, MAP_FAILED);
	symbol_forget();
	s = symbol_of_caller();
	munmap(copy, COPY_BYTES);
	assert_non_null(s->file);
	assert_string_equal(s->file, "tests/unit/core/test_symbol.c");
	assert_string_equal(s->function, "a_copy_of_the_file_below_the_image_hides_no_lines");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_copy_of_the_file_below_the_image_hides_no_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
