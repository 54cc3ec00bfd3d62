/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Spinlocks of native SPs, see ffasim/splock.h. One turn of the spin costs cpu-relax; a spinner is
 * as preemptible as its partition.
 * Not modelled: WFE, fairness; who looks first after a release gets it.
 */
#include "ffasim/splock.h"

#include <stdio.h>

/* The events that locks of the Trusted OS have (sps/optee/lock.c), with a kind of their own: the
 * rules of a kernel (optee.md 8.2 row 5) do not bind a partition. */
extern struct trace_kind trace_el1_lock_wait, trace_el1_lock_acquired, trace_el1_lock_released;

static uint32_t name_of(unsigned number)
{
	char text[16];

	snprintf(text, sizeof(text), "lock%u", number);
	return trace_intern(text);
}

static void note_wait(const struct ffasim_sp *sp, unsigned number)
{
	if (machine->trace.on)
		TRACE(&machine->trace, trace_el1_lock_wait, name_of(number), trace_intern("sp"),
		      ffasim_sp_context(sp));
}

static void took(const struct ffasim_sp *sp, struct ffasim_splock *lock, unsigned number,
		 uint64_t wait_ns, uint64_t spin_ns)
{
	lock->taken = 1;
	lock->since_ns = pe_self()->now_ns;
	if (machine->trace.on)
		TRACE(&machine->trace, trace_el1_lock_acquired, name_of(number), trace_intern("sp"),
		      ffasim_sp_context(sp), wait_ns, spin_ns);
}

uint64_t ffasim_splock_acquire(struct ffasim_sp *sp, struct ffasim_splock *lock, unsigned number)
{
	uint64_t from_ns, start_ns, spin_ns;

	pe_charge(cost()->lock_ns);
	from_ns = pe_self()->now_ns;
	start_ns = ffasim_sp_el0_ns(sp);
	if (lock->taken)
		note_wait(sp, number);
	while (lock->taken)
		pe_charge(cost()->cpu_relax_ns);
	spin_ns = ffasim_sp_el0_ns(sp) - start_ns;
	took(sp, lock, number, pe_self()->now_ns - from_ns, spin_ns);
	return spin_ns;
}

bool ffasim_splock_try(struct ffasim_sp *sp, struct ffasim_splock *lock, unsigned number)
{
	pe_charge(cost()->lock_ns);
	if (lock->taken)
		return false;
	took(sp, lock, number, 0, 0);
	return true;
}

void ffasim_splock_release(struct ffasim_sp *sp, struct ffasim_splock *lock, unsigned number)
{
	pe_charge(cost()->lock_ns);
	lock->taken = 0;
	if (machine->trace.on)
		TRACE(&machine->trace, trace_el1_lock_released, name_of(number), trace_intern("sp"),
		      ffasim_sp_context(sp), pe_self()->now_ns - lock->since_ns);
}
