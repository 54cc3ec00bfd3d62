/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Fuzz target: the SPMC's boundary, from the Normal world and from SPs. An input is a profile and a
 * row of calls, each with registers of mixed kinds (small numbers, ids, the last handle, addresses,
 * anything) and, before it, maybe a descriptor in TX that is valid except for some bytes. After a
 * refused call the tables of pages, buffers and notifications are as before, and after every call
 * they obey the rules of spmc_rules.c. SPs are also preempted, resumed and made to crash.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spmc_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define CALLS_MAX 40
#define WHO_COUNT 4 /* the Normal world, three SPs */

static struct {
	const uint8_t *at, *end;
	uint64_t handle, length, ns_page, run; /* run: w1 of the last FFA_INTERRUPT or FFA_YIELD */
} in;

static uint8_t byte(void)
{
	return in.at < in.end ? *in.at++ : 0;
}

static uint64_t word(unsigned bytes)
{
	uint64_t v = 0;

	for (unsigned i = 0; i < bytes; i++)
		v |= (uint64_t)byte() << 8 * i;
	return v;
}

static int who_of(uint8_t b)
{
	return (int)(b % WHO_COUNT) - 1;
}

static uint16_t id_of(uint8_t b)
{
	static const uint16_t other[] = {1, 2, 0x8000, 0x8ffe, 0xffc0, 0xffff};
	const int who = (int)(b % (WHO_COUNT + 6)) - 1;

	return who < 0 ? 0 : who < WHO_COUNT - 1 ? cw.id[who] : other[who - WHO_COUNT + 1];
}

static uint64_t value(int who)
{
	const uint8_t kind = byte();

	switch (kind & 15) {
	case 0:
		return 0;
	case 1:
		return 1;
	case 2:
		return byte();
	case 3:
		return word(2);
	case 4:
		return word(4);
	case 5:
		return word(8);
	case 6: {
		const uint64_t high = id_of(byte());

		return high << 16 | id_of(byte());
	}
	case 7:
		return (uint64_t)id_of(byte()) << 16;
	case 8:
		return id_of(byte());
	case 9:
		return (uint32_t)in.handle;
	case 10:
		return in.handle >> 32;
	case 11:
		return in.length;
	case 12:
		return who == NWD ? in.ns_page : cw.sp_page_va[who] + (byte() & 7) * 4096ull;
	case 13:
		return in.ns_page + (byte() & 7) * 4096ull;
	case 14:
		return FFA_MSG_FRAMEWORK | byte();
	default:
		return 0x84000060u + (byte() & 0x3f);
	}
}

static uint8_t *tx_of(int who)
{
	return who == NWD ? cw.tx : cw.sp_tx[who];
}

/* A descriptor that would be taken, then some bytes of it changed. */
static void put_descriptor(int who)
{
	const uint8_t shape = byte();
	struct cw_mem d = {.attributes = shape & 1 ? FFA_MEM_ATTR_SHARE : 0,
			   .sender = shape & 2 ? who : who_of(byte()),
			   .handle = shape & 4 ? in.handle : 0,
			   .flags = shape & 8 ? byte() : 0,
			   .receivers = 1 + (shape >> 4 & 1),
			   .constituents = shape >> 5 & 3};
	const endpoint_id self = endpoint_of(who == NWD ? 0 : cw.id[who]);
	unsigned changes;

	for (unsigned i = 0; i < d.receivers; i++) {
		d.rcv[i].sp = who_of(byte());
		d.rcv[i].permissions = byte() & 0xf;
	}
	for (unsigned i = 0; i < d.constituents; i++)
		d.c[i] = (struct ffa_constituent){
			(who == NWD ? in.ns_page : cw.sp_page_va[who]) + 4096 * (byte() & 7), 1};
	if (shape & 128)
		in.length =
			ffa_relinquish_encode(tx_of(who), 4096, in.handle, byte() & 3, &self, 1);
	else
		in.length = cw_mem_put(who, &d);
	for (changes = byte() & 3; changes; changes--) {
		const unsigned offset = word(2) & 0x7ff;

		tx_of(who)[offset] = byte();
	}
}

static void keep_handle(const struct smc_regs *r)
{
	if (r->x[0] == FFA_MEM_FRAG_RX)
		in.handle = (uint32_t)r->x[1] | r->x[2] << 32;
	else if (r->x[0] == FFA_SUCCESS && r->x[3])
		in.handle = (uint32_t)r->x[2] | r->x[3] << 32;
}

static void check_rules(void)
{
	const char *rule = spmc_broken_rule();

	if (rule)
		cw_fail(__FILE__, __LINE__, "%s", rule);
}

/* That a refused call changed nothing, the world sees to itself. */
static void call_nwd(const struct smc_regs *call)
{
	const struct smc_regs got = cw_smc(call);

	keep_handle(&got);
	if (got.x[0] == FFA_INTERRUPT || got.x[0] == FFA_YIELD)
		in.run = got.x[1];
}

static void call_sp(int sp, const struct smc_regs *call)
{
	struct cw_job *job;
	struct smc_regs got;

	if (cw.job_count[sp] == CW_JOBS_MAX && cw.job_next[sp] != cw.job_count[sp])
		return;
	job = cw_job(sp, JOB_SVC, call);
	got = REQ(sp);
	for (unsigned i = 0; i < 8 && (got.x[0] == FFA_INTERRUPT || got.x[0] == FFA_YIELD); i++)
		got = NW(FFA_RUN, got.x[1]);
	if (job->done && !job->entered)
		keep_handle(&job->out);
}

/* The SP works for 100 us and is preempted half-way, where that is possible. */
static void preempt(int sp)
{
	struct smc_regs got;

	if (cw.job_count[sp] == CW_JOBS_MAX && cw.job_next[sp] != cw.job_count[sp])
		return;
	SPIN(sp, 100);
	cw_interrupt_in(50);
	got = REQ(sp);
	if (got.x[0] == FFA_INTERRUPT)
		in.run = got.x[1];
}

static void crash(int sp)
{
	if (cw.job_count[sp] == CW_JOBS_MAX && cw.job_next[sp] != cw.job_count[sp])
		return;
	CRASH(sp);
	REQ(sp);
}

static void one_call(uint8_t head, int who)
{
	struct smc_regs r = {.x = {0x84000060u + (byte() & 0x3f)}};
	const unsigned regs = head >> 4 & 7;

	if (byte() & 1)
		r.x[0] |= FFA_FID_64;
	if (head & 128)
		put_descriptor(who);
	for (unsigned i = 1; i <= regs; i++)
		r.x[i] = value(who);
	if (who == NWD)
		call_nwd(&r);
	else
		call_sp(who, &r);
}

static void body(void)
{
	cw.lenient = true;
	cw_map();
	NW(FFA_NOTIFICATION_BITMAP_CREATE, 0, 2);
	in.ns_page = cw_ns_pages(8);
	for (unsigned n = 0; n < CALLS_MAX && in.at < in.end; n++) {
		const uint8_t head = byte();

		cw.lenient_hits = 0;
		switch (head & 15) {
		case 12:
			preempt(byte() % (WHO_COUNT - 1));
			break;
		case 13: {
			const struct smc_regs r = {.x = {FFA_RUN, in.run}};

			call_nwd(&r);
			break;
		}
		case 14:
			crash(byte() % (WHO_COUNT - 1));
			break;
		default:
			one_call(head, who_of(head & 15));
		}
		check_rules();
	}
}

static const char *const receives[] = {"notification-support", "", "vm-availability-messages", "3",
				       NULL};
#define SIGNALED(name_)                                                                            \
	{                                                                                          \
		.name = name_, .action = FFA_NS_SIGNALED, .manifest = receives                     \
	}
static const struct cw_config el0 = {
	.sp = {SIGNALED("s0"), SIGNALED("s1"), {.name = "sq", .action = FFA_NS_QUEUED}},
};
/* Below an SPMC at S-EL2 one of them is at S-EL1 and asks for managed exit. */
static const struct cw_config el1 = {
	.sp = {SIGNALED("s0"),
	       {.name = "s1", .action = FFA_NS_MANAGED_EXIT, .manifest = receives, .el1 = true},
	       {.name = "sq", .action = FFA_NS_QUEUED}},
};

static const struct {
	const char *profile;
	const struct cw_config *config;
} world[] = {{"spec", &el0}, {"hafnium-2.x", &el1}, {"tfa-el3", &el0}, {"optee-4.10", &el0}};
#define OPTEE 3

/* The world named by @number; a program made for one of them keeps it and rewinds. */
static void run(unsigned number, struct cw_outcome *out)
{
	const struct statement st = {"fuzz", "", "S", body, world[number].config};
#ifdef FUZZ_WORLD
	static struct snapshot *booted;
	static bool tried;

	if (number != FUZZ_WORLD) /* the corpus is shared with the other worlds */
		return;
	if (!tried)
		booted = cw_open(world[FUZZ_WORLD].config, world[FUZZ_WORLD].profile);
	tried = true;
	if (booted) {
		cw_again(booted, body, out);
		return;
	}
#endif
	cw_run(&st, world[number].profile, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct cw_outcome out = {CW_PASS, ""};
	unsigned number;

	if (len < 4)
		return 0;
	memset(&in, 0, sizeof(in));
	in.at = data + 1;
	in.end = data + len;
	number = data[0] & 3;
	run(number, &out);
	if (out.result == CW_FAIL) {
		/* What the S-EL1 SPMC is known to panic over (D1, D15) is no news. */
		if (number == OPTEE && cw.m->stop == MACHINE_HALTED)
			return 0;
		fprintf(stderr, "%s: %s\n", world[number].profile, out.text);
		abort();
	}
	return 0;
}
