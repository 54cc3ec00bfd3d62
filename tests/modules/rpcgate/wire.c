// SPDX-License-Identifier: GPL-2.0-only
/* Messages to the endpoint; nothing here knows of TEE devices. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "wire.h"

#define GATE_MANAGEMENT 0xffu

static int exchange(struct ffa_device *to, struct ffa_send_direct_data *m)
{
	return to->ops->msg_ops->sync_send_receive(to, m);
}

static unsigned long head(u32 service, u32 op)
{
	return (unsigned long)service << 16 | op;
}

int gate_manage(struct ffa_device *to, enum gate_verb verb, u64 handle, u32 *answer)
{
	struct ffa_send_direct_data m = {.data0 = head(GATE_MANAGEMENT, verb)};
	int err;

	if (verb != GATE_VERSION) {
		m.data1 = (u32)handle;
		m.data2 = handle >> 32;
	}
	err = exchange(to, &m);
	if (err)
		return err;
	*answer = (u32)m.data1;
	return 0;
}

int gate_lookup(struct ffa_device *to, const u8 uuid[16], u8 *service)
{
	struct ffa_send_direct_data m = {.data0 = head(GATE_MANAGEMENT, GATE_LOOKUP)};
	u32 w[4];
	int err;

	memcpy(w, uuid, sizeof(w));
	m.data1 = w[0];
	m.data2 = w[1];
	m.data3 = w[2];
	m.data4 = w[3];
	err = exchange(to, &m);
	if (err)
		return err;
	if ((u32)m.data1)
		return -ENODEV;
	if ((u32)m.data2 >= GATE_MANAGEMENT)
		return -EINVAL;
	*service = (u8)m.data2;
	return 0;
}

int gate_call(struct ffa_device *to, struct gate_call *call)
{
	struct ffa_send_direct_data m = {
		.data0 = head(call->service, call->opcode),
		.data1 = (u32)call->handle,
		.data2 = call->handle >> 32,
		.data3 = call->len,
	};
	int err = exchange(to, &m);

	if (err)
		return err;
	if ((u32)m.data1) {
		dev_err(&to->dev, "call %u:%u: status %u\n", call->service, call->opcode,
			(u32)m.data1);
		return -EINVAL;
	}
	call->status = (u32)m.data2;
	call->len = (u32)m.data3;
	return 0;
}
