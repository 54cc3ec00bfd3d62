/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Retrieve responses, whole or in parts: what does not fit into RX is kept until FRAG_RX has asked
 * for all of it (ffa.md 5.3, 5.7).
 */
#include <stdlib.h>
#include <string.h>

#include "spmc/spmc_internal.h"

void mem_frag_drop(struct rxtx *b)
{
	free(b->rest);
	b->rest = NULL;
	b->rest_bytes = b->rest_sent = 0;
	b->rest_handle = 0;
}

/* Fills RX with the next part; returns its length. */
static size_t next_part(struct rxtx *b)
{
	size_t n = b->rest_bytes - b->rest_sent;

	if (n > b->bytes)
		n = b->bytes;
	memcpy(b->rx, b->rest + b->rest_sent, n);
	b->rest_sent += n;
	b->rx_full = true;
	if (b->rest_sent == b->rest_bytes)
		mem_frag_drop(b);
	return n;
}

void mem_frag_respond(struct call *c, uint64_t handle, uint8_t *full, size_t bytes)
{
	struct rxtx *b = call_rxtx(c);

	mem_frag_drop(b);
	b->rest = full;
	b->rest_bytes = bytes;
	b->rest_handle = handle;
	regs_clear(c->r);
	c->r->x[0] = FFA_MEM_RETRIEVE_RESP;
	c->r->x[1] = bytes;
	c->r->x[2] = next_part(b);
}

static int check(const struct call *c, const struct rxtx *b)
{
	const uint64_t handle = (uint32_t)c->r->x[1] | c->r->x[2] << 32;

	if (quirk(c->s, Q_MEM_OPTEE))
		return c->sp ? FFA_INVALID_PARAMETERS : FFA_NOT_SUPPORTED;
	if (!b->rx)
		return FFA_INVALID_PARAMETERS;
	if (b->rx_full)
		return FFA_BUSY;
	if (!b->rest || b->rest_handle != handle || (uint32_t)c->r->x[3] != b->rest_sent ||
	    (uint32_t)c->r->x[4] >> 16)
		return FFA_INVALID_PARAMETERS;
	return FFA_OK;
}

static void handle_frag_rx(struct call *c)
{
	struct rxtx *b = call_rxtx(c);
	const int err = check(c, b);
	uint64_t handle;

	if (err) {
		regs_error(c->r, err);
		return;
	}
	handle = b->rest_handle;
	regs_clear(c->r);
	c->r->x[0] = FFA_MEM_FRAG_TX;
	c->r->x[1] = (uint32_t)handle;
	c->r->x[2] = handle >> 32;
	c->r->x[3] = next_part(b);
	if (!c->sp && !b->rest) {
		struct share *share = memory_lookup(c->s, handle);

		if (share)
			share->hyp_retrieved = false;
	}
}

static const struct spmc_service services[] = {
	{FFA_MEM_FRAG_RX, INSTANCE_NWD | INSTANCE_SP, handle_frag_rx},
};
SPMC_FAMILY(mem_frag);
