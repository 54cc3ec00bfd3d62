/* SPDX-License-Identifier: BSD-3-Clause */
/* Making, resetting and describing a machine. Execution itself is in pe.c. */
#include "soc/machine.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/fault.h"

#define NS_MEM_DEFAULT ((size_t)64 << 20)
#define S_MEM_DEFAULT ((size_t)16 << 20)

struct machine *machine;

void machine_config_init(struct machine_config *cfg)
{
	memset(cfg, 0, sizeof(*cfg));
	cfg->pe_count = 2;
	cfg->seed = 1;
	cost_init(&cfg->cost);
}

static void power_on(struct machine *m, const struct machine_config *cfg)
{
	m->cfg = *cfg;
	m->pe_count = cfg->pe_count;
	m->running = NULL;
	m->now_ns = 0;
	m->ns_ops = NULL;
	m->s_ops = NULL;
	m->linux = NULL;
	m->spmc = NULL;
	m->stop = MACHINE_RUNNING;
	m->stop_why = NULL;
	m->horizon_ns = EVQ_NEVER;
	m->in_event = false;
	m->asks = false;
	m->ask_intid = 0;
	m->held = 0;
	m->paused = NULL;
	m->runnable = 0;
	m->events_still = 0;
	m->stop_where[0] = 0;
	intc_reset(&m->intc);
	/* Only the PEs that exist: 64 of them are 100 KiB to clear. */
	for (unsigned i = 0; i < m->pe_count; i++) {
		memset(&m->pe[i], 0, sizeof(m->pe[i]));
		m->pe[i].id = i;
		m->pe[i].key_ns = EVQ_NEVER;
		m->pe[i].world = WORLD_S; /* a PE comes out of reset in EL3 */
		m->pe[i].ns_irq_masked = true;
		m->pe[i].s_irq_masked = true;
		intc_pe_reset(&m->pe[i].intc);
	}
	trace_init(&m->trace);
	m->trace.ctx.now_ns = &m->now_ns;
	report_init(&m->report);
	oracle_init(&m->oracle, NULL, NULL, cfg->seed);
	fault_reset_all();
}

static int config_check(const struct machine_config *cfg)
{
	return cfg->pe_count >= 1 && cfg->pe_count <= PE_MAX ? 0 : -EINVAL;
}

static char why_not[160];

const char *machine_why_not(void)
{
	return why_not;
}

static struct machine *no_memory(int err)
{
	snprintf(why_not, sizeof(why_not), "no simulated memory at %#llx of this process: %s",
		 (unsigned long long)PHYS_HOST_BASE,
		 err == EEXIST ? "something else lies there" : strerror(err));
	return NULL;
}

struct machine *machine_create(const struct machine_config *cfg)
{
	struct machine *m;
	int err;

	if (config_check(cfg)) {
		snprintf(why_not, sizeof(why_not), "a machine has 1 to %d PEs", PE_MAX);
		return NULL;
	}
	m = calloc(1, sizeof(*m));
	if (!m)
		return no_memory(ENOMEM);
	err = physmem_create(&m->mem, cfg->ns_mem_bytes ? cfg->ns_mem_bytes : NS_MEM_DEFAULT,
			     cfg->s_mem_bytes ? cfg->s_mem_bytes : S_MEM_DEFAULT);
	if (err) {
		free(m);
		return no_memory(-err);
	}
	evq_init(&m->evq);
	power_on(m, cfg);
	machine = m;
	return m;
}

void machine_destroy(struct machine *m)
{
	if (!m)
		return;
	trace_finish(&m->trace);
	report_finish(&m->report);
	evq_finish(&m->evq);
	physmem_destroy(&m->mem);
	if (machine == m)
		machine = NULL;
	free(m);
}

int machine_reset(struct machine *m, const struct machine_config *cfg)
{
	int err = config_check(cfg);

	if (err)
		return err;
	if ((cfg->ns_mem_bytes && cfg->ns_mem_bytes != m->cfg.ns_mem_bytes) ||
	    (cfg->s_mem_bytes && cfg->s_mem_bytes != m->cfg.s_mem_bytes))
		return -EINVAL; /* memory sizes are fixed for the life of a machine */
	trace_finish(&m->trace);
	report_finish(&m->report);
	evq_reset(&m->evq);
	physmem_reset(&m->mem);
	power_on(m, cfg);
	machine = m;
	return 0;
}

const char *machine_where(const struct machine *m)
{
	static char text[96];
	uint64_t us = m->now_ns / 1000;

	if (m->running && !m->in_event)
		snprintf(text, sizeof(text), "%s on PE%u at %llu.%03llu ms",
			 trace_name(m->running->who), m->running->id,
			 (unsigned long long)(us / 1000), (unsigned long long)(us % 1000));
	else
		snprintf(text, sizeof(text), "at %llu.%03llu ms", (unsigned long long)(us / 1000),
			 (unsigned long long)(us % 1000));
	return text;
}
