/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupts that get lost, come late, come twice, or are gone when the PE asks for them.
 *
 * Only those that devices and the Secure world raise: SPIs, and the SGIs that Linux leaves to
 * firmware (8 to 15: the schedule-receiver and notification-pending interrupts of FF-A). No kernel
 * survives a lost IPI or tick, so nothing would be learned from one.
 */
#include "core/fault.h"
#include "soc/machine.h"
#include "soc/pe_internal.h"

FAULT_SITE(fault_irq_lost, FAULT_PLAIN, "irq.lost",
	   "an interrupt of a device or of firmware never becomes pending");
FAULT_SITE_VALUES(fault_irq_late, FAULT_DELAY, "irq.late",
		  "one becomes pending so much later, in ns", 1000000);
FAULT_SITE_VALUES(fault_irq_twice, FAULT_DELAY, "irq.twice",
		  "one becomes pending again after so many ns", 100000);
FAULT_SITE(fault_irq_spurious, FAULT_DELAY, "irq.spurious",
	   "a PE that takes one finds none (INTID 1023); it stays pending");

static bool concerns(unsigned intid)
{
	return intid >= 32 || (intid >= 8 && intid < 16);
}

static void late(struct ev *ev)
{
	const struct irq_late *l = ev->ctx;

	intc_pend(machine, l->pe, l->intid);
}

/* With all of them on their way the interrupt is not late: nothing is lost for want of room. */
static bool later(struct machine *m, unsigned pe, unsigned intid, int64_t delay_ns)
{
	for (unsigned i = 0; i < IRQ_LATE_MAX; i++) {
		struct irq_late *l = &m->intc.late[i];

		if (evq_queued(&l->ev))
			continue;
		*l = (struct irq_late){
			.ev = {.fn = late, .ctx = l, .prio = 5}, .pe = pe, .intid = intid};
		evq_add(&m->evq, &l->ev, m->now_ns + (uint64_t)delay_ns);
		return true;
	}
	return false;
}

bool intc_fault_holds(struct machine *m, unsigned pe, unsigned intid)
{
	if (!concerns(intid))
		return false;
	if (fault_hit(&fault_irq_lost))
		return true;
	if (fault_hit(&fault_irq_late))
		return later(m, pe, intid, fault_irq_late.value);
	if (fault_hit(&fault_irq_twice))
		later(m, pe, intid, fault_irq_twice.value);
	return false;
}

bool intc_fault_hides(unsigned intid)
{
	return concerns(intid) && fault_hit(&fault_irq_spurious);
}
