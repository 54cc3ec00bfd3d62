/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The version sweep: from FFA_VERSION to a direct message and a memory share for every version of
 * the Normal world, version of the SP, RX/TX granule and profile. Descriptors of 8 and of 24 bytes
 * follow from the version.
 */
#include "host/conform.h"

#include <stdio.h>
#include <string.h>

#include "host/run.h"

static const uint32_t versions[] = {FFA_VERSION_1_0, FFA_VERSION_1_1, FFA_VERSION_1_2};
static const size_t granules[] = {4096, 16384, 65536};
static struct {
	uint32_t nwd, sp;
	size_t granule;
} now;

static size_t features_granule(void)
{
	static const size_t size[] = {4096, 65536, 16384, 0};
	const struct smc_regs r = NW(FFA_FEATURES, FFA_RXTX_MAP | FFA_FID_64);

	WANT_OK(r);
	return size[r.x[2] & 3];
}

/* As a driver does it: in the unit it was told, aligned to it. */
static void map_buffers(size_t unit)
{
	const unsigned pages = (unsigned)(unit / PHYS_PAGE_BYTES);
	uint64_t tx = cw_ns_pages(3 * pages), rx;

	tx = (tx + unit - 1) / unit * unit;
	rx = tx + unit;
	if (unit > PHYS_PAGE_BYTES) {
		WANT_ERR(NW(FFA_RXTX_MAP | FFA_FID_64, tx, rx, 1), FFA_INVALID_PARAMETERS);
		WANT_ERR(NW(FFA_RXTX_MAP | FFA_FID_64, tx + PHYS_PAGE_BYTES, rx, pages),
			 FFA_INVALID_PARAMETERS);
	}
	WANT_OK(NW(FFA_RXTX_MAP | FFA_FID_64, tx, rx, pages));
	cw.tx = physmem_at(&cw.m->mem, pa_of(tx), unit);
	cw.rx = physmem_at(&cw.m->mem, pa_of(rx), unit);
}

/* Finds the SP in a list whose entries have the size that goes with the version. */
static void discover(void)
{
	const uint32_t bytes = ffa_partition_info_bytes(now.nwd);
	const struct smc_regs r = NW(FFA_PARTITION_INFO_GET);
	struct ffa_partition_info p;
	bool found = false;

	WANT_OK(r);
	WANT_EQ(r.x[3], now.nwd < FFA_VERSION_1_1 ? 0 : bytes);
	for (uint32_t i = 0; i < r.x[2]; i++) {
		ffa_partition_info_decode(cw.rx + i * bytes, now.nwd, &p);
		found |= p.id.v == cw.id[S0];
	}
	WANT(found);
	WANT_OK(NW(FFA_RX_RELEASE));
}

static void invoke(void)
{
	struct smc_regs r = NW(FFA_DIRECT_REQ, cw.id[S0], 0, 11, 22, 33, 44, 55);

	WANT_EQ(r.x[0], FFA_DIRECT_RESP);
	WANT_EQ(r.x[3], 11);
	r = NW(FFA_DIRECT_REQ2_64, cw.id[S0], 0, 0, 4);
	if (now.nwd < FFA_VERSION_1_2)
		WANT_ERR(r, FFA_NOT_SUPPORTED);
	else if (now.sp < FFA_VERSION_1_2)
		WANT_EQ(r.x[0], FFA_ERROR);
	else
		WANT_EQ(r.x[0], FFA_DIRECT_RESP2_64);
}

static void share(void)
{
	struct cw_mem d = cw_mem_of(NWD, S0);
	struct smc_regs r;
	uint64_t handle;

	d.version = now.nwd;
	r = cw_mem_send(NWD, FFA_MEM_SHARE, &d);
	WANT_OK(r);
	handle = cw_handle(&r);
	d.version = now.sp;
	WANT_EQ(cw_retrieve(S0, &d, handle, FFA_TYPE_SHARE).x[0], FFA_MEM_RETRIEVE_RESP);
	WANT_OK(cw_relinquish(S0, handle, 0));
	WANT_OK(cw_reclaim(NWD, handle, 0));
}

static void body(void)
{
	WANT_EQ(features_granule(), now.granule);
	map_buffers(now.granule);
	discover();
	share();
	invoke();
}

int conform_sweep(const char *only)
{
	struct cw_config cfg = {.sp = {{.name = "s0", .action = FFA_NS_SIGNALED}}};
	const struct statement st = {"sweep", "", "S", body, &cfg};
	unsigned runs = 0, bad = 0;
	struct cw_outcome out;

	for (const char *const *p = spmc_profile_names(); *p; p++)
		for (unsigned k = 0; k < 27; k++) {
			if (only && strcmp(only, *p))
				continue;
			now.nwd = versions[k % 3];
			now.sp = versions[k / 3 % 3];
			now.granule = granules[k / 9];
			cfg.nwd_version = now.nwd;
			cfg.sp[0].version = now.sp;
			cfg.rxtx_page_bytes = now.granule;
			cw_run(&st, *p, &out);
			runs++;
			if (out.result != CW_FAIL)
				continue;
			bad++;
			printf("%-12s Normal world 1.%u, SP 1.%u, granule %zuK: %s\n", *p,
			       now.nwd & 0xffff, now.sp & 0xffff, now.granule / 1024, out.text);
		}
	cw_finish();
	printf("%u combinations of profile, versions and granule: %u fail\n", runs, bad);
	return bad ? EXIT_FAIL : EXIT_PASS;
}
