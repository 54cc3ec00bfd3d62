/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * OP-TEE's side of the ABI in a test's hands: it answers in place of the SPMC what goes to 8001 and
 * what shares memory. A test decides what each call does, turn by turn; the driver under test sees
 * nothing but registers and the message in shared memory.
 */
#ifndef FFASIM_TESTS_FAKE_OPTEE_H
#define FFASIM_TESTS_FAKE_OPTEE_H

#include "ffa/optee_msg.h"
#include "host/gp_client.h"
#include "tee_world.h"

#define FAKE_SHARES 64
#define FAKE_THREADS 8
#define FAKE_HANDLE 0x100000000000ull

enum fake_turn { FAKE_DONE, FAKE_RPC, FAKE_INTERRUPT, FAKE_STRANGE = 9 };

struct fake_thread {
	bool busy;
	unsigned turn; /* 0 = CALL_WITH_ARG, then each RESUME */
	struct optee_msg *msg, *rpc;
};

struct fake_optee {
	/* answers */
	uint32_t api_major, caps, caps_error, rpc_params, enable_result;
	bool os_version_fails, unregister_fails;
	unsigned bind_denials, threads, listed_tas;
	uint64_t notifications; /* pending for the Normal world */
	/* what each turn of a call does; NULL = done with success */
	enum fake_turn (*call)(struct fake_thread *t);
	bool ffa_error_once, busy_resume; /* misbehaviour of the next one */
	/* seen */
	struct fake_share {
		uint64_t pa;
		uint32_t pages;
		bool live, registered;
	} share[FAKE_SHARES];
	struct fake_thread thread[FAKE_THREADS];
	unsigned calls, closes, bottom_halves, resumes, refused, unregistered, max_offset,
		next_session;
	uint32_t order[64]; /* func of the invokes as they began */
	unsigned order_count;
};
extern struct fake_optee fo;

/* A world with the driver loaded and this OP-TEE below it. */
void fake_optee_init(void);
unsigned fake_live_shares(void);
/* Prepares a request: command and parameters. */
void fake_rpc(struct fake_thread *t, uint32_t cmd, unsigned count, const struct optee_msg_param *p);
/* Memory behind a handle. */
void *fake_memory(uint64_t handle);

/* --- the client, on its own task ----------------------------------------------------------------
 */
struct gp {
	int fd;
	struct gp_args args;
};
void gp_begin(struct gp *c); /* opens /dev/tee0 */
/* errno of the ioctl, *session when it was opened. */
int gp_session(struct gp *c, uint32_t login, unsigned params, uint32_t *session, uint32_t *ret);
int gp_call(struct gp *c, uint32_t session, uint32_t func, unsigned params, uint32_t *ret,
	    uint32_t *origin);
/* A task that opens a session of its own and invokes @func; it had a millisecond to begin. */
struct task_struct *gp_start(uint32_t func);

/* --- the supplicant -----------------------------------------------------------------------------
 */
/* The list of TAs that need the supplicant, asked for when it opens its device. */
#define LIST_SUPP 1
int sup_open(struct gp *g); /* /dev/teepriv0; -errno */
/* SUPPL_RECV with @room parameters, the first of kind @first_attr; and the answer @result. */
int recv_room(struct gp *g, struct gp_request *r, uint32_t room, uint64_t first_attr);
int send_ret(struct gp *g, struct gp_request *r, uint32_t result);

#endif
