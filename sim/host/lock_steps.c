/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The step `lock-call`: one call of the lock SP, seen through to its end in whatever way the SPMC
 * and the partition give the PE back: FFA_INTERRUPT is answered with FFA_RUN, FFA_YIELD after a
 * nap, a managed exit with a request to go on, a taken mutex with another try.
 */
#include "ffa/ffa.h"
#include "host/lock_steps.h"
#include "linux/kernel_internal.h"
#include "ffasim/lock_abi.h"

TRACE_KIND(trace_call_done, "call.done", "a task's call of the lock SP is over", "task$",
	   "latency_ns", "spin_ns");

#define NAP_NS 100000

struct call_counts {
	int64_t runs, exits, busy, tries;
};

static void request(struct smc_regs *r, uint16_t to, uint32_t op, const uint32_t w4_w6[3])
{
	*r = (struct smc_regs){.x = {FFA_DIRECT_REQ, to, 0, op, w4_w6[0], w4_w6[1], w4_w6[2]}};
	conduit_smc(r);
}

/* Until the request is answered or refused; FFA_RUN goes where w1 says. */
static void follow(struct smc_regs *r, struct call_counts *n)
{
	uint32_t fid = (uint32_t)r->x[0];

	while (fid == FFA_INTERRUPT || fid == FFA_YIELD) {
		const uint64_t w1 = r->x[1];

		if (fid == FFA_YIELD)
			kuser_sleep_ns(NAP_NS);
		n->runs++;
		*r = (struct smc_regs){.x = {FFA_RUN, w1}};
		conduit_smc(r);
		fid = (uint32_t)r->x[0];
	}
}

static bool is_busy(const struct smc_regs *r)
{
	return (uint32_t)r->x[0] == FFA_ERROR && (int32_t)r->x[2] == FFA_BUSY;
}

void lock_step_call(struct rtask *rt, const struct scn_step *st)
{
	const struct step_args *a = &st->a;
	const uint16_t to = run_part_id(rt->run, a->part);
	const uint32_t args[3] = {a->lock, (uint32_t)(a->hold_ns / 1000),
				  (uint32_t)(a->time_ns / 1000)};
	struct call_counts n = {0};
	const uint64_t start_ns = machine->now_ns;
	struct smc_regs r;

	ksys_enter("smc");
	request(&r, to, a->mutex ? LOCK_TRY : LOCK_HOLD, args);
	for (;;) {
		follow(&r, &n);
		if (is_busy(&r) && a->forever) {
			n.busy++;
			kuser_sleep_ns(NAP_NS);
			request(&r, to, a->mutex ? LOCK_TRY : LOCK_HOLD, args);
		} else if ((uint32_t)r.x[0] == FFA_DIRECT_RESP && r.x[4] == LOCK_PARKED) {
			n.exits++;
			request(&r, to, LOCK_RESUME, (uint32_t[3]){(uint32_t)r.x[5]});
		} else if ((uint32_t)r.x[0] == FFA_DIRECT_RESP && r.x[4] == LOCK_TAKEN) {
			n.tries++;
			kuser_sleep_ns(NAP_NS);
			request(&r, to, LOCK_TRY, args);
		} else {
			break;
		}
	}
	ksys_exit("smc", 0);
	if ((uint32_t)r.x[0] == FFA_DIRECT_RESP && r.x[4] == LOCK_DONE)
		TRACE(&machine->trace, trace_call_done, trace_intern(rt->t->name),
		      machine->now_ns - start_ns, r.x[5] * 1000);
	rtask_note(rt, "w0", (int64_t)r.x[0]);
	rtask_note(rt, "w2", (int64_t)r.x[2]);
	rtask_note(rt, "ret",
		   (uint32_t)r.x[0] == FFA_DIRECT_RESP ? (int64_t)r.x[4] : (int32_t)r.x[2]);
	rtask_note(rt, "spin_us", (int64_t)r.x[5]);
	rtask_note(rt, "runs", n.runs);
	rtask_note(rt, "exits", n.exits);
	rtask_note(rt, "busy", n.busy);
	rtask_note(rt, "tries", n.tries);
	rtask_note(rt, "errno", 0);
}
