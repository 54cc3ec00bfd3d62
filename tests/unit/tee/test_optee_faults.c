/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the kernel cannot give the OP-TEE driver: each allocation, copy and registration fails once,
 * while it boots and in a call. Whatever was missing, nothing is left behind.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "core/fault.h"
#include "fake_optee.h"

static struct gp c;

static void use_everything(void)
{
	struct gp_call call = {.param_count = 0};
	uint64_t addr = kuser_alloc(8192);
	int fd, id;

	c = (struct gp){.fd = (int)ksys_open("/dev/tee0", 2)};
	if (c.fd < 0)
		return;
	gp_open_session(c.fd, &c.args, &call);
	fd = gp_shm_register(c.fd, &c.args, addr + 100, 5000, &id);
	if (fd >= 0)
		ksys_close(fd);
	gp_call(&c, call.session, 3, 2, NULL, NULL);
	ksys_close(c.fd);
}

static const char *failing_site;
static uint64_t failing_nth;
static bool site_reached;

static void disarm(void)
{
	size_t count;

	site_reached = fault_sites(&count)[fault_find(failing_site)]->injected;
	fault_reset_all();
}

static void nothing_is_left(void)
{
	CHECK_EQ(klinux_modules_exit(tw.w.k), 0);
	CHECK_EQ(klinux_check_leaks(tw.w.k), 0);
	CHECK_EQ(fake_live_shares(), 0);
}

static void failing_client(void)
{
	fault_reset_all();
	fault_arm(failing_site, failing_nth, 1, 0);
	use_everything();
	disarm();
	nothing_is_left();
}

static void alloc_failures(void **state)
{
	static const char *const sites[] = {"kern.kmalloc",	 "kern.alloc_pages",
					    "kern.anon_fd",	 "kern.copy_from_user",
					    "kern.copy_to_user", "kern.shash"};
	unsigned injected = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(sites) / sizeof(sites[0]); i++)
		for (failing_nth = 1; failing_nth < 60; failing_nth++) {
			failing_site = sites[i];
			fake_optee_init();
			tee_world_run(failing_client);
			tee_world_end();
			if (!site_reached)
				break;
			injected++;
		}
	assert_true(injected >= 15);
}

/* The nth allocation of the boot: whatever is missing then, nothing is left behind. */
static void after_boot(void)
{
	disarm();
	use_everything();
	nothing_is_left();
}
static void arm(struct machine *m, void *arg)
{
	fault_arm(failing_site, failing_nth, 1, -ENOMEM);
}
static void boot_failures(void **state)
{
	static const char *const sites[] = {"kern.kmalloc", "kern.alloc_pages",
					    "kern.device_register"};
	unsigned injected = 0;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (failing_nth = 1; failing_nth < 120; failing_nth++) {
			failing_site = sites[i];
			fake_optee_init();
			tw.cfg.wire = arm;
			tee_world_run_findings(after_boot);
			tee_world_end();
			if (!site_reached)
				break;
			injected++;
		}
	assert_true(injected >= 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alloc_failures),
		cmocka_unit_test(boot_failures),
	};

	return cmocka_run_group_tests_name("tee/optee_faults", tests, NULL, NULL);
}
