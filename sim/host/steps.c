/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The steps of a task. Each is a row: name, keys, function. A step notes its outcome by name
 * (errno, ret, results of the service, w0..w17); the frame at the end compares it with `expect`.
 * Without an `expect` a step must succeed. All keys are here; the functions are in *_steps.c, but
 * for those that only let time go by.
 */
#include <stddef.h>

#include "host/ffa_steps.h"
#include "host/file_steps.h"
#include "host/gp_steps.h"
#include "host/kernel_steps.h"
#include "host/lock_steps.h"
#include "host/optee_steps.h"
#include "host/run.h"
#include "host/smc_steps.h"
#include "host/tee_steps.h"
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

/* --- devices, sessions, memory ---------------------------------------------------------------- */

static const struct vkey open_keys[] = {
	S("device", V_STR, device, true, "name of a partition, optee, supplicant, or /dev/NAME"),
	S("as", V_STR, as, false, "name of the open device"),
	EXPECT_KEY,
	REPEAT_KEY,
};

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

static const struct vkey shm_keys[] = {
	S("on", V_STR, on, true, "an open device"),
	S("bytes", V_BYTES, bytes, true, "size"),
	S("as", V_STR, as, true, "name of the shared memory"),
	EXPECT_KEY,
	REPEAT_KEY,
};

static const struct vkey write_keys[] = {
	S("on", V_STR, on, true, "a shared memory"),
	S("data", V_DATA, data, true, "text, or 0x and hex digits"),
	S("offset", V_BYTES, offset, false, "where"),
	S("bytes", V_BYTES, bytes, false, "repeat the data up to this many bytes"),
	EXPECT_KEY,
};

static const struct vkey read_keys[] = {
	S("on", V_STR, on, true, "a shared memory"),
	S("data", V_DATA, data, true, "what must be there"),
	S("offset", V_BYTES, offset, false, "where"),
};

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

static const struct vkey on_session_keys[] = {
	S("on", V_STR, on, true, "a session"),
	EXPECT_KEY,
};

static const struct vkey close_keys[] = {
	S("on", V_STR, on, true, "an open device, or a shared memory: its descriptor"),
	EXPECT_KEY,
};

static const struct vkey on_shm_keys[] = {
	S("on", V_STR, on, true, "a shared memory"),
	EXPECT_KEY,
};

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

static const struct vkey affinity_keys[] = {
	S("pes", V_PES, mask, true, "PEs it may run on"),
	S("task", V_TASK, task, false, "task; default itself"),
	EXPECT_KEY,
};

static const struct vkey task_arg_keys[] = {S("task", V_TASK, task, true, "task")};

static const struct vkey cpu_keys[] = {S("pe", V_PE, to_pe, true, "PE"), EXPECT_KEY};

static const struct vkey module_keys[] = {
	S("module", V_STR, module, true, "name of a loaded module"),
	EXPECT_KEY,
};

#define KEYS(a) a, sizeof(a) / sizeof((a)[0])
static const struct step_kind kinds[] = {
	{"open", "open the tee device of a partition, or any device by its path", KEYS(open_keys),
	 tee_step_open},
	{"session", "TEE_IOC_OPEN_SESSION", KEYS(session_keys), tee_step_session},
	{"shm", "TEE_IOC_SHM_ALLOC and mmap", KEYS(shm_keys), tee_step_shm},
	{"write", "write to shared memory", KEYS(write_keys), tee_step_write},
	{"read", "compare shared memory", KEYS(read_keys), tee_step_read},
	{"invoke", "TEE_IOC_INVOKE; arguments of the opcode are keys", KEYS(invoke_keys),
	 tee_step_invoke},
	{"close-session", "TEE_IOC_CLOSE_SESSION", KEYS(on_session_keys), tee_step_close_session},
	{"close", "close(2)", KEYS(close_keys), tee_step_close},
	{"munmap", "munmap(2) of a shared memory", KEYS(on_shm_keys), tee_step_munmap},
	{"work", "compute in user mode", KEYS(for_keys), do_work},
	{"sleep", "sleep", KEYS(for_keys), do_sleep},
	{"hog", "compute in user mode, background load", KEYS(hog_keys), do_hog},
	{"yield", "sched_yield(2)", NULL, 0, do_yield},
	{"wait", "sleep until an event was seen", KEYS(wait_keys), do_wait},
	{"smc", "a raw SMC from a helper in the kernel", KEYS(smc_keys), smc_step},
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
	{"migrate", "move a task to another PE", KEYS(migrate_keys), kernel_step_migrate},
	{"set-affinity", "sched_setaffinity(2)", KEYS(affinity_keys), kernel_step_affinity},
	{"kill", "SIGKILL", KEYS(task_arg_keys), kernel_step_kill},
	{"join", "wait for the end of a task", KEYS(task_arg_keys), kernel_step_join},
	{"cpu-down", "take a PE offline", KEYS(cpu_keys), kernel_step_cpu_down},
	{"cpu-up", "bring a PE online", KEYS(cpu_keys), kernel_step_cpu_up},
	{"module-remove", "rmmod", KEYS(module_keys), kernel_step_module_remove},
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
