/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Dispatch: every ABI family registers rows {fid, who may call, handler}; at creation the rows are
 * resolved into one table, so that a call costs an index. No switch over function ids anywhere.
 */
#include <stdio.h>

#include "spmc/spmc_internal.h"

TRACE_KIND(trace_svc_call, "svc.call", "an SP called the SPMC", "sp$", "fid", "w1", "w2", "w3",
	   "w4");
TRACE_KIND(trace_svc_error, "svc.error", "the SPMC refused a call of an SP", "sp$", "fid", "code");

#define FAMILIES(X)                                                                                \
	X(version)                                                                                 \
	X(features)                                                                                \
	X(rxtx)                                                                                    \
	X(partition_info)                                                                          \
	X(direct_msg)                                                                              \
	X(run)                                                                                     \
	X(interrupts)                                                                              \
	X(memory)                                                                                  \
	X(mem_frag)                                                                                \
	X(retrieve)                                                                                \
	X(mem_perm)                                                                                \
	X(console)                                                                                 \
	X(notifications)                                                                           \
	X(notify_info)                                                                             \
	X(indirect_msg)                                                                            \
	X(refused)                                                                                 \
	X(power)

#define FAMILY_EXTERN(family) extern const struct spmc_family spmc_family_##family;
FAMILIES(FAMILY_EXTERN)
#undef FAMILY_EXTERN

static const struct spmc_family *const families[] = {
#define FAMILY_ROW(family) &spmc_family_##family,
	FAMILIES(FAMILY_ROW)
#undef FAMILY_ROW
};

void service_init(struct spmc *s)
{
	for (size_t f = 0; f < sizeof(families) / sizeof(families[0]); f++)
		for (size_t i = 0; i < families[f]->count; i++) {
			const struct spmc_service *row = &families[f]->row[i];
			const uint32_t slot = (row->fid & ~FFA_FID_64) - SPMC_FID_FIRST;
			const unsigned wide = !!(row->fid & FFA_FID_64);

			if (row->instances & INSTANCE_NWD)
				s->dispatch[0][wide][slot] = row;
			if (row->instances & INSTANCE_SP)
				s->dispatch[1][wide][slot] = row;
		}
}

void service_unknown(struct call *c, enum instance instance)
{
	char text[64];

	/* 3.1 and 3.2: the Normal world gets NOT_SUPPORTED, an SP of OP-TEE INVALID_PARAMETERS, one
	 * of Hafnium what any SMC gets that nobody knows (ffa.md 1.1). */
	if (c->s->m->trace.on) {
		snprintf(text, sizeof(text), "Unhandled FFA function ID 0x%x",
			 (uint32_t)c->r->x[0]);
		spmc_console(c->s, c->sp, text);
	}
	if (instance == INSTANCE_SP && quirk(c->s, Q_UNKNOWN_MINUS_ONE)) {
		regs_clear(c->r);
		c->r->x[0] = UINT64_MAX;
		return;
	}
	regs_error(c->r, instance == INSTANCE_SP && quirk(c->s, Q_SVC_UNKNOWN_INVALID)
				 ? FFA_INVALID_PARAMETERS
				 : FFA_NOT_SUPPORTED);
}

void service_dispatch(struct call *c, enum instance instance)
{
	const uint32_t fid = (uint32_t)c->r->x[0];
	const uint32_t slot = (fid & ~FFA_FID_64) - SPMC_FID_FIRST;
	const struct spmc_service *row = NULL;

	if (instance == INSTANCE_SP)
		TRACE(&c->s->m->trace, trace_svc_call, c->sp->who, fid, c->r->x[1], c->r->x[2],
		      c->r->x[3], c->r->x[4]);
	if (slot < SPMC_FID_ROOM)
		row = c->s->dispatch[instance - 1][!!(fid & FFA_FID_64)][slot];
	c->outcome = CALL_RETURN;
	if (fid != FFA_VERSION && fid != FFA_INTERRUPT && row) {
		/* The version is agreed on (ffa.md 1.3). */
		if (c->sp)
			c->sp->version_locked = true;
		else
			c->s->nwd_version_locked = true;
	}
	if (row)
		row->handler(c);
	else
		service_unknown(c, instance);
	if (instance == INSTANCE_SP && c->outcome == CALL_RETURN && fid != FFA_ERROR &&
	    (uint32_t)c->r->x[0] == FFA_ERROR)
		TRACE(&c->s->m->trace, trace_svc_error, c->sp->who, fid, c->r->x[2]);
}
