/* SPDX-License-Identifier: BSD-3-Clause */
/* A Normal world that talks to the Trusted OS from the flows of harness.h, without a kernel. */
#ifndef TESTS_SPMC_OPTEE_CLIENT_H
#define TESTS_SPMC_OPTEE_CLIENT_H

#include "harness.h"

#include "ffa/optee_msg.h"

#define MS 1000000ull
#define OPTEE 0x8001
#define OPTEE_W1 0x80010000u /* of its responses */
#define OC_SLOT_BYTES 512u
#define OC_SLOTS 8u

/* A shared page with messages, each in a slot of its own. */
extern pa_t oc_page;
extern uint64_t oc_handle;
void oc_share(void);
/* Other pages, shared too; their handle. */
uint64_t oc_fresh(unsigned pages, pa_t *pa);
/* No thread of the Trusted OS is in use, nor the page with the messages. */
void oc_idle_again(void);
struct optee_msg *oc_msg(unsigned slot);
/* The RPC argument block behind the message of @slot. */
struct optee_msg *oc_rpc(unsigned slot);

struct smc_regs oc_call_at(uint64_t handle, uint32_t offset);
struct smc_regs oc_call(unsigned slot);
struct smc_regs oc_resume(uint64_t thread);
/* UNREGISTER_SHM: its w3. */
uint32_t oc_unregister(uint64_t handle);
struct smc_regs oc_reclaim(uint64_t handle);
/* w0..w7 of a reply (optee.md 2.3). */
void oc_is_reply(const struct smc_regs *r, uint32_t w3, uint32_t w4, uint32_t w7);

/* Opens a session with a pseudo TA in the last slot. */
uint32_t oc_open(const char *ta);
/* An invocation in @slot: value in, value out. */
struct optee_msg *oc_invoke_msg(unsigned slot, uint32_t session, uint32_t func, uint64_t a,
				uint64_t b, uint64_t c);

/* Serves @r until the call is done as a driver would: notifications between flows, memory, time.
 * Counts what it saw. */
struct oc_seen {
	unsigned exits, waits, sends, allocs, frees, others;
	uint32_t last_value; /* of a notification */
};
struct smc_regs oc_serve(unsigned slot, struct smc_regs r, struct oc_seen *seen);
/* Call and serve; the message's ret. */
uint32_t oc_invoke(unsigned slot, struct oc_seen *seen);

#endif
