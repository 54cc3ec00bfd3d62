/* SPDX-License-Identifier: BSD-3-Clause */
/* Names of function ids, error codes and registers, for logs. */
#include "ffa/ffa.h"

#include <stddef.h>

/* optee.md 9 and ffa.md 1.2: the numbers are contiguous from ERROR to RESP2. */
#define FID_FIRST 0x84000060u
#define FID_LAST 0x8400008eu
_Static_assert((uint32_t)FFA_ERROR == FID_FIRST, "ffa.md 1.2 row ERROR");
_Static_assert((uint32_t)FFA_RUN == 0x8400006du, "ffa.md 1.2 row RUN");
_Static_assert((uint32_t)FFA_DIRECT_RESP == 0x84000070u, "ffa.md 1.2 row DIRECT_RESP");
_Static_assert((uint32_t)FFA_MEM_RECLAIM == 0x84000077u, "ffa.md 1.2 row MEM_RECLAIM");
_Static_assert((uint32_t)FFA_DIRECT_RESP2 == FID_LAST, "ffa.md 1.2 row RESP2");
_Static_assert(FFA_DIRECT_REQ2_64 == ((uint32_t)FFA_DIRECT_REQ2 | FFA_FID_64),
	       "ffa.md 1.2 row REQ2");
_Static_assert(FFA_ABORTED == -8 && FFA_DENIED == -6 && FFA_BUSY == -4, "ffa.md 0.2");

static const char *const fid_names[][2] = {
#define FID_NAME(name, value) [(value)-FID_FIRST] = {"FFA_" #name, "FFA_" #name "64"},
	FFA_FIDS(FID_NAME)
#undef FID_NAME
};

const char *ffa_fid_name(uint32_t fid)
{
	const uint32_t fid32 = fid & ~FFA_FID_64;

	if (fid32 < FID_FIRST || fid32 > FID_LAST)
		return NULL;
	return fid_names[fid32 - FID_FIRST][!!(fid & FFA_FID_64)];
}

const char *ffa_error_name(uint64_t code)
{
	switch ((int32_t)code) {
#define ERROR_NAME(name, value)                                                                    \
	case value:                                                                                \
		return #name;
		FFA_ERRORS(ERROR_NAME)
#undef ERROR_NAME
	default:
		return NULL;
	}
}

static const struct {
	enum ffa_fid fid;
	const char *reg[7]; /* w1..w7 */
} reg_names[] = {
	{FFA_ERROR, {"target", "code"}},
	{FFA_SUCCESS, {"target", "result", "result", "result", "result", "result", "result"}},
	{FFA_INTERRUPT, {"ep:vcpu", "intid"}},
	{FFA_VERSION, {"version"}},
	{FFA_FEATURES, {"feature", "properties"}},
	{FFA_RX_RELEASE, {"vm"}},
	{FFA_RXTX_MAP, {"tx", "rx", "pages"}},
	{FFA_RXTX_UNMAP, {"id"}},
	{FFA_PARTITION_INFO_GET, {"uuid0", "uuid1", "uuid2", "uuid3", "flags"}},
	{FFA_RUN, {"ep:vcpu"}},
	{FFA_DIRECT_REQ, {"src>dst", "flags", "w3", "w4", "w5", "w6", "w7"}},
	{FFA_DIRECT_RESP, {"src>dst", "flags", "w3", "w4", "w5", "w6", "w7"}},
	{FFA_DIRECT_REQ2, {"src>dst", "uuid lo", "uuid hi", "x4", "x5", "x6", "x7"}},
	{FFA_DIRECT_RESP2, {"src>dst", NULL, NULL, "x4", "x5", "x6", "x7"}},
	{FFA_MEM_DONATE, {"total", "fragment", "buffer", "pages"}},
	{FFA_MEM_LEND, {"total", "fragment", "buffer", "pages"}},
	{FFA_MEM_SHARE, {"total", "fragment", "buffer", "pages"}},
	{FFA_MEM_RETRIEVE_REQ, {"total", "fragment", "buffer", "pages"}},
	{FFA_MEM_RETRIEVE_RESP, {"total", "fragment"}},
	{FFA_MEM_RECLAIM, {"handle lo", "handle hi", "flags"}},
	{FFA_MEM_FRAG_RX, {"handle lo", "handle hi", "offset", "endpoint"}},
	{FFA_MEM_FRAG_TX, {"handle lo", "handle hi", "length", "endpoint"}},
	{FFA_NOTIFICATION_BITMAP_CREATE, {"vm", "vcpus"}},
	{FFA_NOTIFICATION_BIND, {"sender:receiver", "flags", "bits lo", "bits hi"}},
	{FFA_NOTIFICATION_UNBIND, {"sender:receiver", "flags", "bits lo", "bits hi"}},
	{FFA_NOTIFICATION_GET, {"vcpu:receiver", "flags"}},
	{FFA_MEM_PERM_GET, {"va"}},
	{FFA_MEM_PERM_SET, {"va", "pages", "permissions"}},
	{FFA_CONSOLE_LOG, {"count"}},
};

const char *ffa_reg_name(uint32_t fid, unsigned index)
{
	if (index < 1 || index > 7)
		return NULL;
	for (size_t i = 0; i < sizeof(reg_names) / sizeof(reg_names[0]); i++)
		if ((uint32_t)reg_names[i].fid == (fid & ~FFA_FID_64))
			return reg_names[i].reg[index - 1];
	return NULL;
}
