/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FF-A for an S-EL0 SP: one function a call, descriptors included. Results are FF-A codes: 0, or
 * the negative code of FFA_ERROR. Call order and descriptor contents are those of real service SPs
 * (trusted-services.md 5). State lives in the SP's own memory.
 */
#ifndef SPS_LIBSP_H
#define SPS_LIBSP_H

#include "ffa_abi.h"
#include "ffasim/partition.h"

struct ts_host;

struct libsp {
	struct ffasim_sp *sp;
	uint64_t tx_va, rx_va; /* 0 = no buffers */
	uint8_t *tx, *rx;
	uint16_t id;
	const char *prefix; /* of trace lines */
	struct ts_host
		*host; /* the services of this SP (ts_service.h); NULL = it has none of those */
	/* Takes a trace line instead of the console; false = it did not, NULL = there is none. */
	bool (*log)(struct libsp *l, const char *text, size_t len);
	void *log_ctx;
};

/* SVC with w0..w7; x8..x17 are cleared first. */
void libsp_call(struct libsp *l, struct smc_regs *r);
/* FF-A code of a returned register set: 0 unless w0 is FFA_ERROR. */
int libsp_code(const struct smc_regs *r);

int libsp_features(struct libsp *l, uint32_t fid, uint32_t *w2);
int libsp_rxtx_map(struct libsp *l); /* allocates one page each */
int libsp_rx_release(struct libsp *l);
int libsp_id_get(struct libsp *l, uint16_t *id);
/* FFA_NOT_SUPPORTED when the other side's version does not serve a 1.1 SP. */
int libsp_version(struct libsp *l);
/* Maps memory shared with this SP; exactly one range. *raw (may be NULL) gets the answer. */
int libsp_mem_retrieve(struct libsp *l, uint16_t owner, uint64_t handle, uint64_t *va,
		       uint32_t *pages, struct smc_regs *raw);
int libsp_mem_relinquish(struct libsp *l, uint64_t handle, struct smc_regs *raw);
/* Shares pages of this SP's own image (ffasim_sp_alloc_pages()) with another partition, and takes
 * them back. */
int libsp_mem_share(struct libsp *l, uint16_t to, uint64_t va, uint32_t pages, uint64_t *handle);
int libsp_mem_reclaim(struct libsp *l, uint64_t handle);
/* Number of partitions with this UUID (NULL = any); the first @room ids go to @ids. */
int libsp_partitions(struct libsp *l, const uint8_t *uuid, uint16_t *ids, unsigned room);
/* Blocking 32-bit direct request; args are w3..w7, *raw gets the answer. A callee's FFA_INTERRUPT
 * is answered by FFA_RUN. */
int libsp_direct_req(struct libsp *l, uint16_t to, const uint32_t args[5], struct smc_regs *raw);
/* Gives up the PE until a message arrives, which is then in *r. */
void libsp_msg_wait(struct libsp *l, struct smc_regs *r);
/* One line of level ERROR, INFO or DEBUG (its letter) to l->log or the secure console:
 * LEVEL/PREFIX: text. */
void libsp_trace_at(struct libsp *l, char level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
#define libsp_trace(l, ...) libsp_trace_at(l, 'E', __VA_ARGS__)

/* Steps 1-3 of a service SP's boot. */
int libsp_boot(struct libsp *l, struct ffasim_sp *sp, const char *prefix);
/* What a service SP does when its boot failed: nothing, for ever, without telling the SPMC. */
_Noreturn void libsp_not_viable(struct libsp *l, const char *why);

#endif
