/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs the kernel-side cases, each in a machine of its own, and checks the module loader. */
#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "linux/kernel_internal.h"
#include "cases.h"

#define KOBJ_TEST(name)                                                                            \
	static void test_##name(void **state)                                                      \
	{                                                                                          \
		(void)state;                                                                       \
		assert_int_equal(mini_run(kcase_##name), 0);                                       \
	}
KOBJ_CASES(KOBJ_TEST)

static bool logged(const char *text)
{
	const char *line;
	uint64_t t;

	for (size_t i = 0; (line = klinux_log_line(mini_linux(), i, &t)); i++)
		if (!strncmp(line, text, strlen(text)))
			return true;
	return false;
}

static void *image; /* keeps a handle for dlsym() between machines */

static int probe_symbol(const char *name, void *out)
{
	image = image ? image : dlopen(getenv("KOBJ_PROBE"), RTLD_NOW | RTLD_NOLOAD);
	*(void **)out = image ? dlsym(image, name) : NULL;
	return *(void **)out ? 0 : -1;
}

static int module_runs(void)
{
	const char *why;
	int (*loads)(void);
	void (*touch)(void);

	CHECK(!klinux_module_add(mini_linux(), "kobj_probe", getenv("KOBJ_PROBE"), &why));
	CHECK(!probe_symbol("kobj_probe_loads", &loads) &&
	      !probe_symbol("kobj_probe_touch", &touch));
	CHECK(loads() == 7 && !kmods_run_initcalls(mini_linux()));
	CHECK(logged("probe 9")); /* the subsys level came first */
	touch();
	CHECK(loads() == 10);
	return 0;
}

static int module_is_reset(void)
{
	const char *why;
	int (*loads)(void);

	CHECK(!klinux_module_add(mini_linux(), "kobj_probe", getenv("KOBJ_PROBE"), &why));
	CHECK(!probe_symbol("kobj_probe_loads", &loads));
	CHECK(loads() == 7); /* what the author wrote, not what the last machine left */
	CHECK(klinux_module_remove(mini_linux(), "kobj_probe") == -ENOENT); /* not running yet */
	CHECK(!kmods_run_initcalls(mini_linux()));
	CHECK(!klinux_module_remove(mini_linux(), "kobj_probe") && loads() == -1);
	CHECK(klinux_module_remove(mini_linux(), "none") == -ENOENT);
	return 0;
}

static void test_module_runs_and_resets(void **state)
{
	(void)state;
	assert_int_equal(mini_run(module_runs), 0);
	assert_int_equal(mini_run(module_is_reset), 0);
}

static int module_leak(void)
{
	const char *why;
	void (*leak)(void);

	CHECK(!klinux_module_add(mini_linux(), "kobj_probe", getenv("KOBJ_PROBE"), &why));
	CHECK(!probe_symbol("kobj_probe_leak", &leak));
	leak();
	CHECK(klinux_check_leaks(mini_linux()) == 1);
	CHECK(strstr(mini_finding(0), "leak: 1 object of 24 bytes allocated in probe_make "
				      "(probe_module.c:"));
	return 0;
}

static int module_misuse(void)
{
	const char *why;
	void (*twice)(void), (*atomic)(void);

	CHECK(!klinux_module_add(mini_linux(), "kobj_probe", getenv("KOBJ_PROBE"), &why));
	CHECK(!probe_symbol("kobj_probe_double_free", &twice));
	CHECK(!probe_symbol("kobj_probe_atomic", &atomic));
	twice();
	CHECK(mini_findings() == 1);
	CHECK(strstr(mini_finding(0), "double free in kobj_probe_double_free (probe_module.c:"));
	CHECK(strstr(mini_finding(0), "allocated in probe_make (probe_module.c:"));
	CHECK(strstr(mini_finding(0), "first freed in kobj_probe_double_free (probe_module.c:"));
	/* linux-tee.md 7.6: a mutex taken under a spinlock */
	atomic();
	CHECK(logged(
		"BUG: sleeping function called from invalid context at kernel/locking/mutex.c:"));
	CHECK(logged("Call trace: kobj_probe_atomic (probe_module.c:"));
	CHECK(klinux_stats(mini_linux())->atomic_sleeps == 1);
	return 0;
}

static void test_module_misuse_is_named(void **state)
{
	(void)state;
	assert_int_equal(mini_run(module_misuse), 0);
}

static void test_module_leak_is_named(void **state)
{
	(void)state;
	assert_int_equal(mini_run(module_leak), 0);
}

static int refusals(void)
{
	const char *why = NULL;

	CHECK(klinux_module_add(mini_linux(), "x", "/nonexistent.ko.so", &why) == -ENOENT);
	CHECK(strstr(why, "cannot read /nonexistent.ko.so: No such file"));
	CHECK(klinux_module_add(mini_linux(), "x", "/etc/passwd", &why) == -ENOEXEC && *why);
	CHECK(klinux_module_add(mini_linux(), "x", getenv("KOBJ_NOINIT"), &why) == -ENOEXEC);
	CHECK(strstr(why, "module_init"));
	return 0;
}

static void test_module_refusals(void **state)
{
	(void)state;
	assert_int_equal(mini_run(refusals), 0);
}

#define KOBJ_ROW(name) cmocka_unit_test(test_##name),

int main(void)
{
	const struct CMUnitTest tests[] = {
		KOBJ_CASES(KOBJ_ROW) cmocka_unit_test(test_module_runs_and_resets),
		cmocka_unit_test(test_module_leak_is_named),
		cmocka_unit_test(test_module_misuse_is_named),
		cmocka_unit_test(test_module_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
