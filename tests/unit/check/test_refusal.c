/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Pages that tstee gives up after a refusal (linux-tee.md 8.5 L3) are its known hazard where a
 * fault may have been the refusal, and a finding where none was. What kind a site is says so, not
 * its name.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "core/fault.h"
#include "tee_world.h"

static const char *injected; /* name of a site; NULL = no fault in this run */

static bool refuse_reclaim(struct smc_regs *r)
{
	if ((uint32_t)r->x[0] != FFA_MEM_RECLAIM)
		return false;
	*r = (struct smc_regs){.x = {FFA_ERROR, 0, (uint32_t)-6}};
	return true;
}

static struct fault_site *site_of(const char *name)
{
	const int i = fault_find(name);
	size_t count;

	assert_true(i >= 0);
	return fault_sites(&count)[i];
}

static void client(void)
{
	struct ffasim_client c = {0};
	struct ffasim_shm shm = {0};

	CHECK_EQ(ffasim_client_open(&c, NULL, 0x8002), 0);
	tee_world_hook(false); /* the driver is to be the one who shares, and nobody above it */
	CHECK_EQ(ffasim_client_shm_alloc(&c, 4096, &shm), 0);
	tee_world_hook(true);
	if (injected)
		site_of(injected)->injected++;
	ffasim_shm_unmap(&shm);
	tw.script = refuse_reclaim;
	CHECK_EQ(ffasim_shm_close_fd(&shm), 0);
	tw.script = NULL;
}

/* Findings of a run in which that site failed. */
static size_t found(const char *site)
{
	size_t n;

	injected = site;
	tee_world_init("echo");
	tw.cfg.detect = DETECT_GRANTS;
	n = tee_world_run_findings(client);
	if (n)
		assert_non_null(strstr(tw.w.m->report.first->what,
				       "pages freed while partitions may use them"));
	tee_world_end();
	return n;
}

static void sites_as_they_are(void **state)
{
	static const char *const refusals[] = {"ffa.error", "ffa.unknown", "ffa.short", "sp.crash",
					       "sp.wrong"};
	static const char *const others[] = {NULL,	     "sp.hang",	     "irq.lost",
					     "kern.sigkill", "kern.kmalloc", "clock.jump"};

	(void)state;
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		assert_int_equal(found(refusals[i]), 0);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(found(others[i]), 1);
}

static void a_site_of_another_kind(void **state)
{
	struct fault_site *no_longer = site_of("ffa.error"), *newly = site_of("irq.lost");

	(void)state;
	no_longer->kind = FAULT_PLAIN;
	newly->kind = FAULT_REFUSAL;
	assert_int_equal(found("ffa.error"), 1);
	assert_int_equal(found("irq.lost"), 0);
	no_longer->kind = FAULT_REFUSAL;
	newly->kind = FAULT_PLAIN;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sites_as_they_are),
		cmocka_unit_test(a_site_of_another_kind),
	};

	return cmocka_run_group_tests_name("check/refusal", tests, NULL, NULL);
}
