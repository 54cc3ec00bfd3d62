/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The whole table of ffa.md 1.2: every function id, in both widths, from every instance, for
 * callers of every version and every profile, with all other registers zero. What is not in the
 * table below does not exist for anybody. Then the same for FEATURES (1.4), for the instance
 * between SPMC and SPMD (1.5), and the deviations of section 9 that no statement is about.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "host/conform.h"

enum { W32 = 1, W64 = 2, BOTH = 3 };
enum { EL0, EL1 }; /* partitions */

/* The columns: a caller of a profile. */
static const struct column {
	const char *profile;
	int who; /* NWD, EL0, EL1 */
	const char *unknown;
} columns[] = {
	{"spec", NWD, "NS"},	    {"spec", EL0, "NS"},	{"hafnium-2.x", NWD, "NS"},
	{"hafnium-2.x", EL0, "-1"}, {"hafnium-2.x", EL1, "-1"}, {"optee-4.10", NWD, "NS"},
	{"optee-4.10", EL0, "IP"},  {"tfa-el3", NWD, "NS"},	{"tfa-el3", EL0, "NS"},
};
#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

/*
 * ok = SUCCESS, -> = the SP's turn ends, "02" = a version, -1 = no FFA_ERROR at all; else the
 * error: NS NOT_SUPPORTED, IP INVALID_PARAMETERS, BZ BUSY, DN DENIED, ND NO_DATA. IP, BZ, DN and ND
 * are how a function that is served answers nothing but zeros.
 */
static const struct row {
	uint8_t number; /* low byte of the function id */
	uint8_t widths;
	const char *name;
	const char *code[COLUMNS];
} rows[] = {
	/* spec N S; hafnium N S-EL0 S-EL1; optee N S; tfa N S */
	{0x60, W32, "ERROR", {"NS", "NS", "NS", "NS", "NS", "NS", "ok", "NS", "->"}},
	{0x62, W32, "INTERRUPT", {"NS", "DN", "NS", "DN", "DN", "NS", "IP", "NS", "DN"}},
	{0x63, W32, "VERSION", {"02", "-1", "-1", "-1", "-1", "02", "02", "02", "02"}},
	{0x64, W32, "FEATURES", {"NS", "NS", "NS", "NS", "NS", "NS", "NS", "NS", "NS"}},
	{0x65, W32, "RX_RELEASE", {"DN", "DN", "DN", "DN", "DN", "DN", "DN", "DN", "DN"}},
	{0x66, BOTH, "RXTX_MAP", {"IP", "IP", "IP", "IP", "IP", "IP", "IP", "IP", "IP"}},
	{0x67, W32, "RXTX_UNMAP", {"IP", "IP", "IP", "IP", "IP", "IP", "IP", "IP", "IP"}},
	{0x68, W32, "PARTITION_INFO_GET", {"BZ", "BZ", "BZ", "BZ", "BZ", "BZ", "BZ", "BZ", "BZ"}},
	{0x69, W32, "ID_GET", {"ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok"}},
	{0x6a, W32, "MSG_POLL", {"NS", "NS", "NS", "NS", "NS", "NS", "IP", "NS", "NS"}},
	{0x6b, W32, "MSG_WAIT", {"NS", "DN", "NS", "DN", "DN", "NS", "->", "NS", "DN"}},
	{0x6c, W32, "YIELD", {"NS", "ok", "NS", "ok", "ok", "NS", "IP", "NS", "NS"}},
	{0x6d, W32, "RUN", {"IP", "IP", "IP", "IP", "IP", "IP", "IP", "IP", "IP"}},
	{0x6e, W32, "MSG_SEND", {"NS", "NS", "NS", "NS", "NS", "NS", "IP", "NS", "NS"}},
	{0x6f, BOTH, "DIRECT_REQ", {"IP", "IP", "IP", "IP", "IP", "IP", "IP", "IP", "IP"}},
	{0x70, BOTH, "DIRECT_RESP", {"NS", "IP", "NS", "IP", "IP", "NS", "IP", "NS", "IP"}},
	{0x71, BOTH, "MEM_DONATE", {"IP", "IP", "IP", "IP", "IP", "NS", "IP", "NS", "IP"}},
	{0x72, BOTH, "MEM_LEND", {"IP", "IP", "IP", "IP", "IP", "DN", "IP", "IP", "IP"}},
	{0x73, BOTH, "MEM_SHARE", {"IP", "IP", "IP", "IP", "IP", "IP", "IP", "IP", "IP"}},
	{0x74, BOTH, "MEM_RETRIEVE_REQ", {"IP", "IP", "IP", "IP", "IP", "NS", "DN", "IP", "IP"}},
	{0x76, W32, "MEM_RELINQUISH", {"IP", "IP", "IP", "IP", "IP", "NS", "DN", "NS", "IP"}},
	{0x77, W32, "MEM_RECLAIM", {"IP", "IP", "IP", "IP", "IP", "IP", "IP", "IP", "IP"}},
	{0x79, W32, "MEM_OP_RESUME", {"NS", "NS", "NS", "NS", "NS", "NS", "IP", "NS", "NS"}},
	{0x7a, W32, "MEM_FRAG_RX", {"IP", "IP", "IP", "IP", "IP", "NS", "IP", "IP", "IP"}},
	{0x7b, W32, "MEM_FRAG_TX", {"IP", "IP", "IP", "IP", "IP", "IP", "IP", "IP", "IP"}},
	{0x7c, W32, "NORMAL_WORLD_RESUME", {"NS", "NS", "DN", "-1", "-1", "DN", "IP", "DN", "NS"}},
	{0x7d,
	 W32,
	 "NOTIFICATION_BITMAP_CREATE",
	 {"IP", "NS", "IP", "NS", "NS", "ok", "IP", "NS", "NS"}},
	{0x7e,
	 W32,
	 "NOTIFICATION_BITMAP_DESTROY",
	 {"DN", "NS", "DN", "NS", "NS", "ok", "IP", "NS", "NS"}},
	{0x7f, W32, "NOTIFICATION_BIND", {"IP", "IP", "IP", "IP", "IP", "ok", "IP", "NS", "NS"}},
	{0x80, W32, "NOTIFICATION_UNBIND", {"IP", "IP", "IP", "IP", "IP", "ok", "IP", "NS", "NS"}},
	{0x81, W32, "NOTIFICATION_SET", {"IP", "IP", "IP", "IP", "IP", "NS", "IP", "NS", "NS"}},
	{0x82, W32, "NOTIFICATION_GET", {"IP", "IP", "IP", "IP", "IP", "ok", "IP", "NS", "NS"}},
	{0x83,
	 BOTH,
	 "NOTIFICATION_INFO_GET",
	 {"ND", "NS", "ND", "NS", "NS", "ND", "IP", "NS", "NS"}},
	{0x84, W32, "RX_ACQUIRE", {"IP", "NS", "IP", "NS", "NS", "NS", "IP", "NS", "NS"}},
	{0x85, W32, "SPM_ID_GET", {"ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok", "ok"}},
	{0x86, W32, "MSG_SEND2", {"DN", "DN", "DN", "DN", "DN", "NS", "IP", "NS", "NS"}},
	{0x87,
	 BOTH,
	 "SECONDARY_EP_REGISTER",
	 {"NS", "NS", "NS", "NS", "NS", "NS", "IP", "NS", "DN"}},
	{0x88, BOTH, "MEM_PERM_GET", {"NS", "DN", "NS", "DN", "DN", "NS", "DN", "NS", "DN"}},
	{0x89, BOTH, "MEM_PERM_SET", {"NS", "DN", "NS", "DN", "DN", "NS", "DN", "NS", "DN"}},
	{0x8a, BOTH, "CONSOLE_LOG", {"NS", "IP", "NS", "IP", "IP", "NS", "IP", "NS", "IP"}},
	{0x8b,
	 W64,
	 "PARTITION_INFO_GET_REGS",
	 {"ok", "ok", "ok", "ok", "ok", "NS", "IP", "NS", "NS"}},
	{0x8d, W64, "DIRECT_REQ2", {"IP", "IP", "IP", "IP", "IP", "IP", "IP", "IP", "IP"}},
	{0x8e, W64, "DIRECT_RESP2", {"NS", "IP", "NS", "IP", "IP", "NS", "IP", "NS", "IP"}},
};
#define FIRST 0x60u
#define LAST 0x97u
#define LAST_OF_SPMD 0x8fu /* above it EL3 does not know the id to be of FF-A (golden.md G7) */

static const struct column *column;
static uint32_t version;
static bool failed;
static char where[80];

static const char *text_of(const struct smc_regs *r, bool ended)
{
	static const char *const error[] = {"ok", "NS", "IP", "NM", "BZ",
					    "IN", "DN", "RT", "AB", "ND"};
	const uint32_t fid = (uint32_t)r->x[0], n = -(uint32_t)r->x[2];

	if (ended)
		return "->";
	if (fid == UINT32_MAX)
		return "-1";
	if (fid == FFA_ERROR)
		return n < sizeof(error) / sizeof(error[0]) ? error[n] : "?";
	if ((fid & ~FFA_FID_64) == FFA_SUCCESS)
		return "ok";
	if (fid >> 16 == 1)
		return fid == FFA_VERSION_1_2 ? "02" : fid == FFA_VERSION_1_1 ? "01" : "00";
	return "?";
}

/* One call with zeros; how it ended. */
static const char *outcome_of(uint32_t fid)
{
	const struct smc_regs call = {.x = {fid}};
	struct cw_job *job;
	struct smc_regs r;

	if (column->who == NWD) {
		r = cw_smc(&call);
		return text_of(&r, false);
	}
	job = cw_job(column->who, JOB_SVC, &call);
	r = REQ(column->who);
	if (r.x[0] == FFA_YIELD)
		r = NW(FFA_RUN, r.x[1]);
	return text_of(&job->out, job->entered || !job->done);
}

static const char *expected(unsigned number, bool wide)
{
	const bool tfa = !strcmp(column->profile, "tfa-el3");

	if (column->who == NWD && number > LAST_OF_SPMD)
		return "-1";
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].number != number || !(rows[i].widths & (wide ? W64 : W32)))
			continue;
		/* What depends on the caller's version (1.3, 1.5). */
		if (number == 0x8d && column->who == NWD && version < FFA_VERSION_1_2)
			return "NS";
		if (number == 0x63 && column->who != NWD && tfa)
			return version == FFA_VERSION_1_2   ? "02"
			       : version == FFA_VERSION_1_1 ? "01"
							    : "00";
		return rows[i].code[column - columns];
	}
	return column->unknown;
}

static void walk(void)
{
	for (unsigned wide = 0; wide < 2; wide++)
		for (unsigned n = FIRST; n <= LAST; n++) {
			const uint32_t fid = 0x84000000u | n | (wide ? FFA_FID_64 : 0);
			const char *got = outcome_of(fid), *want = expected(n, wide);

			if (strcmp(got, want)) {
				print_error("%s: %08x gives %s, not %s\n", where, fid, got, want);
				failed = true;
			}
		}
}

static const char *const receives[] = {"vm-availability-messages", "3", NULL};
static struct cw_config cfg = {
	.sp = {{.name = "el0", .action = FFA_NS_SIGNALED, .no_rxtx = true, .manifest = receives},
	       {.name = "el1", .action = FFA_NS_SIGNALED, .el1 = true, .no_rxtx = true}},
};

static void run(const char *profile, void (*test)(void))
{
	const struct statement st = {"T", "", "S", test, &cfg};
	struct cw_outcome out;

	cw_run(&st, profile, &out);
	if (out.result == CW_FAIL)
		fail_msg("%s: %s", where, out.text);
}

static void for_all(void (*test)(void), const uint32_t *versions, unsigned count)
{
	failed = false;
	for (unsigned v = 0; v < count; v++)
		for (unsigned i = 0; i < COLUMNS; i++) {
			column = &columns[i];
			version = versions[v];
			cfg.nwd_version = version;
			cfg.sp[EL0].version = cfg.sp[EL1].version = version;
			snprintf(where, sizeof(where), "%s, %s, version 1.%u", column->profile,
				 column->who == NWD   ? "Normal world"
				 : column->who == EL0 ? "S-EL0"
						      : "S-EL1",
				 version & 0xffff);
			run(column->profile, test);
		}
	assert_false(failed);
}

static const uint32_t versions[] = {FFA_VERSION_1_0, FFA_VERSION_1_1, FFA_VERSION_1_2};

static void every_function_at_every_instance(void **state)
{
	(void)state;
	for_all(walk, versions, 3);
}

/* ---- 1.4 ---- */
/* In the order of the columns: y = SUCCESS, n = NOT_SUPPORTED, 2 = SUCCESS from version 1.2. */
static const struct {
	uint32_t query;
	const char *told;
} features[] = {
	{FFA_FEATURE_NPI, "nnnnynnnn"},
	{FFA_FEATURE_SRI, "ynynnynnn"},
	{FFA_FEATURE_MEI, "nnnnyynnn"},
	{4, "nnnnnnnnn"},
	{FFA_VERSION, "yyyyyynyy"},
	{FFA_FEATURES, "yyyyyynyy"},
	{FFA_ID_GET, "yyyyynnyy"},
	{FFA_ERROR, "yyyyyynyy"},
	{FFA_SUCCESS, "yyyyyynyy"},
	{FFA_INTERRUPT, "yyyyyynyy"},
	{FFA_RUN, "yyyyynnyy"},
	{FFA_DIRECT_REQ, "yyyyyynyy"},
	{FFA_DIRECT_REQ | FFA_FID_64, "yyyyyynyy"},
	{FFA_RXTX_MAP, "yynnnyyyy"},
	{FFA_RXTX_MAP | FFA_FID_64, "yyyyyyyyy"},
	{FFA_MEM_PERM_GET, "nynynnnny"},
	{FFA_MEM_PERM_SET | FFA_FID_64, "nynynnnny"},
	{FFA_SECONDARY_EP_REGISTER, "nnnnnnnny"},
	{FFA_MSG_WAIT, "nyyyynnny"},
	{FFA_DIRECT_RESP, "nyyyynnny"},
	{FFA_MEM_RELINQUISH, "nyyyynnny"},
	{FFA_YIELD, "nynyynnnn"},
	{FFA_MEM_SHARE, "yyyyyynyn"},
	{FFA_MEM_RECLAIM, "yyyyyynyn"},
	{FFA_MEM_LEND, "yyyyynnyn"},
	{FFA_MEM_FRAG_RX, "yyyyynnyn"},
	{FFA_RX_ACQUIRE, "ynynnnnnn"},
	{FFA_NOTIFICATION_BITMAP_CREATE, "ynyyyynnn"},
	{FFA_NOTIFICATION_BITMAP_DESTROY, "ynyyyynnn"},
	{FFA_NOTIFICATION_INFO_GET, "ynnnnynnn"},
	{FFA_NOTIFICATION_INFO_GET | FFA_FID_64, "ynynnynnn"},
	{FFA_DIRECT_REQ2_64, "2yyyy2y2y"},
	{FFA_DIRECT_RESP2_64, "nyyyy2yny"},
	{FFA_PARTITION_INFO_GET_REGS | FFA_FID_64, "yyyyynnnn"},
	{FFA_CONSOLE_LOG, "nyyyynnny"},
	{FFA_MSG_POLL, "nnnnnnnnn"},
	{FFA_MSG_SEND, "nnnnnnnnn"},
	{FFA_MEM_OP_RESUME, "nnnnnnnnn"},
	{FFA_EL3_INTR_HANDLE, "nnnnnnnnn"},
	{0x840000f0, "nnnnnnnnn"},
};

static void ask_features(void)
{
	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
		const struct smc_regs r = BY(column->who, FFA_FEATURES, features[i].query);
		const char told = features[i].told[column - columns];
		const bool yes = told == 'y' || (told == '2' && version >= FFA_VERSION_1_2);

		if ((r.x[0] == FFA_SUCCESS) == yes &&
		    (yes || (uint32_t)r.x[2] == (uint32_t)FFA_NOT_SUPPORTED))
			continue;
		print_error("%s: FEATURES of %08x is not %s\n", where, features[i].query,
			    yes ? "told" : "refused");
		failed = true;
	}
}

static void features_of_every_caller(void **state)
{
	(void)state;
	for_all(ask_features, versions + 1, 2);
}

/* ---- 1.5, column "From SPMC/SWd" ---- */
static const struct {
	uint64_t fid, w1;
	const char *code; /* "->" = goes to the Normal world */
} up[] = {
	{FFA_RX_RELEASE, 0, "NS"},
	{FFA_RXTX_MAP | FFA_FID_64, 0, "NS"},
	{FFA_RXTX_UNMAP, 0, "NS"},
	{FFA_PARTITION_INFO_GET, 0, "NS"},
	{FFA_RX_ACQUIRE, 0, "NS"},
	{FFA_NOTIFICATION_GET, 0, "NS"},
	{FFA_NOTIFICATION_INFO_GET, 0, "NS"},
	{FFA_MSG_SEND2, 0, "NS"},
	{FFA_RUN, 0, "NS"},
	{FFA_CONSOLE_LOG, 0, "NS"},
	{FFA_PARTITION_INFO_GET_REGS | FFA_FID_64, 0, "NS"},
	{FFA_DIRECT_REQ2_64, 0, "NS"},
	{FFA_SUCCESS, 0, "->"},
	{FFA_MEM_RETRIEVE_RESP, 0, "->"},
	{FFA_MEM_SHARE | FFA_FID_64, 0, "->"},
	{FFA_MSG_WAIT, 0, "->"},
	{FFA_INTERRUPT, 0, "->"},
	{FFA_YIELD, 0, "->"},
	{FFA_DIRECT_RESP, 0, "->"},
	{FFA_NORMAL_WORLD_RESUME, 0, "DN"}, /* outside of an excursion: C61 */
	{FFA_EL3_INTR_HANDLE, 0, "DN"},	    /* nothing to handle */
	{FFA_DIRECT_REQ, 0x8000ffff, "DN"},
	{FFA_DIRECT_REQ, 0x8000ffc0, "IP"},
	{FFA_FEATURES, 0x840000f0, "ok"},
	{FFA_SECONDARY_EP_REGISTER, 0, "ok"},
};

static void call_up(void)
{
	struct smc_regs r;

	WANT_EQ(cw.s->ready_pes, 1); /* its MSG_WAIT at the end of boot */
	cw_secure_interrupt_in(20, SPMC_TIMER_INTID, 0);
	cw_wait_us(100); /* an excursion, over when the rows are tried */
	WANT_EQ(cw.m->pe[0].intc.spi_secure_count, 0);
	for (size_t i = 0; i < sizeof(up) / sizeof(up[0]); i++) {
		bool leaves;

		r = (struct smc_regs){.x = {up[i].fid, up[i].w1}};
		leaves = !spmd_call(cw.s, &r);
		if (strcmp(text_of(&r, leaves), up[i].code))
			cw_fail(__FILE__, __LINE__, "%08x gives %s, not %s", (uint32_t)up[i].fid,
				text_of(&r, leaves), up[i].code);
	}
	r = (struct smc_regs){.x = {FFA_SPM_ID_GET}};
	WANT(spmd_call(cw.s, &r));
	WANT_EQ(r.x[2], FFA_ID_SPMD); /* C11 */
	r = (struct smc_regs){.x = {FFA_ID_GET}};
	WANT(spmd_call(cw.s, &r));
	WANT_EQ(r.x[2], FFA_ID_SPMC);
}

static void spmc_calls_el3(void **state)
{
	(void)state;
	strcpy(where, "up");
	run("spec", call_up);
	run("hafnium-2.x", call_up);
}

/* The Normal world's VERSION as the SPMC sees it (1.3): from the SPMD, and from nobody else. */
static void version_messages(void)
{
	struct smc_regs r = {
		.x = {FFA_DIRECT_REQ, 0xffff8000, FFA_MSG_FRAMEWORK | 8, FFA_VERSION_1_1}};

	version_message(cw.s, &r);
	WANT_EQ(r.x[0], FFA_DIRECT_RESP);
	WANT_EQ(r.x[1], 0x8000ffff);
	WANT_EQ(r.x[2], FFA_MSG_FRAMEWORK | 9);
	WANT_EQ(r.x[3], FFA_VERSION_1_2);
	WANT_EQ(cw.s->nwd_version, FFA_VERSION_1_1);
	r = (struct smc_regs){.x = {FFA_DIRECT_REQ, 0x00018000, FFA_MSG_FRAMEWORK | 8, 0x10000}};
	version_message(cw.s, &r);
	WANT_ERR(r, FFA_INVALID_PARAMETERS);
	/* No VM, no SP sends one (3.6 row 2). */
	WANT_ERR(NW(FFA_DIRECT_REQ, cw.id[EL0], FFA_MSG_FRAMEWORK | 8, 0x10000),
		 FFA_INVALID_PARAMETERS);
	WANT_ERR(NW(FFA_DIRECT_REQ, cw.id[EL0], FFA_MSG_FRAMEWORK, 0x84000002),
		 FFA_INVALID_PARAMETERS);
	WANT_ERR(SP(EL1, FFA_DIRECT_REQ, cw_w1(EL1, EL0), FFA_MSG_FRAMEWORK | 1),
		 FFA_INVALID_PARAMETERS);
	WANT_EQ(cw.s->nwd_version, FFA_VERSION_1_1);
}

static void version_is_a_framework_message(void **state)
{
	(void)state;
	strcpy(where, "version");
	run("hafnium-2.x", version_messages);
}

/* ---- interrupts of EL3 itself ---- */
static void el3_interrupt(void)
{
	cw_secure_interrupt_in(20, SPMD_INTID, 0);
	cw_wait_us(100); /* the Normal world runs: no SPMC is entered */
	WANT_EQ(cw.m->pe[0].intc.spi_secure_count, 0);
	WANT_EQ(cw.s->excursions, 0);
	SPIN(EL0, 300);
	cw_secure_interrupt_in(100, SPMD_INTID, 0);
	WANT_EQ(REQ(EL0).x[0], FFA_DIRECT_RESP); /* and no SP is interrupted */
	WANT_EQ(cw.m->pe[0].intc.spi_secure_count, 0);
	WANT_EQ(cw.entries[EL0], 2);
	WANT_EQ(cw.nwd_interrupts, 0);
}

static void el3_serves_its_own_interrupt(void **state)
{
	(void)state;
	for (const char *const *p = spmc_profile_names(); *p; p++) {
		snprintf(where, sizeof(where), "EL3 interrupt, %s", *p);
		run(*p, el3_interrupt);
	}
}

/* ---- section 9: rows without a statement ---- */
static void rows_of_tfa(void)
{
	struct cw_job *nobody;
	struct smc_regs r;

	JOB(EL0, FFA_ERROR, 0, (uint32_t)FFA_BUSY); /* row 38 */
	r = REQ(EL0);
	WANT_ERR(r, FFA_BUSY);
	nobody = JOB(EL0, FFA_DIRECT_RESP, cw_w1(EL0, NWD) | 0x8ffe); /* row 13 */
	WANT_EQ(REQ(EL0).x[0], FFA_DIRECT_RESP);
	WANT_ERR(nobody->out, FFA_INVALID_PARAMETERS);
	CRASH(EL0); /* row 7 */
	WANT_ERR(REQ(EL0), FFA_ABORTED);
	WANT_ERR(REQ(EL0), FFA_BUSY);
	WANT_ERR(NW(FFA_RUN, (uint64_t)cw.id[EL0] << 16), FFA_BUSY);
}

/* Row 3: before VERSION. A 1.0 caller of PARTITION_INFO_GET gets entries of 8 bytes. */
static void before_version(void)
{
	cw_map();
	WANT_EQ(NW(FFA_PARTITION_INFO_GET).x[3], quirk(cw.s, Q_VERSION_UNLOCKED) ? 0 : 24);
}

static void rows_of_section_9(void **state)
{
	(void)state;
	strcpy(where, "tfa-el3");
	run("tfa-el3", rows_of_tfa);
	cfg.nwd_no_version = true;
	strcpy(where, "before VERSION");
	run("hafnium-2.x", before_version);
	run("optee-4.10", before_version);
	cfg.nwd_no_version = false;
}

static int finish(void **state)
{
	(void)state;
	cw_finish();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_function_at_every_instance),
		cmocka_unit_test(features_of_every_caller),
		cmocka_unit_test(spmc_calls_el3),
		cmocka_unit_test(version_is_a_framework_message),
		cmocka_unit_test(el3_serves_its_own_interrupt),
		cmocka_unit_test(rows_of_section_9),
	};

	return cmocka_run_group_tests(tests, NULL, finish);
}
