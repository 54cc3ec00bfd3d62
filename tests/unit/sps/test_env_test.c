/* SPDX-License-Identifier: BSD-3-Clause */
/* The test runner service, row by row of trusted-services.md 3.10, with both back ends of 6.4. The
 * boot information is read in scenarios/services/test-runner.yaml. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "env_test.h"
#include "ts_direct.h"

#define NWD 0x0000

static struct env_test state;
static bool stuck; /* the entropy source gives the same twice */

void __wrap_ffasim_sp_entropy(struct ffasim_sp *sp, void *buf, size_t len);
void __wrap_ffasim_sp_entropy(struct ffasim_sp *sp, void *buf, size_t len)
{
	static uint8_t next;

	memset(buf, stuck ? 7 : ++next, len);
}

struct result {
	uint32_t state, line;
	uint64_t info;
	char name[30], group[30];
};

static uint32_t head[3];
static struct result result[10];

static void text_of(struct ts_reader *r, uint16_t tag, char text[30])
{
	struct ts_span s;

	assert_true(ts_tlv_find(r, tag, &s));
	assert_in_range(s.len, 1, 29); /* names < 30 chars */
	memcpy(text, s.data, s.len);
	text[s.len] = 0;
}

/* Number of results. */
static unsigned take(void)
{
	struct ts_reader r = ts_reader_of(direct.buf, direct.answered), in;
	struct ts_span s;
	unsigned n = 0;

	memset(result, 0, sizeof(result));
	assert_int_equal(direct.status, TEST_RUNNER_OK);
	for (int i = 0; i < 3; i++)
		assert_true(ts_get_u32(&r, &head[i]));
	for (; ts_tlv_find(&r, 1, &s); n++) {
		assert_true(n < 10);
		in = ts_reader_of(s.data, s.len);
		assert_true(ts_get_u32(&in, &result[n].state));
		text_of(&in, 1, result[n].name);
		text_of(&in, 2, result[n].group);
		if (ts_tlv_find(&in, 3, &s)) {
			struct ts_reader f = ts_reader_of(s.data, s.len);

			assert_int_equal(s.len, 12);
			assert_true(ts_get_u32(&f, &result[n].line));
			assert_true(ts_get_u64(&f, &result[n].info));
		}
	}
	assert_int_equal(ts_left(&r), 0);
	assert_int_equal(head[0], n);
	return n;
}

static unsigned ask(uint16_t opcode, const char *name, const char *group)
{
	struct ts_writer w = direct_request();

	if (name)
		ts_tlv_put(&w, 1, name, strlen(name));
	if (group)
		ts_tlv_put(&w, 2, group, strlen(group));
	assert_int_equal(direct_call(NWD, opcode, w.used, 1024), RPC_SUCCESS);
	return take();
}

static int the_mock(void **unused)
{
	direct_start(&test_runner_service, &state, sizeof(state));
	state.mock = true;
	return 0;
}

static int the_env(void **unused)
{
	stuck = false;
	return direct_start(&test_runner_service, &state, sizeof(state));
}

static void list(void **unused)
{
	assert_int_equal(ask(TEST_RUNNER_LIST, NULL, NULL), 4);
	assert_int_equal(head[1], 0);
	assert_int_equal(head[2], 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(result[i].state, TEST_NOT_RUN);
	assert_string_equal(result[0].group, "PlatformTests");
	assert_string_equal(result[0].name, "Trng");
	assert_string_equal(result[3].group, "ConfigTests");
	assert_string_equal(result[3].name, "ApplyConfig");
}

static void run(void **unused)
{
	assert_int_equal(ask(TEST_RUNNER_RUN, NULL, NULL), 4);
	assert_int_equal(head[1], 3);
	assert_int_equal(head[2], 1);
	assert_string_equal(result[2].name, "ValidateConfig");
	assert_int_equal(result[2].state, TEST_FAILED);
	assert_int_equal(result[2].info, 27);
	assert_true(result[2].line > 0);
	assert_int_equal(result[1].state, TEST_PASSED);
	assert_int_equal(result[1].line, 0);
}

static void filters(void **unused)
{
	assert_int_equal(ask(TEST_RUNNER_RUN, NULL, "PlatformTests"), 2);
	assert_int_equal(head[1], 2);
	assert_int_equal(ask(TEST_RUNNER_RUN, "ApplyConfig", "ConfigTests"), 1);
	assert_int_equal(ask(TEST_RUNNER_RUN, "ApplyConfig", NULL), 1);
	assert_int_equal(ask(TEST_RUNNER_RUN, "ApplyConfig", "PlatformTests"), 0);
	assert_int_equal(ask(TEST_RUNNER_LIST, "Apply", NULL), 0);
	assert_int_equal(ask(TEST_RUNNER_LIST, "", ""), 4);
	assert_int_equal(ask(TEST_RUNNER_LIST, "a name that is far longer than any there is", ""),
			 0);
}

static void environment(void **unused)
{
	/* no boot information */
	assert_int_equal(ask(TEST_RUNNER_RUN, NULL, NULL), 9);
	assert_int_equal(head[1], 1);
	assert_int_equal(head[2], 2);
	assert_string_equal(result[0].name, "DevRegionLoaded");
	assert_int_equal(result[0].state, TEST_FAILED);
	/* registers are not modelled, which is no success */
	assert_string_equal(result[2].name, "TrngRegAccess");
	assert_int_equal(result[2].state, TEST_NOT_RUN);
	state.config = (struct env_config){.device_regions = 2, .trng_region = true};
	assert_int_equal(ask(TEST_RUNNER_RUN, NULL, "SpConfigTests"), 6);
	assert_int_equal(head[1], 2);
	assert_int_equal(head[2], 0);
	assert_int_equal(ask(TEST_RUNNER_RUN, "TrngHwPoll", NULL), 1);
	assert_int_equal(head[1], 1);
	stuck = true;
	assert_int_equal(ask(TEST_RUNNER_RUN, "TrngHwPoll", NULL), 1);
	assert_int_equal(head[2], 1);
}

static void hostile(void **unused)
{
	/* a result that does not fit is none; a record that lies is no filter */
	for (size_t room = 0; room < 160; room++)
		assert_int_equal(direct_call(NWD, TEST_RUNNER_LIST, 0, room),
				 RPC_ERROR_INVALID_RESPONSE_BODY);
	direct_request();
	memcpy(direct.buf, "\0\1\xff\xff", 4);
	assert_int_equal(direct_call(NWD, TEST_RUNNER_LIST, 5, 1024), RPC_SUCCESS);
	assert_int_equal(take(), 4);
	for (uint16_t opcode = 0x100; opcode < 0x104; opcode++)
		direct_noise(opcode, 2000);
	assert_int_equal(direct_call(NWD, 0x103, 0, 1024), RPC_ERROR_INVALID_VALUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(list, the_mock),
		cmocka_unit_test_setup(run, the_mock),
		cmocka_unit_test_setup(filters, the_mock),
		cmocka_unit_test_setup(environment, the_env),
		cmocka_unit_test_setup(hostile, the_mock),
	};

	return cmocka_run_group_tests_name("sps/env_test", tests, NULL, NULL);
}
