/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Inside of the Trusted OS: an endpoint at S-EL1 with yielding calls, a context for each of its
 * threads, RPC to the Normal world, and pseudo TAs that drive all this.
 *
 * endpoint.c answers direct requests, call.c brings yielding calls in and out, thread.c runs them,
 * rpc.c asks the Normal world, param.c maps memory parameters, session.c serves GP commands,
 * ta_*.c compute.
 *
 * Code of a yielding call runs on its thread's fiber. After anything that charges time or asks the
 * Normal world it may be on another PE.
 */
#ifndef FFASIM_OPTEE_OPTEE_H
#define FFASIM_OPTEE_OPTEE_H

#include "ffa/optee_msg.h"
#include "sp/ec.h"
#include "spmc/trusted_os.h"

/* Why a thread gave up its PE. */
enum optee_left { OPTEE_LEFT_DONE, OPTEE_LEFT_RPC, OPTEE_LEFT_INTERRUPT };

/* RPC buffers that a thread keeps until its call ends. */
enum optee_cache { OPTEE_CACHE_FS, OPTEE_CACHE_RPMB, OPTEE_CACHE_SOCKET, OPTEE_CACHE_COUNT };
struct optee_rpc_shm {
	struct share *share; /* NULL = none */
	uint64_t handle, offset, bytes;
	unsigned type;
};

/* One thread of the table as something that runs: a fiber, entered and left like an SP. */
struct optee_thread {
	struct ec ec;
	struct trusted_os *os;
	uint16_t id;
	struct fiber *fiber, *caller;
	uint32_t caller_who;
	struct ec_exit *out;
	enum optee_left left;
	bool masked; /* PSTATE: foreign interrupts held off */
	unsigned last_pe;
	/* The call. */
	uint64_t reply_w1;
	uint32_t service, offset, result;
	uint64_t handle;
	struct share *arg;    /* where the message is; NULL = no RPC possible */
	uint64_t rpc_offset;  /* of the RPC argument block in it */
	struct share *mem[6]; /* of the memory parameters being used */
	struct optee_rpc_shm cache[OPTEE_CACHE_COUNT];
	_Alignas(8) uint8_t msg[sizeof(struct optee_msg) +
				OPTEE_MSG_PARAMS_MAX * sizeof(struct optee_msg_param)];
};

/* A queue of threads that sleep in the Normal world (wait.c). */
struct optee_waiter {
	struct optee_waiter *next;
	struct optee_thread *t;
	bool done, reader;
};
struct optee_queue {
	struct optee_waiter *first, *last;
	uint32_t name; /* interned */
};

/* lock.c; none is recursive. */
struct optee_spinlock {
	bool held;
	uint32_t name;
	uint64_t since_ns;
};
struct optee_mutex {
	int state; /* 0 free, -1 written, n > 0 readers */
	struct optee_queue queue;
	uint64_t since_ns[TOS_THREADS_MAX];
};

#define OPTEE_SESSIONS_MAX 32
struct optee_ta;
struct optee_session {
	const struct optee_ta *ta; /* NULL = free */
	bool busy, cancelled, closing;
	unsigned users; /* threads inside, or waiting to get in */
	struct optee_queue waiters;
};
/* Of a TA with one instance. */
struct optee_instance {
	bool busy;
	struct optee_queue waiters;
};
#define OPTEE_TAS_MAX 16

/* Asynchronous notifications (notif.c). */
struct optee_notif {
	bool started;
	uint32_t bottom_half; /* the value that asks for it */
	uint64_t sent, served;
	/* The secure timer of the `notif` TA. */
	struct ev timer;
	uint64_t every_ns;
	unsigned pe;
};

#define OPTEE_TEST_LOCKS 4u
struct trusted_os {
	struct spmc *s;
	struct trace *trace;
	struct optee_thread *thread[TOS_THREADS_MAX]; /* made when first used */
	struct optee_session session[OPTEE_SESSIONS_MAX];
	struct optee_instance instance[OPTEE_TAS_MAX];
	struct optee_notif notif;
	struct optee_mutex tables; /* of the page-table cache */
	/* For pseudo TAs. */
	struct optee_spinlock spinlock[OPTEE_TEST_LOCKS];
	struct optee_mutex mutex[OPTEE_TEST_LOCKS];
	struct optee_queue condvar[OPTEE_TEST_LOCKS];
};

/* call.c */
void optee_yielding(struct trusted_os *os, struct smc_regs *r);
/* The body of a thread, on its own fiber; returns w3 of the reply. */
uint32_t optee_call_run(struct optee_thread *t);

/* thread.c */
/* The context of thread @id, made when first needed; NULL = no memory. */
struct optee_thread *optee_thread_get(struct trusted_os *os, uint16_t id);
/* Runs it on this PE until it leaves. */
enum optee_left optee_thread_run(struct optee_thread *t, bool resume);
/* From the thread itself. Opening lets a pending interrupt in at once (optee.md 1.8 B). */
void optee_thread_mask(struct optee_thread *t, bool masked);
/* From the thread itself: leaves with OPTEE_LEFT_RPC, returns when it is resumed. */
void optee_thread_rpc(struct optee_thread *t);

/* rpc.c: from the thread itself; they return the ret that the Normal world wrote. */
uint32_t optee_rpc(struct optee_thread *t, uint32_t cmd, struct optee_msg_param *param,
		   unsigned count);
uint32_t optee_rpc_wait(struct optee_thread *t, uint32_t value, uint32_t timeout_ms);
uint32_t optee_rpc_send(struct optee_thread *t, uint32_t value);
/* Memory of the Normal world, in use until freed. TEE_ERROR_OUT_OF_MEMORY: it gave none, or none
 * that can be used. */
uint32_t optee_rpc_alloc(struct optee_thread *t, unsigned type, uint64_t bytes,
			 struct optee_rpc_shm *out);
void optee_rpc_free(struct optee_thread *t, struct optee_rpc_shm *shm);
/* The thread's buffer for one kind of request, reused when it is large enough. NULL = none. */
const struct optee_rpc_shm *optee_rpc_cached(struct optee_thread *t, enum optee_cache user,
					     unsigned type, uint64_t bytes);
void optee_rpc_cache_clear(struct optee_thread *t);

/* wait.c */
void optee_queue_add(struct optee_queue *q, struct optee_waiter *w, struct optee_thread *t,
		     bool reader);
/* Sleeps until somebody woke @w, which leaves the queue. With a timeout a result other than
 * TEE_SUCCESS ends the wait; 0 = none. */
uint32_t optee_queue_sleep(struct optee_queue *q, struct optee_waiter *w, uint32_t timeout_ms);
/* Wakes the first, and with a reader all readers. Each wake is an exit to the Normal world of the
 * calling thread @t. False: nobody slept. */
bool optee_queue_wake(struct optee_thread *t, struct optee_queue *q);

/* lock.c: from the thread itself */
/* Returns what unlocking must be told. */
bool optee_spin_lock(struct optee_thread *t, struct optee_spinlock *l);
void optee_spin_unlock(struct optee_thread *t, struct optee_spinlock *l, bool was_masked);
void optee_mutex_lock(struct optee_thread *t, struct optee_mutex *m, bool reader);
void optee_mutex_unlock(struct optee_thread *t, struct optee_mutex *m);
/* Gives @m back meanwhile. TEE_ERROR_TIMEOUT after @timeout_ms, 0 = never. */
uint32_t optee_condvar_wait(struct optee_thread *t, struct optee_queue *cv, struct optee_mutex *m,
			    uint32_t timeout_ms);

/* notif.c */
uint32_t optee_notif_enable(struct trusted_os *os, uint64_t value); /* TEE result */
void optee_notif_stop(struct trusted_os *os);
void optee_notif_bottom_half(struct optee_thread *t);
void optee_notif_finish(struct trusted_os *os);

/* param.c */
/* As tos_shm_get(), with foreign interrupts masked meanwhile. */
struct share *optee_shm_get(struct optee_thread *t, uint64_t handle);
/* Memory parameters of @t's message. */
struct optee_memref {
	struct share *share; /* NULL: no memory behind it */
	uint64_t offset, bytes;
};
/* Takes all into use. TEE_ERROR_BAD_PARAMETERS: a kind that does not exist, an unknown handle, a
 * range outside the memory. */
uint32_t optee_params_get(struct optee_thread *t, struct optee_msg *msg);
void optee_params_put(struct optee_thread *t);
/* Parameter @i as memory; false: it is none. */
bool optee_memref(struct optee_thread *t, const struct optee_msg *msg, unsigned i,
		  struct optee_memref *out);

/* session.c: one GP command. Result and origin go into @msg. False: no such command. */
bool optee_command(struct optee_thread *t, struct optee_msg *msg);

/* What a TA function gets. */
struct optee_invoke {
	struct optee_thread *t;
	struct optee_session *session;
	struct optee_msg *msg;
};
typedef uint32_t optee_ta_fn(struct optee_invoke *in);
struct optee_ta {
	/* UUID octets as the two words of the first parameter of an open. */
	uint64_t uuid_lo, uuid_hi;
	const char *name;
	optee_ta_fn *invoke;
	bool enumerated; /* a device for the Normal world's bus */
	bool single;	 /* one instance: one invocation at a time over all sessions */
};
extern const struct optee_ta optee_tas[];
extern const size_t optee_ta_count;

/* For TA functions: type of parameter @i, NONE beyond the last. */
static inline uint32_t optee_type(const struct optee_msg *msg, uint32_t i)
{
	return i < msg->num_params ? (uint32_t)(msg->param[i].attr & OPTEE_ATTR_TYPE)
				   : OPTEE_ATTR_NONE;
}
/* Fills a value-out parameter, if @i is one. */
void optee_value_out(struct optee_msg *msg, uint32_t i, uint64_t a, uint64_t b);

/* ta_*.c */
optee_ta_fn ta_spin, ta_echo, ta_alloc, ta_supplicant, ta_time, ta_devices, ta_lock, ta_mutex,
	ta_notif;

#endif
