/* SPDX-License-Identifier: BSD-3-Clause */
#include "tee_world.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "core/fault.h"

struct tee_world tw;
static char manifest[64];
static const struct s_world_ops *real;
static struct s_world_ops hooked;

void tee_world_check(bool ok, int line, const char *what, long long got, long long want)
{
	size_t used = strlen(tw.failure);

	tw.checks++;
	if (ok)
		return;
	tw.failures++;
	snprintf(tw.failure + used, sizeof(tw.failure) - used, "line %d: %s is %lld, not %lld; ",
		 line, what, got, want);
}

static void smc(struct pe *pe, struct smc_regs *regs)
{
	struct smc_record *r = tw.rec_count < TEE_WORLD_RECORDS ? &tw.rec[tw.rec_count++] : NULL;

	if (r)
		r->in = *regs;
	if (!tw.script || !tw.script(regs))
		real->smc(pe, regs);
	if (r)
		r->out = *regs;
}

void tee_world_hook(bool on)
{
	tw.w.m->s_ops = on ? &hooked : real;
}

void tee_world_init(const char *sp)
{
	memset(&tw, 0, sizeof(tw));
	fault_reset_all();
	world_config_init(&tw.cfg);
	tw.cfg.machine.pe_count = 1;
	tw.cfg.machine.time_limit_ns = 3600000000000ull;
	snprintf(manifest, sizeof(manifest), "sps/%s/%s.dts", sp, sp);
	tw.cfg.partition[0] = (struct world_partition){.name = sp, .manifest = manifest};
	tw.cfg.partition_count = 1;
}

static void client_main(void *arg)
{
	(void)arg;
	tw.client();
}

static void watcher(void *arg)
{
	kuser_join(arg);
	machine_stop(tw.w.m, MACHINE_DONE, "the client is done");
}

static void ready(void *arg)
{
	struct task_struct *t = ktask_create_user(tw.w.k, "client", client_main, NULL, NULL);

	(void)arg;
	ktask_create_user(tw.w.k, "watcher", watcher, t, NULL);
}

size_t tee_world_run_findings(void (*client)(void))
{
	tw.client = client;
	tw.cfg.ready = ready;
	if (world_create(&tw.w, &tw.cfg))
		fail_msg("%s", tw.w.error);
	real = tw.w.m->s_ops;
	hooked = *real;
	hooked.smc = smc;
	tw.w.m->s_ops = &hooked;
	assert_int_equal(world_run(&tw.w), MACHINE_DONE);
	if (tw.failures)
		fail_msg("%u of %u checks: %s", tw.failures, tw.checks, tw.failure);
	assert_true(tw.checks > 0);
	return tw.w.m->report.count;
}

void tee_world_run(void (*client)(void))
{
	if (tee_world_run_findings(client))
		fail_msg("found: %s", tw.w.m->report.first->what);
}

bool tee_world_log_has(const char *text)
{
	const char *line;
	uint64_t when_ns;

	for (size_t i = 0; (line = klinux_log_line(tw.w.k, i, &when_ns)) != NULL; i++)
		if (strstr(line, text))
			return true;
	return false;
}

void tee_world_end(void)
{
	fault_reset_all();
	world_destroy(&tw.w);
}

unsigned tee_world_count(uint32_t fid, unsigned from)
{
	unsigned n = 0;

	for (unsigned i = from; i < tw.rec_count; i++)
		n += (uint32_t)tw.rec[i].in.x[0] == fid;
	return n;
}
