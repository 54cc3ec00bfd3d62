/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fault sites of the Secure world: answers that the Normal world gets to its calls, and SPs that
 * die, take very long, or say the wrong thing. They stand where a broken firmware or SP would be,
 * so everything else (states, threads, memory) goes on by the rules.
 *
 * A refused call (ffa.error, ffa.unknown) was not carried out. A short answer (ffa.short) belongs
 * to a call that was. Those that leave a suspended call suspended are sites of their own
 * (resume.*): whoever waits for what it holds waits for ever, and no driver can mend that. Hangs
 * have an end, so that a run has one; a scenario that wants the watchdogs of Linux gives 60 s
 * (golden.md G3: hard lockup at 42.9 s).
 */
#include <string.h>

#include "core/fault.h"
#include "ffa/optee_msg.h"
#include "spmc/spmc_internal.h"

#define NS_PER_S 1000000000LL

#define REFUSALS FFA_DENIED, FFA_NO_MEMORY, FFA_BUSY, FFA_RETRY, FFA_ABORTED

FAULT_SITE_VALUES(fault_ffa_error, FAULT_REFUSAL, "ffa.error",
		  "a call of the Normal world is refused: FFA_ERROR with this code", REFUSALS);
FAULT_SITE_VALUES(fault_ffa_unknown, FAULT_REFUSAL, "ffa.unknown",
		  "a call of the Normal world is answered with this in w0: nothing FF-A knows", -1);
FAULT_SITE(fault_ffa_short, FAULT_REFUSAL, "ffa.short",
	   "an answer has only its first four registers");
FAULT_SITE_VALUES(fault_resume_error, FAULT_REFUSAL, "resume.error",
		  "FFA_RUN, or RESUME of OP-TEE, is refused: FFA_ERROR with this code", REFUSALS);
FAULT_SITE_VALUES(fault_resume_unknown, FAULT_REFUSAL, "resume.unknown",
		  "FFA_RUN, or RESUME of OP-TEE, is answered with this in w0: nothing FF-A knows",
		  -1);
FAULT_SITE(fault_resume_short, FAULT_REFUSAL, "resume.short",
	   "the answer that a call of OP-TEE is suspended has only its first four registers");
FAULT_SITE(fault_sp_crash, FAULT_REFUSAL, "sp.crash",
	   "an SP that is entered takes an exception instead");
FAULT_SITE_VALUES(fault_sp_hang, FAULT_DELAY, "sp.hang",
		  "an SP that is entered turns in place for so long, in ns", 1 * NS_PER_S);
FAULT_SITE_VALUES(fault_sp_wrong, FAULT_REFUSAL, "sp.wrong",
		  "an SP answers a direct request with this in all registers of the message", -1,
		  0);

enum asked spmc_fault_asked(const struct spmc *s, const struct smc_regs *r)
{
	const uint32_t fid = (uint32_t)r->x[0], service = (uint32_t)r->x[3];

	if (fid == FFA_RUN)
		return ASKED_RUN;
	if ((fid & ~FFA_FID_64) != FFA_DIRECT_REQ || !s->optee.direct_req ||
	    (uint16_t)r->x[1] != s->optee.id.v || !(service & OPTEE_YIELDING))
		return ASKED_OTHER;
	return service == OPTEE_RESUME ? ASKED_RESUME : ASKED_YIELDING;
}

bool spmc_fault_refuses(enum asked asked, struct smc_regs *r)
{
	const bool resume = asked == ASKED_RUN || asked == ASKED_RESUME;
	struct fault_site *error = resume ? &fault_resume_error : &fault_ffa_error;
	struct fault_site *unknown = resume ? &fault_resume_unknown : &fault_ffa_unknown;

	if (fault_hit(error)) {
		regs_error(r, (int)error->value);
		return true;
	}
	if (fault_hit(unknown)) {
		*r = (struct smc_regs){.x = {(uint64_t)unknown->value}};
		return true;
	}
	return false;
}

void spmc_fault_shortens(enum asked asked, struct smc_regs *r)
{
	const bool suspended = (asked == ASKED_YIELDING || asked == ASKED_RESUME) &&
			       ((uint32_t)r->x[0] & ~FFA_FID_64) == FFA_DIRECT_RESP &&
			       r->x[4] != OPTEE_RET_DONE;

	if (fault_hit(suspended ? &fault_resume_short : &fault_ffa_short))
		memset(&r->x[4], 0, sizeof(r->x) - 4 * sizeof(r->x[0]));
}

bool spmc_fault_crashes(struct sp_ec *ctx, struct ec_exit *exit)
{
	if (fault_hit(&fault_sp_hang))
		ctx->ec->late_ns = (uint64_t)fault_sp_hang.value;
	if (!fault_hit(&fault_sp_crash))
		return false;
	exit->kind = EC_EXIT_FAULT;
	exit->fault = FFASIM_SP_UNDEF;
	exit->fault_addr = 0;
	return true;
}

void spmc_fault_falsifies(struct smc_regs *r)
{
	const uint32_t fid = (uint32_t)r->x[0];
	const bool extended = fid == FFA_DIRECT_RESP2_64;
	uint64_t wide;

	if (((fid & ~FFA_FID_64) != FFA_DIRECT_RESP && !extended) || !fault_hit(&fault_sp_wrong))
		return;
	wide = (uint64_t)fault_sp_wrong.value;
	for (unsigned i = extended ? 4 : 3; i < (extended ? SMC_REGS : 8); i++)
		r->x[i] = fid & FFA_FID_64 ? wide : (uint32_t)wide;
}
