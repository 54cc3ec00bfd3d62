// SPDX-License-Identifier: BSD-3-Clause
/*
 * Direct requests, FFA_RUN and indirect messages (linux-tee.md 4.4).
 *
 * A direct request holds no lock, disables nothing and cannot be abandoned: whatever sends the
 * partition back to the normal world (interrupt, yield) is answered by FFA_RUN with the target word
 * exactly as returned. Between the return and FFA_RUN the task may be preempted and go on on
 * another PE; that is the case this simulator is about. No error is retried.
 */
#define pr_fmt(fmt) "ARM FF-A: " fmt

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/uuid.h>
#include "common.h"

/* @regs: request in, final answer out. */
static void send_wait_for_completion(ffa_value_t *regs)
{
	ffa_smc(regs, regs);

	while (regs->a0 == FFA_INTERRUPT || regs->a0 == FFA_YIELD) {
		ffa_value_t run = {.a0 = FFA_RUN, .a1 = regs->a1};

		if (regs->a0 == FFA_YIELD)
			usleep_range(1000, ffa_gen->yield_max_us);
		ffa_smc(&run, regs);
	}
}

static int sync_send_receive(struct ffa_device *dev, struct ffa_send_direct_data *data)
{
	bool narrow = dev->mode_32bit;
	ffa_value_t regs = {
		.a0 = narrow ? FFA_MSG_SEND_DIRECT_REQ : FFA_FN_NATIVE(MSG_SEND_DIRECT_REQ),
		.a1 = FFA_PACK_IDS(drv_info->vm_id, dev->vm_id),
		.a3 = data->data0,
		.a4 = data->data1,
		.a5 = data->data2,
		.a6 = data->data3,
		.a7 = data->data4,
	};

	send_wait_for_completion(&regs);

	if (regs.a0 == FFA_ERROR)
		return ffa_answer_errno(&regs);
	/* An answer of the other width is none; who sent it is not looked at. */
	if (regs.a0 != (narrow ? FFA_MSG_SEND_DIRECT_RESP : FFA_FN_NATIVE(MSG_SEND_DIRECT_RESP)))
		return -EINVAL;

	data->data0 = regs.a3;
	data->data1 = regs.a4;
	data->data2 = regs.a5;
	data->data3 = regs.a6;
	data->data4 = regs.a7;
	return 0;
}

static int send_receive2(struct ffa_device *dev, const uuid_t *uuid,
			 struct ffa_send_direct_data2 *data)
{
	ffa_value_t regs = {
		.a0 = FFA_MSG_SEND_DIRECT_REQ2,
		.a1 = FFA_PACK_IDS(drv_info->vm_id, dev->vm_id),
	};

	if (!drv_info->msg_direct_req2_supp)
		return -EOPNOTSUPP;

	/* The UUID's bytes in order, as two little-endian words. */
	memcpy(&regs.a2, uuid, sizeof(*uuid));
	memcpy(&regs.a4, data, sizeof(*data));

	send_wait_for_completion(&regs);

	if (regs.a0 == FFA_ERROR)
		return ffa_answer_errno(&regs);
	if (regs.a0 != FFA_MSG_SEND_DIRECT_RESP2)
		return -EINVAL;
	memcpy(data, &regs.a4, sizeof(*data));
	return 0;
}

/* The form of 7.x: what is asked is the service the device stands for. */
static int send_receive2_device(struct ffa_device *dev, struct ffa_send_direct_data2 *data)
{
	return send_receive2(dev, &dev->uuid, data);
}

static void mode_32bit_set(struct ffa_device *dev)
{
	dev->mode_32bit = true;
}

static int indirect_send(struct ffa_device *dev, void *buf, size_t sz)
{
	ffa_value_t ret, args = {.a0 = FFA_MSG_SEND2};
	const u32 header = ffa_gen->indirect_header_bytes;
	struct ffa_indirect_msg *msg;
	int rc;

	if (sz > drv_info->rxtx_bufsz - header)
		return -ERANGE;

	mutex_lock(&drv_info->tx_lock);
	msg = drv_info->tx_buffer;
	memset(msg, 0, header);
	msg->offset = header;
	msg->send_recv_id = FFA_PACK_IDS(drv_info->vm_id, dev->vm_id);
	msg->size = sz;
	if (header == sizeof(*msg))
		uuid_copy(&msg->uuid, &dev->uuid);
	memcpy((char *)msg + msg->offset, buf, sz);

	ffa_smc(&args, &ret);
	rc = ffa_answer_errno(&ret);
	mutex_unlock(&drv_info->tx_lock);
	return rc;
}

static int cpu_run(struct ffa_device *dev, u16 vcpu)
{
	ffa_value_t ret = {.a1 = FFA_PACK_IDS(dev->vm_id, vcpu)};

	do {
		ffa_value_t run = {.a0 = FFA_RUN, .a1 = ret.a1};

		ffa_smc(&run, &ret);
	} while (ret.a0 == FFA_INTERRUPT);
	return ffa_answer_errno(&ret);
}

const struct ffa_msg_ops ffa_drv_msg_ops = {
	.mode_32bit_set = mode_32bit_set,
	.sync_send_receive = sync_send_receive,
	.indirect_send = indirect_send,
	.FFA_REQ2_BY_UUID = send_receive2,
	.FFA_REQ2_BY_DEVICE = send_receive2_device,
};

const struct ffa_cpu_ops ffa_drv_cpu_ops = {
	.run = cpu_run,
};
