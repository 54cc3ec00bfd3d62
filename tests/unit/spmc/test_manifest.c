/* SPDX-License-Identifier: BSD-3-Clause */
/* Manifests good and bad, ids, boot order, boot: optee.md 3.11-3.13, golden.md "Action 1". */
#include "harness.h"

#include <errno.h>
#include <string.h>

static uint8_t dtb[DTB_MAX_BYTES];

struct row {
	const char *property; /* made wrong; NULL = all good */
	uint32_t value;	      /* NO_ACTION = left out */
	const char *error;    /* tail of the text */
};

static size_t build(const struct row *row)
{
	static const struct {
		const char *name;
		uint32_t value;
	} good[] = {{"ffa-version", FFA_VERSION_1_1}, {"execution-state", 0},
		    {"messaging-method", 3},	      {"ns-interrupts-action", 2},
		    {"boot-order", NO_ACTION},	      {"id", NO_ACTION},
		    {"gp-register-num", NO_ACTION},   {"vm-availability-messages", NO_ACTION}};
	const uint8_t uuid[16] = {1};

	dtb_begin(dtb);
	if (!row->property || strcmp(row->property, "compatible"))
		dtb_bytes("compatible", "arm,ffa-manifest-1.0", 21);
	if (!row->property || strcmp(row->property, "uuid"))
		dtb_bytes("uuid", uuid, 16);
	for (unsigned i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		const bool this = row->property && !strcmp(row->property, good[i].name);
		const uint32_t v = this ? row->value : good[i].value;

		if (v != NO_ACTION)
			dtb_u32(good[i].name, v);
	}
	return dtb_end();
}

static struct machine *m;
static struct spmc *s;
static struct spmc_error err;

static void begin(const char *profile, bool skip)
{
	const struct spmc_config sc = {.profile = profile, .skip_failed_sps = skip};
	struct machine_config mc;

	machine_config_init(&mc);
	m = machine_create(&mc);
	assert_int_equal(spmc_create(m, &sc, &s, &err), 0);
}

static void end(void)
{
	spmc_destroy(s);
	machine_destroy(m);
}

static int add(const char *name, size_t bytes, const char *const *overrides)
{
	const struct spmc_partition_config pc = {.name = name,
						 .dtb = dtb,
						 .dtb_bytes = bytes,
						 .manifest_path = "x.dts",
						 .overrides = overrides};

	return spmc_add_partition(s, &pc, &err);
}

static void optee_3_12_refusals(void **state)
{
	static const struct row rows[] = {
		{"compatible", 0, "x.dts: compatible: not arm,ffa-manifest-1.0"},
		{"uuid", 0, "x.dts: uuid: property is required"},
		{"ffa-version", NO_ACTION, "x.dts: ffa-version: property is required"},
		{"ffa-version", 0x10003, "x.dts: ffa-version: not 1.0, 1.1 or 1.2"},
		{"execution-state", 1, "x.dts: execution-state: only 0 (AArch64) is supported"},
		{"execution-state", NO_ACTION, "x.dts: execution-state: property is required"},
		{"messaging-method", NO_ACTION, "x.dts: messaging-method: property is required"},
		{"messaging-method", 0x203,
		 "x.dts: messaging-method: DIRECT_REQ2 needs ffa-version 1.2"},
		{"ns-interrupts-action", NO_ACTION,
		 "x.dts: ns-interrupts-action: property is required"},
		{"ns-interrupts-action", 1,
		 "x.dts: ns-interrupts-action: managed exit is not implemented"},
		{"ns-interrupts-action", 3,
		 "x.dts: ns-interrupts-action: not 0 (queued) or 2 (signaled)"},
		{"boot-order", 0x10000, "x.dts: boot-order: above 0xffff"},
		{"id", 0x7000, "x.dts: id: outside 0x8000..0xffbf"},
		{"id", 0x8001, "x.dts: id: reserved"},
		{"gp-register-num", 4, "x.dts: gp-register-num: not 0..3"},
		{"vm-availability-messages", 4, "x.dts: vm-availability-messages: unknown bits"},
	};

	(void)state;
	begin("optee-4.10", false);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(add("sp", build(&rows[i]), NULL), -EINVAL);
		assert_string_equal(err.text, rows[i].error);
	}
	/* Nothing of that stayed behind. */
	struct spmc_partition_view v;
	assert_false(spmc_partition_by_index(s, 0, &v));
	assert_int_equal(add("sp", build(&(struct row){0}), NULL), 0);
	assert_true(spmc_partition_by_name(s, "sp", &v));
	assert_int_equal(v.id, 0x8002);
	end();
}

static void not_a_device_tree(void **state)
{
	size_t n;

	(void)state;
	begin("optee-4.10", false);
	memset(dtb, 'x', sizeof(dtb));
	assert_int_equal(add("sp", 2048, NULL), -EINVAL);
	assert_string_equal(err.text, "x.dts: file: not a device tree blob");
	n = build(&(struct row){0});
	assert_int_equal(add("sp", n - 8, NULL), -EINVAL); /* cut short */
	assert_int_equal(add("sp", 10, NULL), -EINVAL);
	end();
}

static void optee_3_12_ids(void **state)
{
	struct spmc_partition_view v;

	(void)state;
	begin("optee-4.10", false);
	assert_int_equal(add("a", build(&(struct row){0}), NULL), 0);
	assert_int_equal(add("b", build(&(struct row){"id", 0x8002, NULL}), NULL), 0);
	assert_true(spmc_partition_by_name(s, "a", &v)); /* swapped */
	assert_int_equal(v.id, 0x8003);
	assert_true(spmc_partition_by_name(s, "b", &v));
	assert_int_equal(v.id, 0x8002);
	assert_int_equal(add("c", build(&(struct row){"id", 0x8002, NULL}), NULL), -EINVAL);
	assert_string_equal(err.text, "x.dts: id: already taken by another SP");
	assert_int_equal(add("d", build(&(struct row){"id", 0x8050, NULL}), NULL), 0);
	assert_int_equal(add("e", build(&(struct row){0}), NULL), 0);
	assert_true(spmc_partition_by_name(s, "e", &v));
	assert_int_equal(v.id, 0x8004);
	end();
}

static void overrides(void **state)
{
	static const char *const queued[] = {"ns-interrupts-action", "0", NULL};
	static const char *const removed[] = {"ns-interrupts-action", "none", NULL};
	static const char *const bad[] = {"ns-interrupts-action", "two", NULL};
	struct spmc_partition_view v;

	(void)state;
	begin("optee-4.10", false);
	assert_int_equal(add("sp", build(&(struct row){0}), queued), 0);
	assert_true(spmc_partition_by_name(s, "sp", &v));
	assert_int_equal(v.ns_interrupts_action, 0);
	assert_int_equal(add("sp2", build(&(struct row){0}), removed), -EINVAL);
	assert_int_equal(add("sp3", build(&(struct row){0}), bad), -EINVAL);
	assert_string_equal(err.text,
			    "x.dts: ns-interrupts-action: override is not a 32-bit number or none");
	end();
	/* Before 3.22 the property is not required (S34). */
	begin("optee-3.21", false);
	assert_int_equal(add("sp2", build(&(struct row){0}), removed), 0);
	end();
}

static void unknown_profile_and_quirk_name_the_nearest(void **state)
{
	static const char *const quirks[] = {"d1-run-race-panic", "on", NULL};
	static const char *const value[] = {"d1-run-race-panics", "maybe", NULL};
	struct spmc_config sc = {.profile = "optee-4.1"};
	struct machine_config mc;

	(void)state;
	machine_config_init(&mc);
	m = machine_create(&mc);
	assert_int_equal(spmc_create(m, &sc, &s, &err), -EINVAL);
	assert_string_equal(err.text, "unknown profile optee-4.1 (nearest: optee-4.10)");
	sc = (struct spmc_config){.quirks = quirks};
	assert_int_equal(spmc_create(m, &sc, &s, &err), -EINVAL);
	assert_string_equal(err.text,
			    "unknown quirk d1-run-race-panic (nearest: d1-run-race-panics)");
	sc.quirks = value;
	assert_int_equal(spmc_create(m, &sc, &s, &err), -EINVAL);
	machine_destroy(m);
}

/* ---- boot ---- */
static void body_order(void)
{
	CHECK_EQ(h.boot_result, 0);
	/* "late" (order 9) was booted after "early" (order 1), absent comes last. */
	CHECK_EQ(seen("sp.boot"), 3);
	CHECK_EQ(last_arg("sp.boot", 0), trace_intern("absent"));
	/* S33: a message to an SP that is not booted yet: BUSY; one that is: served. */
	CHECK_EQ(h.sp[1]->boot_call_w0, FFA_ERROR);
	CHECK_EQ(h.sp[1]->boot_call_w2, (uint32_t)FFA_BUSY);
	CHECK_EQ(h.sp[0]->boot_call_w0, FFA_DIRECT_RESP);
	/* Boot information: v1.1 header, gone after the first MSG_WAIT (3.13). */
	CHECK_EQ(h.sp[0]->boot_magic, 0xffa);
	CHECK_EQ(h.sp[2]->boot_magic, 0x412d4646); /* "FF-A", a 1.0 SP */
	CHECK(ec_va(&h.sp[0]->ec, h.sp[0]->boot_info_va, 64, EC_MAP_R) == NULL);
	CHECK_EQ(h.sp[0]->boot_perm_w0, FFA_SUCCESS); /* MEM_PERM only in init */
}

static void optee_3_11_boot_order_and_information(void **state)
{
	static const struct hcfg cfg = {
		.sp = {{"late", 2, .boot_order = 9, .boot_call = S2},
		       {"early", 2, .boot_order = 1, .boot_call = S1},
		       {"absent", 2, .version = FFA_VERSION_1_0}},
	};

	(void)state;
	with_machine(&cfg, body_order);
}

static void body_boot_fails(void)
{
	CHECK_EQ(h.boot_result, -EINVAL);
	/* With what it died of. */
	CHECK_EQ(strcmp(h.err.text, "s1: SP failed to initialise: User mode undef-abort at address "
				    "0x1000 (--log all: its registers)"),
		 0);
}

static void body_boot_skips(void)
{
	struct smc_regs r;

	CHECK_EQ(h.boot_result, 0);
	r = req(S1, OP_ECHO, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_BUSY));
	CHECK_EQ(req(S2, OP_ECHO, 0, 0, 0, 0).x[0], FFA_DIRECT_RESP);
}

static void crash_in_init(void **state)
{
	struct hcfg cfg = {.sp = {{"s1", 2, .boot_crash = true}, {"s2", 2}}};

	(void)state;
	with_machine(&cfg, body_boot_fails);
	cfg.skip_failed = true;
	with_machine(&cfg, body_boot_skips);
}

static void never(void)
{
	CHECK(false);
}

static void sp_that_never_waits(void **state)
{
	static const struct hcfg cfg = {.findings_expected = true,
					.sp = {{"s1", 2, .boot_hang = true}}};

	(void)state;
	with_machine(&cfg, never);
	assert_int_equal(h.stop, MACHINE_HALTED);
	assert_string_equal(h.first_finding, "SP s1 never initialised: no MSG_WAIT after 60 s");
}

static void body_action_1(void)
{
	struct smc_regs r;

	CHECK_EQ(h.boot_result, 0);
	r = smc(FFA_PARTITION_INFO_GET, 0, 0, 0, 0, 1, 0, 0);
	CHECK_EQ(r.x[2], 3); /* the refused SP is listed */
	r = smc(FFA_DIRECT_REQ, S2, 0, 0xff0000, 0, 0, 0, 0);
	CHECK(is_error(&r, FFA_NOT_SUPPORTED));
	CHECK_EQ(req(S1, OP_ECHO, 0, 0, 0, 0).x[0], FFA_DIRECT_RESP);
}

static void golden_action_1_with_skip(void **state)
{
	static const struct hcfg cfg = {.skip_failed = true, .sp = {{"s1", 2}, {"me", 1}}};

	(void)state;
	with_machine(&cfg, body_action_1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(optee_3_12_refusals),
		cmocka_unit_test(not_a_device_tree),
		cmocka_unit_test(optee_3_12_ids),
		cmocka_unit_test(overrides),
		cmocka_unit_test(unknown_profile_and_quirk_name_the_nearest),
		cmocka_unit_test(optee_3_11_boot_order_and_information),
		cmocka_unit_test(crash_in_init),
		cmocka_unit_test(sp_that_never_waits),
		cmocka_unit_test(golden_action_1_with_skip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
