/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The steps of a task. Each is a row: name, keys, function. A step notes its outcome by name
 * (errno, ret, results of the service, w0..w17); the frame at the end compares it with `expect`.
 * Without an `expect` a step must succeed.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "host/ffa_steps.h"
#include "host/file_steps.h"
#include "host/gp_steps.h"
#include "host/lock_steps.h"
#include "host/optee_steps.h"
#include "host/run.h"
#include "linux/kernel_internal.h"

#define S(name_, type_, field_, req_, doc_)                                                        \
	{                                                                                          \
		name_, type_, offsetof(struct step_args, field_), req_, doc_, NULL                 \
	}
#define EXPECT_KEY                                                                                 \
	S("expect", V_RANGES, expect, false, "outcome: {errno: EBUSY, ret: 0, ...} or any")
#define REPEAT_KEY S("repeat", V_U64, repeat, false, "do it so many times")
/* A client that lies about its arguments. */
#define TOLD_KEYS                                                                                  \
	S("arg-bytes", V_U64, arg_bytes, false,                                                    \
	  "of a TA: size of the argument block that the kernel is told"),                          \
		S("arg-params", V_U64, arg_params, false,                                          \
		  "of a TA: number of parameters that the kernel is told")

static struct rslot *slot(struct rtask *rt, int index)
{
	return &rt->proc->slot[index];
}

static void note_result(struct rtask *rt, long err)
{
	rtask_note(rt, "errno", err < 0 ? -err : 0);
}

/* System calls take their arguments from user memory: a thread has a page and a buffer of its own,
 * or it would write over those of another. */
static struct ffasim_client *client_of(struct rtask *rt, struct rslot *dev)
{
	struct ffasim_client *own = &rt->own.client;

	if (rt->t->leader < 0)
		return &dev->client;
	if (!own->arg) {
		own->arg_addr = kuser_alloc(4096);
		own->arg = own->arg_addr ? kuser_ptr(own->arg_addr, 4096) : NULL;
	}
	own->fd = dev->client.fd;
	return own->arg ? own : &dev->client;
}

static struct ffasim_shm *buffer_of(struct rtask *rt, struct rslot *dev)
{
	return rt->t->leader < 0 ? &dev->shm : &rt->own.shm;
}

/* --- devices, sessions, memory ---------------------------------------------------------------- */

static const struct vkey open_keys[] = {
	S("device", V_STR, device, true, "name of a partition, optee, supplicant, or /dev/NAME"),
	S("as", V_STR, as, false, "name of the open device"),
	EXPECT_KEY,
	REPEAT_KEY,
};
static void do_open(struct rtask *rt, const struct scn_step *st)
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

static const struct vkey session_keys[] = {
	S("on", V_STR, on, true, "an open device"),
	S("service", V_STR, service, false, "service; default the partition's own"),
	S("ta", V_STR, ta, false, "a TA of the Trusted OS: its name or UUID"),
	S("login", V_STR, login_word, false, "public, user, group, application or kernel"),
	S("gid", V_NODE, gid, false, "the group of login group"),
	S("params", V_NODE, params, false, "parameters for the TA"),
	S("cancel-id", V_U64, cancel_id, false, "number to cancel the call by"),
	TOLD_KEYS,
	S("as", V_STR, as, true, "name of the session"),
	EXPECT_KEY,
	REPEAT_KEY,
};
static void do_session(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *dev = slot(rt, st->a.on_slot), *sl = slot(rt, st->a.slot);
	int err;

	if (st->a.gp) {
		gp_step_session(rt, st);
		return;
	}
	err = dev->open ? ffasim_client_open_session(client_of(rt, dev), st->a.service_ref->uuid,
						     &sl->session)
			: -EBADF;
	sl->client_slot = st->a.on_slot;
	sl->open = !err;
	if (!err)
		rtask_note(rt, "session", sl->session);
	note_result(rt, err);
}

static const struct vkey shm_keys[] = {
	S("on", V_STR, on, true, "an open device"),
	S("bytes", V_BYTES, bytes, true, "size"),
	S("as", V_STR, as, true, "name of the shared memory"),
	EXPECT_KEY,
	REPEAT_KEY,
};
static void do_shm(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *dev = slot(rt, st->a.on_slot), *sl = slot(rt, st->a.slot);
	int err = dev->open ? ffasim_client_shm_alloc(client_of(rt, dev), st->a.bytes, &sl->shm)
			    : -EBADF;

	sl->open = !err;
	sl->client_slot = st->a.on_slot;
	if (!err) {
		rtask_note(rt, "bytes", (int64_t)sl->shm.bytes);
		rtask_note(rt, "id", sl->shm.id);
	}
	note_result(rt, err);
}

static const struct vkey write_keys[] = {
	S("on", V_STR, on, true, "a shared memory"),
	S("data", V_DATA, data, true, "text, or 0x and hex digits"),
	S("offset", V_BYTES, offset, false, "where"),
	S("bytes", V_BYTES, bytes, false, "repeat the data up to this many bytes"),
	EXPECT_KEY,
};
static void do_write(struct rtask *rt, const struct scn_step *st)
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

static const struct vkey read_keys[] = {
	S("on", V_STR, on, true, "a shared memory"),
	S("data", V_DATA, data, true, "what must be there"),
	S("offset", V_BYTES, offset, false, "where"),
};
static void do_read(struct rtask *rt, const struct scn_step *st)
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

static const struct vkey invoke_keys[] = {
	S("on", V_STR, on, true, "a session"),
	S("opcode", V_STR, opcode, true, "name or number of the operation"),
	S("shm", V_NODE, shm, false, "shared memory for the arguments; default one of its own"),
	S("length", V_BYTES, length, false, "request length, instead of what the arguments need"),
	S("data", V_DATA, data, false, "payload"),
	S("params", V_NODE, params, false, "of a TA: list of in, out, inout, memory-in, ..."),
	S("cancel-id", V_U64, cancel_id, false, "of a TA: number to cancel the call by"),
	TOLD_KEYS,
	EXPECT_KEY,
	REPEAT_KEY,
};

/* Arguments travel in shared memory: one page per device, made when first needed. */
static struct ffasim_shm *argument_memory(struct rtask *rt, const struct scn_step *st,
					  struct rslot *dev, int *err)
{
	size_t need = st->a.data ? st->a.data->count : st->a.op ? 32 : 0;
	bool answers = st->a.op && (st->a.op->args[0].kind || st->a.op->results[0] ||
				    (st->a.op->flags & FFASIM_OP_PAYLOAD));

	if (st->a.shm_slot >= 0)
		return slot(rt, st->a.shm_slot)->open ? &slot(rt, st->a.shm_slot)->shm : NULL;
	if (!answers && !st->a.data)
		return NULL;
	if (!buffer_of(rt, dev)->ptr)
		*err = ffasim_client_shm_alloc(client_of(rt, dev), need > 4096 ? need : 4096,
					       buffer_of(rt, dev));
	return *err ? NULL : buffer_of(rt, dev);
}

static void do_invoke(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *se = slot(rt, st->a.on_slot), *dev;
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
	shm = argument_memory(rt, st, dev, &err);
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
	err = ffasim_client_invoke(client_of(rt, dev), se->session, (uint32_t)st->a.opcode_number,
				   shm, length, &out);
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

static const struct vkey on_session_keys[] = {
	S("on", V_STR, on, true, "a session"),
	EXPECT_KEY,
};
static void do_close_session(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *se = slot(rt, st->a.on_slot);

	note_result(rt, se->open ? ffasim_client_close_session(
					   client_of(rt, slot(rt, se->client_slot)), se->session)
				 : -EBADF);
}

static const struct vkey close_keys[] = {
	S("on", V_STR, on, true, "an open device, or a shared memory: its descriptor"),
	EXPECT_KEY,
};
static void do_close(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *sl = slot(rt, st->a.on_slot);

	if (rt->run->s->slot[st->a.on_slot].kind == SLOT_SHM) {
		note_result(rt, sl->open ? ffasim_shm_close_fd(&sl->shm) : -EBADF);
		return;
	}
	note_result(rt, sl->open ? ffasim_client_close(&sl->client) : -EBADF);
	sl->open = false;
}

static const struct vkey on_shm_keys[] = {
	S("on", V_STR, on, true, "a shared memory"),
	EXPECT_KEY,
};
static void do_munmap(struct rtask *rt, const struct scn_step *st)
{
	struct rslot *sl = slot(rt, st->a.on_slot);

	note_result(rt, sl->open && sl->shm.addr ? ffasim_shm_unmap(&sl->shm) : -EINVAL);
}

/* --- time --------------------------------------------------------------------------------------
 */

static const struct vkey for_keys[] = {
	S("for", V_TIME, time_ns, true, "how long"),
	REPEAT_KEY,
};
static const struct vkey hog_keys[] = {
	S("for", V_TIME, time_ns, false, "how long; default until the end of the scenario"),
};
static void do_work(struct rtask *rt, const struct scn_step *st)
{
	kuser_work_ns(st->a.time_ns);
	note_result(rt, 0);
}
static void do_sleep(struct rtask *rt, const struct scn_step *st)
{
	kuser_sleep_ns(st->a.time_ns);
	note_result(rt, 0);
}
static void do_hog(struct rtask *rt, const struct scn_step *st)
{
	uint64_t left_ns = st->a.time_ns ? st->a.time_ns : UINT64_MAX;

	while (left_ns && rt->run->live) {
		uint64_t slice_ns = left_ns < 1000000 ? left_ns : 1000000;

		kuser_work_ns(slice_ns);
		left_ns -= slice_ns;
	}
	note_result(rt, 0);
}
static void do_yield(struct rtask *rt, const struct scn_step *st)
{
	kuser_yield();
	note_result(rt, 0);
}

static const struct vkey wait_keys[] = {
	S("event", V_EVENT, event, true, "event to wait for"),
	S("count", V_U64, count, false, "until it happened so often since the start (default 1)"),
};
static void do_wait(struct rtask *rt, const struct scn_step *st)
{
	rtask_wait(rt, st->a.event, st->a.count ? st->a.count : 1);
	note_result(rt, 0);
}

/* --- raw SMC ------------------------------------------------------------------------------------
 */

static const struct vkey smc_keys[] = {
	S("x", V_REGS, x, true, "registers: numbers, FFA names, partition names, name<<16"),
	S("w1", V_STR, on, false, "saved register that goes into w1"),
	S("save", V_STR, save, false, "keep w1 of the answer under this name"),
	S("follow", V_BOOL, forever, false,
	  "after FFA_INTERRUPT issue FFA_RUN until something else comes"),
	S("irqs-off", V_BOOL, irqs_off, false, "with the PE's interrupts masked"),
	EXPECT_KEY,
	REPEAT_KEY,
};
static void smc_once(struct rtask *rt, const struct scn_step *st, struct smc_regs *r, int64_t *runs)
{
	memset(r, 0, sizeof(*r));
	for (int i = 0; i < st->a.x->count; i++) {
		r->x[i] = st->a.x->x[i];
		if (st->a.x->part[i] >= 0)
			r->x[i] |= (uint64_t)run_part_id(rt->run, st->a.x->part[i])
				   << st->a.x->part_shift[i];
	}
	if (st->a.on)
		r->x[1] = slot(rt, st->a.on_slot)->reg;
	conduit_smc(r);
	while (st->a.forever && (uint32_t)r->x[0] == 0x84000062) {
		uint64_t w1 = r->x[1];

		++*runs;
		memset(r, 0, sizeof(*r));
		r->x[0] = 0x8400006d;
		r->x[1] = w1;
		conduit_smc(r);
	}
}
static void do_smc(struct rtask *rt, const struct scn_step *st)
{
	static const char *const names[SMC_REGS] = {"w0",  "w1",  "w2",	 "w3",	"w4",  "w5",
						    "w6",  "w7",  "w8",	 "w9",	"w10", "w11",
						    "w12", "w13", "w14", "w15", "w16", "w17"};
	struct smc_regs r;
	int64_t runs = 0;
	uint64_t times = st->a.irqs_off ? st->a.repeat : 1;

	ksys_enter("smc");
	if (st->a.irqs_off)
		pe_self()->ns_irq_masked = true;
	for (uint64_t i = 0; i < times; i++)
		smc_once(rt, st, &r, &runs);
	if (st->a.irqs_off) {
		pe_self()->ns_irq_masked = false;
		pe_point();
	}
	ksys_exit("smc", 0);
	if (st->a.save)
		slot(rt, st->a.slot)->reg = r.x[1];
	for (int i = 0; i < SMC_REGS; i++)
		rtask_note(rt, names[i], (int64_t)r.x[i]);
	rtask_note(rt, "runs", runs);
	note_result(rt, 0);
}

static const struct vkey ffa_memory_keys[] = {
	S("to", V_PART, part, true, "a partition"),
	S("bytes", V_BYTES, bytes, true, "size, whole pages"),
	S("as", V_STR, as, true, "name of the shared memory"),
	EXPECT_KEY,
};

static const struct vkey unbind_keys[] = {
	S("partition", V_PART, part, true, "a partition"),
	EXPECT_KEY,
};

static const struct vkey lock_call_keys[] = {
	S("to", V_PART, part, true, "a partition of the lock SP"),
	S("lock", V_UINT, lock, false, "number of the lock"),
	S("hold", V_TIME, hold_ns, false, "how long with it, whole us"),
	S("work", V_TIME, time_ns, false, "how long after it, whole us"),
	S("mutex", V_BOOL, mutex, false, "when it is taken, come back instead of spinning"),
	S("retry", V_BOOL, forever, false, "when the partition is busy, ask again after 100 us"),
	EXPECT_KEY,
	REPEAT_KEY,
};

/* --- the Trusted OS ------------------------------------------------------------------------------
 */

static const struct vkey optee_memory_keys[] = {
	S("bytes", V_BYTES, bytes, true, "size, whole pages"),
	S("as", V_STR, as, true, "name of the shared memory"),
	EXPECT_KEY,
};
static const struct vkey optee_message_keys[] = {
	S("on", V_STR, on, true, "memory shared with the Trusted OS"),
	S("offset", V_BYTES, offset, false, "where"),
	S("open", V_STR, device, false, "open a session with this pseudo TA"),
	S("session", V_U64, count, false, "invoke in this session"),
	S("cancel", V_U64, count, false, "cancel what runs in this session"),
	S("close", V_U64, count, false, "close this session"),
	S("command", V_U64, command, false, "another message command, without parameters"),
	S("func", V_U64, func, false, "command of the TA; default 0"),
	S("work", V_TIME, time_ns, false, "a of the first parameter, as a time"),
	S("value", V_U64, length, false, "a of the first parameter"),
	S("b", V_U64, b, false, "b of the first parameter"),
	S("c", V_U64, c, false, "c of the first parameter"),
	EXPECT_KEY,
};
static const struct vkey optee_call_keys[] = {
	S("on", V_STR, on, true, "memory shared with the Trusted OS"),
	S("offset", V_BYTES, offset, false, "of the message"),
	S("answer", V_U64, answer, false,
	  "what user space answers to requests; default: there is none"),
	EXPECT_KEY,
	REPEAT_KEY,
};
static const struct vkey optee_answer_keys[] = {
	S("on", V_STR, on, true, "memory shared with the Trusted OS"),
	S("offset", V_BYTES, offset, false, "where"),
	EXPECT_KEY,
};

static const struct vkey ioctl_keys[] = {
	S("on", V_STR, on, true, "an open device"),
	S("request", V_U64, command, true, "number of the command, as _IOWR() makes it"),
	S("value", V_U64, value[0], false, "the argument itself"),
	S("data", V_DATA, data, false, "what the argument points to"),
	S("reply", V_DATA, reply, false, "what must be there afterwards"),
	EXPECT_KEY,
	REPEAT_KEY,
};
static const struct vkey file_write_keys[] = {
	S("on", V_STR, on, true, "an open device"),
	S("data", V_DATA, data, true, "text, or 0x and hex digits"),
	EXPECT_KEY,
	REPEAT_KEY,
};
static const struct vkey file_read_keys[] = {
	S("on", V_STR, on, true, "an open device"),
	S("bytes", V_BYTES, bytes, false, "how many at most; default what `data` has, or 4 KiB"),
	S("data", V_DATA, reply, false, "what must be read"),
	EXPECT_KEY,
	REPEAT_KEY,
};

static const struct vkey cancel_keys[] = {
	S("on", V_STR, on, true, "a session with a TA"),
	S("id", V_U64, cancel_id, true, "cancel-id of the call"),
	EXPECT_KEY,
};
static const struct vkey register_keys[] = {
	S("on", V_STR, on, true, "an open device"),
	S("bytes", V_BYTES, bytes, true, "size"),
	S("offset", V_BYTES, offset, false, "of the first byte in its page"),
	S("as", V_STR, as, true, "name of the shared memory"),
	EXPECT_KEY,
};
static const struct vkey supp_recv_keys[] = {
	S("on", V_STR, on, true, "the open supplicant device"),
	S("as", V_STR, as, true, "name of the request"),
	S("room", V_U64, count, false, "parameters there is room for, the number included"),
	S("sync", V_BOOL, sync, false, "synchronous: no number, one request at a time"),
	EXPECT_KEY,
};
static const struct vkey supp_send_keys[] = {
	S("to", V_STR, on, true, "a request"),
	S("id", V_U64, session_number, false, "another number than the request's"),
	S("params", V_U64, count, false, "another number of parameters"),
	S("ret", V_U64, ret, false, "result"),
	S("a", V_U64, value[0], false, "a of the first parameter"),
	S("b", V_U64, value[1], false, "b of the first parameter"),
	S("c", V_U64, value[2], false, "c of the first parameter"),
	EXPECT_KEY,
};
static const struct vkey supplicant_keys[] = {
	S("on", V_STR, on, true, "the open supplicant device"),
	S("requests", V_U64, count, false, "so many; default until it is killed"),
	S("work", V_TIME, time_ns, false, "user time for each"),
	EXPECT_KEY,
};

/* --- the kernel ----------------------------------------------------------------------------------
 */

static const struct vkey migrate_keys[] = {
	S("task", V_TASK, task, true, "task to move"),
	S("to", V_PE, to_pe, true, "PE"),
	EXPECT_KEY,
};
static void do_migrate(struct rtask *rt, const struct scn_step *st)
{
	struct rtask *other = &rt->run->task[st->a.task];

	note_result(rt, other->task ? ktask_migrate(other->task, (unsigned)st->a.to_pe) : -ESRCH);
}

static const struct vkey affinity_keys[] = {
	S("pes", V_PES, mask, true, "PEs it may run on"),
	S("task", V_TASK, task, false, "task; default itself"),
	EXPECT_KEY,
};
static void do_affinity(struct rtask *rt, const struct scn_step *st)
{
	struct rtask *other = st->a.task >= 0 ? &rt->run->task[st->a.task] : rt;

	note_result(rt, other->task ? ksys_sched_setaffinity(other->task, st->a.mask) : -ESRCH);
}

static const struct vkey task_arg_keys[] = {S("task", V_TASK, task, true, "task")};
static void do_kill(struct rtask *rt, const struct scn_step *st)
{
	struct rtask *other = &rt->run->task[st->a.task];

	if (other->task)
		ktask_kill(other->task);
	note_result(rt, 0);
}
static void do_join(struct rtask *rt, const struct scn_step *st)
{
	struct rtask *other = &rt->run->task[st->a.task];

	if (other->task)
		kuser_join(other->task);
	note_result(rt, 0);
}

static const struct vkey cpu_keys[] = {S("pe", V_PE, to_pe, true, "PE"), EXPECT_KEY};
static void do_cpu_down(struct rtask *rt, const struct scn_step *st)
{
	int err;

	ksys_enter("write"); /* to /sys/devices/system/cpu/cpuN/online */
	err = klinux_cpu_down(rt->run->w.k, (unsigned)st->a.to_pe);
	note_result(rt, (int)ksys_exit("write", err));
}
static void do_cpu_up(struct rtask *rt, const struct scn_step *st)
{
	int err;

	ksys_enter("write");
	err = klinux_cpu_up(rt->run->w.k, (unsigned)st->a.to_pe);
	note_result(rt, (int)ksys_exit("write", err));
}

static const struct vkey module_keys[] = {
	S("module", V_STR, module, true, "name of a loaded module"),
	EXPECT_KEY,
};
static void do_module_remove(struct rtask *rt, const struct scn_step *st)
{
	int err;

	ksys_enter("delete_module");
	err = klinux_module_remove(rt->run->w.k, st->a.module);
	note_result(rt, (int)ksys_exit("delete_module", err));
}

#define KEYS(a) a, sizeof(a) / sizeof((a)[0])
static const struct step_kind kinds[] = {
	{"open", "open the tee device of a partition, or any device by its path", KEYS(open_keys),
	 do_open},
	{"session", "TEE_IOC_OPEN_SESSION", KEYS(session_keys), do_session},
	{"shm", "TEE_IOC_SHM_ALLOC and mmap", KEYS(shm_keys), do_shm},
	{"write", "write to shared memory", KEYS(write_keys), do_write},
	{"read", "compare shared memory", KEYS(read_keys), do_read},
	{"invoke", "TEE_IOC_INVOKE; arguments of the opcode are keys", KEYS(invoke_keys),
	 do_invoke},
	{"close-session", "TEE_IOC_CLOSE_SESSION", KEYS(on_session_keys), do_close_session},
	{"close", "close(2)", KEYS(close_keys), do_close},
	{"munmap", "munmap(2) of a shared memory", KEYS(on_shm_keys), do_munmap},
	{"work", "compute in user mode", KEYS(for_keys), do_work},
	{"sleep", "sleep", KEYS(for_keys), do_sleep},
	{"hog", "compute in user mode, background load", KEYS(hog_keys), do_hog},
	{"yield", "sched_yield(2)", NULL, 0, do_yield},
	{"wait", "sleep until an event was seen", KEYS(wait_keys), do_wait},
	{"smc", "a raw SMC from a helper in the kernel", KEYS(smc_keys), do_smc},
	{"ffa-memory", "share pages with a partition, FFA_MEM_SHARE", KEYS(ffa_memory_keys),
	 ffa_step_memory},
	{"ffa-release", "take shared pages back, FFA_MEM_RECLAIM", KEYS(on_shm_keys),
	 ffa_step_release},
	{"unbind", "take the driver off a partition's device, as root does in sysfs",
	 KEYS(unbind_keys), ffa_step_unbind},
	{"optee-memory", "share pages with the Trusted OS", KEYS(optee_memory_keys),
	 optee_step_memory},
	{"optee-release", "take shared pages back from it", KEYS(on_shm_keys), optee_step_release},
	{"optee-message", "write a message for a yielding call", KEYS(optee_message_keys),
	 optee_step_message},
	{"optee-call", "a yielding call until it is done, served as a driver does",
	 KEYS(optee_call_keys), optee_step_call},
	{"optee-answer", "look at what a message holds now", KEYS(optee_answer_keys),
	 optee_step_answer},
	{"lock-call", "call the lock SP until it has answered", KEYS(lock_call_keys),
	 lock_step_call},
	{"ioctl", "ioctl(2) of any device", KEYS(ioctl_keys), file_step_ioctl},
	{"file-write", "write(2) to any device", KEYS(file_write_keys), file_step_write},
	{"file-read", "read(2) from any device", KEYS(file_read_keys), file_step_read},
	{"cancel", "TEE_IOC_CANCEL", KEYS(cancel_keys), gp_step_cancel},
	{"shm-register", "TEE_IOC_SHM_REGISTER of memory of its own", KEYS(register_keys),
	 gp_step_register},
	{"supp-recv", "TEE_IOC_SUPPL_RECV", KEYS(supp_recv_keys), gp_step_supp_recv},
	{"supp-send", "TEE_IOC_SUPPL_SEND", KEYS(supp_send_keys), gp_step_supp_send},
	{"supplicant", "serve requests as tee-supplicant does", KEYS(supplicant_keys),
	 gp_step_supplicant},
	{"migrate", "move a task to another PE", KEYS(migrate_keys), do_migrate},
	{"set-affinity", "sched_setaffinity(2)", KEYS(affinity_keys), do_affinity},
	{"kill", "SIGKILL", KEYS(task_arg_keys), do_kill},
	{"join", "wait for the end of a task", KEYS(task_arg_keys), do_join},
	{"cpu-down", "take a PE offline", KEYS(cpu_keys), do_cpu_down},
	{"cpu-up", "bring a PE online", KEYS(cpu_keys), do_cpu_up},
	{"module-remove", "rmmod", KEYS(module_keys), do_module_remove},
};

const struct step_kind *step_kinds(size_t *count)
{
	*count = sizeof(kinds) / sizeof(kinds[0]);
	return kinds;
}

void rtask_note(struct rtask *rt, const char *name, int64_t value)
{
	if (rt->outcome_count < OUTCOME_MAX)
		rt->outcome[rt->outcome_count++] = (struct outcome){name, value};
}
