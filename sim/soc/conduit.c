/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The SMC: the only way from the Non-secure to the Secure world. The SPMC runs on the caller's
 * fiber with foreign interrupts masked. On the way back a pending interrupt is taken on the
 * instruction after the SMC, before the caller sees w0 (linux-tee.md 7.1): the caller may then be
 * on another PE.
 */
#include "core/fault.h"
#include "soc/machine.h"

TRACE_KIND(trace_nwd_smc, "nwd.smc", "an SMC leaves the Non-secure world", "fid", "w1", "w2", "w3",
	   "w4", "w5", "w6", "w7");
TRACE_KIND(trace_nwd_ret, "nwd.ret", "an SMC returns to the Non-secure world", "fid", "w1", "w2",
	   "w3", "w4", "w5", "w6", "w7");
TRACE_KIND(trace_nwd_resume, "nwd.resume",
	   "the first instruction of the caller after its SMC, interrupts served", "fid");

FAULT_SITE_VALUES(fault_clock, FAULT_DELAY, "clock.jump",
		  "a PE stands still for so long on its way into the Secure world, in ns",
		  100000000);

void conduit_smc(struct smc_regs *regs)
{
	struct machine *m = machine;
	struct pe *pe = m->running;
	const uint64_t *x = regs->x;
	uint64_t cross_ns = cost()->smc_ns + cost()->world_switch_ns;

	TRACE(&m->trace, trace_nwd_smc, x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]);
	pe->ns_last_ns = pe->now_ns;
	pe->world = WORLD_S;
	pe->s_irq_masked = true;
	pe_charge(cross_ns);
	if (fault_hit(&fault_clock))
		pe_charge((uint64_t)fault_clock.value);
	m->s_ops->smc(pe, regs);
	pe->s_irq_masked = true;
	pe_charge(cross_ns);
	pe->world = WORLD_NS;
	TRACE(&m->trace, trace_nwd_ret, x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]);
	pe_point();
	TRACE(&m->trace, trace_nwd_resume, x[0]);
}

static void excursion(uint64_t cross_ns, void (*serve)(struct pe *pe))
{
	struct pe *pe = machine->running;

	pe->ns_last_ns = pe->now_ns;
	pe->world = WORLD_S;
	pe->s_irq_masked = true;
	pe_charge(cross_ns);
	serve(pe);
	pe->s_irq_masked = true;
	pe_charge(cross_ns);
	pe->world = WORLD_NS;
}

void conduit_secure_interrupt(void (*serve)(struct pe *pe))
{
	excursion(cost()->smc_ns + cost()->world_switch_ns, serve);
}

void conduit_pe_on(void)
{
	struct pe *pe = machine->running;

	if (!pe->came_on)
		return;
	pe->came_on = false;
	if (machine->s_ops && machine->s_ops->pe_on)
		excursion(0, machine->s_ops->pe_on);
}

void conduit_pe_off(void)
{
	if (machine->s_ops && machine->s_ops->pe_off)
		excursion(cost()->smc_ns, machine->s_ops->pe_off);
}
