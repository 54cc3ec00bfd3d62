/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory transactions of the FF-A core driver in fragments (linux-tee.md 4.5), by version. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "ffa_world.h"

static unsigned frag[8], frags, frag_fail_at;
static uint32_t frag_sum, frag_total, frag_last = FFA_SUCCESS;
static bool fragments(struct smc_regs *r)
{
	uint32_t fid = r->x[0], len;

	if (fid == FFA_MEM_SHARE || fid == 0xc4000072u) {
		frags = 0, frag_sum = 0, frag_total = r->x[1];
		len = r->x[2];
	} else if (fid == FFA_MEM_FRAG_TX) {
		CHECK_EQ(r->x[1], 0x55);
		CHECK_EQ(r->x[2], 0x66);
		CHECK_EQ(r->x[4], 0);
		len = r->x[3];
	} else {
		return false;
	}
	if (frags < 8)
		frag[frags] = len;
	frags++;
	frag_sum += len;
	memset(r, 0, sizeof(*r));
	if (frag_fail_at == frags) {
		r->x[0] = FFA_ERROR;
		r->x[2] = (uint32_t)-6;
	} else if (frag_sum < frag_total || frag_last == FFA_MEM_FRAG_RX) {
		r->x[0] = FFA_MEM_FRAG_RX;
		r->x[1] = 0x55, r->x[2] = 0x66, r->x[3] = frag_sum;
	} else {
		r->x[0] = frag_last;
		r->x[2] = 0x55, r->x[3] = 0x66;
	}
	return true;
}

static unsigned first_fits; /* constituents of the first fragment, by version */
static void fragments_client(void)
{
	unsigned head = 4096 - 16 * first_fits;
	unsigned long long handle;
	unsigned n;

	ffa_world_find();
	tw.script = fragments;
	frag_fail_at = 0, frag_last = FFA_SUCCESS;
	CHECK_EQ(ffa_share(first_fits, 1, 0, &handle), 0);
	CHECK_EQ(frags, 1);
	CHECK_EQ(frag[0], 4096);
	CHECK_EQ(handle, 0x6600000055ull);

	CHECK_EQ(ffa_share(first_fits + 1, 1, 0, &handle), 0);
	CHECK_EQ(frags, 2);
	CHECK_EQ(frag[0], 4096);
	CHECK_EQ(frag[1], 16);
	CHECK_EQ(frag_total, head + 16 * (first_fits + 1));
	CHECK_EQ(handle, 0x6600000055ull);
	/* 256 in each later one. */
	CHECK_EQ(ffa_share(first_fits + 257, 1, 0, &handle), 0);
	CHECK_EQ(frags, 3);
	CHECK_EQ(frag[1], 4096);
	CHECK_EQ(frag[2], 16);

	/* Without TX the buffer is named; only by the first call. */
	n = tw.rec_count;
	CHECK_EQ(ffa_share(first_fits + 1, 0, 0, &handle), 0);
	CHECK_EQ(tw.rec[n].in.x[3] != 0, 1);
	CHECK_EQ(tw.rec[n].in.x[4], 1);
	CHECK_EQ(tw.rec[n + 1].in.x[3], 16);

	/* A failure before the last fragment is ENXIO, of the last one its errno; nothing is
	 * undone. */
	frag_fail_at = 1;
	CHECK_EQ(ffa_share(first_fits + 1, 1, 0, &handle), -ENXIO);
	CHECK_EQ(ffa_share(first_fits, 1, 0, &handle), -EACCES);
	frag_fail_at = 2;
	CHECK_EQ(ffa_share(first_fits + 1, 1, 0, &handle), -EACCES);
	CHECK_EQ(ffa_share(first_fits + 257, 1, 0, &handle), -ENXIO);
	CHECK_EQ(tee_world_count(FFA_MEM_RECLAIM, 0), 0);
	frag_fail_at = 0;
	/* More asked for after the last: taken as success (8.5 L5). Neither answer: EOPNOTSUPP. */
	frag_last = FFA_MEM_FRAG_RX;
	CHECK_EQ(ffa_share(3, 1, 0, &handle), 0);
	frag_last = FFA_INTERRUPT;
	CHECK_EQ(ffa_share(3, 1, 0, &handle), -EOPNOTSUPP);
	frag_last = FFA_SUCCESS;
	tw.script = NULL;
}
static void fragments_1_1(void **s)
{
	(void)s;
	first_fits = 251;
	ffa_world_init();
	tee_world_run(fragments_client);
	tee_world_end();
}

/* Firmware of 1.0: records of 8 bytes without UUID, which is found by the driver's table (4.6). */
static uint64_t rx_pa;
static bool firmware_1_0(struct smc_regs *r)
{
	uint32_t fid = r->x[0];

	if (fid == 0xc4000066u)
		rx_pa = r->x[2];
	if (fid == 0x84000063u) {
		memset(r, 0, sizeof(*r));
		r->x[0] = 0x10000;
		return true;
	}
	if (fid == 0x84000065u || fid == 0x84000068u) {
		static const uint32_t record[2] = {0x8002 | 1 << 16, 1};

		if (fid == 0x84000068u) {
			CHECK_EQ(r->x[5], 0); /* 1.0 has no count-only form */
			memcpy(physmem_at(&machine->mem, (pa_t){rx_pa}, 8), record, 8);
		}
		memset(r, 0, sizeof(*r));
		r->x[0] = FFA_SUCCESS;
		r->x[2] = fid == 0x84000068u;
		return true;
	}
	return false;
}
static void version_1_0_client(void)
{
	ffa_world_find();
	CHECK_EQ(ffa_version(), 0x10000); /* the driver was probed, so the UUID was stamped */
	CHECK_EQ(tee_world_count(0x84000068u, 0), tee_world_count(0x84000065u, 0));
	fragments_client();
}
static void fragments_1_0(void **s)
{
	(void)s;
	first_fits = 252;
	ffa_world_init();
	tw.script = firmware_1_0;
	tee_world_run(version_1_0_client);
	tee_world_end();
}

static void fragments_1_2(void **s)
{
	(void)s;
	first_fits = 250;
	ffa_world_init_generation(KLINUX_7, FFA_CLIENT_7);
	tee_world_run(fragments_client);
	tee_world_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fragments_1_1),
		cmocka_unit_test(fragments_1_0),
		cmocka_unit_test(fragments_1_2),
	};

	return cmocka_run_group_tests_name("tee/ffa_fragments", tests, NULL, NULL);
}
