/* SPDX-License-Identifier: BSD-3-Clause */
/* The two opcodes of env_test.h. */
#include "env_test.h"

#include <string.h>

#define HEAD_BYTES 12u /* tests, passed, failed */
#define CASE_NS 10000u

struct filter {
	struct ts_span name, group; /* empty = any */
};

static bool matches(struct ts_span want, const char *text)
{
	return !want.len || (want.len == strlen(text) && !memcmp(want.data, text, want.len));
}

static void put_result(struct ts_writer *out, const struct env_case *c, enum test_run_state state,
		       const struct test_failure *failure)
{
	size_t most;
	uint8_t *value = ts_tlv_begin(out, TAG_RESULT, &most);
	struct ts_writer in = ts_writer_of(value, most);

	ts_put_u32(&in, state);
	ts_tlv_put(&in, TAG_NAME, c->name, strlen(c->name));
	ts_tlv_put(&in, TAG_GROUP, c->group, strlen(c->group));
	if (state == TEST_FAILED) {
		uint8_t bytes[12];

		memcpy(bytes, &failure->line, 4);
		memcpy(bytes + 4, &failure->info, 8);
		ts_tlv_put(&in, TAG_FAILURE, bytes, sizeof(bytes));
	}
	if (in.failed)
		out->failed = true;
	else
		ts_tlv_end(out, in.used);
}

static int32_t serve(struct ts_call *call, bool run)
{
	const struct env_test *t = call->state;
	const struct env_case *cases = t->mock ? mock_cases : env_cases;
	const size_t all = t->mock ? mock_case_count : env_case_count;
	uint32_t count[3] = {0};
	struct filter want;
	uint8_t *head;

	ts_tlv_find(&call->in, TAG_NAME, &want.name);
	ts_tlv_find(&call->in, TAG_GROUP, &want.group);
	head = ts_put_room(&call->out, HEAD_BYTES);
	for (size_t i = 0; i < all; i++) {
		struct test_failure failure = {0};
		enum test_run_state state = TEST_NOT_RUN;

		if (!matches(want.name, cases[i].name) || !matches(want.group, cases[i].group))
			continue;
		if (run) {
			ts_charge(call->host, CASE_NS);
			state = cases[i].run(call->host, t, &failure);
		}
		count[0]++;
		count[1] += state == TEST_PASSED;
		count[2] += state == TEST_FAILED;
		put_result(&call->out, &cases[i], state, &failure);
	}
	if (call->out.failed) /* results that the client has no room for */
		return RPC_ERROR_INVALID_RESPONSE_BODY;
	memcpy(head, count, sizeof(count));
	return ts_answered(call, TEST_RUNNER_OK);
}

static int32_t on_run(struct ts_call *call)
{
	return serve(call, true);
}

static int32_t on_list(struct ts_call *call)
{
	return serve(call, false);
}

static const struct ts_op ops[] = {
	{TEST_RUNNER_RUN, 0, on_run, "run_tests", 1000, 0},
	{TEST_RUNNER_LIST, 0, on_list, "list_tests", 1000, 0},
};

static int start(struct ts_host *host, void *state)
{
	struct env_test *t = state;
	const char *backend = host->l.sp ? ffasim_sp_option(host->l.sp, "backend") : NULL;

	t->mock = backend && !strcmp(backend, "mock");
	env_config_load(&t->config, ts_host_manifest(host));
	return 0;
}

const struct ts_service test_runner_service = {
	.name = "test_runner",
	.uuid = TEST_RUNNER_UUID,
	.ops = ops,
	.op_count = sizeof(ops) / sizeof(ops[0]),
	.start = start,
};
