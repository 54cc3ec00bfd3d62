/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * MSG_SEND2: a message from the sender's TX into the receiver's RX (ffa.md 6.6). The receiver
 * learns of it by the RX-full bit of a framework notification. VM to VM is the hypervisor's
 * business.
 */
#include <string.h>

#include "spmc/spmc_internal.h"

TRACE_KIND(trace_ffa_msg_send2, "ffa.msg_send2", "an indirect message was delivered", "sp$",
	   "sender", "receiver", "bytes");

#define FLAG_DELAY 2u
enum { HEAD_FLAGS = 0, HEAD_OFFSET = 8, HEAD_RECEIVER = 12, HEAD_SENDER = 14, HEAD_SIZE = 16 };
#define HEADER_BYTES_1_1 20u
#define HEADER_BYTES_1_2 40u

struct message {
	endpoint_id sender, receiver;
	const struct rxtx *from;
	struct rxtx *to;
	uint32_t bytes; /* header and payload */
};

/* v1.1 and, on the secure side, the property. */
static bool may_take_part(struct spmc *s, endpoint_id id)
{
	const struct sp *sp = sp_by_id(s, id);

	if (!endpoint_is_secure(id))
		return s->nwd_version >= FFA_VERSION_1_1;
	return sp && sp->version >= FFA_VERSION_1_1 && sp->mf.messaging_method & FFA_PROP_INDIRECT;
}

static struct rxtx *buffers_of(struct spmc *s, endpoint_id id)
{
	struct sp *sp = sp_by_id(s, id);

	return endpoint_is_secure(id) ? (sp ? &sp->rxtx : NULL) : vm_rxtx(s, id);
}

/* Checks in the order of 6.6. */
static int check(struct call *c, struct message *m)
{
	const uint16_t on_behalf = (uint16_t)(c->r->x[1] >> 16);
	const uint8_t *head;
	uint32_t version, least, offset, size;

	if (c->sp && (uint32_t)c->r->x[1])
		return FFA_INVALID_PARAMETERS;
	if ((uint32_t)c->r->x[2] & ~(c->sp ? FLAG_DELAY : 0u) || on_behalf & 0x8000)
		return FFA_INVALID_PARAMETERS;
	m->sender = c->sp ? c->sp->id : endpoint_of(on_behalf);
	m->from = c->sp ? &c->sp->rxtx : vm_rxtx(c->s, m->sender);
	if (!m->from || !m->from->tx)
		return FFA_DENIED;
	head = m->from->tx;
	m->receiver = endpoint_of(ffa_get16(head + HEAD_RECEIVER));
	if (ffa_get16(head + HEAD_SENDER) != m->sender.v || m->receiver.v == m->sender.v ||
	    (!c->sp && (ffa_get32(head + HEAD_FLAGS) || !endpoint_is_secure(m->receiver))))
		return FFA_INVALID_PARAMETERS;
	m->to = buffers_of(c->s, m->receiver);
	if (!m->to)
		return FFA_INVALID_PARAMETERS;
	if (!may_take_part(c->s, m->sender) || !may_take_part(c->s, m->receiver))
		return FFA_DENIED;
	if (!m->to->rx || m->to->rx_full || m->to->rx_taken)
		return FFA_BUSY;
	version = c->sp ? c->sp->version : c->s->nwd_version;
	least = version >= FFA_VERSION_1_2 ? HEADER_BYTES_1_2 : HEADER_BYTES_1_1;
	offset = ffa_get32(head + HEAD_OFFSET);
	size = ffa_get32(head + HEAD_SIZE);
	if (offset < least || (uint64_t)offset + size > m->from->bytes ||
	    (uint64_t)offset + size > m->to->bytes)
		return FFA_INVALID_PARAMETERS;
	m->bytes = offset + size;
	return FFA_OK;
}

static void handle_send(struct call *c)
{
	struct notify_box *box;
	struct message m;
	int err;

	if (quirk(c->s, Q_NO_INDIRECT)) {
		regs_error(c->r, c->sp && quirk(c->s, Q_SVC_UNKNOWN_INVALID)
					 ? FFA_INVALID_PARAMETERS
					 : FFA_NOT_SUPPORTED);
		return;
	}
	err = check(c, &m);
	if (err) {
		regs_error(c->r, err);
		return;
	}
	memcpy(m.to->rx, m.from->tx, m.bytes);
	m.to->rx_full = true;
	TRACE(&c->s->m->trace, trace_ffa_msg_send2, endpoint_who(c->s, m.receiver), m.sender.v,
	      m.receiver.v, m.bytes);
	box = notify_box_of(c->s, m.receiver);
	if (box)
		notify_framework(c->s, box, c->sp ? NOTIFY_SPM : NOTIFY_HYP,
				 (uint32_t)c->r->x[2] & FLAG_DELAY);
	regs_success(c->r);
}

static const struct spmc_service services[] = {
	{FFA_MSG_SEND2, INSTANCE_NWD | INSTANCE_SP, handle_send},
};
SPMC_FAMILY(indirect_msg);
