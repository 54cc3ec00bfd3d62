/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lock: takes a test-and-set lock in a page that several partitions have mapped, computes while it
 * holds it, and lets go. Where the page is mapped the SP learns as real ones do: from the memory
 * region `lock-page` of the manifest that its boot information points to.
 */
#include <string.h>

#include "services.h"
#include "ts_rpc_endpoint.h"

#define FDT_BEGIN 1u
#define FDT_PROP 3u
#define FDT_NOP 4u
#define FDT_STOP 9u

struct lock_sp {
	struct libsp l;
	struct ts_rpc_endpoint ep;
	uint32_t *lock;
};

static uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint64_t be64(const uint8_t *p)
{
	return (uint64_t)be32(p) << 32 | be32(p + 4);
}

static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* Property base-address of the first node with this name. */
static uint64_t region_va(const uint8_t *fdt, const char *node)
{
	const uint8_t *at = fdt + be32(fdt + 8);
	const char *strings = (const char *)fdt + be32(fdt + 12);
	bool inside = false;

	for (;;) {
		const uint32_t token = be32(at);

		at += 4;
		if (token == FDT_BEGIN) {
			inside = !strcmp((const char *)at, node);
			at += padded(strlen((const char *)at) + 1);
		} else if (token == FDT_PROP) {
			const uint32_t len = be32(at);

			if (inside && len == 8 && !strcmp(strings + be32(at + 4), "base-address"))
				return be64(at + 8);
			at += 8 + padded(len);
		} else if (token == FDT_STOP) {
			return 0;
		}
	}
}

/* Boot information 1.1: the first descriptor is the device tree (trusted-services.md 5.1). */
static const uint8_t *manifest_of(uint64_t boot_info_va)
{
	const uint8_t *blob = (const uint8_t *)boot_info_va;
	uint32_t signature, offset;
	uint64_t address;

	memcpy(&signature, blob, 4);
	memcpy(&offset, blob + 20, 4);
	memcpy(&address, blob + offset + 24, 8);
	return signature == 0xffa && !(address & 7) ? (const uint8_t *)address : NULL;
}

/* Where the lock is held by this SP: a point for scenarios. */
__attribute__((noinline)) void lock_held(struct ffasim_sp *sp, uint64_t work_ns)
{
	ffasim_sp_work_ns(sp, work_ns);
}

static int32_t lock_hold(struct ts_rpc_request *req)
{
	struct lock_sp *self = req->ep->ctx;
	uint64_t spins = 0;

	while (__atomic_exchange_n(self->lock, 1, __ATOMIC_ACQUIRE))
		while (*(volatile uint32_t *)self->lock)
			spins++;
	lock_held(self->l.sp, ts_rpc_arg(req, 0));
	__atomic_store_n(self->lock, 0, __ATOMIC_RELEASE);
	ts_rpc_result(req, 0, spins);
	return RPC_SUCCESS;
}

static const struct ts_rpc_op ops[] = {{LOCK_HOLD, lock_hold}};

static const struct ts_rpc_service service = {.uuid = LOCK_UUID, .ops = ops, .op_count = 1};

static void lock_main(struct ffasim_sp *sp, uint64_t boot_info_va)
{
	struct lock_sp *self = ffasim_sp_state(sp);
	const uint8_t *fdt = boot_info_va ? manifest_of(boot_info_va) : NULL;

	if (libsp_boot(&self->l, sp, "LOCK"))
		libsp_not_viable(&self->l, "FF-A setup");
	self->lock = (uint32_t *)(fdt ? region_va(fdt, "lock-page") : 0);
	if (!self->lock)
		libsp_not_viable(&self->l, "no lock-page in the manifest");
	if (ts_rpc_init(&self->ep, &self->l, self) || ts_rpc_add_service(&self->ep, &service))
		libsp_not_viable(&self->l, "RPC endpoint");
	ts_rpc_run(&self->ep);
}

FFASIM_SP_IMAGE(.name = "lock", .state_bytes = sizeof(struct lock_sp), .main = lock_main);
