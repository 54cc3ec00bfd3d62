/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * spm-test: the partitions that xtest's ffa_spmc group drives (trusted-services.md 6.5, optee.md
 * 6). One image, four manifests. A 64-bit direct request carries the command in x3 and its
 * arguments in x4..x7; the answer is OK, or ERROR with the number of what went wrong in x4.
 * The refusals that the SPMC owes are checked here, by the partitions, as the real ones do.
 * Option sloppy (on): broken descriptors are sent whole, so that their refusal is missed.
 */
#include <libfdt.h>
#include <string.h>

#include "memory.h"

enum { ANSWER_OK = 0xaa, ANSWER_ERROR = 0xff };
enum spm_error {
	E_OK,
	E_VERSION,
	E_ID_GET,
	E_FEATURES,
	E_COMMUNICATION,
	E_RXTX_MAP,
	E_PARTITION_INFO,
	E_RXTX_UNMAP,
	E_ACCESS,
	E_RETRIEVE,
	E_RELINQUISH,
	E_SHARE,
	E_SHARE_EXCLUSIVE,
	E_NO_SUCH_TEST,
};
enum command {
	C_SELF_TEST,
	C_COMMUNICATE,
	C_INCREASE,
	C_READ,
	C_WRITE,
	C_RETRIEVE,
	C_RELINQUISH,
	C_SHARE,
	C_SHARE_TWO,
	C_SHARE_EXCLUSIVE,
	C_BAD_ACCESS,
	C_NOP,
	C_RESPOND,
};

#define PERM_RW_XN 5 /* MEM_PERM words, ffa.md 5.2 */
#define PERM_RO_XN 7
#define ID_NWD 0
#define ID_UNKNOWN 0x1000
#define WRITTEN 0xff

/* 23eb0100-e32a-4497-9052-2f11e584afa6, of spm-test3 and spm-test4 */
static const uint32_t uuid_sp3[4] = {0x0001eb23, 0x97442ae3, 0x112f5290, 0xa6af84e5};

static bool refused(const struct smc_regs *r, int code)
{
	return libsp_code(r) == code;
}

/* A request from and to these ids; w2 and the arguments as given. */
static struct smc_regs request(struct spm *t, uint16_t from, uint16_t to, uint64_t w2,
			       const uint64_t args[5])
{
	struct smc_regs r = {.x = {FFA_DIRECT_REQ_64, (uint64_t)from << 16 | to, w2, args[0],
				   args[1], args[2], args[3], args[4]}};

	libsp_call(&t->l, &r);
	return r;
}

/* The peer did as it was told. */
static bool peer_ok(struct spm *t, uint16_t peer, const uint64_t args[5])
{
	const struct smc_regs r = request(t, t->l.id, peer, 0, args);

	return (uint32_t)r.x[0] == FFA_DIRECT_RESP_64 && r.x[3] == ANSWER_OK;
}
#define PEER_OK(t, peer, ...) peer_ok(t, peer, (const uint64_t[5]){__VA_ARGS__})

/* ---- 0: discovery and buffers ---- */
static bool info_lists(struct spm *t, const uint32_t uuid[4], unsigned least, uint16_t must)
{
	const unsigned bytes = t->version < FFA_VERSION_1_1 ? 8 : 24;
	struct smc_regs r = {.x = {FFA_PARTITION_INFO_GET, uuid[0], uuid[1], uuid[2], uuid[3]}};
	bool found = !must;
	unsigned count;

	libsp_call(&t->l, &r);
	count = (unsigned)r.x[2];
	if (libsp_code(&r) || count < least || count * bytes > 4096)
		return false;
	for (unsigned i = 0; i < count; i++) {
		uint16_t id;

		memcpy(&id, t->l.rx + i * bytes, sizeof(id));
		found |= id == must;
	}
	return !libsp_rx_release(&t->l) && found;
}

static enum spm_error self_test(struct spm *t)
{
	static const uint32_t nil[4];
	struct smc_regs r = {.x = {FFA_VERSION, t->version}};
	uint16_t id = 0;
	uint32_t w2;

	if (t->boot_error)
		return t->boot_error;
	libsp_call(&t->l, &r);
	if (r.x[0] >> 16 != t->version >> 16 || (uint16_t)r.x[0] < (uint16_t)t->version)
		return E_VERSION;
	if (libsp_id_get(&t->l, &id) || id != t->l.id)
		return E_ID_GET;
	if (libsp_features(&t->l, FFA_RXTX_MAP_64, &w2))
		return E_FEATURES;
	r = (struct smc_regs){.x = {FFA_RXTX_UNMAP}};
	libsp_call(&t->l, &r);
	if (libsp_code(&r))
		return E_RXTX_UNMAP;
	if (libsp_rxtx_map(&t->l))
		return E_RXTX_MAP;
	return info_lists(t, nil, 1, t->l.id) && info_lists(t, uuid_sp3, 2, 0) ? E_OK
									       : E_PARTITION_INFO;
}

/* ---- 1, 2, 12: messages ---- */
static enum spm_error communicate(struct spm *t, uint16_t peer)
{
	static const uint64_t args[5] = {C_INCREASE, 0x55, 0xaa, 0xbb, 0xcc};
	struct smc_regs r = request(t, t->l.id, peer, 0, args);

	if ((uint32_t)r.x[0] != FFA_DIRECT_RESP_64 || r.x[3] != ANSWER_OK || r.x[4] != 0x56 ||
	    r.x[5] != 0xab || r.x[6] != 0xbc || r.x[7] != 0xcd)
		return E_COMMUNICATION;
	r = request(t, t->l.id, peer, 1, args);
	if (!refused(&r, FFA_INVALID_PARAMETERS))
		return E_COMMUNICATION;
	r = request(t, t->l.id + 1, peer, 0, args);
	if (!refused(&r, FFA_INVALID_PARAMETERS))
		return E_COMMUNICATION;
	r = request(t, t->l.id, t->l.id, 0, args);
	if (!refused(&r, FFA_INVALID_PARAMETERS))
		return E_COMMUNICATION;
	r = request(t, t->l.id, ID_NWD, 0, args);
	if (!refused(&r, FFA_NOT_SUPPORTED))
		return E_COMMUNICATION;
	return PEER_OK(t, peer, C_RESPOND) ? E_OK : E_COMMUNICATION;
}

static bool response_refused(struct spm *t, uint16_t from, uint16_t to, uint64_t w2)
{
	struct smc_regs r = {.x = {FFA_DIRECT_RESP_64, (uint64_t)from << 16 | to, w2, ANSWER_OK}};

	libsp_call(&t->l, &r);
	return refused(&r, FFA_INVALID_PARAMETERS);
}

/* Called by another SP: all wrong answers are refused, the caller is not to be called. */
static enum spm_error respond(struct spm *t, uint16_t caller)
{
	static const uint64_t args[5] = {C_NOP};
	struct smc_regs r;

	if (!response_refused(t, t->l.id, caller, 1) ||
	    !response_refused(t, t->l.id + 1, caller, 0) ||
	    !response_refused(t, t->l.id, t->l.id, 0) || !response_refused(t, t->l.id, ID_NWD, 0) ||
	    !response_refused(t, t->l.id, ID_UNKNOWN, 0))
		return E_COMMUNICATION;
	r = request(t, t->l.id, caller, 0, args);
	return refused(&r, FFA_BUSY) ? E_OK : E_COMMUNICATION;
}

/* ---- 3 to 6: the current test memory ---- */
static uint8_t *memory(struct spm *t, bool write)
{
	uint8_t *p = ffasim_sp_va(t->l.sp, t->memory_va, SPM_PAGE, write);

	while (!p)
		ffasim_sp_crash(t->l.sp, FFASIM_SP_DATA_ABORT, t->memory_va);
	return p;
}

static enum spm_error retrieve(struct spm *t, uint64_t handle, uint16_t owner)
{
	return spm_retrieve(t, handle, owner, &t->memory_va) ? E_RETRIEVE : E_OK;
}

static enum spm_error relinquish(struct spm *t, uint64_t handle, uint32_t flags)
{
	return spm_relinquish(t, handle, flags) ? E_RELINQUISH : E_OK;
}

/* ---- 7 to 10: memory of this partition ---- */
static enum spm_error share(struct spm *t, uint16_t peer)
{
	volatile uint8_t *page = ffasim_sp_va(t->l.sp, t->page_va, SPM_PAGE, true);
	const struct spm_send s = {.receiver = {peer}, .receivers = 1, .va = t->page_va};
	uint64_t handle;

	*page = 0;
	if (spm_share(t, &s, &handle))
		return E_SHARE;
	if (!PEER_OK(t, peer, C_RETRIEVE, (uint32_t)handle, handle >> 32, t->l.id))
		return E_RETRIEVE;
	if (!PEER_OK(t, peer, C_WRITE) || *page != WRITTEN)
		return E_ACCESS;
	if (!PEER_OK(t, peer, C_RELINQUISH, (uint32_t)handle, handle >> 32, 0))
		return E_RELINQUISH;
	return spm_reclaim(t, handle) ? E_SHARE : E_OK;
}

static enum spm_error share_two(struct spm *t, uint16_t a, uint16_t b)
{
	volatile uint8_t *page = ffasim_sp_va(t->l.sp, t->page_va, SPM_PAGE, true);
	const struct spm_send s = {.receiver = {a, b}, .receivers = 2, .va = t->page_va};
	uint64_t handle;

	if (spm_share(t, &s, &handle))
		return E_SHARE;
	for (unsigned i = 0; i < 2; i++) {
		*page = 0;
		if (!PEER_OK(t, s.receiver[i], C_RETRIEVE, (uint32_t)handle, handle >> 32, t->l.id))
			return E_RETRIEVE;
		if (!PEER_OK(t, s.receiver[i], C_WRITE) || *page != WRITTEN)
			return E_ACCESS;
	}
	if (!PEER_OK(t, a, C_RELINQUISH, (uint32_t)handle, handle >> 32, 0))
		return E_RELINQUISH;
	if (!spm_reclaim(t, handle)) /* the other one has it */
		return E_SHARE;
	if (!PEER_OK(t, b, C_RELINQUISH, (uint32_t)handle, handle >> 32, 0))
		return E_RELINQUISH;
	return spm_reclaim(t, handle) ? E_SHARE : E_OK;
}

static enum spm_error share_exclusive(struct spm *t, uint16_t peer)
{
	const struct spm_send s = {.receiver = {peer}, .receivers = 1, .va = t->page_va};
	uint64_t handle, second;

	if (spm_share(t, &s, &handle))
		return E_SHARE;
	if (!spm_share(t, &s, &second))
		return E_SHARE_EXCLUSIVE;
	return spm_reclaim(t, handle) ? E_SHARE : E_OK;
}

/* Each a good descriptor with one thing wrong. */
static enum spm_error bad_access(struct spm *t, uint16_t peer)
{
	static const enum spm_defect defects[] = {
		SPM_NO_BYTES,	 SPM_NO_RECEIVERS,    SPM_MANY_RECEIVERS, SPM_BAD_OFFSET,
		SPM_NO_PAGES,	 SPM_NO_RANGE_PAGES,  SPM_WRONG_SUM,	  SPM_MANY_RANGES,
		SPM_FAR_ENTRIES, SPM_UNALIGNED_RANGE,
	};
	struct spm_send s = {
		.receiver = {peer}, .receivers = 1, .va = t->page_va, .executable = true};
	uint64_t handle;

	if (!spm_share(t, &s, &handle))
		return E_ACCESS;
	s.executable = false;
	for (unsigned i = 0; i < sizeof(defects) / sizeof(defects[0]); i++) {
		s.defect = t->sloppy ? SPM_WHOLE : defects[i];
		if (spm_share(t, &s, &handle) != FFA_INVALID_PARAMETERS)
			return E_ACCESS;
	}
	s.defect = SPM_WHOLE;
	if (spm_share(t, &s, &handle))
		return E_SHARE;
	return spm_reclaim(t, handle) ? E_SHARE : E_OK;
}

/* ---- dispatch ---- */
static enum spm_error command(struct spm *t, const uint64_t x[8], uint64_t out[8])
{
	const uint64_t handle = (uint32_t)x[4] | x[5] << 32;
	const uint16_t caller = (uint16_t)(x[1] >> 16);

	switch (x[3]) {
	case C_SELF_TEST:
		return self_test(t);
	case C_COMMUNICATE:
		return communicate(t, (uint16_t)x[4]);
	case C_INCREASE:
		for (unsigned i = 4; i < 8; i++)
			out[i] = x[i] + 1;
		return E_OK;
	case C_READ:
		out[4] = *memory(t, false);
		return E_OK;
	case C_WRITE:
		*memory(t, true) = WRITTEN;
		return E_OK;
	case C_RETRIEVE:
		return retrieve(t, handle, (uint16_t)x[6]);
	case C_RELINQUISH:
		return relinquish(t, handle, (uint32_t)x[6]);
	case C_SHARE:
		return share(t, (uint16_t)x[4]);
	case C_SHARE_TWO:
		return share_two(t, (uint16_t)x[4], (uint16_t)x[5]);
	case C_SHARE_EXCLUSIVE:
		return share_exclusive(t, (uint16_t)x[4]);
	case C_BAD_ACCESS:
		return bad_access(t, (uint16_t)x[4]);
	case C_NOP:
		return E_OK;
	case C_RESPOND:
		return respond(t, caller);
	default:
		return E_NO_SUCH_TEST;
	}
}

static void serve(struct spm *t)
{
	const uint64_t *x = t->msg.x;
	uint64_t out[8] = {FFA_DIRECT_RESP_64, (x[1] & 0xffff) << 16 | (uint16_t)(x[1] >> 16)};
	const enum spm_error err = command(t, x, out);

	out[3] = err ? ANSWER_ERROR : ANSWER_OK;
	if (err)
		out[4] = err;
	t->msg = (struct smc_regs){0};
	memcpy(t->msg.x, out, sizeof(out));
	libsp_call(&t->l, &t->msg);
}

/* ---- boot ---- */

/* FF-A 1.0 has boot information of another kind; the SPMC goes by the manifest's ffa-version. */
static uint32_t version_of(struct ffasim_sp *sp, uint64_t info_va)
{
	const uint8_t *info = ffasim_sp_va(sp, info_va, 64, false);

	return info && !memcmp(info, "FF-A", 4) ? FFA_VERSION_1_0 : FFA_VERSION_1_1;
}

/* The page of the region this manifest may have, as the SPMC patched it; 0 = none. */
static uint64_t region_va(struct spm *t, uint64_t info_va)
{
	const uint8_t *info = ffasim_sp_va(t->l.sp, info_va, 64, false);
	uint64_t fdt_va;
	const void *fdt, *p;
	int node, len;

	if (!info)
		return 0;
	memcpy(&fdt_va, info + (t->version < FFA_VERSION_1_1 ? 24 : 56), sizeof(fdt_va));
	fdt = ffasim_sp_va(t->l.sp, fdt_va, SPM_PAGE, false);
	if (!fdt)
		return 0;
	node = fdt_node_offset_by_compatible(fdt, -1, "arm,ffa-manifest-memory-regions");
	node = fdt_subnode_offset(fdt, node, "test-region");
	p = fdt_getprop(fdt, node, "base-address", &len);
	return p && len == 8 ? fdt64_ld(p) : 0;
}

static uint64_t perm_get(struct spm *t, uint64_t va)
{
	struct smc_regs r = {.x = {FFA_MEM_PERM_GET, va}};

	libsp_call(&t->l, &r);
	return libsp_code(&r) ? 0 : r.x[2];
}

static bool perm_set(struct spm *t, uint64_t va, uint64_t word)
{
	struct smc_regs r = {.x = {FFA_MEM_PERM_SET, va, 1, word}};

	libsp_call(&t->l, &r);
	return !libsp_code(&r);
}

/* Permissions can only be looked at before the first MSG_WAIT. */
static enum spm_error permissions(struct spm *t)
{
	const uint64_t va = t->page_va;

	if (perm_get(t, va) != PERM_RW_XN || !perm_set(t, va, PERM_RO_XN) ||
	    perm_get(t, va) != PERM_RO_XN || perm_set(t, va, PERM_RW_XN & 3) ||
	    !perm_set(t, va, PERM_RW_XN))
		return E_ACCESS;
	return E_OK;
}

static void spm_test_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct spm *t = ffasim_sp_state(sp);
	const char *sloppy = ffasim_sp_option(sp, "sloppy");

	t->sloppy = sloppy && !strcmp(sloppy, "on");
	t->version = version_of(sp, boot_info_va);
	if (libsp_boot(&t->l, sp, "SPM-TEST"))
		libsp_not_viable(&t->l, "FF-A setup");
	t->page_va = region_va(t, boot_info_va);
	if (!t->page_va)
		t->page_va = ffasim_sp_alloc_pages(sp, 1);
	t->memory_va = t->page_va;
	t->boot_error = permissions(t);
	libsp_msg_wait(&t->l, &t->msg);
	for (;;) {
		if ((uint32_t)t->msg.x[0] == FFA_DIRECT_REQ_64)
			serve(t);
		else
			libsp_msg_wait(&t->l, &t->msg);
	}
}

FFASIM_SP_IMAGE(.name = "spm_test", .state_bytes = sizeof(struct spm), .main = spm_test_main);
