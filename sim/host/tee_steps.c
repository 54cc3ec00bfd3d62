/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Steps of a client of a TEE device: devices, sessions, shared memory, calls of a service. Each is
 * the system call that libc would pass on, with its arguments in user memory. Sessions and calls of
 * a TA go on in gp_steps.c.
 * Not modelled: a call with the number of something that never opened. Such a step notes EBADF (of
 * memory EFAULT or EINVAL), and the kernel sees nothing of it.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "host/gp_steps.h"
#include "host/tee_steps.h"
#include "linux/kernel_internal.h"

static struct rslot *slot(struct rtask *rt, int index)
{
	return &rt->proc->slot[index];
}

/* System calls take their arguments from user memory: a thread has a page and a buffer of its own,
 * or it would write over those of another. NULL: there is no such page; no_client() says why. */
static struct ffasim_client *client_of(struct rtask *rt, struct rslot *dev)
{
	struct ffasim_client *own = &rt->own.client;

	if (rt->t->leader < 0)
		return dev->client.arg ? &dev->client : NULL;
	if (!own->arg) {
		own->arg_addr = kuser_alloc(4096);
		own->arg = own->arg_addr ? kuser_ptr(own->arg_addr, 4096) : NULL;
	}
	own->fd = dev->client.fd;
	return own->arg ? own : NULL;
}

static int no_client(const struct rslot *dev)
{
	return dev->open ? -ENOMEM : -EBADF;
}

static struct ffasim_shm *buffer_of(struct rtask *rt, struct rslot *dev)
{
	return rt->t->leader < 0 ? &dev->shm : &rt->own.shm;
}

void tee_step_open(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *sl = slot(rt, st->a.slot);
	int part = rt->run->s->slot[st->a.slot].part;
	int err;

	if (st->a.device[0] == '/')
		err = ffasim_client_open(&sl->client, st->a.device, 0);
	else if (part < 0 && !strcmp(st->a.device, "supplicant"))
		err = ffasim_client_open(&sl->client, "/dev/teepriv0", 0);
	else if (part < 0)
		err = ffasim_client_open_impl(&sl->client, TEE_IMPL_ID_OPTEE);
	else
		err = ffasim_client_open(&sl->client, NULL, run_part_id(rt->run, part));
	sl->open = !err;
	note_result(rt, err);
}

void tee_step_session(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *dev = slot(rt, st->a.on_slot), *sl = slot(rt, st->a.slot);
	struct ffasim_client *c;
	int err;

	if (st->a.gp) {
		gp_step_session(rt, st);
		return;
	}
	c = dev->open ? client_of(rt, dev) : NULL;
	err = c ? ffasim_client_open_session(c, st->a.service_ref->uuid, &sl->session)
		: no_client(dev);
	sl->client_slot = st->a.on_slot;
	sl->open = !err;
	if (!err)
		rtask_note(rt, "session", sl->session);
	note_result(rt, err);
}

void tee_step_shm(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *dev = slot(rt, st->a.on_slot), *sl = slot(rt, st->a.slot);
	struct ffasim_client *c = dev->open ? client_of(rt, dev) : NULL;
	int err = c ? ffasim_client_shm_alloc(c, st->a.bytes, &sl->shm) : no_client(dev);

	sl->open = !err;
	sl->client_slot = st->a.on_slot;
	if (!err) {
		rtask_note(rt, "bytes", (int64_t)sl->shm.bytes);
		rtask_note(rt, "id", sl->shm.id);
	}
	note_result(rt, err);
}

void tee_step_write(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *sl = slot(rt, st->a.on_slot);
	uint64_t n = st->a.bytes ? st->a.bytes : st->a.data->count;

	if (!sl->open || !sl->shm.ptr || st->a.offset > sl->shm.bytes ||
	    n > sl->shm.bytes - st->a.offset || !st->a.data->count) {
		note_result(rt, -EFAULT);
		return;
	}
	for (uint64_t i = 0; i < n; i++)
		((uint8_t *)sl->shm.ptr)[st->a.offset + i] =
			st->a.data->bytes[i % st->a.data->count];
	kuser_work_ns(n / 8 + 1);
	note_result(rt, 0);
}

void tee_step_read(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *sl = slot(rt, st->a.on_slot);
	uint64_t n = st->a.data->count;
	const uint8_t *at;

	if (!sl->open || !sl->shm.ptr || st->a.offset > sl->shm.bytes ||
	    n > sl->shm.bytes - st->a.offset) {
		note_result(rt, -EFAULT);
		return;
	}
	kuser_work_ns(n / 8 + 1);
	at = (const uint8_t *)sl->shm.ptr + st->a.offset;
	for (uint64_t i = 0; i < n; i++) {
		if (at[i] != st->a.data->bytes[i]) {
			rtask_fail(rt, "read: byte %" PRIu64 " is %02x, expected %02x",
				   st->a.offset + i, at[i], st->a.data->bytes[i]);
			return;
		}
	}
	note_result(rt, 0);
}

/* Arguments travel in shared memory: one page per device, made when first needed. */
static struct ffasim_shm *argument_memory(struct rtask *rt, const struct scn_step *st,
					  struct ffasim_client *c, struct rslot *dev, int *err)
{
	size_t need = st->a.data ? st->a.data->count : st->a.op ? 32 : 0;
	bool answers = st->a.op && (st->a.op->args[0].kind || st->a.op->results[0] ||
				    (st->a.op->flags & FFASIM_OP_PAYLOAD));

	if (st->a.shm_slot >= 0)
		return slot(rt, st->a.shm_slot)->open ? &slot(rt, st->a.shm_slot)->shm : NULL;
	if (!answers && !st->a.data)
		return NULL;
	if (!buffer_of(rt, dev)->ptr)
		*err = ffasim_client_shm_alloc(c, need > 4096 ? need : 4096, buffer_of(rt, dev));
	return *err ? NULL : buffer_of(rt, dev);
}

void tee_step_invoke(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *se = slot(rt, st->a.on_slot), *dev;
	struct ffasim_client *c;
	struct ffasim_invoke out = {0};
	struct ffasim_shm *shm = NULL;
	size_t length = 0;
	int err = 0;

	if (st->a.gp) {
		gp_step_invoke(rt, st);
		return;
	}
	if (!se->open) {
		note_result(rt, -EBADF);
		return;
	}
	dev = slot(rt, se->client_slot);
	c = client_of(rt, dev);
	shm = c ? argument_memory(rt, st, c, dev, &err) : NULL;
	if (!c)
		err = no_client(dev);
	if (err) {
		note_result(rt, err);
		return;
	}
	if (shm && shm->ptr) {
		uint64_t *words = shm->ptr;

		if (st->a.data) {
			length = st->a.data->count < shm->bytes ? st->a.data->count : shm->bytes;
			memcpy(shm->ptr, st->a.data->bytes, length);
		} else {
			for (unsigned i = 0; i < st->a.arg_count; i++)
				words[i] = st->a.arg_part[i]
						   ? run_part_id(rt->run, st->a.arg_part[i] - 1)
						   : st->a.arg[i];
			length = 8 * st->a.arg_count;
		}
	}
	if (ynode_get(st->node->type == YNODE_MAP ? st->node->item[0] : NULL, "length"))
		length = st->a.length;
	err = ffasim_client_invoke(c, se->session, (uint32_t)st->a.opcode_number, shm, length,
				   &out);
	note_result(rt, err);
	if (err)
		return;
	rtask_note(rt, "ret", (int32_t)out.ret);
	rtask_note(rt, "response", (int64_t)out.response);
	if (st->a.op && shm && shm->ptr) {
		const uint64_t *words = shm->ptr;

		for (int i = 0; i < FFASIM_SERVICE_RESULTS && st->a.op->results[i]; i++)
			rtask_note(rt, st->a.op->results[i], (int64_t)words[i]);
	}
}

void tee_step_close_session(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *se = slot(rt, st->a.on_slot), *dev;
	struct ffasim_client *c;

	if (!se->open) {
		note_result(rt, -EBADF);
		return;
	}
	dev = slot(rt, se->client_slot);
	c = client_of(rt, dev);
	note_result(rt, c ? ffasim_client_close_session(c, se->session) : no_client(dev));
}

void tee_step_close(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *sl = slot(rt, st->a.on_slot);

	if (rt->run->s->slot[st->a.on_slot].kind == SLOT_SHM) {
		note_result(rt, sl->open ? ffasim_shm_close_fd(&sl->shm) : -EBADF);
		return;
	}
	note_result(rt, sl->open ? ffasim_client_close(&sl->client) : -EBADF);
	sl->open = false;
}

void tee_step_munmap(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *sl = slot(rt, st->a.on_slot);

	note_result(rt, sl->open && sl->shm.addr ? ffasim_shm_unmap(&sl->shm) : -EINVAL);
}
