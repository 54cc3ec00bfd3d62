/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The seam between the SPMC and the Trusted OS that is linked into the same S-EL1 image
 * (sps/optee): all that either knows of the other. tos_* is what the SPMC gives (trusted_os.c),
 * trusted_os_* what it needs.
 *
 * SPMC side of a yielding call: a thread of the pool that SPs use too. The Trusted OS runs it on a
 * fiber of its own; both sides run on the caller's fiber with foreign interrupts masked otherwise.
 */
#ifndef FFASIM_SPMC_TRUSTED_OS_H
#define FFASIM_SPMC_TRUSTED_OS_H

#include "ffa/ffa.h"
#include "soc/machine.h"
#include "spmc/profile.h"

struct spmc;
struct share;
struct trusted_os;

/* Logical partition: an endpoint whose handler runs inline in the SPMC. */
struct lsp {
	endpoint_id id;
	const char *name;
	uint32_t who;
	uint32_t uuid[4];
	uint32_t properties;
	/* Answers a direct request in place; @r holds the request, then the reply. */
	void (*direct_req)(struct spmc *s, struct smc_regs *r);
};

/* ---- given by the Trusted OS ---- */

/* Describes itself in @lsp; NULL = no memory. */
struct trusted_os *trusted_os_create(struct spmc *s, struct lsp *lsp);
void trusted_os_destroy(struct trusted_os *os); /* NULL is accepted */

/* An SP's thread enters or leaves S-EL0 and must map or unmap tables while the mutex of their cache
 * is taken (D17). Foreign interrupts are masked; time passes. Not called when it is free: it would
 * be taken and given back before anybody could see it. */
void trusted_os_sp_tables(struct trusted_os *os);

/* ---- given by the SPMC ---- */

struct trusted_os *tos_of(const struct spmc *s);
bool tos_quirk(const struct spmc *s, enum quirk_id id);
void tos_quirk_acts(struct spmc *s, enum quirk_id id); /* emits spmc.quirk */

/* The mutex of the page-table cache is taken, or free again. */
void tos_tables_taken(struct spmc *s, bool taken);

/* Threads. An id is valid from tos_thread_alloc() to tos_thread_free(). */
#define TOS_THREADS_MAX 64
#define TOS_NO_THREAD 0xffff
enum tos_thread { TOS_THREAD_NOT_SUSPENDED, TOS_THREAD_OWN, TOS_THREAD_OF_SP };
uint16_t tos_thread_current(const struct spmc *s); /* of the running PE */
uint16_t tos_thread_alloc(struct spmc *s);	   /* TOS_NO_THREAD = none free */
void tos_thread_suspend(struct spmc *s, uint16_t id, const char *reason);
enum tos_thread tos_thread_kind(const struct spmc *s, uint64_t id); /* any number */
void tos_thread_resume(struct spmc *s, uint16_t id);
void tos_thread_free(struct spmc *s, uint16_t id);
/* D4: continues the SP that the thread belongs to; @r is what that gives. */
void tos_thread_run_sp(struct spmc *s, uint16_t id, struct smc_regs *r);

/* Memory shared with the Trusted OS. Use registers it (optee.md 3.8); while it is in use it is
 * neither unregistered nor reclaimed. */
struct share *tos_shm_get(struct spmc *s, uint64_t handle); /* NULL = unknown; charges */
void tos_shm_put(struct share *share);			    /* NULL is accepted */
uint64_t tos_shm_bytes(const struct share *share);
uint64_t tos_shm_handle(const struct share *share);
/* Between @buf and the pages, which need not follow each other; @out: into them. The range must lie
 * in the share. */
void tos_shm_copy(const struct share *share, uint64_t offset, void *buf, uint64_t len, bool out);
/* UNREGISTER_SHM: FFA_OK, also when unknown or never used; FFA_BUSY while in use. */
int tos_shm_unregister(struct spmc *s, uint64_t handle);

/* Pends notifications for VM 0 and raises the schedule-receiver interrupt on this PE (optee.md 5).
 * False: VM 0 never created its bitmap. */
bool tos_notify(struct spmc *s, uint64_t bits);
/* The same from an interrupt handler that runs on @pe, which may be an event. */
bool tos_notify_on(struct spmc *s, unsigned pe, uint64_t bits);

#endif
