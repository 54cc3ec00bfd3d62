/* SPDX-License-Identifier: BSD-3-Clause */
/* What the FF-A core driver of 7.x does differently from that of 6.12 (linux-tee.md 4.9). */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "ffa_world.h"

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
	ffa_world_find();
	CHECK_EQ(ffa_version(), 0x10002);
}
static void boot_of_7(void **s)
{
	(void)s;
	ffa_world_init_generation(KLINUX_7, FFA_CLIENT_7);
	tee_world_run(boot_7_client);
	assert_true(tee_world_log_has("ARM FF-A: Driver version 1.2"));
	assert_false(tee_world_log_has("downgrading"));
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

	ffa_world_find();
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
		ffa_world_init_generation(rows[i].generation, rows[i].client);
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

	ffa_world_find();
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
		ffa_world_init_generation(i ? KLINUX_7 : KLINUX_6_12, FFA_CLIENT_7);
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

	ffa_world_find();
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
		ffa_world_init_generation(i ? KLINUX_7 : KLINUX_6_12, FFA_CLIENT);
		tw.cfg.machine.pe_count = 2;
		tw.script = npi;
		tee_world_run(npi_client);
		tee_world_end();
	}
}

/* The pending interrupt comes while its CPU goes offline. A worker that is still to run then is
 * bound to none, and the call is about the PE that it is made on. */
static uint64_t after_ns;
static unsigned elsewhere;

static void raise(struct ev *ev)
{
	intc_raise(machine, 1, 9);
}

static void npi_offline_client(void)
{
	struct ev ev = {.fn = raise};
	unsigned n;

	ffa_world_find();
	n = tw.rec_count;
	evq_add(&machine->evq, &ev, machine->now_ns + after_ns);
	CHECK_EQ(klinux_cpu_down(tw.w.k, 1), 0);
	ffa_sleep(5);
	for (; n < tw.rec_count; n++)
		if ((uint32_t)tw.rec[n].in.x[0] == 0x84000082u)
			elsewhere += tw.rec[n].in.x[1] >> 16 == 0;
	tw.script = NULL;
}
static void pending_interrupt_of_a_cpu_that_goes(void **s)
{
	(void)s;
	for (after_ns = 20; after_ns < 1000; after_ns += 20) {
		is_7 = after_ns / 20 % 2;
		ffa_world_init_generation(is_7 ? KLINUX_7 : KLINUX_6_12, FFA_CLIENT);
		tw.cfg.machine.pe_count = 2;
		tw.cfg.linux_cfg.preempt = PREEMPT_MODEL_FULL;
		tw.script = npi;
		tee_world_run(npi_offline_client);
		tee_world_end();
	}
	assert_true(elsewhere > 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boot_of_7),
		cmocka_unit_test(messages_of_both),
		cmocka_unit_test(framework_notifications),
		cmocka_unit_test(pending_interrupt_of_two_pes),
		cmocka_unit_test(pending_interrupt_of_a_cpu_that_goes),
	};

	return cmocka_run_group_tests_name("tee/ffa_7", tests, NULL, NULL);
}
