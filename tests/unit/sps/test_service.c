/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The framework of services: bounds of the reader and writer (trusted-services.md 3.1), dispatch,
 * copy before use, several services in an SP (1.6), and a service that calls another SP's (1.9).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mini_spmc.h"
#include "services.h"
#include "ts_caller.h"
#include "ts_service.h"

#define TLV(tag, len) (tag) >> 8, (tag)&255, (len) >> 8, (len)&255

static void test_reader(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
	struct ts_reader r = ts_reader_of(bytes, sizeof(bytes));
	struct ts_span s;
	uint32_t u32;
	uint64_t u64;

	assert_true(ts_get_u32(&r, &u32));
	assert_int_equal(u32, 0x04030201); /* little-endian */
	assert_false(ts_get_u64(&r, &u64));
	assert_int_equal(ts_left(&r), 5);
	assert_true(ts_get_bytes(&r, 5, &s));
	assert_false(ts_get_bytes(&r, 1, &s));
	assert_true(ts_get_bytes(&r, 0, &s));
	r = ts_reader_of(NULL, 0);
	assert_false(ts_get_u32(&r, &u32));
	assert_false(ts_tlv_find(&r, 1, &s));
	assert_int_equal(s.len, 0);
}

static void test_tlv_search(void **state)
{
	static const uint8_t bytes[] = {TLV(1, 2), 'a', 'b',	   TLV(2, 0), TLV(4, 1), 'd',
					TLV(2, 1), 'z', TLV(9, 3), 'x',	      'y'};
	struct ts_reader r = ts_reader_of(bytes, sizeof(bytes));
	struct ts_span s;

	assert_true(ts_tlv_find(&r, 1, &s));
	assert_int_equal(s.len, 2);
	assert_memory_equal(s.data, "ab", 2);
	assert_false(ts_tlv_find(&r, 1, &s)); /* behind it */
	assert_true(ts_tlv_find(&r, 2, &s));
	assert_int_equal(s.len, 0);
	assert_false(ts_tlv_find(&r, 3, &s)); /* stops at the greater tag 4 ... */
	assert_null(s.data);
	assert_true(ts_tlv_find(&r, 4, &s));  /* ... without passing it */
	assert_false(ts_tlv_find(&r, 9, &s)); /* runs past the end */
	r = ts_reader_of(bytes, 3);
	assert_false(ts_tlv_find(&r, 1, &s));
}

static void test_writer(void **state)
{
	uint8_t out[16];
	struct ts_writer w = ts_writer_of(out, sizeof(out));
	size_t most;

	memset(out, 0xee, sizeof(out));
	assert_true(ts_put_u32(&w, 0x04030201));
	assert_true(ts_tlv_put(&w, 0x102, "xyz", 3));
	assert_int_equal(w.used, 11);
	assert_memory_equal(out, ((uint8_t[]){1, 2, 3, 4, 1, 2, 0, 3, 'x', 'y', 'z'}), 11);
	assert_non_null(ts_tlv_begin(&w, 0x102, &most)); /* equal tags are allowed */
	assert_int_equal(most, 1);
	ts_tlv_end(&w, 1);
	assert_false(ts_put_bytes(&w, out, 1));
	assert_true(w.failed);
	w = ts_writer_of(out, 16);
	assert_true(ts_tlv_put(&w, 2, NULL, 0));
	assert_false(ts_tlv_put(&w, 1, NULL, 0)); /* descending */
	w = ts_writer_of(out, 6);
	assert_false(ts_tlv_put(&w, 1, "abc", 3));
	assert_int_equal(w.used, 0);
	w = ts_writer_of(NULL, 100);
	assert_false(ts_put_u32(&w, 1));
}

/* ---- dispatch, without a machine ---- */
static uint8_t shared[8192];
static int handled;

static int32_t greedy(struct ts_call *call)
{
	uint32_t before, after;
	struct ts_reader again = call->in;

	handled++;
	assert_int_equal(call->owner, 5);
	assert_int_equal(call->client_id, 6);
	ts_get_u32(&call->in, &before);
	memset(shared, 0xff, sizeof(shared)); /* what a client does while it is served */
	ts_get_u32(&again, &after);
	assert_int_equal(before, after);
	ts_put_u32(&call->out, before + 1);
	return ts_answered(call, 0);
}

static int32_t refuse(struct ts_call *call)
{
	ts_put_u32(&call->out, 1);
	return ts_answered(call, -77);
}

static int32_t overflow(struct ts_call *call)
{
	ts_put_room(&call->out, sizeof(shared) + 1);
	return ts_answered(call, 0);
}

static int32_t rpc_error(struct ts_call *call)
{
	ts_put_u32(&call->out, 1);
	call->status = 3;
	return RPC_ERROR_RESOURCE_FAILURE;
}

static const struct ts_op ops[] = {
	{0x101, 4, greedy, "greedy", 0, 0},
	{0x102, 0, refuse, "refuse", 0, 0},
	{0x205, 0, overflow, "overflow", 0, 0},
	{0x206, 0, rpc_error, "rpc_error", 0, 0},
};
static const struct ts_service service = {.name = "s", .ops = ops, .op_count = 4};
static const struct ts_hosted only = {&service, 0};

static int32_t serve(struct ts_host *host, uint16_t opcode, size_t bytes,
		     struct ts_rpc_request *req)
{
	*req = (struct ts_rpc_request){.source_id = 5,
				       .client_id = 6,
				       .opcode = opcode,
				       .data = shared,
				       .size_bytes = sizeof(shared),
				       .request_bytes = bytes};
	return ts_host_serve(host, &only, req);
}

static void test_dispatch(void **state)
{
	struct ts_host *host = calloc(1, sizeof(*host));
	struct ts_rpc_request req;
	uint32_t value;

	assert_non_null(host);
	host->state = (uint8_t *)host;
	memcpy(shared, "\x10\0\0\0", 4);
	assert_int_equal(serve(host, 0x101, 4, &req), RPC_SUCCESS);
	assert_int_equal(req.response_bytes, 4);
	memcpy(&value, shared, 4);
	assert_int_equal(value, 0x11);
	/* shorter than its fixed part: the handler never sees it */
	assert_int_equal(serve(host, 0x101, 3, &req), RPC_ERROR_INVALID_REQUEST_BODY);
	assert_int_equal(handled, 1);
	assert_int_equal(serve(host, 0x103, 4, &req), RPC_ERROR_INVALID_VALUE);
	assert_int_equal(serve(host, 0x100, 4, &req), RPC_ERROR_INVALID_VALUE);
	assert_int_equal(serve(host, 0xffff, 4, &req), RPC_ERROR_INVALID_VALUE);
	/* a status of the service empties the response; an RPC status leaves it out altogether */
	assert_int_equal(serve(host, 0x102, 0, &req), RPC_SUCCESS);
	assert_int_equal(req.service_status, -77);
	assert_int_equal(req.response_bytes, 0);
	assert_int_equal(serve(host, 0x205, 0, &req), RPC_ERROR_INTERNAL);
	assert_int_equal(serve(host, 0x206, 0, &req), RPC_ERROR_RESOURCE_FAILURE);
	assert_int_equal(req.service_status, 0);
	assert_int_equal(req.response_bytes, 0);
	assert_int_equal(serve(host, 0x102, TS_REQUEST_BYTES + 1, &req),
			 RPC_ERROR_RESOURCE_FAILURE);
	free(host);
}

/* ---- in an SP ---- */
static struct mini_sp *echo, *pair;

static void boot_pair(const struct ec_option *option, size_t count)
{
	echo = mini_add("echo", NULL, 0);
	pair = mini_add_image("tests/unit/sps/pair.sp.so", "pair", option, count);
	mini_boot(echo);
	mini_boot(pair);
}

static int32_t query(struct mini_sp *sp, const uint8_t uuid[16], uint32_t *interface)
{
	struct smc_regs r;
	uint32_t w[4];

	memcpy(w, uuid, 16);
	mini_request(sp, (uint32_t[5]){0xff0003, w[0], w[1], w[2], w[3]}, &r);
	*interface = r.x[5];
	return r.x[4];
}

static void body_hosting(void)
{
	static const uint8_t upper[16] = SPS_UUID(0xf1), relay[16] = SPS_UUID(0xf2);
	static const uint8_t nobody[16] = SPS_UUID(0xf3);
	static const uint8_t text[] = {0, 0, 0, 0, TLV(1, 3), 'a', 'b', 'c'};
	uint32_t interface, bytes;
	uint64_t handle;
	uint8_t *page;
	int32_t status;
	struct smc_regs r;

	boot_pair(NULL, 0);
	CHECK_EQ(query(pair, upper, &interface), 0);
	CHECK_EQ(interface, 0);
	CHECK_EQ(query(pair, relay, &interface), 0);
	CHECK_EQ(interface, 1);
	CHECK_EQ(query(pair, nobody, &interface), RPC_ERROR_NOT_FOUND);
	page = mini_buffer(pair, &handle);
	memcpy(page, text, sizeof(text));
	CHECK_EQ(mini_invoke(pair, 1, handle, sizeof(text), &status, &bytes), 0);
	CHECK_EQ(bytes, 7);
	CHECK(!memcmp(page, "\1\0\0\0ABC", 7));
	CHECK_EQ(mini_invoke(pair, 1, handle, 3, NULL, NULL), RPC_ERROR_INVALID_REQUEST_BODY);
	CHECK_EQ(mini_invoke(pair, 7, handle, 3, NULL, NULL), RPC_ERROR_INVALID_VALUE);
	/* interface 1, opcode 1: through to the echo SP and back */
	memcpy(page, "hello", 5);
	mini_request(pair, (uint32_t[5]){0x10001, handle, handle >> 32, 5, 0}, &r);
	CHECK_EQ(r.x[4], 0);
	CHECK_EQ(r.x[6], 5);
	CHECK(!memcmp(page, "olleh", 5));
	/* interface 1, opcode 7 exists, and gives everything back */
	mini_request(pair, (uint32_t[5]){0x10007, -1u, -1u, 0, 0}, &r);
	CHECK_EQ(r.x[4], 0);
	CHECK_EQ(r.x[5], 0);
	for (unsigned i = 0; i < MINI_SHARES; i++)
		CHECK(!mini.share[i].live || mini.share[i].handle == handle);
	mini_request(pair, (uint32_t[5]){0x10001, handle, handle >> 32, 5, 0}, &r);
	CHECK_EQ((int32_t)r.x[4], RPC_ERROR_INTERNAL);
}

/* What an operation costs is virtual time in which it is preempted; cost_percent scales it. */
static void body_cost(void)
{
	static const struct ec_option tenth = {"cost_percent", "10"};
	const uint64_t before = pe_self()->now_ns;
	uint32_t runs = 0, bytes;
	uint64_t handle, took_ns;
	uint8_t *page;
	struct smc_regs r;

	(void)before;
	boot_pair(&tenth, 1);
	page = mini_buffer(pair, &handle);
	memcpy(page, (uint8_t[]){0x10, 0x27, 0, 0, TLV(1, 1), 'x'}, 9); /* 10,000 us */
	took_ns = pe_self()->now_ns;
	mini.tick_ns = 300000;
	pe_timer_set(pe_self(), pe_self()->now_ns + mini.tick_ns);
	runs = mini_request(pair, (uint32_t[5]){1, handle, handle >> 32, 9, 0}, &r);
	took_ns = pe_self()->now_ns - took_ns;
	bytes = r.x[6];
	CHECK_EQ(bytes, 5);
	CHECK(runs >= 3);
	CHECK(took_ns > 1000000 && took_ns < 1100000);
}

/* The echo SP is not there: a service that cannot start leaves its SP not viable (5.2). */
static void body_not_viable(void)
{
	echo = NULL;
	pair = mini_add_image("tests/unit/sps/pair.sp.so", "pair", NULL, 0);
	pe_timer_set(pe_self(), pe_self()->now_ns + 50000000);
	mini_boot(pair);
	CHECK_EQ(pair->state, MINI_PREEMPTED);
	CHECK(strstr(mini.console, "E/PAIR: SP is not viable: relay\n"));
}

static void test_hosting(void **state)
{
	mini_test(1, body_hosting);
}

static void test_cost(void **state)
{
	mini_test(1, body_cost);
}

static void test_not_viable(void **state)
{
	mini_test(1, body_not_viable);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reader),	   cmocka_unit_test(test_tlv_search),
		cmocka_unit_test(test_writer),	   cmocka_unit_test(test_dispatch),
		cmocka_unit_test(test_hosting),	   cmocka_unit_test(test_cost),
		cmocka_unit_test(test_not_viable),
	};

	return cmocka_run_group_tests_name("sps/service", tests, NULL, NULL);
}
