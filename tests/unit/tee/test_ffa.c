/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The FF-A core driver: order of calls at boot (golden.md G10), error map and completion loop
 * (linux-tee.md 4.2, 4.4), fragments (4.5), discovery and notifications refused (4.6, 4.7).
 * Answers are scripted where the real SPMC would not give them.
 */
#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "ffasim/services.h"
#include "tee_world.h"

static int (*ffa_send)(int narrow, unsigned long data0, unsigned long *answer0);
static int (*ffa_run)(unsigned vcpu);
static int (*ffa_share)(unsigned ranges, int use_txbuf, int lend, unsigned long long *handle);
static int (*ffa_notify)(int id);
static unsigned (*ffa_version)(void);
static int (*ffa_extended)(const unsigned char *uuid, unsigned long first, unsigned long *answer);
static int (*ffa_indirect)(const void *text, unsigned long bytes);
static void (*ffa_sleep)(unsigned ms);
static const char *(*ffa_message)(void);
static int (*ffa_framework)(int on);

/* The client of this world: both are loaded in the end. */
static void find(void)
{
	void *client = dlopen(tw.cfg.module[2].path, RTLD_NOW | RTLD_NOLOAD);
	const struct {
		void *entry;
		const char *name;
	} entries[] = {
		{&ffa_send, "ffa_client_send"},		{&ffa_run, "ffa_client_run"},
		{&ffa_share, "ffa_client_share"},	{&ffa_notify, "ffa_client_notify"},
		{&ffa_version, "ffa_client_version"},	{&ffa_extended, "ffa_client_extended"},
		{&ffa_indirect, "ffa_client_indirect"}, {&ffa_sleep, "ffa_client_sleep"},
		{&ffa_message, "ffa_client_message"},	{&ffa_framework, "ffa_client_framework"},
	};

	CHECK_EQ(client != NULL, 1);
	for (unsigned i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		void *at = dlsym(client, entries[i].name);

		CHECK_EQ(at != NULL, 1);
		memcpy(entries[i].entry, &at, sizeof(at));
	}
	dlclose(client);
}

static void init(void)
{
	tee_world_init("echo");
	tw.cfg.module[0] = (struct world_module){"tee", NULL};
	tw.cfg.module[1] = (struct world_module){"arm_ffa", NULL};
	tw.cfg.module[2] = (struct world_module){"ffa_client", FFA_CLIENT};
	tw.cfg.module_count = 3;
}

/* --- G10 ----------------------------------------------------------------------------------------
 */
static void boot_client(void)
{
	/* fid, w1, w2; UINT64_MAX = a buffer address. 1.1 was asked for, so REQ2, RESP2 and
	 * PARTITION_INFO_GET_REGS are refused. */
	static const uint64_t want[][4] = {
		{0x84000063, 0x10001, 0, 0x10002},
		{0x84000069, 0, 0, FFA_SUCCESS},
		{0x84000064, 0xc4000066, 0, FFA_SUCCESS},
		{0xc4000066, UINT64_MAX, UINT64_MAX, FFA_SUCCESS},
		{0x84000064, 0xc4000072, 0, FFA_ERROR},
		{0x84000064, 0xc4000073, 0, FFA_SUCCESS},
		{0x84000064, 0xc400008d, 0, FFA_ERROR},
		{0x84000064, 0xc400008e, 0, FFA_ERROR},
		{0x84000064, 0x8400007d, 0, FFA_SUCCESS},
		{0x8400007d, 0, 1, FFA_SUCCESS},
		{0x84000064, 2, 0, FFA_SUCCESS},
		{0x84000064, 1, 0, FFA_ERROR},
		{0x84000064, 0xc400008b, 0, FFA_ERROR},
		{0x84000068, 0, 0, FFA_SUCCESS},
		{0x84000068, 0, 0, FFA_SUCCESS},
		{0x84000065, 0, 0, FFA_SUCCESS},
		{0x8400006f, 0x8002, 0, FFA_DIRECT_RESP},
	};
	unsigned count = sizeof(want) / sizeof(want[0]);

	CHECK_EQ(tw.rec_count, count);
	for (unsigned i = 0; i < count && i < tw.rec_count; i++) {
		CHECK_EQ(tw.rec[i].in.x[0], want[i][0]);
		for (int r = 1; r < 3; r++)
			if (want[i][r] != UINT64_MAX)
				CHECK_EQ(tw.rec[i].in.x[r], want[i][r]);
		CHECK_EQ((uint32_t)tw.rec[i].out.x[0], want[i][3]);
	}
	CHECK_EQ(tw.rec[3].in.x[3], 1); /* one 4K page each */
	CHECK_EQ(tw.rec[3].in.x[1] > tw.rec[3].in.x[2], 1);
	CHECK_EQ(tw.rec[13].in.x[5], 1); /* count only */
	CHECK_EQ(tw.rec[13].out.x[3], 0);
	CHECK_EQ(tw.rec[14].in.x[5], 0);
	CHECK_EQ(tw.rec[14].out.x[3], 0x18);
	CHECK_EQ(tw.rec[16].in.x[3], RPC_VERSION);
	CHECK_EQ(tw.rec[16].out.x[4], 1);
}

static void boot_is_g10(void **s)
{
	(void)s;
	tee_world_init("echo");
	tee_world_run(boot_client);
	assert_true(tee_world_log_has("ARM FF-A: Driver version 1.1"));
	assert_true(tee_world_log_has("ARM FF-A: Firmware version 1.2 found"));
	assert_true(tee_world_log_has(
		"ARM FF-A: Firmware version higher than driver version, downgrading"));
	tee_world_end();
}

/* --- 4.2, 4.4
 * --------------------------------------------------------------------------------------- */
static uint64_t answer[8];
static unsigned interrupts, yields;
static bool answering(struct smc_regs *r)
{
	uint32_t fid = r->x[0];

	if (fid != FFA_DIRECT_REQ && fid != 0xc400006fu && fid != FFA_RUN)
		return false;
	memset(r, 0, sizeof(*r));
	if (interrupts || yields) {
		r->x[0] = interrupts ? FFA_INTERRUPT : FFA_YIELD;
		r->x[1] = 0x80030001 + interrupts; /* not what was asked: copied all the same */
		interrupts ? interrupts-- : yields--;
		return true;
	}
	memcpy(r->x, answer, sizeof(answer));
	return true;
}

static void errors_client(void)
{
	static const int want[] = {0,	    -EOPNOTSUPP, -EINVAL,    -ENOMEM,  -EBUSY,	-EINTR,
				   -EACCES, -EAGAIN,	 -ECANCELED, -ENODATA, -EAGAIN, -EINVAL};
	unsigned long a0;
	unsigned n;

	find();
	tw.script = answering;
	answer[0] = FFA_ERROR;
	for (int code = 0; code < 12; code++) {
		answer[2] = (uint32_t)-code;
		n = tw.rec_count;
		CHECK_EQ(ffa_send(1, 5, &a0), want[code]); /* code 0: success */
		CHECK_EQ(a0, 5);
		CHECK_EQ(tw.rec_count, n + 1); /* nothing is retried */
	}
	answer[2] = 3;
	CHECK_EQ(ffa_send(1, 5, &a0), -EINVAL);

	/* Width of request and answer. */
	memset(answer, 0, sizeof(answer));
	answer[0] = FFA_DIRECT_RESP, answer[3] = 9;
	CHECK_EQ(ffa_send(1, 5, &a0), 0);
	CHECK_EQ(a0, 9);
	CHECK_EQ((uint32_t)tw.rec[tw.rec_count - 1].in.x[0], FFA_DIRECT_REQ);
	CHECK_EQ(ffa_send(0, 5, &a0), -EINVAL);
	CHECK_EQ((uint32_t)tw.rec[tw.rec_count - 1].in.x[0], 0xc400006f);
	answer[0] = 0xc4000070u, answer[3] = 0x123456789abcull;
	CHECK_EQ(ffa_send(0, 5, &a0), 0);
	CHECK_EQ(a0, 0x123456789abc);
	CHECK_EQ(ffa_send(1, 5, &a0), -EINVAL);
	answer[0] = 0x8400006bu; /* MSG_WAIT, golden.md G9 */
	CHECK_EQ(ffa_send(1, 5, &a0), -EINVAL);
	answer[0] = FFA_SUCCESS;
	CHECK_EQ(ffa_send(1, 5, &a0), -EINVAL);

	/* The loop: FFA_RUN with w1 as returned, all else 0. */
	answer[0] = FFA_DIRECT_RESP;
	interrupts = 3;
	n = tw.rec_count;
	CHECK_EQ(ffa_send(1, 5, &a0), 0);
	CHECK_EQ(tw.rec_count, n + 4);
	for (unsigned i = 1; i < 4; i++) {
		CHECK_EQ((uint32_t)tw.rec[n + i].in.x[0], FFA_RUN);
		CHECK_EQ(tw.rec[n + i].in.x[1], tw.rec[n + i - 1].out.x[1]);
		for (int r = 2; r < 18; r++)
			CHECK_EQ(tw.rec[n + i].in.x[r], 0);
	}
	/* Each yield sleeps 1 to 2 ms. */
	yields = 4;
	uint64_t before = pe_self()->now_ns;
	CHECK_EQ(ffa_send(1, 5, &a0), 0);
	CHECK_EQ(pe_self()->now_ns - before >= 4000000, 1);
	CHECK_EQ(pe_self()->now_ns - before < 20000000, 1);

	/* cpu_ops.run: not an error, so success; YIELD ends it. */
	interrupts = 2;
	n = tw.rec_count;
	CHECK_EQ(ffa_run(0), 0);
	CHECK_EQ(tw.rec_count, n + 3);
	CHECK_EQ(tw.rec[n].in.x[1], 0x80020000);
	answer[0] = FFA_ERROR, answer[2] = (uint32_t)-6;
	CHECK_EQ(ffa_run(1), -EACCES);
	CHECK_EQ(tw.rec[tw.rec_count - 1].in.x[1], 0x80020001);
	tw.script = NULL;
}
static void errors_and_loop(void **s)
{
	(void)s;
	init();
	tee_world_run(errors_client);
	tee_world_end();
}

/* --- 4.5
 * -------------------------------------------------------------------------------------------- */
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

	find();
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
	init();
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
	find();
	CHECK_EQ(ffa_version(), 0x10000); /* the driver was probed, so the UUID was stamped */
	CHECK_EQ(tee_world_count(0x84000068u, 0), tee_world_count(0x84000065u, 0));
	fragments_client();
}
static void fragments_1_0(void **s)
{
	(void)s;
	first_fits = 252;
	init();
	tw.script = firmware_1_0;
	tee_world_run(version_1_0_client);
	tee_world_end();
}

/* --- start refused
 * ------------------------------------------------------------------------------------- */
static uint64_t version_answer;
static bool other_version(struct smc_regs *r)
{
	if ((uint32_t)r->x[0] != 0x84000063u)
		return false;
	memset(r, 0, sizeof(*r));
	r->x[0] = version_answer;
	return true;
}
static void stopped_client(void)
{
	CHECK_EQ(tw.rec_count, 1); /* nothing after VERSION */
	CHECK_EQ(ksys_open("/dev/tee0", 2), -ENOENT);
}
static void refused_versions(void **s)
{
	static const struct {
		uint64_t answer;
		const char *line;
	} rows[] = {
		{~0ull, "ARM FF-A: FFA_VERSION returned not supported"},
		{0xffffffff, "ARM FF-A: Incompatible v32767.65535!"}, /* 8.1 no. 20 */
		{0x20000, "ARM FF-A: Incompatible v2.0!"},	      /* no. 19 */
		{0x00009, "ARM FF-A: Incompatible v0.9!"},
	};

	(void)s;
	for (unsigned i = 0; i < 4; i++) {
		tee_world_init("echo");
		tw.script = other_version;
		version_answer = rows[i].answer;
		assert_true(tee_world_run_findings(stopped_client) > 0); /* initcall failed */
		assert_true(tee_world_log_has(rows[i].line));
		tee_world_end();
	}
}

/* No notification interrupt: bitmap destroyed, operations refused, the rest works (4.7). */
static bool no_interrupts(struct smc_regs *r)
{
	if ((uint32_t)r->x[0] != 0x84000064u || r->x[1] > 2)
		return false;
	memset(r, 0, sizeof(*r));
	r->x[0] = FFA_ERROR;
	r->x[2] = (uint32_t)-1;
	return true;
}
static void no_notifications_client(void)
{
	find();
	CHECK_EQ(tee_world_count(0x8400007eu, 0), 1);
	CHECK_EQ(ffa_notify(3), -EOPNOTSUPP);
}
static void notifications_off(void **s)
{
	(void)s;
	init();
	tw.script = no_interrupts;
	tee_world_run(no_notifications_client);
	tee_world_end();
}

static bool bind_ok(struct smc_regs *r)
{
	if ((uint32_t)r->x[0] != 0x8400007fu && (uint32_t)r->x[0] != 0x84000080u)
		return false;
	memset(r, 0, sizeof(*r));
	r->x[0] = FFA_SUCCESS;
	return true;
}
static void bind_client(void)
{
	unsigned n;

	find();
	tw.script = bind_ok;
	CHECK_EQ(ffa_notify(64), -EINVAL);
	n = tw.rec_count;
	CHECK_EQ(ffa_notify(33), 0);
	CHECK_EQ((uint32_t)tw.rec[n].in.x[0], 0x8400007f);
	CHECK_EQ(tw.rec[n].in.x[1], 0x80020000); /* sender above, own id below (G10) */
	CHECK_EQ(tw.rec[n].in.x[3], 0);
	CHECK_EQ(tw.rec[n].in.x[4], 2);
	/* Twice: bound first, then undone. */
	CHECK_EQ(ffa_notify(33), -EINVAL);
	CHECK_EQ(tw.rec_count, n + 3);
	CHECK_EQ((uint32_t)tw.rec[n + 2].in.x[0], 0x84000080);
	tw.script = NULL;
}
static void notify_request(void **s)
{
	(void)s;
	init();
	tee_world_run(bind_client);
	tee_world_end();
}

/* --- 4.9: what 7.x does differently
 * -------------------------------------------------------------------------------------------- */
/* A world of the newer generation, its client built for @built. */
static void init_generation(enum klinux_generation generation, const char *client)
{
	init();
	tw.cfg.linux_cfg.generation = generation;
	tw.cfg.module[2].path = client;
}

/* Version 1.2 is asked for, so extended messages are found on the first question. */
static void boot_7_client(void)
{
	static const uint64_t want[][3] = {
		{0x84000063, 0x10002, 0x10002},	       {0x84000069, 0, FFA_SUCCESS},
		{0x84000064, 0xc4000066, FFA_SUCCESS}, {0xc4000066, UINT64_MAX, FFA_SUCCESS},
		{0x84000064, 0xc4000072, FFA_ERROR},   {0x84000064, 0xc4000073, FFA_SUCCESS},
		{0x84000064, 0xc400008d, FFA_SUCCESS}, {0x84000064, 0x8400007d, FFA_SUCCESS},
		{0x8400007d, 0, FFA_SUCCESS},
	};

	for (unsigned i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		CHECK_EQ(tw.rec[i].in.x[0], want[i][0]);
		if (want[i][1] != UINT64_MAX)
			CHECK_EQ(tw.rec[i].in.x[1], want[i][1]);
		CHECK_EQ((uint32_t)tw.rec[i].out.x[0], want[i][2]);
	}
	find();
	CHECK_EQ(ffa_version(), 0x10002);
}
static void boot_of_7(void **s)
{
	(void)s;
	init_generation(KLINUX_7, FFA_CLIENT_7);
	tee_world_run(boot_7_client);
	assert_true(tee_world_log_has("ARM FF-A: Driver version 1.2"));
	assert_false(tee_world_log_has("downgrading"));
	tee_world_end();
}

static void fragments_1_2(void **s)
{
	(void)s;
	first_fits = 250;
	init_generation(KLINUX_7, FFA_CLIENT_7);
	tee_world_run(fragments_client);
	tee_world_end();
}

static const unsigned char device_uuid[16] = {0xbd, 0xcd, 0x76, 0xd7, 0x82, 0x5e, 0x47, 0x51,
					      0x96, 0x3b, 0x86, 0xd4, 0xf8, 0x49, 0x43, 0xac};
static const unsigned char other_uuid[16] = {1, 2, 3};
static uint8_t sent[64]; /* TX at MSG_SEND2 */
static bool messages(struct smc_regs *r)
{
	const uint32_t fid = r->x[0];
	const uint64_t first = r->x[4];

	if (fid != 0xc400008du && fid != 0x84000086u)
		return false;
	if (fid == 0x84000086u)
		memcpy(sent, physmem_at(&machine->mem, (pa_t){tw.rec[3].in.x[1]}, sizeof(sent)),
		       sizeof(sent));
	memset(r, 0, sizeof(*r));
	r->x[0] = fid == 0x84000086u ? FFA_SUCCESS : 0xc400008eu;
	r->x[4] = first + 1;
	return true;
}

static bool is_7;
static const unsigned char *asked; /* UUID that goes out, NULL = refused */
static void messages_client(void)
{
	const unsigned header = is_7 ? 40 : 20;
	static char big[4096];
	unsigned long answer0;
	unsigned n;

	find();
	tw.script = messages;
	n = tw.rec_count;
	CHECK_EQ(ffa_extended(other_uuid, 7, &answer0), asked ? 0 : -EOPNOTSUPP);
	CHECK_EQ(tw.rec_count, n + !!asked);
	if (asked) {
		CHECK_EQ(answer0, 8);
		CHECK_EQ(memcmp(&tw.rec[n].in.x[2], asked, 16), 0);
	}
	n = tw.rec_count;
	CHECK_EQ(ffa_indirect("hello", 6), 0);
	CHECK_EQ(tw.rec[n].in.x[1] | tw.rec[n].in.x[2], 0);
	CHECK_EQ(((uint32_t *)sent)[2], header);
	CHECK_EQ(((uint32_t *)sent)[3], 0x8002);
	CHECK_EQ(((uint32_t *)sent)[4], 6);
	CHECK_EQ(memcmp(sent + header, "hello", 6), 0);
	if (is_7)
		CHECK_EQ(memcmp(sent + 24, device_uuid, 16), 0);
	CHECK_EQ(ffa_indirect(big, 4096 - header), 0);
	CHECK_EQ(ffa_indirect(big, 4096 - header + 1), -ERANGE);
	tw.script = NULL;
}
static void messages_of_both(void **s)
{
	static const struct {
		enum klinux_generation generation;
		const char *client;
		const unsigned char *asked;
	} rows[] = {
		{KLINUX_6_12, FFA_CLIENT, NULL}, /* 1.1 was negotiated */
		{KLINUX_7, FFA_CLIENT, other_uuid},
		{KLINUX_7, FFA_CLIENT_7, device_uuid},
	};

	(void)s;
	for (unsigned i = 0; i < 3; i++) {
		init_generation(rows[i].generation, rows[i].client);
		is_7 = rows[i].generation == KLINUX_7;
		asked = rows[i].asked;
		tee_world_run(messages_client);
		tee_world_end();
	}
}

/* An indirect message of the SP: SRI, INFO_GET names this endpoint, GET has the framework bit. */
static void put_message(void)
{
	uint8_t *rx = physmem_at(&machine->mem, (pa_t){tw.rec[3].in.x[2]}, 64);

	memset(rx, 0, 64);
	((uint32_t *)rx)[2] = 40;
	((uint32_t *)rx)[3] = 0x80020000;
	((uint32_t *)rx)[4] = 6;
	memcpy(rx + 24, device_uuid, 16);
	memcpy(rx + 40, "hello", 6);
}
static bool pending;
static bool rx_full(struct smc_regs *r)
{
	const uint32_t fid = r->x[0];

	if (fid != 0xc4000083u && fid != 0x84000082u && fid != 0x84000065u)
		return false;
	memset(r, 0, sizeof(*r));
	r->x[0] = FFA_SUCCESS;
	if (fid == 0xc4000083u && !pending) {
		r->x[0] = FFA_ERROR;
		r->x[2] = (uint64_t)-9;
	} else if (fid == 0xc4000083u) {
		r->x[0] = 0xc4000061u;
		r->x[2] = 1 << 7;
		pending = false;
	} else if (fid == 0x84000082u) {
		r->x[6] = 1;
	}
	return true;
}
static void rx_full_client(void)
{
	unsigned n;

	find();
	tw.script = rx_full;
	put_message();
	n = tw.rec_count;
	CHECK_EQ(ffa_framework(1), is_7 ? 0 : -EOPNOTSUPP);
	CHECK_EQ(ffa_framework(1), is_7 ? -EINVAL : -EOPNOTSUPP);
	CHECK_EQ(tw.rec_count, n); /* nothing is bound for it */
	for (unsigned i = 0; i < 2; i++) {
		pending = true;
		intc_raise(machine, 0, 8);
		ffa_sleep(5);
		CHECK_EQ(tee_world_count(0x84000082u, n), 1);
		CHECK_EQ(tee_world_count(0x84000065u, n), is_7); /* RX is given back */
		CHECK_EQ(strcmp(ffa_message(), is_7 && !i ? "hello" : ""), 0);
		*(char *)ffa_message() = '\0';
		n = tw.rec_count;
		CHECK_EQ(ffa_framework(0), is_7 ? (i ? -EINVAL : 0) : -EOPNOTSUPP);
	}
	tw.script = NULL;
}
static void framework_notifications(void **s)
{
	(void)s;
	for (unsigned i = 0; i < 2; i++) {
		is_7 = i;
		init_generation(i ? KLINUX_7 : KLINUX_6_12, FFA_CLIENT_7);
		tee_world_run(rx_full_client);
		tee_world_end();
	}
}

/* The pending interrupt on two PEs at once (8.1 no. 9). */
static bool npi(struct smc_regs *r)
{
	if ((uint32_t)r->x[0] == 0x84000064u && r->x[1] == 1) {
		memset(r, 0, sizeof(*r));
		r->x[0] = FFA_SUCCESS;
		r->x[2] = 9;
		return true;
	}
	return rx_full(r) && (r->x[6] = 0, true);
}
static void npi_client(void)
{
	unsigned n;

	find();
	n = tw.rec_count;
	intc_raise(machine, 0, 9);
	intc_raise(machine, 1, 9);
	ffa_sleep(5);
	CHECK_EQ(tee_world_count(0x84000082u, n), is_7 ? 2 : 1);
	tw.script = NULL;
}
static void pending_interrupt_of_two_pes(void **s)
{
	(void)s;
	for (unsigned i = 0; i < 2; i++) {
		is_7 = i;
		init_generation(i ? KLINUX_7 : KLINUX_6_12, FFA_CLIENT);
		tw.cfg.machine.pe_count = 2;
		tw.script = npi;
		tee_world_run(npi_client);
		tee_world_end();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boot_is_g10),
		cmocka_unit_test(errors_and_loop),
		cmocka_unit_test(fragments_1_1),
		cmocka_unit_test(fragments_1_0),
		cmocka_unit_test(refused_versions),
		cmocka_unit_test(notifications_off),
		cmocka_unit_test(notify_request),
		cmocka_unit_test(boot_of_7),
		cmocka_unit_test(fragments_1_2),
		cmocka_unit_test(messages_of_both),
		cmocka_unit_test(framework_notifications),
		cmocka_unit_test(pending_interrupt_of_two_pes),
	};

	return cmocka_run_group_tests_name("tee/ffa", tests, NULL, NULL);
}
