/* SPDX-License-Identifier: GPL-2.0-only */
/* What goes over the wire to a Trusted Services endpoint: five words a message. */
#ifndef RPCGATE_WIRE_H
#define RPCGATE_WIRE_H

#include <linux/arm_ffa.h>
#include <linux/types.h>

enum gate_verb {
	GATE_VERSION = 0,
	GATE_MAP = 1,
	GATE_UNMAP = 2,
	GATE_LOOKUP = 3,
};

/* Sends one management message; the first answer word is checked. @a and @b: in and out. */
int gate_manage(struct ffa_device *to, enum gate_verb verb, u64 handle, u32 *answer);
int gate_lookup(struct ffa_device *to, const u8 uuid[16], u8 *service);
struct gate_call {
	u8 service;
	u16 opcode;
	u64 handle; /* ~0 = none */
	u32 len;    /* in: request, out: answer */
	u32 status; /* of the service */
};
int gate_call(struct ffa_device *to, struct gate_call *call);

#endif
