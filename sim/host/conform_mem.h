/* SPDX-License-Identifier: BSD-3-Clause */
/* What statements about memory transactions have in common. */
#ifndef FFASIM_HOST_CONFORM_MEM_H
#define FFASIM_HOST_CONFORM_MEM_H

#include "host/conform.h"

#define SHARE FFA_MEM_SHARE
#define LEND FFA_MEM_LEND
#define DONATE FFA_MEM_DONATE

static inline uint64_t sent(struct smc_regs r)
{
	WANT_OK(r);
	return cw_handle(&r);
}

static inline void want_retrieved(struct smc_regs r)
{
	if (r.x[0] != FFA_MEM_RETRIEVE_RESP)
		cw_fail(__FILE__, __LINE__, "a retrieve gives %s",
			r.x[0] == FFA_ERROR ? ffa_error_name(r.x[2]) : "something unknown");
}

static inline void release(int sp)
{
	WANT_OK(SP(sp, FFA_RX_RELEASE));
}

/* The SPMC at S-EL1 shares only; the one at EL3 has no DONATE. True: that was shown. */
static inline bool cannot_lend(void)
{
	struct cw_mem d = cw_mem_of(NWD, S0), own = cw_mem_of(S0, S1);

	if (!cw_deviates(Q_MEM_OPTEE))
		return false;
	d.attributes = own.attributes = 0;
	WANT_ERR(cw_mem_send(NWD, LEND, &d), FFA_DENIED);
	WANT_ERR(cw_mem_send(NWD, DONATE, &d), FFA_NOT_SUPPORTED);
	WANT_ERR(cw_mem_send(S0, LEND, &own), FFA_INVALID_PARAMETERS);
	WANT_ERR(cw_mem_send(S0, DONATE, &own), FFA_INVALID_PARAMETERS);
	return true;
}

static inline struct cw_mem lend_of(int sender, int receiver)
{
	struct cw_mem d = cw_mem_of(sender, receiver);

	d.attributes = 0;
	return d;
}

static inline struct cw_mem donate_of(int sender, int receiver)
{
	struct cw_mem d = lend_of(sender, receiver);

	d.rcv[0].permissions = 0;
	return d;
}

static inline bool sp_maps(int sp, uint64_t va)
{
	struct sp *p = sp_by_id(cw.s, endpoint_of(cw.id[sp]));

	return ec_map_find(p->ec, va) != NULL;
}

/* Where the composite of a one-receiver descriptor lies. */
static inline uint8_t *composite_at(uint8_t *tx, unsigned receivers)
{
	return tx + FFA_EMAD_OFFSET_1_1 + receivers * ffa_emad_bytes(FFA_VERSION_1_2);
}

#endif
