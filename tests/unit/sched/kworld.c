/* SPDX-License-Identifier: BSD-3-Clause */
#include "kworld.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned done_left;

static void s_smc(struct pe *pe, struct smc_regs *regs)
{
	uint64_t left = regs->x[1];

	if (regs->x[0] == SMC_BURN_QUEUED) {
		pe_charge(left); /* s_irq_masked is set: nothing gets in */
		regs->x[0] = 0;
	} else if (regs->x[0] == SMC_BURN_SIGNALED) {
		while (left && !pe_irq_pending(pe)) {
			uint64_t part = left < 100000 ? left : 100000;

			pe_charge(part);
			left -= part;
		}
		regs->x[0] = left ? 1 : 0;
		regs->x[1] = left;
	} else {
		regs->x[0] = (uint64_t)-1;
	}
}

static void s_interrupt(struct pe *pe)
{
	(void)pe;
	abort(); /* always masked here */
}

static const struct s_world_ops s_ops = {.smc = s_smc, .interrupt = s_interrupt};

void smc_burn(uint32_t fid, uint64_t ns)
{
	struct smc_regs regs = {{fid, ns}};

	conduit_smc(&regs);
	while (regs.x[0] == 1) {
		regs.x[0] = fid;
		conduit_smc(&regs);
	}
}

void kworld_init(struct kworld *w, unsigned pes)
{
	memset(w, 0, sizeof(*w));
	machine_config_init(&w->mc);
	w->mc.pe_count = pes;
	klinux_config_init(&w->kc);
	w->kc.printk_to_stderr = getenv("KWORLD_LOG") != NULL;
}

static void boot(void *arg)
{
	struct kworld *w = arg;

	if (klinux_boot(w->k))
		abort();
	w->ready(w->arg);
	klinux_idle(w->k);
}

void kworld_run(struct kworld *w, void (*ready)(void *arg), void *arg, uint64_t limit_ns)
{
	w->mc.time_limit_ns = limit_ns;
	w->ready = ready;
	w->arg = arg;
	done_left = 0;
	w->m = machine_create(&w->mc);
	if (!w->m || klinux_create(w->m, &w->kc, &w->k))
		abort();
	w->m->s_ops = &s_ops;
	w->boot = fiber_create("boot", FIBER_STACK_TASK_BYTES, boot, w);
	machine_pe_on(w->m, 0, w->boot, trace_intern("boot"));
	w->stop = machine_run(w->m);
}

void kworld_end(struct kworld *w)
{
	klinux_destroy(w->k);
	fiber_destroy(w->boot);
	machine_destroy(w->m);
}

void kworld_done_after(struct kworld *w, unsigned n)
{
	(void)w;
	done_left = n;
}

void kworld_done(void)
{
	if (done_left && --done_left == 0)
		machine_stop(machine, MACHINE_DONE, "test over");
}

const char *kworld_log(const struct kworld *w, const char *text, unsigned nth, uint64_t *time_ns)
{
	const char *line;
	uint64_t t;

	for (size_t i = 0; (line = klinux_log_line(w->k, i, &t)); i++) {
		if (!strstr(line, text) || nth--)
			continue;
		if (time_ns)
			*time_ns = t;
		return line;
	}
	return NULL;
}

unsigned kworld_log_count(const struct kworld *w, const char *text)
{
	unsigned n = 0;

	while (kworld_log(w, text, n, NULL))
		n++;
	return n;
}
