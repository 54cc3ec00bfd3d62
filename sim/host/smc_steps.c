/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The step `smc`: registers as the scenario says them, from a helper in the kernel that has no
 * driver between itself and the SPMC.
 * Not modelled: what a driver checks or remembers. Registers go out unchecked, the answer is noted
 * as it is.
 */
#include <string.h>

#include "host/smc_steps.h"
#include "linux/kernel_internal.h"

static struct rslot *slot(struct rtask *rt, int index)
{
	return &rt->proc->slot[index];
}

static void smc_once(struct rtask *rt, const struct scn_step *st, struct smc_regs *r, int64_t *runs)
{
	memset(r, 0, sizeof(*r));
	for (int i = 0; i < st->a.x->count; i++) {
		r->x[i] = st->a.x->x[i];
		if (st->a.x->part[i] >= 0)
			r->x[i] |= (uint64_t)run_part_id(rt->run, st->a.x->part[i])
				   << st->a.x->part_shift[i];
	}
	if (st->a.on)
		r->x[1] = slot(rt, st->a.on_slot)->reg;
	conduit_smc(r);
	while (st->a.forever && (uint32_t)r->x[0] == 0x84000062) {
		uint64_t w1 = r->x[1];

		++*runs;
		memset(r, 0, sizeof(*r));
		r->x[0] = 0x8400006d;
		r->x[1] = w1;
		conduit_smc(r);
	}
}

void smc_step(struct rtask *rt, const struct scn_step *st)
{
	static const char *const names[SMC_REGS] = {"w0",  "w1",  "w2",	 "w3",	"w4",  "w5",
						    "w6",  "w7",  "w8",	 "w9",	"w10", "w11",
						    "w12", "w13", "w14", "w15", "w16", "w17"};
	struct smc_regs r;
	int64_t runs = 0;
	uint64_t times = st->a.irqs_off ? st->a.repeat : 1;

	ksys_enter("smc");
	if (st->a.irqs_off)
		pe_self()->ns_irq_masked = true;
	for (uint64_t i = 0; i < times; i++)
		smc_once(rt, st, &r, &runs);
	if (st->a.irqs_off) {
		pe_self()->ns_irq_masked = false;
		pe_point();
	}
	ksys_exit("smc", 0);
	if (st->a.save)
		slot(rt, st->a.slot)->reg = r.x[1];
	for (int i = 0; i < SMC_REGS; i++)
		rtask_note(rt, names[i], (int64_t)r.x[i]);
	rtask_note(rt, "runs", runs);
	note_result(rt, 0);
}
