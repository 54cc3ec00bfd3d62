/* SPDX-License-Identifier: BSD-3-Clause */
/* Bad scenarios are refused with file:line:column, what is wrong and the nearest word (issue 2,
 * design 7). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "host/scenario.h"
#include "host/run.h"

static void refuse(const char *text, const char *want)
{
	struct diag d = {0};
	struct scn s;

	assert_int_equal(scn_load_text(&s, "x.yaml", text, &d), -22);
	assert_string_equal(d.text, want);
	scn_free(&s);
}

static void unknown_words(void **state)
{
	refuse("machine: {preemt: full}\n",
	       "x.yaml:1:11: unknown key 'preemt' (did you mean 'preempt'?)");
	refuse("machin: {}\n", "x.yaml:1:1: unknown key 'machin' (did you mean 'machine'?)");
	refuse("machine: {preempt: ful}\n",
	       "x.yaml:1:20: 'preempt' cannot be 'ful' (did you mean 'full'?)");
	refuse("machine: {profile: optee-4.1}\n",
	       "x.yaml:1:20: unknown profile 'optee-4.1' (did you mean 'optee-4.10'?)");
	refuse("machine:\n  cost: {smcc: 3ns}\n",
	       "x.yaml:2:10: unknown cost 'smcc' (did you mean 'smc'?)");
	refuse("partitions:\n  - {name: spin, manfest: a}\n",
	       "x.yaml:2:18: unknown key 'manfest' (did you mean 'manifest'?)");
	refuse("tasks:\n  - {name: a, steps: [{opn: {device: x}}]}\n",
	       "x.yaml:2:24: unknown step 'opn' (did you mean 'open'?)");
	refuse("expect:\n  - nevr: stall\n",
	       "x.yaml:2:5: unknown expectation 'nevr' (did you mean 'never'?)");
}

static void unknown_points(void **state)
{
	refuse("expect:\n  - never: ffa.intrrupt\n",
	       "x.yaml:2:12: unknown event 'ffa.intrrupt' (did you mean 'ffa.interrupt'?)");
	refuse("expect:\n  - never: \"ffa.run{w9=1}\"\n",
	       "x.yaml:2:12: event 'ffa.run' has no field 'w9' (did you mean 'w1'?)");
	refuse("inject:\n  - {fault: kern.kmaloc}\n",
	       "x.yaml:2:13: unknown fault site 'kern.kmaloc' (did you mean 'kern.kmalloc'?)");
}

/* Where explore decides, and how many points in guest code can be looked for. */
static void places(void **state)
{
	char text[4096] = "expect:\n";

	refuse("decide-at: guest.pc\n",
	       "x.yaml:1:12: 'decide-at' must be a list of 1 to 32 events");
	refuse("decide-at: []\n", "x.yaml:1:12: 'decide-at' must be a list of 1 to 32 events");
	refuse("decide-at: [guest.pc]\n",
	       "x.yaml:1:13: guest.pc needs pc=ADDRESS or symbol=NAME: it happens only where it is "
	       "named");
	refuse("decide-at: [ffa.rum]\n",
	       "x.yaml:1:13: unknown event 'ffa.rum' (did you mean 'ffa.run'?)");
	for (unsigned i = 0; i < 65; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "  - sometimes: \"guest.insn(count=%u)\"\n", i);
	refuse(text, "x.yaml:2:16: more than 64 events name points in guest code");
}

static void wrong_types(void **state)
{
	refuse("machine: {pes: two}\n", "x.yaml:1:16: 'pes' must be a number, not 'two'");
	refuse("machine: {tick: 4}\n",
	       "x.yaml:1:17: 'tick' must be a time like 250ns, 10us, 4ms, 3s, 3min, not '4'");
	refuse("machine: [a]\n", "x.yaml:1:10: this must be a map of key: value, not a list");
	refuse("tasks: yes\n", "x.yaml:1:8: 'tasks' must be a list, not a word");
	refuse("machine: {pes: 2, pes: 3}\n", "x.yaml:1:19: key 'pes' given twice");
	refuse("machine: {pes: 65}\n", "x.yaml:1:16: 'pes' must be 1..64, not 65");
	refuse("tasks:\n  - {steps: []}\n", "x.yaml:2:5: key 'name' is missing");
}

static void wrong_places(void **state)
{
	refuse("machine: {pes: 2}\ntasks:\n  - {name: a, affinity: [2], steps: []}\n",
	       "x.yaml:3:26: PE 2 does not exist (the machine has PEs 0..1)");
	refuse("tasks:\n  - {name: a, affinity: [0], pe: 1, steps: []}\n",
	       "x.yaml:2:34: 'pe' 1 is outside the task's affinity");
	refuse("tasks:\n  - {name: a, affinity: [0], steps: []}\ninject:\n"
	       "  - {at: 1ms, migrate: a, to: 1}\n",
	       "x.yaml:4:31: PE 1 is outside the affinity of task 'a'");
	refuse("expect:\n  - never: ffa.run@pe7\n",
	       "x.yaml:2:12: PE 7 does not exist (the machine has PEs 0..1)");
	refuse("inject:\n  - {at: 1ms, kill: b}\n",
	       "x.yaml:2:21: unknown task 'b' (the scenario has none)");
}

static void files(void **state)
{
	refuse("partitions:\n  - {name: nix, manifest: no/such.dts}\n",
	       "x.yaml:2:27: no manifest no/such.dts");
	refuse("partitions:\n  - {name: spin, image: no/such.so}\n",
	       "x.yaml:2:25: no image no/such.so");
}

static void names(void **state)
{
	refuse("partitions: [{name: echo}]\ntasks:\n  - name: a\n    steps:\n"
	       "      - open: {device: eco, as: c}\n",
	       "x.yaml:5:24: unknown device 'eco' (did you mean 'echo'?)");
	refuse("partitions: [{name: echo}]\ntasks:\n  - name: a\n    steps:\n"
	       "      - open: {device: echo, as: c}\n      - session: {on: d, as: s}\n",
	       "x.yaml:6:23: no device is called 'd' (did you mean 'c'?)");
	refuse("partitions: [{name: spin}]\ntasks:\n  - name: a\n    steps:\n"
	       "      - open: {device: spin, as: c}\n      - session: {on: c, as: s}\n"
	       "      - invoke: {on: s, opcode: brn}\n",
	       "x.yaml:7:33: unknown opcode 'brn' (did you mean 'burn'?)");
	refuse("partitions: [{name: spin}]\ntasks:\n  - name: a\n    steps:\n"
	       "      - open: {device: spin, as: c}\n      - session: {on: c, as: s}\n"
	       "      - invoke: {on: s, opcode: burn, wrk: 3ms}\n",
	       "x.yaml:7:39: unknown key 'wrk' (did you mean 'work'?)");
}

/* A manifest the real SPMC would refuse (optee.md 3.7) is an error of the scenario. */
static void refused_manifest(void **state)
{
	struct diag d = {0};
	struct scn s;

	assert_int_equal(scn_load_text(&s, "x.yaml",
				       "partitions:\n  - {name: spin, ns-interrupts-action: 1}\n",
				       &d),
			 0);
	assert_int_equal(run_check(&s, &d), -22);
	assert_memory_equal(d.text, "x.yaml:2:5: ", 12);
	scn_free(&s);
}

/* --set reaches every value by name. */
static void set_values(void **state)
{
	struct pool pool = {0};
	struct diag d = {0};
	struct ynode *root = ynode_parse(&pool, "x.yaml", "partitions:\n  - {name: spin}\n", &d);

	assert_int_equal(ynode_set(&pool, root, "machine.preempt=none", &d), 0);
	assert_int_equal(ynode_set(&pool, root, "partitions.spin.ns-interrupts-action=0", &d), 0);
	assert_string_equal(ynode_get(ynode_get(root, "machine"), "preempt")->text, "none");
	assert_string_equal(
		ynode_get(ynode_get(root, "partitions")->item[0], "ns-interrupts-action")->text,
		"0");
	assert_int_equal(ynode_set(&pool, root, "partitions.spn.image=a", &d), -22);
	assert_string_equal(d.text, "--set: 'partitions.spn.image': nothing is called 'spn' there "
				    "(did you mean 'spin'?)");
	pool_free(&pool);
}

/* What is written reads back the same. */
static void written_file_reads_back(void **state)
{
	static const char text[] =
		"machine: {pes: 2}\npartitions:\n  - {name: spin}\ntasks:\n  - name: a\n"
		"    steps:\n      - work: 1ms\nexpect:\n"
		"  - never: \"ffa.run{w1=1,w1=2}\"\n  - log: 'say \"hi\"'\n";
	char buf[2][2000] = {{0}, {0}};
	const char *from = text;

	for (int i = 0; i < 2; i++) {
		struct pool pool = {0};
		struct diag d = {0};
		struct ynode *root = ynode_parse(&pool, "x.yaml", from, &d);
		FILE *f = fmemopen(buf[i], sizeof(buf[i]), "w");

		assert_non_null(root);
		ynode_write(f, root);
		fclose(f);
		pool_free(&pool);
		from = buf[i];
	}
	assert_string_equal(buf[0], buf[1]);
	assert_non_null(strstr(buf[0], "      - {work: 1ms}\n"));
}

static void words(void **state)
{
	uint64_t v;
	int64_t e;

	assert_true(word_time("3min", &v) && v == 180000000000ull);
	assert_true(word_time("1.5ms", &v) && v == 1500000);
	assert_false(word_time("5", &v));
	assert_false(word_time("ms", &v));
	assert_true(word_bytes("4KiB", &v) && v == 4096);
	assert_true(word_errno("EBUSY", &e) && e == 16);
	assert_true(word_ffa("FFA_RUN", &v) && v == 0x8400006d);
	assert_true(word_ffa("BUSY", &v) && v == 0xfffffffc);
	assert_string_equal(text_thousands(44997), "44,997");
	assert_string_equal(text_time(180000000000ull), "3min");
	assert_true(text_glob("*s03*", "seed/s03-x.yaml"));
	assert_false(text_glob("s03", "s04"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_words), cmocka_unit_test(unknown_points),
		cmocka_unit_test(places),	 cmocka_unit_test(wrong_types),
		cmocka_unit_test(wrong_places),	 cmocka_unit_test(files),
		cmocka_unit_test(names),	 cmocka_unit_test(refused_manifest),
		cmocka_unit_test(set_values),	 cmocka_unit_test(written_file_reads_back),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
