/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FF-A calls of an S-EL0 SP, behaving as libsp does: one page of RX and TX, 1.1 descriptors, RX
 * released right after use, and a trap where libsp asserts.
 * Not modelled: fragmented transfers, lend and donate.
 */
#include "libsp.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PAGE 4096u

/* Memory transaction descriptor of FF-A 1.1 and what follows it (ffa.md 5.1). */
#define DESC_BYTES 48u
#define EMAD_BYTES 16u
#define COMPOSITE_BYTES 16u
#define CONSTITUENT_BYTES 16u
#define FLAG_TYPE_SHARE (1u << 3)
#define ATTRIBUTES_NORMAL 0x2fu /* write-back, inner shareable */
#define DATA_RW 2u

#define INFO_BYTES 24u /* partition information, FF-A 1.1 */
#define CONSOLE_CHARS 48u

static uint32_t get32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint64_t get64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static void put16(uint8_t *p, uint16_t v)
{
	memcpy(p, &v, sizeof(v));
}

static void put32(uint8_t *p, uint32_t v)
{
	memcpy(p, &v, sizeof(v));
}

static void put64(uint8_t *p, uint64_t v)
{
	memcpy(p, &v, sizeof(v));
}

static void require(struct libsp *l, bool ok)
{
	while (!ok)
		ffasim_sp_crash(l->sp, FFASIM_SP_BRK, 0);
}

void libsp_call(struct libsp *l, struct smc_regs *r)
{
	memset(&r->x[8], 0, (SMC_REGS - 8) * sizeof(r->x[0]));
	ffasim_sp_svc(l->sp, r);
}

int libsp_code(const struct smc_regs *r)
{
	return (uint32_t)r->x[0] == FFA_ERROR ? (int32_t)r->x[2] : FFA_OK;
}

int libsp_features(struct libsp *l, uint32_t fid, uint32_t *w2)
{
	struct smc_regs r = {.x = {FFA_FEATURES, fid}};

	libsp_call(l, &r);
	*w2 = r.x[2];
	return libsp_code(&r);
}

int libsp_rxtx_map(struct libsp *l)
{
	struct smc_regs r = {.x = {FFA_RXTX_MAP_64}};

	if (!l->tx_va) {
		l->tx_va = ffasim_sp_alloc_pages(l->sp, 1);
		l->rx_va = ffasim_sp_alloc_pages(l->sp, 1);
		if (!l->tx_va || !l->rx_va)
			return FFA_NO_MEMORY;
		l->tx = ffasim_sp_va(l->sp, l->tx_va, PAGE, true);
		l->rx = ffasim_sp_va(l->sp, l->rx_va, PAGE, true);
	}
	r.x[1] = l->tx_va;
	r.x[2] = l->rx_va;
	r.x[3] = 1;
	libsp_call(l, &r);
	return libsp_code(&r);
}

int libsp_rx_release(struct libsp *l)
{
	struct smc_regs r = {.x = {FFA_RX_RELEASE}};

	libsp_call(l, &r);
	return libsp_code(&r);
}

int libsp_id_get(struct libsp *l, uint16_t *id)
{
	struct smc_regs r = {.x = {FFA_ID_GET}};

	libsp_call(l, &r);
	*id = r.x[2];
	return libsp_code(&r);
}

int libsp_version(struct libsp *l)
{
	struct smc_regs r = {.x = {FFA_VERSION, FFA_VERSION_1_1}};
	uint32_t version;

	libsp_call(l, &r);
	version = r.x[0];
	if ((int32_t)version < 0 || version >> 16 != FFA_VERSION_1_1 >> 16 ||
	    (uint16_t)version < (uint16_t)FFA_VERSION_1_1)
		return FFA_NOT_SUPPORTED;
	return FFA_OK;
}

static int read_retrieved(struct libsp *l, uint64_t *va, uint32_t *pages)
{
	uint32_t emad, composite;

	/* One access descriptor, one range, the tag asked for: asserted, not reported. */
	require(l, get32(l->rx + 28) == 1 && get64(l->rx + 16) == 0);
	emad = get32(l->rx + 32);
	require(l, emad <= PAGE - EMAD_BYTES);
	composite = get32(l->rx + emad + 4);
	require(l, composite <= PAGE - COMPOSITE_BYTES - CONSTITUENT_BYTES &&
			   get32(l->rx + composite + 4) == 1);
	*va = get64(l->rx + composite + COMPOSITE_BYTES);
	*pages = get32(l->rx + composite + COMPOSITE_BYTES + 8);
	return libsp_rx_release(l);
}

int libsp_mem_retrieve(struct libsp *l, uint16_t owner, uint64_t handle, uint64_t *va,
		       uint32_t *pages, struct smc_regs *raw)
{
	const uint32_t total = DESC_BYTES + EMAD_BYTES;
	struct smc_regs r = {.x = {FFA_MEM_RETRIEVE_REQ_32, total, total}};

	if (!l->tx)
		return FFA_DENIED;
	memset(l->tx, 0, total);
	put16(l->tx, owner);
	put32(l->tx + 4, FLAG_TYPE_SHARE);
	put64(l->tx + 8, handle);
	put32(l->tx + 24, EMAD_BYTES);
	put32(l->tx + 28, 1);
	put32(l->tx + 32, DESC_BYTES);
	put16(l->tx + DESC_BYTES, l->id);
	l->tx[DESC_BYTES + 2] = DATA_RW;
	libsp_call(l, &r);
	if (raw)
		*raw = r;
	if ((uint32_t)r.x[0] != FFA_MEM_RETRIEVE_RESP)
		return libsp_code(&r) ? libsp_code(&r) : FFA_INVALID_PARAMETERS;
	if ((uint32_t)r.x[1] != (uint32_t)r.x[2]) { /* fragmented */
		libsp_rx_release(l);
		return FFA_NOT_SUPPORTED;
	}
	return read_retrieved(l, va, pages);
}

int libsp_mem_relinquish(struct libsp *l, uint64_t handle, struct smc_regs *raw)
{
	struct smc_regs r = {.x = {FFA_MEM_RELINQUISH}};

	if (!l->tx)
		return FFA_DENIED;
	memset(l->tx, 0, 18);
	put64(l->tx, handle);
	put32(l->tx + 12, 1);
	put16(l->tx + 16, l->id);
	libsp_call(l, &r);
	if (raw)
		*raw = r;
	return libsp_code(&r);
}

int libsp_mem_share(struct libsp *l, uint16_t to, uint64_t va, uint32_t pages, uint64_t *handle)
{
	const uint32_t composite = DESC_BYTES + EMAD_BYTES;
	const uint32_t total = composite + COMPOSITE_BYTES + CONSTITUENT_BYTES;
	struct smc_regs r = {.x = {FFA_MEM_SHARE_32, total, total}};

	if (!l->tx)
		return FFA_DENIED;
	memset(l->tx, 0, total);
	put16(l->tx, l->id);
	put16(l->tx + 2, ATTRIBUTES_NORMAL);
	put32(l->tx + 24, EMAD_BYTES);
	put32(l->tx + 28, 1);
	put32(l->tx + 32, DESC_BYTES);
	put16(l->tx + DESC_BYTES, to);
	l->tx[DESC_BYTES + 2] = DATA_RW;
	put32(l->tx + DESC_BYTES + 4, composite);
	put32(l->tx + composite, pages);
	put32(l->tx + composite + 4, 1);
	put64(l->tx + composite + COMPOSITE_BYTES, va);
	put32(l->tx + composite + COMPOSITE_BYTES + 8, pages);
	libsp_call(l, &r);
	*handle = (uint32_t)r.x[2] | r.x[3] << 32;
	return libsp_code(&r);
}

int libsp_mem_reclaim(struct libsp *l, uint64_t handle)
{
	struct smc_regs r = {.x = {FFA_MEM_RECLAIM, (uint32_t)handle, handle >> 32}};

	libsp_call(l, &r);
	return libsp_code(&r);
}

int libsp_partitions(struct libsp *l, const uint8_t *uuid, uint16_t *ids, unsigned room)
{
	struct smc_regs r = {.x = {FFA_PARTITION_INFO_GET}};
	unsigned count;

	if (uuid)
		for (unsigned i = 0; i < 4; i++)
			r.x[1 + i] = get32(uuid + 4 * i);
	libsp_call(l, &r);
	if (libsp_code(&r))
		return libsp_code(&r);
	count = r.x[2];
	if ((uint32_t)r.x[3] != INFO_BYTES || count > PAGE / INFO_BYTES) {
		libsp_rx_release(l);
		return FFA_NOT_SUPPORTED;
	}
	for (unsigned i = 0; i < count && i < room; i++)
		memcpy(&ids[i], l->rx + i * INFO_BYTES, sizeof(ids[i]));
	libsp_rx_release(l);
	return count;
}

int libsp_direct_req(struct libsp *l, uint16_t to, const uint32_t args[5], struct smc_regs *raw)
{
	*raw = (struct smc_regs){.x = {FFA_DIRECT_REQ_32, (uint32_t)l->id << 16 | to, 0, args[0],
				       args[1], args[2], args[3], args[4]}};
	libsp_call(l, raw);
	while ((uint32_t)raw->x[0] == FFA_INTERRUPT) {
		*raw = (struct smc_regs){.x = {FFA_RUN, (uint32_t)raw->x[1]}};
		libsp_call(l, raw);
	}
	return libsp_code(raw);
}

void libsp_msg_wait(struct libsp *l, struct smc_regs *r)
{
	*r = (struct smc_regs){.x = {FFA_MSG_WAIT}};
	ffasim_sp_svc(l->sp, r);
}

void libsp_trace_at(struct libsp *l, char level, const char *fmt, ...)
{
	char text[256];
	va_list args;
	size_t len;
	int n;

	n = snprintf(text, sizeof(text) - 1, "%c/%s: ", level, l->prefix);
	if (n < 0 || (size_t)n > sizeof(text) / 2)
		n = 0;
	va_start(args, fmt);
	vsnprintf(text + n, sizeof(text) - 1 - n, fmt, args); /* room for the newline */
	va_end(args);
	len = strlen(text);
	text[len++] = '\n';
	text[len] = 0;
	if (l->log && l->log(l, text, len))
		return;
	for (size_t at = 0; at < len; at += CONSOLE_CHARS) {
		const size_t part = len - at < CONSOLE_CHARS ? len - at : CONSOLE_CHARS;
		struct smc_regs r = {.x = {FFA_CONSOLE_LOG_64, part}};

		memcpy(&r.x[2], text + at, part);
		libsp_call(l, &r);
	}
}

int libsp_boot(struct libsp *l, struct ffasim_sp *sp, const char *prefix)
{
	uint32_t w2;
	int code;

	l->sp = sp;
	l->prefix = prefix;
	code = libsp_features(l, FFA_RXTX_MAP_64, &w2);
	if (code)
		return code;
	if (w2 & 3) /* only 4 KiB buffers are built in */
		return FFA_NOT_SUPPORTED;
	code = libsp_rxtx_map(l);
	if (code)
		return code;
	return libsp_id_get(l, &l->id);
}

void libsp_not_viable(struct libsp *l, const char *why)
{
	libsp_trace(l, "SP is not viable: %s", why);
	for (;;)
		ffasim_sp_work_ns(l->sp, 1000000);
}
